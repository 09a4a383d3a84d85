/*
 * What the commands of manufacture say about themselves at length: details
 * and examples for the table in command.c, in lines.
 */
#ifndef RECARD_COMMAND_HELP_H
#define RECARD_COMMAND_HELP_H

#define RECORDED "Recorded with your login name and --reason.\n"

#define ORDER_LIST_DETAILS                                                  \
	"By number, which begins with the day of application in Taipei: "   \
	"--from and --to.\n--older: only those that have stood where they " \
	"are "                                                              \
	"for so long, which is no end.\n"
#define ORDER_LIST_EXAMPLES                                                 \
	"recardctl order list --status unpaid\n"                            \
	"recardctl order list --status producing --older 3d\n"              \
	"recardctl order list --limit 1000000 --format csv >orders.csv\n"   \
	"recardctl order list --from 2026-11-01 --to 2026-11-30 --product " \
	"moica\n"
#define MANY_ORDERS                                                           \
	"Several orders: as arguments, or one a line in --file, which "       \
	"may be what\norder list --format csv prints. Each is an act of its " \
	"own; those that are\nrefused are named and make the exit code 1. "   \
	"--dry-run shows what would be.\n"
#define ORDER_HOLD_EXAMPLES                                              \
	"recardctl order hold 26112300000012 --reason 'name disputed'\n" \
	"recardctl order hold --file numbers.txt --reason 'of batch 42'\n"
#define ORDER_RELEASE_EXAMPLES                                              \
	"recardctl order release 26112300000012 --reason 'name is right'\n" \
	"recardctl order list --held --format csv |\n"                      \
	"    recardctl order release --file - --reason 'as decided'\n"
#define ORDER_CANCEL_EXAMPLES                                             \
	"recardctl order cancel 26112300000012 --reason 'holder asked'\n" \
	"recardctl order cancel --file numbers.txt --dry-run \\\n"        \
	"    --reason 'tested'\n"
#define ORDER_HOLD_DETAILS                                                   \
	"It stays where it is until it is released; a card in a batch that " \
	"is not\n"                                                           \
	"sealed leaves it. Once its batch is sealed nothing stops a "        \
	"card.\n" MANY_ORDERS RECORDED
#define ORDER_CANCEL_DETAILS                                               \
	"Until its batch is sealed: card job and label become void, what " \
	"was paid is\nrefund due (payment refunds). Final.\n" MANY_ORDERS  \
		RECORDED
#define ORDER_RELEASE_DETAILS                                         \
	"Not one that stands still after too many failed cards: see " \
	"order retry.\n" MANY_ORDERS RECORDED
#define ORDER_RETRY_DETAILS                                               \
	"An order of which too many cards failed stands still until two " \
	"people agree on\n"                                               \
	"another attempt: this asks for it, somebody else approves the "  \
	"request.\n" MANY_ORDERS RECORDED

#define ORDER_REMAIL_DETAILS                                                   \
	"Without --correction to the address it came back from: the former "   \
	"label becomes\n"                                                      \
	"void, a new one is printed. With it to another one, which somebody "  \
	"else must\n"                                                          \
	"approve (request approve); recard-manufacture then freezes it. FILE " \
	"holds one\n"                                                          \
	"object with postal_code and address; nothing personal belongs on a "  \
	"command line.\n" RECORDED
#define ORDER_REMAIL_EXAMPLES                                                \
	"recardctl order remail 26112300000012 --reason 'holder was away'\n" \
	"recardctl order remail 26112300000012 --correction - \\\n"          \
	"    --reason 'moved; signed letter of 11-30' <address.json\n"
#define ORDER_CLOSE_DETAILS                                                \
	"For a letter that came back and is not sent again. Final; there " \
	"is no refund\n"                                                   \
	"once a card is made.\n" RECORDED
#define ACTIVATION_IMPORT_DETAILS                                                 \
	"A file that the counter (戶政事務所) signed; its certificates are " \
	"in the setting\nrecardctl.counter_certificates. Each order gets "        \
	"the new code and all tries; its\nholder activates himself. The "         \
	"newest request of an order counts, and the same\nfile again "            \
	"changes nothing.\n"
