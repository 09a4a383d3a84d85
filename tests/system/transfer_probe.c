/*
 * Drives transfer.h from outside, for test_transfer.py:
 *
 *	transfer_probe [--OPTION VALUE]... check URL
 *	transfer_probe [--OPTION VALUE]... list|get|remove URL [NAME]...
 *
 * check prints what is wrong with the settings. The others do one request a
 * name over one session and print for each "status", its words and how often
 * the loop turned meanwhile, then what came.
 */
#include <event2/event.h>
#include <getopt.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "buffer.h"
#include "mem.h"
#include "transfer.h"

static const char *const words[] = {
	[TRANSFER_OK] = "ok",         [TRANSFER_REFUSED] = "refused",
	[TRANSFER_FAILED] = "failed", [TRANSFER_TOO_LARGE] = "too_large",
	[TRANSFER_ABSENT] = "absent", [TRANSFER_EXISTS] = "exists",
};

static struct transfer_remote remote = {
	.connect_timeout_ms = 5000, .timeout_ms = 10000, .stall_ms = 5000};
static size_t limit = 1 << 20;
static const char *query;
static int64_t stop_after_ms;
static unsigned ticks;
static bool stop;

static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	ticks++;
	stop = stop_after_ms > 0 && ticks * 10 >= stop_after_ms;
}

static void
read_options(int argc, char **argv)
{
	static const struct option options[] = {
		{"ca", required_argument, NULL, 'a'},
		{"certificate", required_argument, NULL, 'c'},
		{"certificate-key", required_argument, NULL, 'k'},
		{"token", required_argument, NULL, 't'},
		{"known-hosts", required_argument, NULL, 'h'},
		{"key", required_argument, NULL, 'i'},
		{"password", required_argument, NULL, 'p'},
		{"limit", required_argument, NULL, 'l'},
		{"connect-timeout", required_argument, NULL, 'C'},
		{"timeout", required_argument, NULL, 'T'},
		{"stall", required_argument, NULL, 'S'},
		{"query", required_argument, NULL, 'q'},
		{"stop-after", required_argument, NULL, 's'},
		{0}};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		switch (option) {
		case 'a':
			remote.ca_file = optarg;
			break;
		case 'c':
			remote.certificate = optarg;
			break;
		case 'k':
			remote.key = optarg;
			break;
		case 't':
			remote.token_file = optarg;
			break;
		case 'h':
			remote.known_hosts = optarg;
			break;
		case 'i':
			remote.private_key = optarg;
			break;
		case 'p':
			remote.password_file = optarg;
			break;
		case 'l':
			limit = strtoul(optarg, NULL, 10);
			break;
		case 'C':
			remote.connect_timeout_ms = strtol(optarg, NULL, 10);
			break;
		case 'T':
			remote.timeout_ms = strtol(optarg, NULL, 10);
			break;
		case 'S':
			remote.stall_ms = strtol(optarg, NULL, 10);
			break;
		case 'q':
			query = optarg;
			break;
		case 's':
			stop_after_ms = strtol(optarg, NULL, 10);
			break;
		default:
			exit(2);
		}
}

static int
check(void)
{
	char *why = transfer_objection(&remote);

	printf("%s\n", why ? why : "good");
	mem_free(why);
	return why ? 3 : 0;
}

/* By name, "-" for the folder itself. */
static enum transfer_status
one(struct transfer *transfer, const char *what, const char *name,
    struct buffer *out)
{
	struct transfer_names names;
	enum transfer_status status;

	if (strcmp(what, "remove") == 0)
		return transfer_remove(transfer, name);
	if (strcmp(what, "list") != 0)
		return transfer_run(
			transfer,
			&(struct transfer_request){
				.op = TRANSFER_GET,
				.name = strcmp(name, "-") == 0 ? NULL : name,
				.query = query,
				.limit = limit,
				.bytes = out});
	status = transfer_list(transfer, limit, &names);
	for (size_t i = 0; i < names.count; i++)
		buffer_printf(out, "%s\n", names.names[i]);
	if (names.bad > 0)
		buffer_printf(out, "bad %zu %s\n", names.bad, names.bad_name);
	transfer_names_free(&names);
	return status;
}

int
main(int argc, char **argv)
{
	struct timeval tick = {.tv_usec = 10000};
	struct event_base *base = event_base_new();
	struct transfer *transfer;
	struct event *timer;
	char *error;
	int bad = 0;

	signal(SIGPIPE, SIG_IGN);
	read_options(argc, argv);
	if (!base || argc - optind < 2)
		return 2;
	remote.url = argv[optind + 1];
	if (strcmp(argv[optind], "check") == 0) {
		bad = check();
		event_base_free(base);
		return bad;
	}
	timer = event_new(base, -1, EV_PERSIST, on_tick, NULL);
	event_add(timer, &tick);
	transfer = transfer_new(base, &remote, &stop, &error);
	if (!transfer) {
		printf("%s\n", error);
		mem_free(error);
		bad = 3;
	}
	for (int i = optind + 2; transfer && i < argc; i++) {
		struct buffer out = {0};
		unsigned before = ticks;
		enum transfer_status status =
			one(transfer, argv[optind], argv[i], &out);

		printf("%s: %s (%u)\n", words[status], transfer_error(transfer),
		       ticks - before);
		fwrite(out.data ? out.data : "", 1, out.len, stdout);
		buffer_free(&out);
		bad |= status != TRANSFER_OK;
	}
	transfer_free(transfer);
	event_free(timer);
	event_base_free(base);
	libevent_global_shutdown();
	return bad;
}
