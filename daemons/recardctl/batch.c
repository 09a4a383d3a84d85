/*
 * recardctl batch: what was cut for the card lines, and what became of every
 * card of it.
 */
#include <inttypes.h>
#include <string.h>

#include "act.h"
#include "exit_code.h"
#include "option_value.h"

#define SECONDS(value) "floor(extract(epoch FROM " value "))::bigint"

static const char *const states[] = {"cut",       "sealed",  "published",
				     "accepted",  "refused", "empty",
				     "abandoned", NULL};

int
batch_list_run(struct ctl *ctl)
{
	static const struct output_column columns[] = {
		{"batch_no", "BATCH", OUTPUT_TEXT},
		{"line", "LINE", OUTPUT_TEXT},
		{"product", "PRODUCT", OUTPUT_TEXT},
		{"state", "STATE", OUTPUT_TEXT},
		{"held", "HELD", OUTPUT_TEXT},
		{"cause", NULL, OUTPUT_TEXT},
		{"cards", "CARDS", OUTPUT_NUMBER},
		{"made", "MADE", OUTPUT_NUMBER},
		{"open", "OPEN", OUTPUT_NUMBER},
		{"cut_at", "CUT", OUTPUT_TIME},
		{"sealed_at", NULL, OUTPUT_TIME},
		{"handed_out_at", NULL, OUTPUT_TIME},
		{"acknowledged_at", NULL, OUTPUT_TIME},
		{"ack_reason", "REFUSED", OUTPUT_TEXT},
		{0}};
	int64_t limit = OPTION_LIMIT_DEFAULT;
	struct db_param params[6];

	if (!option_number(ctl, OPTION_LIMIT, 1, OPTION_LIMIT_MOST, &limit) ||
	    !option_choice_ok(ctl, OPTION_STATE, states) ||
	    !option_date_ok(ctl, OPTION_FROM) ||
	    !option_date_ok(ctl, OPTION_TO))
		return EXIT_USAGE;
	params[0] = db_text(ctl->options[OPTION_LINE]);
	params[1] = db_text(ctl->options[OPTION_STATE]);
	params[2] = db_text(ctl->options[OPTION_PRODUCT]);
	params[3] = db_text(ctl->options[OPTION_FROM]);
	params[4] = db_text(ctl->options[OPTION_TO]);
	params[5] = db_int(limit);
	return act_list(
		ctl, "batch list",
		"SELECT batch_no, line, product, state, held, cause, cards,"
		" made, open, " SECONDS("created_at") "," SECONDS("sealed_at") "," SECONDS(
			"published_at") "," SECONDS("acked_at") ", "
								"nullif(ack_"
								"reason, '')"
								" FROM "
								"recard.batch_"
								"list($1::text,"
								" $2::text,"
								" $3::text, "
								"$4::date, "
								"$5::date, "
								"$6::integer)",
		6, params, columns, "batches", NULL);
}

int
batch_show_run(struct ctl *ctl)
{
	return act_show(ctl, "batch show",
			"SELECT section, name, value"
			" FROM recard.batch_show($1::text)",
			"batch");
}

int
batch_cards_run(struct ctl *ctl)
{
	static const struct output_column columns[] = {
		{"line", "LINE", OUTPUT_NUMBER},
		{"job", "JOB", OUTPUT_NUMBER},
		{"attempt", "ATTEMPT", OUTPUT_NUMBER},
		{"reason", "REASON", OUTPUT_TEXT},
		{"order_no", "ORDER", OUTPUT_TEXT},
		{"state", "STATE", OUTPUT_TEXT},
		{"on_hold_since", "ON HOLD SINCE", OUTPUT_TIME},
		{"error_code", "ERROR", OUTPUT_TEXT},
		{"made_at", "MADE", OUTPUT_TIME},
		{0}};
	const struct db_param params[] = {db_text(ctl->args[0])};
	int rows = 0;
	int code = act_list(
		ctl, "batch cards",
		"SELECT line, job_no, attempt, reason, order_no, state,"
		" " SECONDS("on_hold_since") ", error_code, " SECONDS(
			"made_at") " FROM recard.batch_cards($1::text)",
		1, params, columns, "cards", &rows);

	return code == 0 && rows == 0 ? EXIT_EXCEPTIONS : code;
}

/* What a batch would be cut of. */
static int
preview(struct ctl *ctl)
{
	static const struct output_column columns[] = {
		{"product", "PRODUCT", OUTPUT_TEXT},
		{"waiting", "WAITING", OUTPUT_NUMBER},
		{"since", "SINCE", OUTPUT_TIME},
		{"stock", "STOCK", OUTPUT_NUMBER},
		{0}};
	const struct db_param params[] = {
		db_text(ctl->args[0]), db_text(ctl->options[OPTION_PRODUCT])};

	return act_list(ctl, "batch cut",
			"SELECT product, waiting, " SECONDS(
				"since") ", stock FROM recard.line_list()"
					 " WHERE line = $1::text"
					 " AND product = coalesce($2::text,"
					 " product) AND waiting > 0"
					 " ORDER BY since",
			2, params, columns, "cards wait", NULL);
}

