/*
 * recardctl order hold, release, cancel, retry: what is done about orders by
 * hand, one or many. Each order is an act of its own: those that are refused
 * are named, the others are done.
 */
#include "act.h"
#include "buffer.h"
#include "ctl.h"
#include "exit_code.h"
#include "mem.h"
#include "option_value.h"
#include "order_numbers.h"

/* What is done to each order. */
struct order_act {
	const char *doing; /* "order hold" */
	const char *sql;   /* as act_call() takes it; NULL: a request */
	const char *request;
	const char *done; /* with the order number in it */
	/* Adds lines about what else came of it: 0 or an exit code. May be
	 * NULL. */
	int (*more)(const struct ctl *ctl, const char *order,
		    struct buffer *words);
};

/* Counts in *done what was done, also where no word came of what else. */
static int
act_on(struct ctl *ctl, const struct order_act *act, const char *order,
       struct output *report, size_t *done)
{
	struct buffer words = {0};
	int code, told = 0;

	if (act->request) {
		code = act_requests_add(ctl, report, act->doing, act->request,
					order);
		*done += code == 0;
		return code;
	}
	code = act_call(ctl, act->doing, act->sql, order, NULL);
	buffer_printf(&words, "order %s %s", order, act->done);
	*done += code == 0;
	if (code == 0 && act->more)
		told = act->more(ctl, order, &words);
	if (code == 0)
		act_report_add(ctl, report, order,
			       ctl->options[OPTION_DRY_RUN] ? "dry_run"
							    : "done",
			       words.data);
	else if (code == EXIT_EXCEPTIONS)
		act_report_add(ctl, report, order, "refused",
			       ctl->format == OUTPUT_TABLE
				       ? ""
				       : db_error(ctl->program.db));
	buffer_free(&words);
	return code ? code : told;
}

/* One order, alone in its transaction. */
static int
act_once(struct ctl *ctl, const struct order_act *act, const char *order,
	 struct output *report, size_t *done)
{
	int code = act_begin(ctl);

	if (code == 0)
		code = act_on(ctl, act, order, report, done);
	if (ctl->options[OPTION_DRY_RUN])
		db_rollback(ctl->program.db);
	return code;
}

static int
act_on_all(struct ctl *ctl, const struct order_act *act,
	   const struct order_numbers *orders)
{
	struct output report;
	size_t i, refused = 0, done = 0;
	int code, printed;

	code = ctl_connect(ctl, NULL);
	if (code)
		return code;
	if (act->request)
		act_requests_begin(&report, orders->count > 1);
	else
		act_report_begin(&report);
	for (i = 0; i < orders->count && code == 0; i++) {
		code = act_once(ctl, act, orders->numbers[i], &report, &done);
		if (code == EXIT_EXCEPTIONS) {
			refused++;
			code = 0;
		}
	}
	if (!act->request)
		printed = act_report_end(ctl, &report);
	else if (output_rows(&report) > 0 || ctl->format != OUTPUT_TABLE)
		printed = ctl_print(ctl, &report);
	else
		printed = (output_free(&report), EXIT_DONE);
	if (ctl->options[OPTION_DRY_RUN])
		act_say_dry_run();
	if (orders->count > 1)
		ctl_say("%zu of %zu orders%s", done, orders->count,
			refused ? "; the others were refused" : "");
	if (code == 0 && refused > 0)
		code = EXIT_EXCEPTIONS;
	return code ? code : printed;
}

static int
run(struct ctl *ctl, const struct order_act *act)
{
	struct order_numbers orders = {0};
	int code = EXIT_USAGE;

	if (order_numbers_read(ctl, &orders) && act_has_reason(ctl))
		code = act_on_all(ctl, act, &orders);
	order_numbers_free(&orders);
	return code;
}

int
order_hold_run(struct ctl *ctl)
{
	static const struct order_act hold = {
		.doing = "order hold",
		.sql = "SELECT recard.hold_order($1::bigint, $2::text,"
		       " $3::text)",
		.done = "is held until 'recardctl order release'"};

	return run(ctl, &hold);
}

int
order_release_run(struct ctl *ctl)
{
	static const struct order_act release = {
		.doing = "order release",
		.sql = "SELECT recard.release_order($1::bigint, $2::text,"
		       " $3::text)",
		.done = "goes on"};

	return run(ctl, &release);
}

/* What became of the order's money. */
static int
tell_refund(const struct ctl *ctl, const char *order, struct buffer *words)
{
	struct db_param params[] = {db_text(order)};
	struct db_result *result = NULL;
	int row, code = ctl_ask(
			 ctl, "order cancel",
			 "SELECT payment_id, amount, currency"
			 " FROM recard.payment_list(of_order => $1::bigint)"
			 " WHERE settles IS NOT NULL AND state = 'refund_due'",
			 1, params, &result);

	if (code)
		return code;
	for (row = 0; row < db_rows(result); row++)
		buffer_printf(words,
			      "\npayment %s, %s %s, is refund due: see "
			      "recardctl payment refunds",
			      db_value(result, row, 0),
			      db_value(result, row, 2),
			      db_value(result, row, 1));
	if (db_rows(result) == 0)
		buffer_puts(words, "\nit was not paid: there is nothing to "
				   "refund");
	db_result_free(result);
	return 0;
}

int
order_cancel_run(struct ctl *ctl)
{
	static const struct order_act cancel = {
		.doing = "order cancel",
		.sql = "SELECT recard.cancel_order($1::bigint, $2::text,"
		       " $3::text)",
		.done = "is cancelled",
		.more = tell_refund};

	return run(ctl, &cancel);
}

int
order_retry_run(struct ctl *ctl)
{
	static const struct order_act retry = {.doing = "order retry",
					       .request = "retry_card"};

	return run(ctl, &retry);
}
