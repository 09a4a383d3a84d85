/*
 * Drives revocation.h from outside, for test_revocation.py:
 *
 *	revocation_probe [-o] FOLDER GRACE_MS NAME ISSUER PLACE CA EVERY_MS...
 *
 * PLACE is an https:// address or a path; CA may be empty; -o is --once. Each
 * line of stdin is a step, each answer a line of JSON: what the step came to,
 * the numbers of the lists in force, and the longest time (ms) that the loop
 * did not turn.
 */
#include <event2/event.h>
#include <jansson.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>

#include "clock.h"
#include "daemon.h"
#include "log.h"
#include "mem.h"
#include "revocation.h"
#include "revoked_set.h"

#define LISTS_MOST 4
#define PER_LIST 5

static struct revocation_settings settings[LISTS_MOST];
static int64_t last_tick, longest;

static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	int64_t now = clock_monotonic_ms();

	(void)fd;
	(void)what;
	(void)arg;
	if (now - last_tick > longest)
		longest = now - last_tick;
	last_tick = now;
}

static void
answer(const struct revocation *revocation, const struct daemon_context *ctx,
       enum work_outcome outcome)
{
	size_t count;
	const struct revoked_set *const *sets =
		revocation_sets(revocation, &count);
	json_t *lists = json_array(), *all;

	for (size_t i = 0; i < count; i++) {
		struct revoked_facts facts;

		if (!sets[i]) {
			json_array_append_new(lists, json_null());
			continue;
		}
		revoked_set_facts(sets[i], &facts);
		json_array_append_new(lists, json_string(facts.number));
	}
	all = json_pack("{s:s, s:I, s:I, s:I, s:o}", "outcome",
			outcome == WORK_FAILED ? "failed" : "idle",
			"exceptions", (json_int_t)ctx->exceptions, "unfit",
			(json_int_t)revocation_unfit(revocation, clock_now_s()),
			"longest", (json_int_t)longest, "lists", lists);
	json_dumpf(all, stdout, JSON_COMPACT);
	printf("\n");
	fflush(stdout);
	json_decref(all);
}

static void
read_lists(char **arguments, int count, struct conf_records *lists)
{
	lists->items = settings;
	for (; count >= PER_LIST && lists->count < LISTS_MOST;
	     count -= PER_LIST, arguments += PER_LIST) {
		bool is_url = strstr(arguments[2], "://");

		settings[lists->count++] = (struct revocation_settings){
			.name = arguments[0],
			.issuer = arguments[1],
			.url = is_url ? arguments[2] : NULL,
			.path = is_url ? NULL : arguments[2],
			.ca = *arguments[3] ? arguments[3] : NULL,
			.every = strtol(arguments[4], NULL, 10),
			.file_time = 20000,
			.max_size = 64 << 20};
	}
}

int
main(int argc, char **argv)
{
	struct timeval tick = {.tv_usec = 1000};
	struct daemon_context ctx = {.base = event_base_new()};
	struct conf_records lists = {0};
	struct revocation *revocation;
	struct event *timer;
	char line[64], *error;

	signal(SIGPIPE, SIG_IGN);
	log_open("revocation-probe", LOG_INFO);
	ctx.once = argc > 1 && strcmp(argv[1], "-o") == 0;
	argv += ctx.once;
	argc -= ctx.once;
	if (argc < 3 || !ctx.base)
		return 2;
	read_lists(argv + 3, argc - 3, &lists);
	revocation = revocation_open(&ctx, &lists, argv[1],
				     strtol(argv[2], NULL, 10), &error);
	if (!revocation) {
		printf("%s\n", error);
		mem_free(error);
		event_base_free(ctx.base);
		return 3;
	}
	timer = event_new(ctx.base, -1, EV_PERSIST, on_tick, NULL);
	event_add(timer, &tick);
	while (fgets(line, sizeof(line), stdin)) {
		longest = 0;
		last_tick = clock_monotonic_ms();
		answer(revocation, &ctx, revocation_step(revocation));
	}
	revocation_close(revocation);
	event_free(timer);
	event_base_free(ctx.base);
	libevent_global_shutdown();
	return 0;
}
