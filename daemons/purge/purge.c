/*
 * recard-purge: deletes the application data of unpaid orders, when their
 * deadline has passed and every payment feed of their product is known to
 * cover it, and reminds of orders before that. The rules themselves are
 * recard.purge_due() and its kin; this is their clockwork.
 */
#include "purge.h"

#include "clock.h"
#include "exit_code.h"
#include "log.h"
#include "mem.h"
#include "seal.h"

static struct {
	char *commitment_key;
	int64_t batch;
	int64_t alarm_every;
	int64_t reminder;
	int64_t refused_kept;
} settings_in_force;

static const struct conf_setting settings[] = {
	{"commitment_key", CONF_SECRET,
	 offsetof(__typeof__(settings_in_force), commitment_key), NULL, 0, 0,
	 false, "Key file of the commitment that proves what was deleted."},
	{"batch", CONF_INT, offsetof(__typeof__(settings_in_force), batch),
	 "500", 1, 100000, true, "Orders purged in one transaction, at most."},
	{"alarm_every", CONF_DURATION,
	 offsetof(__typeof__(settings_in_force), alarm_every), "1h", 1000,
	 604800000, true,
	 "How often it is said again what holds the purge up."},
	{"refused_kept", CONF_DURATION,
	 offsetof(__typeof__(settings_in_force), refused_kept), "30d", 3600000,
	 31536000000, true,
	 "How long notices are kept that no secret vouches for."},
	{"reminder", CONF_DURATION,
	 offsetof(__typeof__(settings_in_force), reminder), "12h", 0, 604800000,
	 true,
	 "How long before its deadline an unpaid order is reminded of; 0s: "
	 "never."},
	{0}};

static const struct db_statement statements[] = {
	{"purge_ask", "SELECT recard.purge_ask($1)", 1},
	{"purge_due", "SELECT recard.purge_due($1, $2, $3)", 3},
	{"purge_stray",
	 "SELECT recard.purge_stray($1, " DB_MS_INTERVAL("$2") ")", 2},
	{"purge_summary",
	 "SELECT obstacle, product, orders, recard.order_text(order_no), "
	 "extract(epoch FROM applied_at)::bigint, "
	 "extract(epoch FROM pay_by)::bigint "
	 "FROM recard.purge_summary($1)",
	 1},
	{"purge_feeds",
	 "SELECT channel, silent, age, covered_until, waiting "
	 "FROM recard.purge_feeds()",
	 0},
	{"remind_due", "SELECT recard.remind_due(" DB_MS_INTERVAL("$1") ", $2)",
	 2},
	{0}};

struct purge_state {
	unsigned char *key;
	size_t key_len;
	int64_t alarm_due;  /* monotonic ms */
	int64_t remind_due; /* monotonic ms */
};

/* Questions queued in one transaction, at most: it locks no order, and passes
 * over all that were asked about before. */
enum { ASK_AT_MOST = 5000 };

/* A deadline is a matter of hours: who is to be reminded is looked up this
 * often. */
enum { REMIND_EVERY_MS = 60 * 1000 };

static int
init(struct daemon_context *ctx)
{
	static struct purge_state state;
	char *error = NULL;

	if (!settings_in_force.commitment_key) {
		log_error("purge.key.missing",
			  kv_str(setting, "purge.commitment_key"),
			  kv_str(hint, "name a file with 32 random bytes or "
				       "more, in hex"));
		return EXIT_CONFIG;
	}
	state.key = seal_read_key(settings_in_force.commitment_key,
				  &state.key_len, &error);
	if (!state.key) {
		log_error("purge.key.refused", kv_str(error, error));
		mem_free(error);
		return EXIT_CONFIG;
	}
	ctx->state = &state;
	return EXIT_DONE;
}

static void
fini(struct daemon_context *ctx)
{
	struct purge_state *state = ctx->state;

	mem_free_secret(state->key, state->key_len);
}

