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
	[OPTION_LIMIT] = {0, "limit", "N", "at most N orders; default 100"},
	[OPTION_AFTER] = {0, "after", "ORDER", "go on after ORDER"},
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
