/*
 * recardctl batch hold, release, resend, abandon: what is done about a batch
 * by hand.
 */
#include "act.h"
#include "ctl.h"
#include "exit_code.h"
#include "option_value.h"

static bool
is_ready(const struct ctl *ctl)
{
	return option_batch_ok(ctl->args[0]) && act_has_reason(ctl);
}

/* Does what sql says to the batch of the first argument. */
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
batch_hold_run(struct ctl *ctl)
{
	int code = act(ctl, "batch hold",
		       "SELECT recard.batch_hold($1::text, $2::text,"
		       " $3::text)");

	return code ? code
		    : act_done(ctl, ctl->args[0],
			       "batch %s is held; later batches of the line go "
			       "on",
			       ctl->args[0]);
}

int
batch_release_run(struct ctl *ctl)
{
	int code = act(ctl, "batch release",
		       "SELECT recard.batch_release($1::text, $2::text,"
		       " $3::text)");

	return code ? code
		    : act_done(ctl, ctl->args[0], "batch %s goes on",
			       ctl->args[0]);
}

int
batch_resend_run(struct ctl *ctl)
{
	int code = act(ctl, "batch resend",
		       "SELECT recard.batch_resend($1::text, $2::text,"
		       " $3::text)");

	return code ? code
		    : act_done(ctl, ctl->args[0],
			       "recorded: recard-manufacture hands the same "
			       "file of "
			       "batch %s out again",
			       ctl->args[0]);
}

int
batch_abandon_run(struct ctl *ctl)
{
	int code;

	if (!is_ready(ctl))
		return EXIT_USAGE;
	code = ctl_connect(ctl, NULL);
	return code ? code
		    : act_request(ctl, "batch abandon", "abandon_batch",
				  ctl->args[0]);
}
