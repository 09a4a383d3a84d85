/*
 * recardctl payment resolve: what is done about a payment that settled
 * nothing. Which ways there are is the database's matter.
 */
#include <inttypes.h>
#include <string.h>

#include "act.h"
#include "ctl.h"
#include "exit_code.h"
#include "mem.h"
#include "option_value.h"

/* Whether the options go together; what is missing or too much is said. */
static bool
options_ok(const struct ctl *ctl)
{
	static const char *const ways[] = {"refund_due", "refunded", "matched",
					   NULL};
	const char *way = ctl->options[OPTION_AS];
	const char *order = ctl->options[OPTION_ORDER];
	bool refunded;

	if (!option_needed(ctl, OPTION_AS,
			   "(refund_due, refunded or matched)") ||
	    !option_choice_ok(ctl, OPTION_AS, ways) ||
	    !option_needed(ctl, OPTION_REASON, "for the record"))
		return false;
	refunded = strcmp(way, "refunded") == 0;
	if (refunded &&
	    !option_needed(ctl, OPTION_REFERENCE,
			   "(the bank's or provider's number of the refund)"))
		return false;
	if (!refunded && ctl->options[OPTION_REFERENCE]) {
		ctl_say("--reference belongs to --as refunded");
		return false;
	}
	if (order && strcmp(way, "matched") != 0) {
		ctl_say("--order belongs to --as matched");
		return false;
	}
	return !order || option_order_ok(order);
}

int
payment_resolve_run(struct ctl *ctl)
{
	const char *way = ctl->options[OPTION_AS];
	const char *order = ctl->options[OPTION_ORDER];
	struct db_param params[6];
	char *actor;
	int64_t payment;
	int code;

	if (!option_item(ctl->args[0], "payment", &payment) || !options_ok(ctl))
		return EXIT_USAGE;
	code = ctl_connect(ctl, NULL);
	if (code)
		return code;
	actor = ctl_operator();
	params[0] = db_int(payment);
	params[1] = db_text(way);
	params[2] = db_text(actor);
	params[3] = db_text(ctl->options[OPTION_REASON]);
	params[4] = db_text(ctl->options[OPTION_REFERENCE]);
	params[5] = db_text(order);
	code = ctl_ask(ctl, "payment resolve",
		       "SELECT recard.payment_resolve($1::bigint, $2::text,"
		       " $3::text, $4::text, $5::text, $6::bigint)",
		       6, params, NULL);
	mem_free(actor);
	if (code)
		return code;
	if (order)
		return act_done(ctl, ctl->args[0],
				"payment %" PRId64
				" settles order %s, which is paid",
				payment, order);
	return act_done(ctl, ctl->args[0], "payment %" PRId64 " is %s", payment,
			way);
}
