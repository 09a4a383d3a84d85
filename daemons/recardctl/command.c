/*
 * The table of commands: see command.h.
 */
#include "command.h"
#include "ctl.h"

const struct command_option command_options[OPTION_COUNT] = {
	[OPTION_CONFIG] =
		{'c', "config", "FILE",
		 "read FILE instead of $RECARD_CONF or " RECARD_CONF_DEFAULT},
	[OPTION_FORMAT] = {0, "format", "FORMAT",
			   "table, json or csv; default table"},
	[OPTION_VERBOSE] = {'v', "verbose", 0, "say more on stderr"},
	[OPTION_HELP] = {'h', "help", 0, "print help, and end"},
	[OPTION_VERSION] = {'V', "version", 0, "print the version, and end"},
	[OPTION_DRY_RUN] = {0, "dry-run", 0,
			    "show what would be done, change nothing"},
	[OPTION_REPORT] = {0, "report", "FILE",
			   "write the report, as JSON, to FILE as well"},
	[OPTION_STATUS] = {0, "status", "STATUS", "only orders in STATUS"},
	[OPTION_LIMIT] = {0, "limit", "N", "at most N rows; default 100"},
	[OPTION_AFTER] = {0, "after", "NUMBER",
			  "go on after the order, payment or batch NUMBER"},
	[OPTION_CHANNEL] = {0, "channel", "NAME",
			    "only payments of the feed NAME"},
	[OPTION_ORDER] = {0, "order", "ORDER",
			  "only payments of ORDER; resolve: settle it"},
	[OPTION_KIND] = {0, "kind", "KIND", "only payments of KIND"},
	[OPTION_MATCH] = {0, "match", "MATCH", "only payments that match so"},
	[OPTION_STATE] = {0, "state", "STATE", "only those in STATE"},
	[OPTION_FROM] = {0, "from", "DATE", "from DATE on, as 2026-11-23"},
	[OPTION_TO] = {0, "to", "DATE", "to the end of DATE"},
	[OPTION_DATE] = {0, "date", "DATE", "the last day; default today"},
	[OPTION_DAYS] = {0, "days", "N", "how many days; default 1"},
	[OPTION_AS] = {0, "as", "STATE", "refund_due, refunded or matched"},
	[OPTION_REASON] = {0, "reason", "TEXT",
			   "why, for the record; exceptions: only these"},
	[OPTION_REFERENCE] = {0, "reference", "TEXT",
			      "the bank's or provider's number of the refund"},
	[OPTION_CARD_FEE] = {0, "card-fee", "N", "TWD for the card"},
	[OPTION_POSTAGE] = {0, "postage", "N", "TWD for the post"},
	[OPTION_LINE] = {0, "line", "LINE", "only batches of the card line"},
	[OPTION_PRODUCT] = {0, "product", "PRODUCT", "only cards of PRODUCT"},
	[OPTION_OPEN] = {0, "open", 0,
			 "only batches that are not over, or have cards out"},
	[OPTION_ALL] = {0, "all", 0, "those that are over as well"},
	[OPTION_CARDS] = {0, "count", "N", "so many blank cards are there"},
	[OPTION_ADD] = {0, "add", "N", "so many blank cards have come"},
};

#define IMPORT_DETAILS                                                         \
	"One JSON object a line; \"-\" reads stdin. Each line is a "           \
	"transaction of its own:\nwhat was taken stays, and the same file "    \
	"again changes nothing. Rejected lines are\nlisted with line number, " \
	"code and reason, and make the exit code 1.\n"

