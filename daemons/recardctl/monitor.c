/*
 * recardctl monitor: the belt as it moves, look after look. Each look asks for
 * what was recorded since the one before.
 */
#include <event2/event.h>
#include <signal.h>
#include <string.h>

#include "backoff.h"
#include "buffer.h"
#include "clock.h"
#include "conf.h"
#include "ctl.h"
#include "exit_code.h"
#include "mem.h"
#include "option_value.h"

#define EVERY_DEFAULT 2000
#define EVERY_LEAST 100
#define EVERY_MOST 86400000
/* Home, and clear from there on: no flicker, no line left over. */
#define REDRAW "\033[H\033[J"

enum { COLUMN_ARRIVED = 2, COLUMN_LOOKED_AT = 6 };

static const struct output_column columns[] = {
	{"at", NULL, OUTPUT_TIME},
	{"status", "STATUS", OUTPUT_TEXT},
	{"in_per_second", "IN/S", OUTPUT_RATE},
	{"out_per_second", "OUT/S", OUTPUT_RATE},
	{"orders", "STANDING", OUTPUT_NUMBER},
	{"oldest_age_seconds", "OLDEST", OUTPUT_AGE},
	{0}};

struct look {
	char *at;      /* the database's moment, in full */
	int64_t at_ms; /* since 1970 */
	bool first;
};

static void
on_interrupt(evutil_socket_t number, short what, void *arg)
{
	bool *stop = arg;

	(void)number;
	(void)what;
	*stop = true;
}

static void
add_rate(struct output *out, const struct db_result *result, int row,
	 int column, const struct look *look, int64_t elapsed_ms)
{
	if (look->first || elapsed_ms <= 0 || db_is_null(result, row, column))
		output_null(out);
	else
		output_number(out, db_int64(result, row, column) * 1000000 /
					   elapsed_ms);
}

/* One look: the rows, and where the next one begins. */
static int
take(struct ctl *ctl, struct look *look, struct output *out)
{
	struct db_param params[] = {db_text(look->at)};
	struct db_result *result = NULL;
	int64_t now, elapsed;
	int row, code;

	code = ctl_ask(ctl, "monitor",
		       "SELECT status, orders, arrived, left_it,"
		       " floor(extract(epoch FROM oldest_age))::bigint,"
		       " looked_at, floor(extract(epoch FROM looked_at)"
		       " * 1000)::bigint FROM recard.flow(coalesce("
		       "$1::timestamptz, now()))",
		       1, params, &result);
	if (code)
		return code;
	now = db_int64(result, 0, COLUMN_LOOKED_AT);
	elapsed = now - look->at_ms;
	for (row = 0; row < db_rows(result); row++) {
		output_number(out, now / 1000);
		output_text(out, db_value(result, row, 0));
		add_rate(out, result, row, COLUMN_ARRIVED, look, elapsed);
		add_rate(out, result, row, COLUMN_ARRIVED + 1, look, elapsed);
		output_number(out, db_int64(result, row, 1));
		if (db_is_null(result, row, 4))
			output_null(out);
		else
			output_number(out, db_int64(result, row, 4));
	}
	mem_free(look->at);
	look->at = mem_strdup(db_value(result, 0, COLUMN_LOOKED_AT - 1));
	look->at_ms = now;
	db_result_free(result);
	return 0;
}

static int
show(const struct ctl *ctl, const struct output *out, const struct look *look)
{
	bool terminal = ctl->format == OUTPUT_TABLE && ctl_on_terminal();
	struct buffer text = {0};
	char at[32];
	const char *from;
	int code;

	clock_format_taipei(look->at_ms / 1000, at);
	if (ctl->format == OUTPUT_TABLE)
		buffer_printf(&text, "%s%s\n", terminal ? REDRAW : "", at);
	output_write(out, ctl->format, terminal, &text);
	if (ctl->format == OUTPUT_TABLE && !terminal)
		buffer_puts(&text, "\n");
	from = text.data;
	/* One head for all looks. */
	if (ctl->format == OUTPUT_CSV && !look->first)
		from = strchr(from, '\n') + 1;
	code = ctl_put(from);
	buffer_free(&text);
	return code;
}

static int
watch(struct ctl *ctl, int64_t every, int64_t count, const bool *stop)
{
	struct look look = {.first = true};
	struct output out;
	int64_t taken;
	int code = 0;

	for (taken = 0; code == 0 && !*stop; look.first = false) {
		output_init(&out, columns, OUTPUT_ROWS);
		code = take(ctl, &look, &out);
		if (code == 0)
			code = show(ctl, &out, &look);
		output_free(&out);
		if (++taken == count)
			break;
		if (code == 0)
			backoff_wait(ctl->program.base, every, stop);
	}
	mem_free(look.at);
	return code;
}

static bool
every_ok(const struct ctl *ctl, int64_t *every)
{
	const char *text = ctl->options[OPTION_EVERY];

	if (!text || (conf_parse_duration(text, every) &&
		      *every >= EVERY_LEAST && *every <= EVERY_MOST))
		return true;
	ctl_say("--every: '%s' is no time from 100ms to 1d, as 2s", text);
	return false;
}

int
monitor_run(struct ctl *ctl)
{
	static const int numbers[] = {SIGINT, SIGTERM};
	struct event *events[2] = {NULL};
	int64_t every = EVERY_DEFAULT, count = 0;
	bool stop = false;
	size_t i;
	int code;

	if (!every_ok(ctl, &every) ||
	    !option_number(ctl, OPTION_CARDS, 1, INT32_MAX, &count))
		return EXIT_USAGE;
	code = ctl_connect(ctl, NULL);
	if (code)
		return code;
	for (i = 0; i < 2; i++) {
		events[i] = evsignal_new(ctl->program.base, numbers[i],
					 on_interrupt, &stop);
		if (events[i])
			event_add(events[i], NULL);
	}
	code = watch(ctl, every, count, &stop);
	for (i = 0; i < 2; i++)
		if (events[i])
			event_free(events[i]);
	return code;
}