#define ACTIVATION_LIST_DETAILS                                              \
	"By order number: those whose user code was entered wrong since it " \
	"was last\nunlocked or reset, and how often; the fourth wrong one "  \
	"locks.\n"
#define ACTIVATION_SHOW_DETAILS                                         \
	"Whether the code is open, locked or used, each try with what " \
	"came of it, and what\nwas done by hand. Nothing of the code "  \
	"itself is kept but a slow hash.\n"
#define ACTIVATION_UNLOCK_DETAILS                                            \
	"Four wrong codes lock. For a holder who does not remember his the " \
	"counter (戶政事務所)\nresets it.\n" RECORDED
#define REQUEST_SHOW_DETAILS                                                 \
	"Addresses of order remail are masked unless --reason says why you " \
	"must see them,\nwhich is recorded.\n"

#define PAYMENT_EXCEPTIONS_DETAILS                                            \
	"Oldest first; those not closed yet, unless --state names open, "     \
	"refund_due,\nrefunded, matched or all. --from and --to are days of " \
	"opening in Taipei.\n"
#define PAYMENT_EXCEPTIONS_EXAMPLES      \
	"recardctl payment exceptions\n" \
	"recardctl payment exceptions --reason unknown_order --state open\n"
#define PAYMENT_REFUNDS_DETAILS                                             \
	"--state is refund_due, the default, or refunded; --from and --to " \
	"are the days in\nTaipei since when. Count and sum of what is "     \
	"listed are told on stderr.\n"
#define PAYMENT_REFUNDS_EXAMPLES                                   \
	"recardctl payment refunds\n"                              \
	"recardctl payment refunds --state refunded --format csv " \
	">refunded.csv\n"
#define REQUEST_LIST_DETAILS                                               \
	"Newest first; open ones only, unless --all. --kind: retry_card, " \
	"abandon_batch,\nrevert_import, correct_address.\n"

#define BATCH_LIST_DETAILS                                                  \
	"--state: cut, sealed, published (handed out), accepted, refused, " \
	"empty,\n"                                                          \
	"abandoned. --held: kept from going out. --from and --to are days " \
	"of cutting in\nTaipei. CARDS: in it; MADE: that came out well; "   \
	"OPEN: without a result.\n"
#define BATCH_LIST_EXAMPLES                                           \
	"recardctl batch list --line main\n"                          \
	"recardctl batch list --state refused\n"                      \
	"recardctl batch list --from 2026-11-01 --to 2026-11-30 \\\n" \
	"    --limit 10000 --format csv >november.csv\n"
#define BATCH_SHOW_DETAILS                                                     \
	"Where it stands, its cards in numbers, seal and chain, error codes, " \
	"the line's\n"                                                         \
	"answers, and what was done about it by hand.\n"
#define BATCH_CARDS_DETAILS                                             \
	"Order and job numbers only, nothing personal. --state: open, " \
	"on_hold, made,\n"                                              \
	"spoiled, rejected.\n"
#define BATCH_RECONCILE_DETAILS                                               \
	"Every card that was sent is made, spoiled, rejected, on hold or "    \
	"open. Oldest\n"                                                      \
	"first; --from and --to are days of sealing in Taipei. Totals of "    \
	"each line are\n"                                                     \
	"told on stderr.\n"                                                   \
	"NOTE: late (out for longer than the line is given), refused, or "    \
	"unbalanced\n"                                                        \
	"(the sum is not what was sealed).\n"                                 \
	"--open: only batches with cards open or on hold, or not accepted.\n" \
	"--late: only those with a note; says nothing when there are none: "  \
	"fit for\n"                                                           \
	"cron.\n"                                                             \
	"Exit code 1 when a batch is late or refused, 7 when one is "         \
	"unbalanced.\n"
#define BATCH_RECONCILE_EXAMPLES                                           \
	"recardctl batch reconcile --open\n"                               \
	"recardctl batch reconcile CB-20261123-000001\n"                   \
	"recardctl batch reconcile --from 2026-11-01 --to 2026-11-30 \\\n" \
	"    --format csv >november.csv\n"
