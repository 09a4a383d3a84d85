/*
 * recardctl order hold, release, cancel, retry: what is done about an order
 * by hand.
 */
#include "act.h"
#include "ctl.h"
#include "exit_code.h"
#include "option_value.h"

static bool
is_ready(const struct ctl *ctl)
{
	return option_order_ok(ctl->args[0]) && act_has_reason(ctl);
}

/* Does what sql says to the order of the first argument. */
static int
act(struct ctl *ctl, const char *doing, const char *sql)
{
	int code;

	if (!is_ready(ctl))
		return EXIT_USAGE;
	code = ctl_connect(ctl, NULL);
	return code ? code : act_call(ctl, doing, sql, ctl->args[0], NULL);
}

int
order_hold_run(struct ctl *ctl)
{
	int code = act(ctl, "order hold",
		       "SELECT recard.hold_order($1::bigint, $2::text,"
		       " $3::text)");

	if (code == 0)
		ctl_say("order %s is held until 'recardctl order release'",
			ctl->args[0]);
	return code;
}

int
order_release_run(struct ctl *ctl)
{
	int code = act(ctl, "order release",
		       "SELECT recard.release_order($1::bigint, $2::text,"
		       " $3::text)");

	if (code == 0)
		ctl_say("order %s goes on", ctl->args[0]);
	return code;
}

/* Says what became of the order's money. */
static int
say_refund(struct ctl *ctl)
{
	struct db_param params[] = {db_text(ctl->args[0])};
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
		ctl_say("payment %s, %s %s, is refund due: see recardctl "
			"payment refunds",
			db_value(result, row, 0), db_value(result, row, 2),
			db_value(result, row, 1));
	if (db_rows(result) == 0)
		ctl_say("it was not paid: there is nothing to refund");
	db_result_free(result);
	return 0;
}

int
order_cancel_run(struct ctl *ctl)
{
	int code;

	if (!is_ready(ctl))
		return EXIT_USAGE;
	code = ctl_connect(ctl, NULL);
	if (code == 0)
		code = act_begin(ctl);
	if (code == 0)
		code = act_call(ctl, "order cancel",
				"SELECT recard.cancel_order($1::bigint,"
				" $2::text, $3::text)",
				ctl->args[0], NULL);
	if (code == 0) {
		ctl_say("order %s is cancelled", ctl->args[0]);
		code = say_refund(ctl);
	}
	if (code == 0)
		act_take_back(ctl);
	return code;
}

int
order_retry_run(struct ctl *ctl)
{
	int code;

	if (!is_ready(ctl))
		return EXIT_USAGE;
	code = ctl_connect(ctl, NULL);
	return code ? code
		    : act_request(ctl, "order retry", "retry_card",
				  ctl->args[0]);
}
