/*
 * recardctl line: the card lines, what waits for them, and their blank cards.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "act.h"
#include "exit_code.h"
#include "option_value.h"

#define SECONDS(value) "floor(extract(epoch FROM " value "))::bigint"
#define CARDS_MOST 100000000
#define NUMBER_MOST 99999

int
line_list_run(struct ctl *ctl)
{
	static const struct output_column columns[] = {
		{"line", "LINE", OUTPUT_TEXT},
		{"series", "SERIES", OUTPUT_NUMBER},
		{"last_number", "LAST", OUTPUT_NUMBER},
		{"product", "PRODUCT", OUTPUT_TEXT},
		{"waiting", "WAITING", OUTPUT_NUMBER},
		{"since", "SINCE", OUTPUT_TIME},
		{"unprintable", "UNPRINTABLE", OUTPUT_NUMBER},
		{"stock", "STOCK", OUTPUT_NUMBER},
		{"out_batches", "BATCHES OUT", OUTPUT_NUMBER},
		{"out_cards", "CARDS OUT", OUTPUT_NUMBER},
		{"stopped", "STOPPED", OUTPUT_TEXT},
		{0}};

	return act_list(ctl, "line list",
			"SELECT line, series, last_number, product, waiting,"
			" " SECONDS("since") ", unprintable, stock,"
					     " out_batches, out_cards, stopped"
					     " FROM recard.line_list()",
			0, NULL, columns,
			"card lines: recard-manufacture makes them known "
			"when it starts",
			NULL);
}

int
line_alarms_run(struct ctl *ctl)
{
	static const struct output_column columns[] = {
		{"line", "LINE", OUTPUT_TEXT},
		{"alarm", "ALARM", OUTPUT_TEXT},
		{"subject", "SUBJECT", OUTPUT_TEXT},
		{"since", "SINCE", OUTPUT_TIME},
		{"cards", "CARDS", OUTPUT_NUMBER},
		{"suggestion", "SUGGESTED", OUTPUT_TEXT},
		{0}};
	int rows = 0;
	int code = act_list(
		ctl, "line alarms",
		"SELECT line, kind, subject, " SECONDS(
			"since") ", cards, CASE kind"
				 " WHEN 'stopped' THEN 'line resume'"
				 " WHEN 'ack_missing' THEN 'ask the line,"
				 " batch resend'"
				 " WHEN 'results_late' THEN 'ask the line'"
				 " WHEN 'stock_out' THEN 'line stock'"
				 " ELSE 'enter the calendar' END"
				 " FROM recard.line_alarms() ORDER BY 1, 2, 4",
		0, NULL, columns, "alarms", &rows);

	return code == 0 && rows > 0 ? EXIT_EXCEPTIONS : code;
}

int
line_stock_run(struct ctl *ctl)
{
	bool adds = ctl->options[OPTION_ADD] != NULL;
	struct db_result *result = NULL;
	struct db_param params[4];
	int64_t cards = 0;
	int code;

	if (adds == (ctl->options[OPTION_CARDS] != NULL)) {
		ctl_say("--count=N (cards that are there) or --add=N (cards "
			"that came) is needed, one of them");
		return EXIT_USAGE;
	}
	if (!option_number(ctl, adds ? OPTION_ADD : OPTION_CARDS, 0, CARDS_MOST,
			   &cards))
		return EXIT_USAGE;
	params[0] = db_text(ctl->args[0]);
	params[1] = db_text(ctl->args[1]);
	params[2] = db_int(cards);
	params[3] = db_text(adds ? "t" : "f");
	code = act_run(ctl,
		       &(struct act){"line stock",
				     "SELECT recard.stock_set($1::text,"
				     " $2::text, $3::integer, $4::boolean,"
				     " $5::text, $6::text)",
				     params, 4},
		       &result);
	if (code)
		return code;
	ctl_say("line %s has %s blank cards for %s", ctl->args[0],
		db_value(result, 0, 0), ctl->args[1]);
	db_result_free(result);
	return EXIT_DONE;
}

int
line_resume_run(struct ctl *ctl)
{
	const char *after = ctl->options[OPTION_AFTER];
	struct db_param params[2];
	int64_t number = 0;
	int code;

	if (!option_needed(ctl, OPTION_AFTER,
			   "(the last batch that the line has)"))
		return EXIT_USAGE;
	/* A whole batch number does as well: its last five digits. */
	if (strncmp(after, "CB-", 3) == 0 && strlen(after) == 18)
		ctl->options[OPTION_AFTER] = after + 13;
	if (!option_number(ctl, OPTION_AFTER, 0, NUMBER_MOST, &number))
		return EXIT_USAGE;
	params[0] = db_text(ctl->args[0]);
	params[1] = db_int(number);
	code = act_run(ctl,
		       &(struct act){"line resume",
				     "SELECT recard.line_resume($1::text,"
				     " $2::integer, $3::text, $4::text)",
				     params, 2},
		       NULL);
	if (code == 0)
		ctl_say("line %s goes on after number %05" PRId64, ctl->args[0],
			number);
	return code;
}
