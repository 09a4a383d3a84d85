/*
 * recardctl line list, alarms: what the card lines have to do, and what
 * somebody should look at.
 */
#include "ctl.h"
#include "exit_code.h"

int
line_list_run(struct ctl *ctl)
{
	static const struct output_column columns[] = {
		{"line", "LINE", OUTPUT_TEXT},
		{"series", NULL, OUTPUT_NUMBER},
		{"product", "PRODUCT", OUTPUT_TEXT},
		{"waiting", "WAITING", OUTPUT_NUMBER},
		{"since", NULL, OUTPUT_TIME},
		{"since_seconds", "OLDEST", OUTPUT_AGE},
		{"stock", "STOCK", OUTPUT_NUMBER},
		{"unprintable", "UNPRINTABLE", OUTPUT_NUMBER},
		{"out_batches", "OUT", OUTPUT_NUMBER},
		{"out_cards", "CARDS OUT", OUTPUT_NUMBER},
		{"last_number", "LAST NO", OUTPUT_NUMBER},
		{"stopped", "STOPPED", OUTPUT_BOOL},
		{"stop_reason", NULL, OUTPUT_TEXT},
		{0}};
	struct db_result *result = NULL;
	int code = ctl_connect(ctl, NULL);

	if (code == 0)
		code = ctl_ask(ctl, "line list",
			       "SELECT line, series, product, waiting,"
			       " floor(extract(epoch FROM since))::bigint,"
			       " floor(extract(epoch FROM now() -"
			       " since))::bigint, stock, unprintable,"
			       " out_batches, out_cards, last_number,"
			       " stopped IS NOT NULL, stopped"
			       " FROM recard.line_list() ORDER BY series,"
			       " product",
			       0, NULL, &result);
	if (code)
		return code;
	code = ctl_print_result(ctl, columns, OUTPUT_ROWS, result);
	if (db_rows(result) == 0 && ctl->format == OUTPUT_TABLE)
		ctl_say("no lines");
	db_result_free(result);
	return code;
}

int
line_alarms_run(struct ctl *ctl)
{
	static const struct output_column columns[] = {
		{"alarm", "ALARM", OUTPUT_TEXT},
		{"line", "LINE", OUTPUT_TEXT},
		{"since", NULL, OUTPUT_TIME},
		{"since_seconds", "FOR", OUTPUT_AGE},
		{"cards", "CARDS", OUTPUT_NUMBER},
		{"suggestion", "SUGGESTED", OUTPUT_TEXT},
		{"subject", "ABOUT", OUTPUT_TEXT},
		{0}};
	struct db_result *result = NULL;
	int code = ctl_connect(ctl, NULL);

	if (code == 0)
		code = ctl_ask(
			ctl, "line alarms",
			"SELECT kind, line,"
			" floor(extract(epoch FROM since))::bigint,"
			" floor(extract(epoch FROM now() - since))::bigint,"
			" cards, CASE kind"
			" WHEN 'stopped' THEN 'line resume, see its help'"
			" WHEN 'ack_missing' THEN 'ask the line what it has'"
			" WHEN 'results_late' THEN 'ask the line when they "
			"come'"
			" WHEN 'stock_out' THEN 'line stock, when cards came'"
			" WHEN 'calendar_missing' THEN 'install a newer recard'"
			" END, subject FROM recard.line_alarms()"
			" ORDER BY line, kind, since, subject",
			0, NULL, &result);
	if (code)
		return code;
	code = ctl_print_result(ctl, columns, OUTPUT_ROWS, result);
	if (code == 0 && db_rows(result) > 0)
		code = EXIT_EXCEPTIONS;
	else if (code == 0 && ctl->format == OUTPUT_TABLE)
		ctl_say("no alarms");
	db_result_free(result);
	return code;
}