enum work_outcome
purge_call_failed(struct daemon_context *ctx, enum db_status status)
{
	if (status == DB_LOST)
		return WORK_LOST;
	log_error("purge.call.refused", kv_db(ctx->db));
	return WORK_FAILED;
}

/* Calls a statement that returns how many rows it handled. */
static enum db_status
count(struct daemon_context *ctx, int statement, const struct db_param *params,
      int64_t *handled)
{
	struct db_result *result;
	enum db_status status = db_call(ctx->db, statement, params, &result);

	if (status != DB_OK)
		return status;
	*handled = db_int64(result, 0, 0);
	db_result_free(result);
	return DB_OK;
}

static enum work_outcome
purge_step(struct daemon_context *ctx)
{
	struct purge_state *state = ctx->state;
	const struct db_param questions = db_int(ASK_AT_MOST);
	const struct db_param params[] = {db_bytes(state->key, state->key_len),
					  db_int(settings_in_force.batch),
					  db_text(ctx->actor)};
	enum db_status status;
	int64_t asked, purged;

	if (ctx->dry_run)
		return purge_dry_run(ctx);
	status = count(ctx, PURGE_ASK, &questions, &asked);
	if (status != DB_OK)
		return purge_call_failed(ctx, status);
	if (asked > 0)
		log_info("purge.question.asked", kv_int(count, asked));
	status = count(ctx, PURGE_DUE, params, &purged);
	if (status != DB_OK)
		return purge_call_failed(ctx, status);
	if (purged > 0)
		log_info("purge.batch.done", kv_int(count, purged));
	return asked > 0 || purged > 0 ? WORK_MORE : WORK_IDLE;
}

static enum work_outcome
remind_step(struct daemon_context *ctx)
{
	struct purge_state *state = ctx->state;
	const struct db_param params[] = {db_int(settings_in_force.reminder),
					  db_int(settings_in_force.batch)};
	enum db_status status;
	int64_t reminded;

	if (ctx->dry_run || settings_in_force.reminder == 0 ||
	    clock_monotonic_ms() < state->remind_due)
		return WORK_IDLE;
	status = count(ctx, REMIND_DUE, params, &reminded);
	if (status != DB_OK)
		return purge_call_failed(ctx, status);
	if (reminded > 0) {
		log_info("purge.reminder.queued", kv_int(count, reminded));
		return WORK_MORE;
	}
	state->remind_due = clock_monotonic_ms() + REMIND_EVERY_MS;
	return WORK_IDLE;
}

/* From time to time: strays, and what holds the purge up. */
static enum work_outcome
alarm_step(struct daemon_context *ctx)
{
	struct purge_state *state = ctx->state;
	const struct db_param params[] = {
		db_int(settings_in_force.batch),
		db_int(settings_in_force.refused_kept)};
	enum db_status status;
	int64_t emptied;

	if (ctx->dry_run || clock_monotonic_ms() < state->alarm_due)
		return WORK_IDLE;
	status = count(ctx, PURGE_STRAY, params, &emptied);
	if (status != DB_OK)
		return purge_call_failed(ctx, status);
	if (emptied > 0) {
		log_info("purge.stray.emptied", kv_int(count, emptied));
		return WORK_MORE;
	}
	state->alarm_due = clock_monotonic_ms() + settings_in_force.alarm_every;
	return purge_alarm(ctx);
}

static const struct daemon_work works[] = {
	{.name = "purge",
	 .kind = WORK_STEP,
	 .seldom = true,
	 .step = purge_step},
	{.name = "reminder", .kind = WORK_STEP, .step = remind_step},
	{.name = "alarm",
	 .kind = WORK_STEP,
	 .always = true,
	 .step = alarm_step},
	{0}};

static const struct daemon purge = {
	.name = "purge",
	.summary = "deletes the application data of orders left unpaid",
	.settings = settings,
	.values = &settings_in_force,
	.values_size = sizeof settings_in_force,
	.statements = statements,
	.works = works,
	.has_dry_run = true,
	.init = init,
	.fini = fini,
};

int
main(int argc, char **argv)
{
	return daemon_main(&purge, argc, argv);
}