#define BATCH_CUT_DETAILS                                                    \
	"Of what has waited longest, or of --product. The line's own rules " \
	"are not\n"                                                          \
	"asked; its stock and its largest batch are. Exit code 1 when "      \
	"nothing waits or\n"                                                 \
	"no blank card is left.\n" RECORDED
#define BATCH_CUT_EXAMPLES                          \
	"recardctl batch cut main --dry-run\n"      \
	"recardctl batch cut main --product moica " \
	"--reason 'courier leaves at noon'\n"
#define BATCH_HOLD_DETAILS                                                    \
	"It is not sealed or handed out until it is released; later batches " \
	"go on. Not\n"                                                        \
	"when it is out already.\n" RECORDED
#define BATCH_RESEND_DETAILS                                              \
	"For a batch that was handed out and not accepted: "              \
	"recard-manufacture hands out\n"                                  \
	"the very same file under the same name. The line must not make " \
	"cards twice:\n"                                                  \
	"ask it first. A missing answer alone is no reason.\n" RECORDED
#define BATCH_ABANDON_DETAILS                                                 \
	"For a batch that the line refused and will not make: its cards are " \
	"made again\n"                                                        \
	"in other batches. This asks for it, somebody else approves the "     \
	"request.\n" RECORDED

#define LINE_LIST_DETAILS                                                      \
	"For each line and product: cards that wait and the oldest of them, "  \
	"blank cards\n"                                                        \
	"left (none: not counted), cards whose names the line cannot print, "  \
	"batches\n"                                                            \
	"that are out and their cards without a result, the last number, why " \
	"it is\n"                                                              \
	"stopped.\n"
#define LINE_ALARMS_DETAILS                                                 \
	"stopped, ack_missing, results_late, stock_out, calendar_missing: " \
	"each with\n"                                                       \
	"what to do. Exit code 1 when there are any. An alarm is never a "  \
	"reason to send\n"                                                  \
	"a batch again.\n"
#define LINE_STOCK_DETAILS                                                   \
	"--count: so many are there now; --add: so many came to those that " \
	"are left.\n"                                                        \
	"What goes into batches is taken off by itself. Without stock "      \
	"batches wait,\n"                                                    \
	"orders do not fail. A stock that was never counted never runs "     \
	"out.\n" RECORDED
#define LINE_STOCK_EXAMPLES                                                 \
	"recardctl line stock main moica --count 4800 --reason 'counted'\n" \
	"recardctl line stock main moica --add 5000 "                       \
	"--reason 'delivery note 0815'\n"
#define LINE_RESUME_DETAILS                                                    \
	"A line stops by itself when it has batches that this database does "  \
	"not know:\n"                                                          \
	"the database was restored from before they went out, and would use "  \
	"their\n"                                                              \
	"numbers and make their cards again. Before it goes on, find out\n"    \
	" 1. which batch the line got last: its number is --after, all of it " \
	"or its\n"                                                             \
	"    last five digits. Numbers up to it are never used again;\n"       \
	" 2. which orders' cards are in the batches that are missing here: "   \
	"the line can\n"                                                       \
	"    tell their order numbers;\n"                                      \
	" 3. and order hold, or order cancel, each of them, so that no "       \
	"second card is\n"                                                     \
	"    made.\n"                                                          \
	"Answers of the line to a batch that is missing here stay "            \
	"rejected.\n" RECORDED
#define LINE_RESUME_EXAMPLES                                         \
	"recardctl line resume main --after CB-20261123-000042 \\\n" \
	"    --reason 'restored from last night; orders of 41, 42 held'\n"

#define LABEL_LIST_DETAILS                                                    \
	"Newest first; --from and --to are days of cutting in Taipei. A run " \
	"has letters\n"                                                       \
	"of one area. VOID: labels of it that are not valid any more. With "  \
	"RUN: which\n"                                                        \
	"order is on which sheet and cell. --state: cut, sealed, "            \
	"published.\n"
#define LABEL_LIST_EXAMPLES      \
	"recardctl label list\n" \
	"recardctl label list LR-20261123-000001 --sheet 2\n"
#define LABEL_SHOW_DETAILS                                                   \
	"Each copy: where it was printed, why it is void, on which posting " \
	"list; what was\n"                                                   \
	"checked at packing, and what was done by hand. Nothing personal.\n"
