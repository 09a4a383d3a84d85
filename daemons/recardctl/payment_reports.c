/*
 * recardctl payment totals, feeds: whether the books agree with what the
 * providers say, and whether they say it in time.
 */
#include "ctl.h"
#include "list.h"

static const int64_t days_most = 366;

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
	static const struct list_parameter parameters[] = {
		{LIST_DATE, OPTION_DATE, NULL},
		{LIST_NUMBER, OPTION_DAYS, &days_most},
		{0}};
	static const struct list list = {
		.what = "totals",
		.sql = "WITH asked AS (SELECT coalesce($1::date, (now() AT "
		       "TIME ZONE 'Asia/Taipei')::date) AS last) SELECT "
		       "coalesce(t.day::text, 'sum'), CASE WHEN t.day IS NULL "
		       "THEN 'all' ELSE t.channel END, t.item, t.count, "
		       "t.amount, t.currency FROM asked, "
		       "recard.payment_totals(last - coalesce($2::integer, 1) "
		       "+ 1, last) WITH ORDINALITY AS t (day, channel, item, "
		       "currency, count, amount, place) ORDER BY place",
		.parameters = parameters,
		.columns = columns};

	return list_run(ctl, &list);
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

	static const struct list list = {
		.what = "feeds",
		.sql = "SELECT channel, display, state, "
		       "recard.seconds_at(covered_until), last_sequence, "
		       "missing_sequence, recard.seconds_at(last_file_at), "
		       "recard.seconds_of(silence), "
		       "recard.seconds_of(max_silence), waiting, questions, "
		       "asked, products FROM recard.payment_feeds()",
		.columns = columns};

	return list_run(ctl, &list);
}
