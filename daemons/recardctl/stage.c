/*
 * recardctl pause, resume, daemon list: stopping a stage of the belt in every
 * instance, and who works on it.
 */
#include <inttypes.h>

#include "act.h"
#include "backoff.h"
#include "clock.h"
#include "conf.h"
#include "ctl.h"
#include "exit_code.h"
#include "list.h"
#include "mem.h"
#include "option_value.h"

/* How long instances are waited for that were not told yet, and how often
 * they are looked at. */
#define WAIT_MS 10000
#define LOOK_MS 50

static int
list_stages(struct ctl *ctl)
{
	static const struct output_column columns[] = {
		{"stage", "STAGE", OUTPUT_TEXT},
		{"about", "ABOUT", OUTPUT_TEXT},
		{"paused_at", "PAUSED SINCE", OUTPUT_TIME},
		{"until", "UNTIL", OUTPUT_TIME},
		{"paused_by", "BY", OUTPUT_TEXT},
		{"reason", "REASON", OUTPUT_TEXT},
		{0}};
	static const struct list list = {
		.what = "stages",
		.sql = "SELECT stage, about, recard.seconds_at(paused_at), "
		       "recard.seconds_at(until), paused_by, reason FROM "
		       "recard.stage_list()",
		.columns = columns};

	return list_run(ctl, &list);
}

/* The moment of --until as seconds since 1970: itself, or from now on. *until
 * stays NULL without the option. */
static bool
read_until(const struct ctl *ctl, struct db_param *until)
{
	const char *text = ctl->options[OPTION_UNTIL];
	int64_t value;

	*until = db_null();
	if (!text)
		return true;
	if (clock_parse_iso(text, &value)) {
		*until = db_int(value);
		return true;
	}
	if (conf_parse_duration(text, &value) && value >= 1000) {
		*until = db_int(clock_now_s() + value / 1000);
		return true;
	}
	ctl_say("--until: '%s' is no time like 2026-11-29T08:00:00+08:00, and "
		"none from now on like 2h",
		text);
	return false;
}

/* Instances that were not told of a change yet; each is said when say. */
static int
untold(const struct ctl *ctl, const char *change, bool say, int *count)
{
	struct db_param params[] = {db_text(ctl->args[0]), db_text(change)};
	struct db_result *result = NULL;
	int row, code = ctl_ask(ctl, "pause",
				"SELECT program, host, pid FROM"
				" recard.stage_unseen($1::text, $2::bigint)",
				2, params, &result);

	if (code)
		return code;
	*count = db_rows(result);
	for (row = 0; say && row < *count; row++)
		ctl_say("recard-%s on %s, process %s, is not told yet: it has "
			"a work in hand, or hears of it within a minute",
			db_value(result, row, 0), db_value(result, row, 1),
			db_value(result, row, 2));
	db_result_free(result);
	return 0;
}

/* Waits until every instance that runs has stopped the stage. */
static int
wait_for_instances(const struct ctl *ctl, const char *change)
{
	static const bool never = false;
	int64_t end = clock_monotonic_ms() + WAIT_MS;
	int count = 0, code;

	for (;;) {
		code = untold(ctl, change, false, &count);
		if (code || count == 0)
			return code;
		if (clock_monotonic_ms() >= end)
			break;
		backoff_wait(ctl->program.base, LOOK_MS, &never);
	}
	code = untold(ctl, change, true, &count);
	return code ? code : count > 0 ? EXIT_EXCEPTIONS : 0;
}

int
pause_run(struct ctl *ctl)
{
	struct db_param params[4];
	struct db_result *result = NULL;
	char *actor;
	int code;

	if (ctl->arg_count == 0)
		return list_stages(ctl);
	if (!act_has_reason(ctl) || !read_until(ctl, &params[1]))
		return EXIT_USAGE;
	code = ctl_connect(ctl, NULL);
	if (code)
		return code;
	actor = ctl_operator();
	params[0] = db_text(ctl->args[0]);
	params[2] = db_text(actor);
	params[3] = db_text(ctl->options[OPTION_REASON]);
	code = ctl_ask(ctl, "pause",
		       "SELECT recard.stage_pause_set($1::text,"
		       " to_timestamp($2::bigint), $3::text, $4::text)",
		       4, params, &result);
	mem_free(actor);
	if (code)
		return code;
	code = wait_for_instances(ctl, db_value(result, 0, 0));
	db_result_free(result);
	return code ? code
		    : act_done(ctl, ctl->args[0],
			       "%s is paused in every instance; 'recardctl "
			       "resume %s' lets it go on",
			       ctl->args[0], ctl->args[0]);
}

int
resume_run(struct ctl *ctl)
{
	char *actor;
	struct db_param params[3];
	int code = ctl_connect(ctl, NULL);

	if (code)
		return code;
	actor = ctl_operator();
	params[0] = db_text(ctl->args[0]);
	params[1] = db_text(actor);
	params[2] = db_text(ctl->options[OPTION_REASON]
				    ? ctl->options[OPTION_REASON]
				    : "goes on");
	code = ctl_ask(ctl, "resume",
		       "SELECT recard.stage_resume($1::text, $2::text,"
		       " $3::text)",
		       3, params, NULL);
	mem_free(actor);
	return code ? code
		    : act_done(ctl, ctl->args[0], "%s goes on", ctl->args[0]);
}

int
daemon_list_run(struct ctl *ctl)
{
	static const struct output_column columns[] = {
		{"program", "PROGRAM", OUTPUT_TEXT},
		{"host", "HOST", OUTPUT_TEXT},
		{"pid", "PID", OUTPUT_NUMBER},
		{"version", "VERSION", OUTPUT_TEXT},
		{"once", "ONCE", OUTPUT_BOOL},
		{"started_at", "STARTED", OUTPUT_TIME},
		{"seen_at", NULL, OUTPUT_TIME},
		{"ended_at", "ENDED", OUTPUT_TIME},
		{"silent_seconds", "LAST SEEN", OUTPUT_AGE},
		{0}};
	static const struct list list = {
		.what = "daemons",
		.sql = "SELECT 'recard-' || program, host, pid, version, once, "
		       "recard.seconds_at(started_at), "
		       "recard.seconds_at(seen_at), "
		       "recard.seconds_at(ended_at), recard.seconds_of(silent) "
		       "FROM recard.daemon_list()",
		.columns = columns};

	return list_run(ctl, &list);
}