#define LABEL_PREVIEW_DETAILS                                                \
	"The valid label of an order, or a sheet of a run (the first one, "  \
	"unless --sheet),\n"                                                 \
	"in dots of Braille as wide as the terminal, or with --output as a " \
	"PNG that only\nyou "                                                \
	"can read. Personal data: who looked at whom, and why, is recorded.\n"
#define LABEL_PREVIEW_EXAMPLES                                            \
	"recardctl label preview 26112300000012 --reason 'holder asks'\n" \
	"recardctl label preview LR-20261123-000001 --sheet 2 \\\n"       \
	"    --output sheet.png --reason 'printer stains'\n"
#define LABEL_REPRINT_DETAILS                                                  \
	"Each label that is still valid becomes void and has a next copy, "    \
	"with a number\n"                                                      \
	"that is printed on it, in a new run. What is in the post or void "    \
	"stays. A RUN,\n"                                                      \
	"or a --sheet of it, is one recorded act; --dry-run shows what would " \
	"be.\n" RECORDED
#define LABEL_REPRINT_EXAMPLES                                             \
	"recardctl label reprint 26112300000012 --reason 'smudged'\n"      \
	"recardctl label reprint LR-20261123-000001 --sheet 2 --dry-run\n" \
	"recardctl label reprint LR-20261123-000001 --reason 'paper jam'\n"
#define LABEL_VOID_DETAILS                                                   \
	"The next copy stands on the worklist (exception list) until label " \
	"reprint. Not\n"                                                     \
	"when the letter is in the post.\n" RECORDED
#define PRINT_LIST_DETAILS                                                   \
	"PRINTING: waiting, sending, pending, held, processing, stopped "    \
	"(paper, cover,\n"                                                   \
	"toner; it goes on by itself), sent (a raw port took it), unknown, " \
	"cancelled,\n"                                                       \
	"failed; with --all printed and replaced (printed again) too. "      \
	"--state is one\nof these.\n"
#define PRINT_CONFIRM_DETAILS                                                  \
	"For a printer that does not tell: look that each sheet is there and " \
	"readable, then\n"                                                     \
	"confirm; otherwise label reprint the run, or a sheet of it after "    \
	"that.\n" RECORDED
#define PACK_DETAILS                                                          \
	"Made for two barcode scans: the label's order number, then the new " \
	"card. They must\n"                                                   \
	"be of the same order, the card its valid attempt, the label its "    \
	"valid copy (--copy\n"                                                \
	"when a number is printed on it), and the order not held. What came " \
	"of it is\n"                                                          \
	"recorded. With - pairs are read from stdin, a line each, a copy "    \
	"number behind\n"                                                     \
	"them, and answered at once. Exit code 1 when one was refused.\n"
#define PACK_EXAMPLES                                               \
	"recardctl pack 26112300000012 TP26112300000012\n"          \
	"recardctl pack 26112300000012 TP26112300000012 --copy 2\n" \
	"recardctl pack -\n"

#define REQUEST_APPROVE_DETAILS                                            \
	"It is carried out at once. Not one's own: one asks, another one " \
	"approves.\n"                                                      \
	"Recorded with your login name.\n"
#define EXCEPTION_LIST_DETAILS                                               \
	"What waits for somebody in manufacture, labels, returned mail and " \
	"postal files,\n"                                                    \
	"oldest first, with what to do; payments have their own (payment "   \
	"exceptions).\n"                                                     \
	"--kind: card, batch, label, print, mail_number, returned_mail, "    \
	"source, mail.\n"                                                    \
	"Open ones only, unless --all. --older: open for so long.\n"
#define EXCEPTION_CLOSE_DETAILS                                              \
	"When it was looked into and settled elsewhere. What an act of its " \
	"own ends\n"                                                         \
	"stays until then.\n" RECORDED

#define TRACKING_LIST_DETAILS                                                \
	"The latest first; SOURCE: where it came from, as tracking sources " \
	"names it.\n--state: done, rejected, reverted. --from and --to are " \
	"days of taking in, in\nTaipei.\n"