const struct command commands[] = {
	{"status", 0, "", 0, 0, 0, false, "how many orders stand where",
	 "For each status: orders, held ones, and since when the oldest "
	 "stands there.\n",
	 "recardctl status\nrecardctl --format json status\n", belt_run},
	{"verify", 0, "", 0, 0, 0, false, "check that the invariants hold",
	 "Lists each breach; exit code 7 when there is one.\n",
	 "recardctl verify\nrecardctl verify || echo 'call somebody'\n",
	 verify_run},
	{"order", "import", "FILE.jsonl", 1, 1, OPTION_BIT(OPTION_REPORT),
	 false, "take applications in",
	 IMPORT_DETAILS
	 "Fields: request_id product card_no holder_id name postal_code "
	 "address phone email\nuser_code, optional applied_at.\n",
	 "recardctl order import applications.jsonl\n"
	 "recardctl order import --report /tmp/report.json - <today.jsonl\n",
	 order_import_run},
	{"order", "list", "", 0, 0,
	 OPTION_BIT(OPTION_STATUS) | OPTION_BIT(OPTION_LIMIT) |
		 OPTION_BIT(OPTION_AFTER),
	 false, "list orders, oldest first", "",
	 "recardctl order list --status unpaid\n"
	 "recardctl order list --format csv --limit 1000000 >orders.csv\n",
	 order_list_run},
	{"order", "show", "ORDER", 1, 1, 0, false, "show one order",
	 "Personal data is masked.\n", "recardctl order show 26112300000012\n",
	 order_show_run},
	{"order", "hold", "ORDER", 1, 1, OPTION_BIT(OPTION_REASON), false,
	 "stop an order where it stands",
	 "A card in a batch that is not sealed leaves it. Once the batch is "
	 "sealed it\nis too late.\n",
	 "recardctl order hold 26112300000012 --reason 'name in doubt'\n",
	 order_hold_run},
	{"order", "release", "ORDER", 1, 1, OPTION_BIT(OPTION_REASON), false,
	 "let a held order go on",
	 "One that is held since its card failed too often is for 'order "
	 "retry'.\n",
	 "recardctl order release 26112300000012 --reason 'name is right'\n",
	 order_release_run},
	{"order", "cancel", "ORDER", 1, 1, OPTION_BIT(OPTION_REASON), false,
	 "cancel an order before its batch is sealed",
	 "Its card and label become void, what was paid is refund due.\n",
	 "recardctl order cancel 26112300000012 --reason 'asked by phone'\n",
	 order_cancel_run},
	{"order", "retry", "ORDER", 1, 1, OPTION_BIT(OPTION_REASON), false,
	 "ask for one more card beyond the limit",
	 "For an order that is held since its card failed too often. Somebody "
	 "else\nmust approve.\n",
	 "recardctl order retry 26112300000012 --reason 'chip lot replaced'\n",
	 order_retry_run},
	{"order", "history", "ORDER", 1, 1, 0, false,
	 "show the moves of one order", "",
	 "recardctl order history 26112300000012\n", order_history_run},
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
	 "recardctl payment list --from 2026-11-01 --format csv "
	 ">november.csv\n",
	 payment_list_run},
	{"payment", "show", "PAYMENT", 1, 1, 0, false, "show one payment",
	 "What it says, who told it, what it settles, its exception, and what "
	 "was done\nabout it.\n",
	 "recardctl payment show 4711\n", payment_show_run},
	{"payment", "exceptions", "", 0, 0,
	 OPTION_BIT(OPTION_REASON) | OPTION_BIT(OPTION_STATE) |
		 OPTION_BIT(OPTION_LIMIT),
	 false, "list payments that settle nothing",
	 "Oldest first; those not closed yet, unless --state names open, "
	 "refund_due,\nrefunded, matched or all.\n",
	 "recardctl payment exceptions\n"
	 "recardctl payment exceptions --reason unknown_order --state open\n",
	 payment_exceptions_run},
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
	{"payment", "refunds", "", 0, 0, OPTION_BIT(OPTION_STATE), false,
	 "list what is to be refunded, or was",
	 "--state is refund_due, the default, or refunded. Count and sum are "
	 "told on\nstderr.\n",
	 "recardctl payment refunds\n"
	 "recardctl payment refunds --state refunded --format csv "
	 ">refunded.csv\n",
	 payment_refunds_run},
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
	{"batch", "list", "", 0, 0,
	 OPTION_BIT(OPTION_LINE) | OPTION_BIT(OPTION_STATE) |
		 OPTION_BIT(OPTION_PRODUCT) | OPTION_BIT(OPTION_FROM) |
		 OPTION_BIT(OPTION_TO) | OPTION_BIT(OPTION_LIMIT),
	 false, "list card batches, newest first",
	 "--state: cut, sealed, published (handed out), accepted, refused, "
	 "empty,\nabandoned. --from and --to are days of cutting in Taipei.\n",
	 "recardctl batch list --state published\n", batch_list_run},
	{"batch", "show", "BATCH", 1, 1, 0, false, "show one batch",
	 "Where it stands, its cards in numbers, its seal and place in the "
	 "chain, the\nline's answers, and what was done about it.\n",
	 "recardctl batch show CB-20261123-000001\n", batch_show_run},
	{"batch", "cards", "BATCH", 1, 1, 0, false, "list the cards of a batch",
	 "", "recardctl batch cards CB-20261123-000001 --format csv\n",
	 batch_cards_run},
	{"batch", "cut", "LINE", 1, 1,
	 OPTION_BIT(OPTION_PRODUCT) | OPTION_BIT(OPTION_REASON) |
		 OPTION_BIT(OPTION_DRY_RUN),
	 false, "cut a batch now, of what waits for a line",
	 "--dry-run shows what waits.\n",
	 "recardctl batch cut main --dry-run\n"
	 "recardctl batch cut main --reason 'line closes early'\n",
	 batch_cut_run},
	{"batch", "resend", "BATCH", 1, 1, OPTION_BIT(OPTION_REASON), false,
	 "have a batch handed over again",
	 "The same file under the same name. Only what was handed out and not "
	 "accepted;\nask the line first.\n",
	 "recardctl batch resend CB-20261123-000001 --reason 'line lost it'\n",
	 batch_resend_run},
	{"batch", "hold", "BATCH", 1, 1, OPTION_BIT(OPTION_REASON), false,
	 "keep a batch from leaving", "Only before it is handed out.\n",
	 "recardctl batch hold CB-20261123-000001 --reason 'line moves'\n",
	 batch_hold_run},
	{"batch", "release", "BATCH", 1, 1, OPTION_BIT(OPTION_REASON), false,
	 "let a held batch go on", "",
	 "recardctl batch release CB-20261123-000001 --reason 'line is back'\n",
	 batch_release_run},
	{"batch", "abandon", "BATCH", 1, 1, OPTION_BIT(OPTION_REASON), false,
	 "ask to give up a batch that the line refused",
	 "Its cards count as rejected and are made in other batches. Somebody "
	 "else must\napprove.\n",
	 "recardctl batch abandon CB-20261123-000001 --reason 'key lost'\n",
	 batch_abandon_run},
	{"batch", "reconcile", "[BATCH]", 0, 1,
	 OPTION_BIT(OPTION_LINE) | OPTION_BIT(OPTION_FROM) |
		 OPTION_BIT(OPTION_TO) | OPTION_BIT(OPTION_OPEN),
	 false, "account for every card of the sealed batches",
	 "Sent = made + spoiled + rejected + on hold + open, by batch and "
	 "line, with the\nline's error codes. Exit code 1 when a batch is late "
	 "or refused, 7 when a sum\ndoes not hold. --from and --to are days of "
	 "sealing in Taipei.\n",
	 "recardctl batch reconcile --open\n"
	 "recardctl batch reconcile --from 2026-11-01 --format csv >nov.csv\n",
	 batch_reconcile_run},
	{"line", "list", "", 0, 0, 0, false,
	 "show the card lines and what waits for them", "",
	 "recardctl line list\n", line_list_run},
	{"line", "alarms", "", 0, 0, 0, false,
	 "show what is late, missing or stopped",
	 "Exit code 1 when there is anything.\n", "recardctl line alarms\n",
	 line_alarms_run},
	{"line", "stock", "LINE PRODUCT", 2, 2,
	 OPTION_BIT(OPTION_CARDS) | OPTION_BIT(OPTION_ADD) |
		 OPTION_BIT(OPTION_REASON),
	 false, "record a line's blank cards",
	 "Cards put into batches from then on are taken off. At nothing left, "
	 "batches\nwait; a line whose cards were never counted is never "
	 "short.\n",
	 "recardctl line stock main moica --count 20000 --reason 'inventory'\n"
	 "recardctl line stock main moica --add 5000 --reason 'delivery 17'\n",
	 line_stock_run},
	{"line", "resume", "LINE", 1, 1,
	 OPTION_BIT(OPTION_AFTER) | OPTION_BIT(OPTION_REASON), false,
	 "let a stopped line go on",
	 "A line stops when batches are out that the database does not know: "
	 "it was\nrestored from before. Find out first what the line has, and "
	 "hold or cancel the\norders whose cards it is making already. --after "
	 "names the last batch that the\nline has, or its last five digits; "
	 "numbers up to it are not used again.\n",
	 "recardctl line resume main --after CB-20261123-000041 \\\n"
	 "    --reason 'restored from the night, line asked'\n",
	 line_resume_run},
	{"request", "list", "", 0, 0,
	 OPTION_BIT(OPTION_ALL) | OPTION_BIT(OPTION_LIMIT), false,
	 "list what waits for a second person", "", "recardctl request list\n",
	 request_list_run},
	{"request", "approve", "REQUEST", 1, 1, OPTION_BIT(OPTION_REASON),
	 false, "approve what somebody else asked for",
	 "It is carried out at once. Nobody approves what he asked for.\n",
	 "recardctl request approve 7 --reason 'line was asked too'\n",
	 request_approve_run},
	{"request", "decline", "REQUEST", 1, 1, OPTION_BIT(OPTION_REASON),
	 false, "decline a request, or take one's own back", "",
	 "recardctl request decline 7 --reason 'cancel it instead'\n",
	 request_decline_run},
	{"exception", "list", "", 0, 0,
	 OPTION_BIT(OPTION_KIND) | OPTION_BIT(OPTION_ALL) |
		 OPTION_BIT(OPTION_LIMIT),
	 false, "list what waits for somebody, oldest first",
	 "--kind: label, card, batch, returned_mail. Payments have a list of "
	 "their own:\n'payment exceptions'.\n",
	 "recardctl exception list --kind card\n", exception_list_run},
	{"exception", "close", "EXCEPTION", 1, 1, OPTION_BIT(OPTION_REASON),
	 false, "close what was settled elsewhere",
	 "What ends by an act of its own says by which.\n",
	 "recardctl exception close 12 --reason 'line sent a correction'\n",
	 exception_close_run},
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
	{"version", 0, "", 0, 0, 0, true, "print the version", "",
	 "recardctl version\n", version_run},
	{"help", 0, "[NOUN [VERB]]", 0, 2, 0, true, "explain a command", "",
	 "recardctl help\nrecardctl help order import\n", help_run},
	{.noun = 0}};