int
batch_cut_run(struct ctl *ctl)
{
	const struct db_param params[] = {
		db_text(ctl->args[0]), db_text(ctl->options[OPTION_PRODUCT])};
	struct db_result *result = NULL;
	int code;

	if (ctl->options[OPTION_DRY_RUN])
		return preview(ctl);
	code = act_run(ctl,
		       &(struct act){"batch cut",
				     "SELECT recard.batch_cut($1::text,"
				     " $2::text, $3::text, $4::text)",
				     params, 2},
		       &result);
	if (code)
		return code;
	if (db_is_null(result, 0, 0)) {
		ctl_say("nothing was cut: no card waits, or none is in stock; "
			"see 'recardctl line list'");
		code = EXIT_EXCEPTIONS;
	} else {
		ctl_say("batch %s is cut; recard-manufacture seals it and "
			"hands it over",
			db_value(result, 0, 0));
	}
	db_result_free(result);
	return code;
}

/* An act on the batch of the first argument. */
static int
act_on_batch(struct ctl *ctl, const char *doing, const char *sql,
	     const char *done)
{
	const struct db_param params[] = {db_text(ctl->args[0])};
	int code = act_run(ctl, &(struct act){doing, sql, params, 1}, NULL);

	if (code == 0)
		ctl_say("batch %s %s", ctl->args[0], done);
	return code;
}

int
batch_resend_run(struct ctl *ctl)
{
	return act_on_batch(ctl, "batch resend",
			    "SELECT recard.batch_resend($1::text, $2::text,"
			    " $3::text)",
			    "goes out once more, the same file, by "
			    "recard-manufacture");
}

int
batch_hold_run(struct ctl *ctl)
{
	return act_on_batch(ctl, "batch hold",
			    "SELECT recard.batch_hold($1::text, $2::text,"
			    " $3::text)",
			    "is held");
}

int
batch_release_run(struct ctl *ctl)
{
	return act_on_batch(ctl, "batch release",
			    "SELECT recard.batch_release($1::text, $2::text,"
			    " $3::text)",
			    "goes on");
}

/* A sentence for each line below the table. */
static int
say_totals(struct ctl *ctl, int count, const struct db_param *params)
{
	struct db_result *result = NULL;
	int code = ctl_ask(
		ctl, "batch reconcile",
		"SELECT line, count(*), sum(sent), sum(made), sum(spoiled),"
		" sum(rejected), sum(on_hold), sum(open),"
		" count(*) FILTER (WHERE late),"
		" count(*) FILTER (WHERE state = 'refused'),"
		" count(*) FILTER (WHERE NOT balanced)"
		" FROM recard.batch_reconcile($1::text, $2::text, $3::date,"
		" $4::date, $5::boolean) GROUP BY line ORDER BY line",
		count, params, &result);

	if (code)
		return code;
	for (int row = 0; row < db_rows(result); row++) {
		ctl_say("%s: %s batches, %s cards sent = %s made + %s spoiled "
			"+ %s rejected + %s on hold + %s open; %s late, %s "
			"refused",
			db_value(result, row, 0), db_value(result, row, 1),
			db_value(result, row, 2), db_value(result, row, 3),
			db_value(result, row, 4), db_value(result, row, 5),
			db_value(result, row, 6), db_value(result, row, 7),
			db_value(result, row, 8), db_value(result, row, 9));
		if (db_int64(result, row, 10) > 0)
			code = EXIT_INVARIANT;
		else if (code == 0 && (db_int64(result, row, 8) > 0 ||
				       db_int64(result, row, 9) > 0))
			code = EXIT_EXCEPTIONS;
	}
	db_result_free(result);
	return code;
}

int
batch_reconcile_run(struct ctl *ctl)
{
	static const struct output_column columns[] = {
		{"line", "LINE", OUTPUT_TEXT},
		{"batch_no", "BATCH", OUTPUT_TEXT},
		{"product", NULL, OUTPUT_TEXT},
		{"state", "STATE", OUTPUT_TEXT},
		{"sent", "SENT", OUTPUT_NUMBER},
		{"made", "MADE", OUTPUT_NUMBER},
		{"spoiled", "SPOILED", OUTPUT_NUMBER},
		{"rejected", "REJECTED", OUTPUT_NUMBER},
		{"on_hold", "ON HOLD", OUTPUT_NUMBER},
		{"open", "OPEN", OUTPUT_NUMBER},
		{"age_seconds", "AGE", OUTPUT_AGE},
		{"late", "LATE", OUTPUT_BOOL},
		{"balanced", NULL, OUTPUT_BOOL},
		{"codes", "CODES", OUTPUT_TEXT},
		{0}};
	const char *batch = ctl->arg_count > 0 ? ctl->args[0] : NULL;
	struct db_param params[5];
	int rows = 0, code;

	if (!option_date_ok(ctl, OPTION_FROM) ||
	    !option_date_ok(ctl, OPTION_TO))
		return EXIT_USAGE;
	params[0] = db_text(ctl->options[OPTION_LINE]);
	params[1] = db_text(batch);
	params[2] = db_text(ctl->options[OPTION_FROM]);
	params[3] = db_text(ctl->options[OPTION_TO]);
	params[4] = db_text(ctl->options[OPTION_OPEN] ? "t" : "f");
	code = act_list(
		ctl, "batch reconcile",
		"SELECT line, batch_no, product, state, sent, made, spoiled,"
		" rejected, on_hold, open, " SECONDS(
			"age") ", late, balanced, codes"
			       " FROM recard.batch_reconcile($1::text,"
			       " $2::text, $3::date, $4::date, $5::boolean)",
		5, params, columns, "batches", &rows);
	if (code)
		return code;
	if (batch && rows == 0)
		return EXIT_EXCEPTIONS;
	return say_totals(ctl, 5, params);
}