#define TRACKING_LIST_EXAMPLES      \
	"recardctl tracking list\n" \
	"recardctl tracking list --state rejected --from 2026-11-01\n"
#define CLAIM_LIST_DETAILS                                                \
	"Oldest first; with --all closed ones too. --older: open for so " \
	"long.\n"
#define TRACKING_CHECK_DETAILS                                                \
	"Row by row: what would be read, or why it would be rejected. "       \
	"Without --layout\n"                                                  \
	"the layout and encoding are found by the first line. Of an archive " \
	"each member is\n"                                                    \
	"read. The database is not asked and nothing is changed.\n"
#define TRACKING_CHECK_EXAMPLES                                      \
	"recardctl tracking check numbers.csv\n"                     \
	"recardctl tracking check status.txt --layout post-status\n" \
	"recardctl tracking check post.zip\n"
#define TRACKING_SOURCES_DETAILS                                             \
	"STATE: ok; waiting (a file is expected today, none has come); "     \
	"absent "                                                            \
	"(its hour\n"                                                        \
	"passed); rejected (the same, and what came was rejected); failing " \
	"(the source\n"                                                      \
	"cannot be looked at). Exit code 1 when one is absent, rejected or " \
	"failing.\n"
#define TRACKING_REVERT_DETAILS                                               \
	"As a whole, as long as nothing was built on it: no event, claim or " \
	"activation.\n"                                                       \
	"The members of an archive are taken back one by one.\n"              \
	"Its orders wait for their numbers again. Two people decide: "        \
	"somebody "                                                           \
	"else approves\n"                                                     \
	"the request (request approve).\n" RECORDED
#define TRACKING_OVERDUE_DETAILS                                           \
	"The seventh working day after posting is promised, the tenth on " \
	"outlying islands;\n"                                              \
	"the longest in the post first, with what the post told last.\n"
#define CLAIM_OPEN_DETAILS                                                    \
	"For a letter that should be there: the order is mailed, delivered, " \
	"returned or\n"                                                       \
	"activated.\n" RECORDED
#define CLAIM_SHOW_DETAILS                                                     \
	"What was said and noted, the order's history, its letters, and each " \
	"event with the\n"                                                     \
	"file and line that told it.\n"
#define CLAIM_NOTE_DETAILS "--reason is the note. It stays as written.\n"
#define CLAIM_CLOSE_DETAILS "--reason is what came of it.\n" RECORDED
#define NOTICE_LIST_DETAILS                                                 \
	"Newest first. --state: due, sent, bounced, failed, moot. --kind: " \
	"reminder, paid,\n"                                                 \
	"produced, mailed, delivered, returned, activated, cancelled, "     \
	"closed. --from, --to:\n"                                           \
	"by the day it was due.\n"
#define NOTICE_PREVIEW_DETAILS                                              \
	"The order's mail of that kind as it was or would be sent now, by " \
	"section notify of\n"                                               \
	"recard.conf. It is personal data: the look is recorded, with "     \
	"--reason.\n"
#define NOTICE_RETRY_DETAILS                                             \
	"As a new mail, to the same address; takes it off the worklist " \
	"(exception list).\n" RECORDED
#define CALENDAR_IMPORT_DETAILS                                              \
	"The government's own file, as published: one whole year, in UTF-8 " \
	"or "                                                                \
	"Big5. It\n"                                                         \
	"takes the place of what was known of that year, as its next "       \
	"version. "                                                          \
	"Dates that\n"                                                       \
	"were promised stay.\n" RECORDED
#define CALENDAR_LIST_DETAILS \
	"Ends with 1 when this year or the next one is missing.\n"
#define OPERATOR_ADD_DETAILS                                                  \
	"NAME is the login name too, so that two people are two. The one "    \
	"certificate that\nis let in is this one; a former one of NAME is "   \
	"not "                                                                \
	"any more. Roles: viewer,\noperator, supervisor, auditor. --to ends " \
	"it before the certificate does.\nOnly a supervisor may; the first "  \
	"operator has to be one.\n" RECORDED
#define OPERATOR_LIST_DETAILS "With --all, those that were removed too.\n"
#define OPERATOR_REMOVE_DETAILS "Only a supervisor may.\n" RECORDED

#endif
