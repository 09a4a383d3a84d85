/*
 * A daemon that fetches settlement files and does nothing else, for
 * test_fetch.py: one source, given as plain settings.
 */
#include <string.h>

#include "daemon.h"
#include "exit_code.h"
#include "fetch.h"
#include "log.h"
#include "mem.h"
#include "spool.h"

static struct {
	char *inbox, *url, *pattern;
	char *ca, *token, *known_hosts, *key, *password;
	int64_t every, timeout;
} values;

#define PATH(name, help)                                                       \
	{                                                                      \
#name, CONF_PATH, offsetof(__typeof__(values), name), NULL, 0, \
			0, false, help                                         \
	}

static const struct conf_setting settings[] = {
	PATH(inbox, "Where files go."),
	{"url", CONF_STRING, offsetof(__typeof__(values), url), NULL, 0, 0,
	 false, "The folder."},
	{"pattern", CONF_STRING, offsetof(__typeof__(values), pattern),
	 "SETTLE-*.csv", 0, 0, false, "Names to take."},
	PATH(ca, "CA file."),
	PATH(token, "Token file."),
	PATH(known_hosts, "Known hosts."),
	PATH(key, "Private key."),
	PATH(password, "Password file."),
	{"every", CONF_DURATION, offsetof(__typeof__(values), every), "1h", 0,
	 0, false, "Between two looks."},
	{"timeout", CONF_DURATION, offsetof(__typeof__(values), timeout), "20s",
	 0, 0, false, "Of one request."},
	{0}};

static const struct db_statement statements[] = {
	{"fetch_claim", FETCH_CLAIM_SQL, 1},
	{"fetch_release", FETCH_RELEASE_SQL, 1},
	{"fetch_known", FETCH_KNOWN_SQL, 3},
	{"fetch_record", FETCH_RECORD_SQL, 4},
	{"fetch_removed", FETCH_REMOVED_SQL, 3},
	{0}};

static struct fetch_source source;

static int
init(struct daemon_context *ctx)
{
	static const char *const kinds[] = {"settlement", NULL};
	char *why;

	(void)ctx;
	source = (struct fetch_source){
		.name = "bank",
		.remote = {.url = values.url,
			   .ca_file = values.ca,
			   .token_file = values.token,
			   .known_hosts = values.known_hosts,
			   .private_key = values.key,
			   .password_file = values.password,
			   .connect_timeout_ms = 5000,
			   .timeout_ms = values.timeout,
			   .stall_ms = values.timeout},
		.inbox = values.inbox,
		.kinds = kinds,
		.pattern = values.pattern,
		.every_ms = values.every,
	};
	why = fetch_objection(&source);
	if (!why && spool_make_inbox(values.inbox) == 0)
		return EXIT_DONE;
	log_error("fetch_probe.source.refused", kv_str(error, why));
	mem_free(why);
	return EXIT_CONFIG;
}

static enum work_outcome
fetch(struct daemon_context *ctx)
{
	return fetch_step(ctx, 0, &source, 1);
}

static const struct daemon_work works[] = {
	{.name = "fetch", .kind = WORK_STEP, .step = fetch}, {0}};

static const struct daemon probe = {
	.name = "payment",
	.summary = "fetches settlement files",
	.settings = settings,
	.values = &values,
	.values_size = sizeof(values),
	.statements = statements,
	.works = works,
	.init = init,
};

int
main(int argc, char **argv)
{
	return daemon_main(&probe, argc, argv);
}
