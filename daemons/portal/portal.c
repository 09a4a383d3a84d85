/*
 * recard-portal: citizens over HTTPS, and other portals that bring
 * applications (gate.c). What it shows and does is SQL, for whoever has logged
 * in; nothing is kept here but lists of revoked cards.
 */
#include "daemon.h"
#include "exit_code.h"
#include "gate.h"
#include "log.h"
#include "mem.h"
#include "portal.h"
#include "secrecy.h"

static int
init(struct daemon_context *ctx)
{
	const struct portal_settings *s = &portal_settings;
	char *error = NULL;
	struct gate *gate = gate_open(ctx, &error);

	ctx->state = gate;
	if (error) {
		log_error("portal.server.refused", kv_str(error, error));
		mem_free(error);
		gate_close(gate);
		ctx->state = NULL;
		return EXIT_CONFIG;
	}
	if (!ctx->check && !ctx->once) {
		log_info("portal.server.listening",
			 kv_str(address, s->server.listen),
			 kv_str(plain, s->server.listen_plain));
		if (s->api_listen && *s->api_listen)
			log_info("portal.api.listening",
				 kv_str(address, s->api_listen));
	}
	return EXIT_DONE;
}

static void
fini(struct daemon_context *ctx)
{
	gate_close(ctx->state);
	ctx->state = NULL;
}

static void
reloaded(struct daemon_context *ctx)
{
	char *error = gate_renew(ctx->state);

	if (error)
		log_error("portal.server.refused", kv_str(error, error),
			  kv_str(hint, "the old certificates stay in use"));
	mem_free(error);
}

static enum work_outcome
keep_gate(struct daemon_context *ctx)
{
	return gate_step(ctx->state);
}

static enum work_outcome
keep_lists(struct daemon_context *ctx)
{
	return gate_look_at_lists(ctx->state);
}

static const struct daemon_work works[] = {{.name = "citizens",
					    .kind = WORK_STEP,
					    .always = true,
					    .step = keep_gate},
					   {.name = "revocations",
					    .kind = WORK_STEP,
					    .always = true,
					    .step = keep_lists},
					   {0}};

static const struct daemon portal_daemon = {
	.name = "portal",
	.summary = "citizens' log-in, applications, progress and activation",
	.settings = portal_setting_table,
	.values = &portal_settings,
	.values_size = sizeof portal_settings,
	.works = works,
	.init = init,
	.reloaded = reloaded,
	.fini = fini,
};

int
main(int argc, char **argv)
{
	secrecy_scrub();
	return daemon_main(&portal_daemon, argc, argv);
}
