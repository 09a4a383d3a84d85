/*
 * recardctl line list, alarms: what the card lines have to do, and what
 * somebody should look at.
 */
#include "ctl.h"
#include "exit_code.h"
#include "list.h"

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
	static const struct list list = {
		.what = "lines",
		.sql = "SELECT line, series, product, waiting, "
		       "recard.seconds_at(since), recard.seconds_of(now() - "
		       "since), stock, unprintable, out_batches, out_cards, "
		       "last_number, stopped IS NOT NULL, stopped FROM "
		       "recard.line_list() ORDER BY series, product",
		.columns = columns};

	return list_run(ctl, &list);
}

static int
alarms_end(const struct ctl *ctl, const struct db_result *result, int rows)
{
	(void)result;
	if (rows > 0)
		return EXIT_EXCEPTIONS;
	if (ctl->format == OUTPUT_TABLE)
		ctl_say("no alarms");
	return EXIT_DONE;
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
	static const struct list list = {
		.what = "alarms",
		.sql = "SELECT kind, line, recard.seconds_at(since), "
		       "recard.seconds_of(now() - since), cards, CASE kind "
		       "WHEN 'stopped' THEN 'line resume, see its help' WHEN "
		       "'ack_missing' THEN 'ask the line what it has' WHEN "
		       "'results_late' THEN 'ask the line when they come' WHEN "
		       "'stock_out' THEN 'line stock, when cards came' WHEN "
		       "'calendar_missing' THEN 'install a newer recard' END, "
		       "subject FROM recard.line_alarms() ORDER BY line, kind, "
		       "since, subject",
		.columns = columns,
		.conclude = alarms_end};

	return list_run(ctl, &list);
}
