/*
 * The table of commands: see command.h.
 */
#include "command.h"
#include "command_help.h"
#include "command_help_watch.h"
#include "ctl.h"

#define IMPORT_DETAILS                                                         \
	"One JSON object a line; \"-\" reads stdin. Each line is a "           \
	"transaction of its own:\nwhat was taken stays, and the same file "    \
	"again changes nothing. Rejected lines are\nlisted with line number, " \
	"code and reason, and make the exit code 1.\n"

const struct command commands[] = {
	{"status", 0, "", 0, 0, 0, false,
	 "how many orders stand where, and what is wrong", STATUS_DETAILS,
	 "recardctl status\nrecardctl --format json status\n", belt_run},
	{"shape", 0, "", 0, 0, 0, false, "for how long orders have stood where",
	 SHAPE_DETAILS,
	 "recardctl shape\nrecardctl shape --format csv >shape.csv\n",
	 shape_run},
	{"monitor", 0, "", 0, 0,
	 OPTION_BIT(OPTION_EVERY) | OPTION_BIT(OPTION_CARDS), false,
	 "watch the belt move", MONITOR_DETAILS, MONITOR_EXAMPLES, monitor_run},
	{"pause", 0, "[STAGE]", 0, 1,
	 OPTION_BIT(OPTION_UNTIL) | OPTION_BIT(OPTION_REASON), false,
	 "stop a stage everywhere, or list them", PAUSE_DETAILS, PAUSE_EXAMPLES,
	 pause_run},
	{"resume", 0, "STAGE", 1, 1, OPTION_BIT(OPTION_REASON), false,
	 "let a paused stage go on",
	 "Recorded with your login name, and --reason if there is one.\n",
	 "recardctl resume label.print\n", resume_run},
	{"daemon", "list", "", 0, 0, 0, false, "list who works on the belt",
	 DAEMON_LIST_DETAILS, "recardctl daemon list\n", daemon_list_run},
	{"verify", 0, "", 0, 0, 0, false, "check that the invariants hold",
	 "Lists each breach; exit code 7 when there is one.\n",
	 "recardctl verify\nrecardctl verify || echo 'call somebody'\n",
	 verify_run},
	{"history", "seal", "", 0, 0, 0, false, "seal the days that are over",
	 HISTORY_SEAL_DETAILS, "recardctl history seal\n", history_seal_run},
	{"history", "verify", "", 0, 0, OPTION_BIT(OPTION_FROM), false,
	 "check that nothing sealed was changed", HISTORY_VERIFY_DETAILS,
	 "recardctl history verify\n"
	 "recardctl history verify --from 2026-11-01\n",
	 history_verify_run},
	{"prune", 0, "", 0, 0, OPTION_BIT(OPTION_DRY_RUN), false,
	 "delete what no rule keeps", PRUNE_DETAILS,
	 "recardctl prune --dry-run\nrecardctl prune\n", prune_run},
	{"lock", 0, "NAME COMMAND...", 2, 1000, OPTION_BIT(OPTION_LOCK_OK),
	 false, "run a command on one host at a time", LOCK_DETAILS,
	 "recardctl lock --lock-ok nightly -- recard-nightly --locked\n",
	 lock_run},
	{"doctor", 0, "", 0, 0, OPTION_BIT(OPTION_ALL), false,
	 "look for what is wrong, and say what to do", DOCTOR_DETAILS,
	 "recardctl doctor\nrecardctl --format json doctor --all\n",
	 doctor_run},
	{"order", "import", "FILE.jsonl", 1, 1, OPTION_BIT(OPTION_REPORT),
	 false, "take applications in",
	 IMPORT_DETAILS
	 "Fields: request_id product card_no holder_id name postal_code "
	 "address phone email\nuser_code, optional applied_at.\n",
	 "recardctl order import applications.jsonl\n"
	 "recardctl order import --report /tmp/report.json - <today.jsonl\n",
	 order_import_run},
	{"order", "list", "", 0, 0,
	 OPTION_BIT(OPTION_STATUS) | OPTION_BIT(OPTION_PRODUCT) |
		 OPTION_BIT(OPTION_HELD) | OPTION_BIT(OPTION_OLDER) |
		 OPTION_BIT(OPTION_FROM) | OPTION_BIT(OPTION_TO) |
		 OPTION_BIT(OPTION_LIMIT) | OPTION_BIT(OPTION_AFTER),
	 false, "list orders, oldest first", ORDER_LIST_DETAILS,
	 ORDER_LIST_EXAMPLES, order_list_run},
	{"order", "find", "NUMBER|-", 1, 1, OPTION_BIT(OPTION_REASON), false,
	 "find orders by what a caller has in hand", ORDER_FIND_DETAILS,
	 ORDER_FIND_EXAMPLES, order_find_run},
	{"order", "show", "ORDER", 1, 1,
	 OPTION_BIT(OPTION_REVEAL) | OPTION_BIT(OPTION_REASON), false,
	 "show one order, with everything", ORDER_SHOW_DETAILS,
	 ORDER_SHOW_EXAMPLES, order_show_run},
	{"order", "history", "ORDER", 1, 1, 0, false,
	 "show the moves of one order", "",
	 "recardctl order history 26112300000012\n", order_history_run},
	{"order", "hold", "[ORDER]...", 0, 10000,
	 OPTION_BIT(OPTION_FILE) | OPTION_BIT(OPTION_DRY_RUN) |
		 OPTION_BIT(OPTION_REASON),
	 false, "stop orders where they stand", ORDER_HOLD_DETAILS,
	 ORDER_HOLD_EXAMPLES, order_hold_run},
	{"order", "release", "[ORDER]...", 0, 10000,
	 OPTION_BIT(OPTION_FILE) | OPTION_BIT(OPTION_DRY_RUN) |
		 OPTION_BIT(OPTION_REASON),
	 false, "let held orders go on", ORDER_RELEASE_DETAILS,
	 ORDER_RELEASE_EXAMPLES, order_release_run},
	{"order", "cancel", "[ORDER]...", 0, 10000,
	 OPTION_BIT(OPTION_FILE) | OPTION_BIT(OPTION_DRY_RUN) |
		 OPTION_BIT(OPTION_REASON),
	 false, "cancel orders before they are made", ORDER_CANCEL_DETAILS,
	 ORDER_CANCEL_EXAMPLES, order_cancel_run},
	{"order", "retry", "[ORDER]...", 0, 10000,
	 OPTION_BIT(OPTION_FILE) | OPTION_BIT(OPTION_DRY_RUN) |
		 OPTION_BIT(OPTION_REASON),
	 false, "ask for another attempt beyond the limit", ORDER_RETRY_DETAILS,
	 "recardctl order retry 26112300000012 --reason 'line repaired'\n",
	 order_retry_run},
	{"order", "remail", "ORDER", 1, 1,
	 OPTION_BIT(OPTION_CORRECTION) | OPTION_BIT(OPTION_REASON), false,
	 "send a letter that came back again", ORDER_REMAIL_DETAILS,
	 ORDER_REMAIL_EXAMPLES, order_remail_run},
	{"order", "close", "ORDER", 1, 1, OPTION_BIT(OPTION_REASON), false,
	 "end an order whose letter came back", ORDER_CLOSE_DETAILS,
	 "recardctl order close 26112300000012 --reason 'holder has died'\n",
	 order_close_run},
	{"activation", "import", "FILE.reset.p7m", 1, 1,
	 OPTION_BIT(OPTION_REPORT) | OPTION_BIT(OPTION_DRY_RUN), false,
	 "take in user codes that the counter has reset",
	 ACTIVATION_IMPORT_DETAILS,
	 "recardctl activation import --dry-run R-0815.reset.p7m\n"
	 "recardctl activation import R-0815.reset.p7m\n",
	 activation_import_run},
	{"activation", "list", "", 0, 0,
	 OPTION_BIT(OPTION_LOCKED) | OPTION_BIT(OPTION_LIMIT) |
		 OPTION_BIT(OPTION_AFTER),
	 false, "list orders whose user code was entered wrong",
	 ACTIVATION_LIST_DETAILS,
	 "recardctl activation list\nrecardctl activation list --locked\n",
	 activation_list_run},
	{"activation", "show", "ORDER", 1, 1, 0, false,
	 "show the tries of an order's user code", ACTIVATION_SHOW_DETAILS,
	 "recardctl activation show 26112300000012\n", activation_show_run},
	{"activation", "unlock", "ORDER", 1, 1, OPTION_BIT(OPTION_REASON),
	 false, "give a holder who remembers his user code his tries back",
	 ACTIVATION_UNLOCK_DETAILS,
	 "recardctl activation unlock 26112300000012 --reason 'slip of the "
	 "keyboard'\n",
	 activation_unlock_run},
	{"certificate", "import", "FILE.jsonl", 1, 1, OPTION_BIT(OPTION_REPORT),
	 false, "take the CA's cards in",
	 IMPORT_DETAILS
	 "Fields: card_no holder_id name not_after rank status, optional "
	 "serial.\n",
	 "recardctl certificate import certificates.jsonl\n",
	 certificate_import_run},
	{"payment", "list", "", 0, 0,
	 OPTION_BIT(OPTION_CHANNEL) | OPTION_BIT(OPTION_ORDER) |
		 OPTION_BIT(OPTION_KIND) | OPTION_BIT(OPTION_MATCH) |
		 OPTION_BIT(OPTION_FROM) | OPTION_BIT(OPTION_TO) |
		 OPTION_BIT(OPTION_LIMIT) | OPTION_BIT(OPTION_AFTER),
	 false, "list the ledger, oldest first",
	 "Every notice and settlement line that was booked, whatever it "
	 "said.\n--kind: paid, refund, chargeback, unknown, issued, failed, "
	 "simulated, stale.\n--match: who told of it: matched (notice and "
	 "line), notice_only, line_only,\ndiffers. --from and --to are days of "
	 "booking in Taipei.\n",
	 "recardctl payment list --order 26112300000012\n"
	 "recardctl payment list --match differs\n"
	 "recardctl payment list --from 2026-11-01 --limit 1000000 \\\n"
	 "    --format csv >november.csv\n",
	 payment_list_run},
	{"payment", "show", "PAYMENT", 1, 1, 0, false, "show one payment",
	 "What it says, who told it, what it settles, its exception, and what "
	 "was done\nabout it.\n",
	 "recardctl payment show 4711\n", payment_show_run},
	{"payment", "exceptions", "", 0, 0,
	 OPTION_BIT(OPTION_REASON) | OPTION_BIT(OPTION_STATE) |
		 OPTION_BIT(OPTION_CHANNEL) | OPTION_BIT(OPTION_FROM) |
		 OPTION_BIT(OPTION_TO) | OPTION_BIT(OPTION_LIMIT) |
		 OPTION_BIT(OPTION_AFTER),
	 false, "list payments that settle nothing", PAYMENT_EXCEPTIONS_DETAILS,
	 PAYMENT_EXCEPTIONS_EXAMPLES, payment_exceptions_run},
	{"payment", "resolve", "PAYMENT", 1, 1,
	 OPTION_BIT(OPTION_AS) | OPTION_BIT(OPTION_REASON) |
		 OPTION_BIT(OPTION_REFERENCE) | OPTION_BIT(OPTION_ORDER),
	 false, "match, refund or close an exception",
	 "--as refund_due: the money has to go back.\n"
	 "--as refunded: it went back, under --reference.\n"
	 "--as matched: with --order, it pays that unpaid order, exactly; "
	 "without, no\nmoney of ours is left to return.\n"
	 "Recorded with your login name and --reason.\n",
	 "recardctl payment resolve 4711 --as refund_due --reason 'paid "
	 "twice'\n"
	 "recardctl payment resolve 4711 --as refunded --reference R-0815 \\\n"
	 "    --reason 'transferred back'\n"
	 "recardctl payment resolve 4712 --as matched --order 26112300000012 "
	 "\\\n"
	 "    --reason 'slip in the order number'\n",
	 payment_resolve_run},
	{"payment", "refunds", "", 0, 0,
	 OPTION_BIT(OPTION_STATE) | OPTION_BIT(OPTION_CHANNEL) |
		 OPTION_BIT(OPTION_FROM) | OPTION_BIT(OPTION_TO) |
		 OPTION_BIT(OPTION_LIMIT) | OPTION_BIT(OPTION_AFTER),
	 false, "list what is to be refunded, or was", PAYMENT_REFUNDS_DETAILS,
	 PAYMENT_REFUNDS_EXAMPLES, payment_refunds_run},
	{"payment", "totals", "", 0, 0,
	 OPTION_BIT(OPTION_DATE) | OPTION_BIT(OPTION_DAYS), false,
	 "sum up days, by channel",
	 "To be held against the provider's statement: per day in Taipei and "
	 "channel,\nsums over all last. Lines of settlement files count for "
	 "the business date of\ntheir file.\n",
	 "recardctl payment totals\n"
	 "recardctl payment totals --date 2026-11-30 --days 30 --format csv\n",
	 payment_totals_run},
	{"payment", "feeds", "", 0, 0, 0, false,
	 "show whether payment news keeps up",
	 "For each feed: up to when it has told everything, gaps, silence, "
	 "unpaid\norders past their deadline that wait for it, open questions, "
	 "and whether it\nis asked before an order is deleted.\n",
	 "recardctl payment feeds\n", payment_feeds_run},
	{"batch", "list", "", 0, 0,
	 OPTION_BIT(OPTION_LINE) | OPTION_BIT(OPTION_STATE) |
		 OPTION_BIT(OPTION_PRODUCT) | OPTION_BIT(OPTION_HELD) |
		 OPTION_BIT(OPTION_FROM) | OPTION_BIT(OPTION_TO) |
		 OPTION_BIT(OPTION_LIMIT) | OPTION_BIT(OPTION_AFTER),
	 false, "list card batches, newest first", BATCH_LIST_DETAILS,
	 BATCH_LIST_EXAMPLES, batch_list_run},
	{"batch", "show", "BATCH", 1, 1, 0, false, "show one batch",
	 BATCH_SHOW_DETAILS, "recardctl batch show CB-20261123-000001\n",
	 batch_show_run},
	{"batch", "cards", "BATCH", 1, 1, OPTION_BIT(OPTION_STATE), false,
	 "list the cards of a batch", BATCH_CARDS_DETAILS,
	 "recardctl batch cards CB-20261123-000001 --state open\n",
	 batch_cards_run},
	{"batch", "reconcile", "[BATCH]", 0, 1,
	 OPTION_BIT(OPTION_LINE) | OPTION_BIT(OPTION_FROM) |
		 OPTION_BIT(OPTION_TO) | OPTION_BIT(OPTION_OPEN) |
		 OPTION_BIT(OPTION_LATE),
	 false, "account for every card sent", BATCH_RECONCILE_DETAILS,
	 BATCH_RECONCILE_EXAMPLES, batch_reconcile_run},
	{"batch", "cut", "LINE", 1, 1,
	 OPTION_BIT(OPTION_PRODUCT) | OPTION_BIT(OPTION_DRY_RUN) |
		 OPTION_BIT(OPTION_REASON),
	 false, "cut a batch now", BATCH_CUT_DETAILS, BATCH_CUT_EXAMPLES,
	 batch_cut_run},
	{"batch", "hold", "BATCH", 1, 1, OPTION_BIT(OPTION_REASON), false,
	 "keep a batch from going out", BATCH_HOLD_DETAILS,
	 "recardctl batch hold CB-20261123-000001 --reason 'wrong foil'\n",
	 batch_hold_run},
	{"batch", "release", "BATCH", 1, 1, OPTION_BIT(OPTION_REASON), false,
	 "let a held batch go on", RECORDED,
	 "recardctl batch release CB-20261123-000001 --reason 'foil is "
	 "right'\n",
	 batch_release_run},
	{"batch", "resend", "BATCH", 1, 1, OPTION_BIT(OPTION_REASON), false,
	 "hand the same file out again", BATCH_RESEND_DETAILS,
	 "recardctl batch resend CB-20261123-000001 --reason 'the line lost "
	 "it'\n",
	 batch_resend_run},
	{"batch", "abandon", "BATCH", 1, 1, OPTION_BIT(OPTION_REASON), false,
	 "ask to give a refused batch up", BATCH_ABANDON_DETAILS,
	 "recardctl batch abandon CB-20261123-000001 --reason 'key was "
	 "renewed'\n",
	 batch_abandon_run},
	{"line", "list", "", 0, 0, 0, false,
	 "list the card lines, and what waits", LINE_LIST_DETAILS,
	 "recardctl line list\n", line_list_run},
	{"line", "alarms", "", 0, 0, 0, false,
	 "list what somebody should look at", LINE_ALARMS_DETAILS,
	 "recardctl line alarms || echo 'call somebody'\n", line_alarms_run},
	{"line", "stock", "LINE PRODUCT", 2, 2,
	 OPTION_BIT(OPTION_CARDS) | OPTION_BIT(OPTION_ADD) |
		 OPTION_BIT(OPTION_REASON),
	 false, "record blank cards", LINE_STOCK_DETAILS, LINE_STOCK_EXAMPLES,
	 line_stock_run},
	{"line", "resume", "LINE", 1, 1,
	 OPTION_BIT(OPTION_AFTER) | OPTION_BIT(OPTION_REASON), false,
	 "let a stopped line go on", LINE_RESUME_DETAILS, LINE_RESUME_EXAMPLES,
	 line_resume_run},
	{"request", "list", "", 0, 0,
	 OPTION_BIT(OPTION_KIND) | OPTION_BIT(OPTION_ALL) |
		 OPTION_BIT(OPTION_LIMIT) | OPTION_BIT(OPTION_AFTER),
	 false, "list what two people decide", REQUEST_LIST_DETAILS,
	 "recardctl request list\nrecardctl request list --all --kind "
	 "revert_import\n",
	 request_list_run},
	{"request", "show", "REQUEST", 1, 1, OPTION_BIT(OPTION_REASON), false,
	 "show what somebody asks for", REQUEST_SHOW_DETAILS,
	 "recardctl request show 7\nrecardctl request show 7 --reason 'to "
	 "decide it'\n",
	 request_show_run},
	{"request", "approve", "REQUEST", 1, 1, OPTION_BIT(OPTION_REASON),
	 false, "agree to what somebody asked for", REQUEST_APPROVE_DETAILS,
	 "recardctl request approve 7\n", request_approve_run},
	{"request", "decline", "REQUEST", 1, 1, OPTION_BIT(OPTION_REASON),
	 false, "refuse it, or take one's own back", RECORDED,
	 "recardctl request decline 7 --reason 'ask the line first'\n",
	 request_decline_run},
	{"exception", "list", "", 0, 0,
	 OPTION_BIT(OPTION_KIND) | OPTION_BIT(OPTION_REASON) |
		 OPTION_BIT(OPTION_OLDER) | OPTION_BIT(OPTION_ALL) |
		 OPTION_BIT(OPTION_LIMIT) | OPTION_BIT(OPTION_AFTER),
	 false, "list what waits for somebody", EXCEPTION_LIST_DETAILS,
	 "recardctl exception list\nrecardctl exception list --kind batch\n",
	 exception_list_run},
	{"exception", "close", "EXCEPTION", 1, 1, OPTION_BIT(OPTION_REASON),
	 false, "take something off that list", EXCEPTION_CLOSE_DETAILS,
	 "recardctl exception close 12 --reason 'the line wrote 7 for 1'\n",
	 exception_close_run},
	{"label", "list", "[RUN]", 0, 1,
	 OPTION_BIT(OPTION_STATE) | OPTION_BIT(OPTION_PRINTER) |
		 OPTION_BIT(OPTION_FROM) | OPTION_BIT(OPTION_TO) |
		 OPTION_BIT(OPTION_SHEET) | OPTION_BIT(OPTION_LIMIT) |
		 OPTION_BIT(OPTION_AFTER),
	 false, "list label runs, or the labels of one", LABEL_LIST_DETAILS,
	 LABEL_LIST_EXAMPLES, label_list_run},
	{"label", "show", "ORDER", 1, 1, 0, false,
	 "show the labels of an order", LABEL_SHOW_DETAILS,
	 "recardctl label show 26112300000012\n", label_show_run},
	{"label", "preview", "ORDER|RUN", 1, 1,
	 OPTION_BIT(OPTION_SHEET) | OPTION_BIT(OPTION_OUTPUT) |
		 OPTION_BIT(OPTION_REASON),
	 false, "show a label or a sheet as it is printed",
	 LABEL_PREVIEW_DETAILS, LABEL_PREVIEW_EXAMPLES, label_preview_run},
	{"label", "reprint", "ORDER|RUN", 1, 1,
	 OPTION_BIT(OPTION_SHEET) | OPTION_BIT(OPTION_REASON) |
		 OPTION_BIT(OPTION_DRY_RUN),
	 false, "print a label, a sheet or a run again", LABEL_REPRINT_DETAILS,
	 LABEL_REPRINT_EXAMPLES, label_reprint_run},
	{"label", "void", "ORDER", 1, 1, OPTION_BIT(OPTION_REASON), false,
	 "void a label and print no other yet", LABEL_VOID_DETAILS,
	 "recardctl label void 26112300000012 --reason 'holder calls back'\n",
	 label_void_run},
	{"print", "list", "", 0, 0,
	 OPTION_BIT(OPTION_STATE) | OPTION_BIT(OPTION_PRINTER) |
		 OPTION_BIT(OPTION_FROM) | OPTION_BIT(OPTION_TO) |
		 OPTION_BIT(OPTION_ALL) | OPTION_BIT(OPTION_LIMIT) |
		 OPTION_BIT(OPTION_AFTER),
	 false, "list the runs that are at printers", PRINT_LIST_DETAILS,
	 "recardctl print list\n", print_list_run},
	{"print", "confirm", "RUN", 1, 1, OPTION_BIT(OPTION_REASON), false,
	 "say that a run came out whole", PRINT_CONFIRM_DETAILS,
	 "recardctl print confirm LR-20261123-000001 --reason 'counted'\n",
	 print_confirm_run},
	{"pack", 0, "ORDER CARD|-", 1, 2, OPTION_BIT(OPTION_COPY), false,
	 "check that a card and a label belong together", PACK_DETAILS,
	 PACK_EXAMPLES, pack_run},
	{"tracking", "check", "FILE", 1, 1, OPTION_BIT(OPTION_LAYOUT), false,
	 "show how a postal file would be read", TRACKING_CHECK_DETAILS,
	 TRACKING_CHECK_EXAMPLES, tracking_check_run},
	{"tracking", "list", "", 0, 0,
	 OPTION_BIT(OPTION_SOURCE) | OPTION_BIT(OPTION_STATE) |
		 OPTION_BIT(OPTION_FROM) | OPTION_BIT(OPTION_TO) |
		 OPTION_BIT(OPTION_LIMIT) | OPTION_BIT(OPTION_AFTER),
	 false, "list the postal files that were taken in",
	 TRACKING_LIST_DETAILS, TRACKING_LIST_EXAMPLES, tracking_list_run},
	{"tracking", "sources", "", 0, 0, 0, false,
	 "list where postal files come from, and what is absent",
	 TRACKING_SOURCES_DETAILS, "recardctl tracking sources\n",
	 tracking_sources_run},
	{"tracking", "revert", "IMPORT", 1, 1, OPTION_BIT(OPTION_REASON), false,
	 "ask to take a file of numbers back", TRACKING_REVERT_DETAILS,
	 "recardctl tracking revert 41 --reason 'last month\\'s file'\n",
	 tracking_revert_run},
	{"tracking", "overdue", "", 0, 0,
	 OPTION_BIT(OPTION_LIMIT) | OPTION_BIT(OPTION_AFTER), false,
	 "list letters that are past the promised day",
	 TRACKING_OVERDUE_DETAILS, "recardctl tracking overdue\n",
	 tracking_overdue_run},
	{"claim", "open", "ORDER", 1, 1, OPTION_BIT(OPTION_REASON), false,
	 "open a claim: no card has come", CLAIM_OPEN_DETAILS,
	 "recardctl claim open 26112300000012 --reason 'signed for by "
	 "nobody'\n",
	 claim_open_run},
	{"claim", "list", "", 0, 0,
	 OPTION_BIT(OPTION_OLDER) | OPTION_BIT(OPTION_ALL) |
		 OPTION_BIT(OPTION_LIMIT) | OPTION_BIT(OPTION_AFTER),
	 false, "list the claims that are open", CLAIM_LIST_DETAILS,
	 "recardctl claim list\nrecardctl claim list --older 7d\n",
	 claim_list_run},
	{"claim", "show", "CLAIM", 1, 1, 0, false,
	 "show a claim with all the evidence", CLAIM_SHOW_DETAILS,
	 "recardctl claim show 3\n", claim_show_run},
	{"claim", "note", "CLAIM", 1, 1, OPTION_BIT(OPTION_REASON), false,
	 "add a note to a claim", CLAIM_NOTE_DETAILS,
	 "recardctl claim note 3 --reason 'the post asks the carrier'\n",
	 claim_note_run},
	{"claim", "close", "CLAIM", 1, 1, OPTION_BIT(OPTION_REASON), false,
	 "close a claim", CLAIM_CLOSE_DETAILS,
	 "recardctl claim close 3 --reason 'a neighbour had it'\n",
	 claim_close_run},
	{"notice", "list", "", 0, 0,
	 OPTION_BIT(OPTION_STATE) | OPTION_BIT(OPTION_KIND) |
		 OPTION_BIT(OPTION_ORDER) | OPTION_BIT(OPTION_FROM) |
		 OPTION_BIT(OPTION_TO) | OPTION_BIT(OPTION_LIMIT) |
		 OPTION_BIT(OPTION_AFTER),
	 false, "list mail to applicants", NOTICE_LIST_DETAILS,
	 "recardctl notice list --state failed\n", notice_list_run},
	{"notice", "show", "NOTICE", 1, 1, 0, false, "show one of them",
	 "Nothing personal: not whom it goes to, nor what it says.\n",
	 "recardctl notice show 17\n", notice_show_run},
	{"notice", "preview", "ORDER KIND", 2, 2, OPTION_BIT(OPTION_REASON),
	 false, "show what a mail says", NOTICE_PREVIEW_DETAILS,
	 "recardctl notice preview 26112300000012 paid --reason 'he asks'\n",
	 notice_preview_run},
	{"notice", "retry", "NOTICE", 1, 1, OPTION_BIT(OPTION_REASON), false,
	 "send one that failed once more", NOTICE_RETRY_DETAILS,
	 "recardctl notice retry 17 --reason 'his mailbox has room again'\n",
	 notice_retry_run},
	{"calendar", "import", "FILE", 1, 1, OPTION_BIT(OPTION_DRY_RUN), false,
	 "take a year of the official calendar", CALENDAR_IMPORT_DETAILS,
	 "recardctl calendar import 115.csv\n", calendar_import_run},
	{"calendar", "list", "", 0, 0, 0, false,
	 "list the years that are known", CALENDAR_LIST_DETAILS,
	 "recardctl calendar list\n", calendar_list_run},
	{"operator", "add", "NAME CERTIFICATE.crt", 2, 2,
	 OPTION_BIT(OPTION_AS) | OPTION_BIT(OPTION_FROM) |
		 OPTION_BIT(OPTION_TO) | OPTION_BIT(OPTION_REASON),
	 false, "let somebody use the console", OPERATOR_ADD_DETAILS,
	 "recardctl operator add mei mei.crt --as operator --reason 'new at "
	 "the desk'\n",
	 operator_add_run},
	{"operator", "list", "", 0, 0, OPTION_BIT(OPTION_ALL), false,
	 "list who may use the console", OPERATOR_LIST_DETAILS,
	 "recardctl operator list\n", operator_list_run},
	{"operator", "remove", "NAME", 1, 1, OPTION_BIT(OPTION_REASON), false,
	 "let somebody use the console no more", OPERATOR_REMOVE_DETAILS,
	 "recardctl operator remove mei --reason 'has left'\n",
	 operator_remove_run},
	{"product", "list", "", 0, 0, 0, false,
	 "list the products, with today's prices", "",
	 "recardctl product list\n", product_list_run},
	{"product", "price", "PRODUCT", 1, 1,
	 OPTION_BIT(OPTION_FROM) | OPTION_BIT(OPTION_CARD_FEE) |
		 OPTION_BIT(OPTION_POSTAGE) | OPTION_BIT(OPTION_REASON),
	 false, "list the prices of a product, or add one",
	 "With options, all four of them, adds a price from a day on that is "
	 "today or\nlater. Orders keep the price of the day they were made.\n",
	 "recardctl product price moica\n"
	 "recardctl product price moica --from 2027-01-01 --card-fee 200 \\\n"
	 "    --postage 36 --reason 'postage rises'\n",
	 product_price_run},
	{"product", "feeds", "PRODUCT [CHANNEL]...", 1, 33,
	 OPTION_BIT(OPTION_REASON), false,
	 "list the feeds of a product, or set them",
	 "Unpaid orders are deleted only when each of these feeds has told "
	 "everything\nup to their deadline.\n",
	 "recardctl product feeds moica\n"
	 "recardctl product feeds moica atm credit --reason 'cards too'\n",
	 product_feeds_run},
	{"db", "migrate", "", 0, 0, OPTION_BIT(OPTION_DRY_RUN), false,
	 "bring the schema to this program's version",
	 "One transaction: all of it or nothing. Again is harmless. Without "
	 "the setting\ndatabase, the embedded database is created and started "
	 "first; with it,\ndatabase_admin must name somebody who may create "
	 "roles.\n",
	 "recardctl db migrate --dry-run\nrecardctl db migrate\n",
	 db_migrate_run},
	{"db", "status", "", 0, 0, 0, false,
	 "show whether it answers, versions, size", "", "recardctl db status\n",
	 db_status_run},
	{"cluster", "start", "", 0, 0, 0, false, "start the embedded database",
	 "Creates it when there is none.\n", "recardctl cluster start\n",
	 cluster_start_run},
	{"cluster", "stop", "", 0, 0, 0, false, "stop the embedded database",
	 "Open transactions are rolled back; daemons wait until it is "
	 "back.\n",
	 "recardctl cluster stop\n", cluster_stop_run},
	{"cluster", "status", "", 0, 0, 0, false,
	 "show the state of the embedded database",
	 "Exit code 0 when it runs, 4 when it does not.\n",
	 "recardctl cluster status\n", cluster_status_run},
	{"completion", 0, "SHELL", 1, 1, 0, true,
	 "print what completes commands in a shell",
	 "For bash, installed as "
	 "share/bash-completion/completions/recardctl.\n",
	 "recardctl completion bash "
	 ">~/.local/share/bash-completion/completions/"
	 "recardctl\n",
	 completion_run},
	{"version", 0, "", 0, 0, 0, true, "print the version", "",
	 "recardctl version\n", version_run},
	{"help", 0, "[NOUN [VERB]]", 0, 2, 0, true, "explain a command", "",
	 "recardctl help\nrecardctl help order import\n", help_run},
	{.noun = 0}};
