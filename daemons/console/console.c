/*
 * recard-console: the operators' side over HTTPS (site.c), and metrics and
 * health of the whole suite (watch.c). What it shows and does is SQL; nothing
 * is kept here.
 */
#include "console.h"

#include "daemon.h"
#include "exit_code.h"
#include "log.h"
#include "mem.h"
#include "site.h"
#include "watch.h"

struct console_settings console_settings;

#define AT(field) offsetof(struct console_settings, field)

static const struct conf_setting settings[] = {
	{"listen", CONF_STRING, AT(server.listen), "127.0.0.1:8444", 0, 0,
	 false, "Address and port of the pages; empty: no pages."},
	HTTP_TLS_SETTINGS(AT(server)),
	{"operators_ca", CONF_PATH, AT(server.client_ca), NULL, 0, 0, true,
	 "Certificates (PEM) of the authority of operators' cards."},
	{"revoked", CONF_PATH, AT(server.client_crl), NULL, 0, 0, true,
	 "The authority's list (PEM) of revoked cards."},
	{"form_key", CONF_SECRET, AT(form_key), NULL, 0, 0, false,
	 "Key file of the tokens in forms; the same on all hosts."},
	{"form_time", CONF_DURATION, AT(form_time), "30m", 1000, 86400000, true,
	 "How long a page's forms are good."},
	{"session_idle", CONF_DURATION, AT(session_idle), "15m", 1000, 86400000,
	 true, "How long somebody may do nothing before his session ends."},
	{"page_time", CONF_DURATION, AT(page_time), "5s", 100, 300000, false,
	 "How long the database may take for a page."},
	{"database_connections", CONF_INT, AT(database_connections), "4", 1, 64,
	 false, "Connections to the database for pages."},
	{"metrics_listen", CONF_STRING, AT(metrics_listen), "127.0.0.1:9464", 0,
	 0, false,
	 "Loopback address and port, or unix:PATH, of metrics and health; "
	 "empty: none."},
	{"watch_certificates", CONF_STRINGS, AT(watch_certificates), NULL, 0, 0,
	 true, "More certificates (PEM) whose end the metrics tell."},
	HTTP_LIMIT_SETTINGS(AT(server)),
	{0}};

enum { ROLL_MOVES };

static const struct db_statement statements[] = {
	[ROLL_MOVES] = {"roll_moves", "SELECT recard.roll_moves($1)", 1}, {0}};

/* Rows of the tally added up in one transaction, at most. */
enum { ROLL_AT_MOST = 10000 };

struct console {
	struct site *site;   /* NULL: no pages */
	struct watch *watch; /* NULL: no metrics */
};

static int
init(struct daemon_context *ctx)
{
	static struct console console;
	char *error = NULL;

	ctx->state = &console;
	if (console_settings.server.listen && *console_settings.server.listen)
		console.site = site_open(ctx, &error);
	if (!error && console_settings.metrics_listen &&
	    *console_settings.metrics_listen)
		console.watch = watch_open(ctx, &error);
	if (error) {
		log_error("console.server.refused", kv_str(error, error));
		mem_free(error);
		return EXIT_CONFIG;
	}
	if (!ctx->check && !ctx->once)
		log_info("console.server.listening",
			 kv_str(address, console_settings.server.listen),
			 kv_str(plain, console_settings.metrics_listen));
	return EXIT_DONE;
}

static void
fini(struct daemon_context *ctx)
{
	struct console *console = ctx->state;

	site_close(console->site);
	watch_close(console->watch);
	console->site = NULL;
	console->watch = NULL;
}

static void
reloaded(struct daemon_context *ctx)
{
	const struct console *console = ctx->state;
	char *error = console->site ? site_renew(console->site) : NULL;

	if (error)
		log_error("console.server.refused", kv_str(error, error),
			  kv_str(hint, "the old certificates stay in use"));
	mem_free(error);
}

static enum work_outcome
keep_site(struct daemon_context *ctx)
{
	const struct console *console = ctx->state;

	return console->site ? site_step(console->site) : WORK_IDLE;
}

static enum work_outcome
keep_watch(struct daemon_context *ctx)
{
	const struct console *console = ctx->state;

	return console->watch ? watch_step(console->watch) : WORK_IDLE;
}

static void
bind_roll(struct daemon_context *ctx, struct db_param *params)
{
	(void)ctx;
	params[0] = db_int(ROLL_AT_MOST);
}

static void
roll_done(struct daemon_context *ctx, const struct db_result *result)
{
	(void)ctx;
	if (db_int64(result, 0, 0) > 0)
		log_debug("console.moves.counted",
			  kv_int(count, db_int64(result, 0, 0)));
}

static const struct daemon_work works[] = {
	{.name = "site", .kind = WORK_STEP, .always = true, .step = keep_site},
	{.name = "watch",
	 .kind = WORK_STEP,
	 .always = true,
	 .step = keep_watch},
	{.name = "moves",
	 .kind = WORK_TICK,
	 .always = true,
	 .seldom = true,
	 .statement = ROLL_MOVES,
	 .bind = bind_roll,
	 .done = roll_done},
	{0}};

static const struct daemon console_daemon = {
	.name = "console",
	.summary = "the operators' pages, metrics and health",
	.settings = settings,
	.values = &console_settings,
	.values_size = sizeof console_settings,
	.statements = statements,
	.works = works,
	.init = init,
	.reloaded = reloaded,
	.fini = fini,
};

int
main(int argc, char **argv)
{
	return daemon_main(&console_daemon, argc, argv);
}
