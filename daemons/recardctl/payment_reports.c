/*
 * recardctl payment totals, feeds: whether the books agree with what the
 * providers say, and whether they say it in time.
 */
#include "ctl.h"
#include "exit_code.h"
#include "option_value.h"

#define DAYS_MOST 366

int
payment_totals_run(struct ctl *ctl)
{
	static const struct output_column columns[] = {
		{"day", "DAY", OUTPUT_TEXT},
		{"channel", "CHANNEL", OUTPUT_TEXT},
		{"item", "ITEM", OUTPUT_TEXT},
		{"count", "COUNT", OUTPUT_NUMBER},
		{"amount", "AMOUNT", OUTPUT_NUMBER},
		{"currency", "CUR", OUTPUT_TEXT},
		{0}};
	int64_t days = 1;
	struct db_result *result = NULL;
	struct db_param params[2];
	int code;

	if (!option_date_ok(ctl, OPTION_DATE) ||
	    !option_number(ctl, OPTION_DAYS, 1, DAYS_MOST, &days))
		return EXIT_USAGE;
	code = ctl_connect(ctl, NULL);
	if (code)
		return code;
	params[0] = db_text(ctl->options[OPTION_DATE]);
	params[1] = db_int(days);
	code = ctl_ask(ctl, "payment totals",
		       "WITH asked AS (SELECT coalesce($1::date, (now()"
		       " AT TIME ZONE 'Asia/Taipei')::date) AS last)"
		       " SELECT coalesce(t.day::text, 'sum'),"
		       " CASE WHEN t.day IS NULL THEN 'all' ELSE t.channel"
		       " END, t.item, t.count, t.amount, t.currency"
		       " FROM asked, recard.payment_totals("
		       "last - $2::integer + 1, last)"
		       " WITH ORDINALITY AS t (day, channel, item, currency,"
		       " count, amount, place) ORDER BY place",
		       2, params, &result);
	if (code)
		return code;
	code = ctl_print_result(ctl, columns, OUTPUT_ROWS, result);
	db_result_free(result);
	return code;
}

int
payment_feeds_run(struct ctl *ctl)
{
	static const struct output_column columns[] = {
		{"channel", "CHANNEL", OUTPUT_TEXT},
		{"display", NULL, OUTPUT_TEXT},
		{"state", "STATE", OUTPUT_TEXT},
		{"covered_until", "COVERED UNTIL", OUTPUT_TIME},
		{"last_sequence", "LAST SEQ", OUTPUT_NUMBER},
		{"missing_sequence", "MISSING", OUTPUT_NUMBER},
		{"last_file_at", NULL, OUTPUT_TIME},
		{"silence_seconds", "SILENT FOR", OUTPUT_AGE},
		{"max_silence_seconds", "ALLOWED", OUTPUT_AGE},
		{"waiting", "WAITING", OUTPUT_NUMBER},
		{"questions", "QUESTIONS", OUTPUT_NUMBER},
		{"asked_before_purge", "ASKED", OUTPUT_BOOL},
		{"products", "PRODUCTS", OUTPUT_TEXT},
		{0}};

	return ctl_list(ctl, "payment feeds",
			"SELECT channel, display, state,"
			" floor(extract(epoch FROM covered_until))::bigint,"
			" last_sequence, missing_sequence,"
			" floor(extract(epoch FROM last_file_at))::bigint,"
			" floor(extract(epoch FROM silence))::bigint,"
			" floor(extract(epoch FROM max_silence))::bigint,"
			" waiting, questions, asked, products"
			" FROM recard.payment_feeds()",
			columns);
}
