/*
 * recard-purge: deletes the application data of unpaid orders, when their
 * deadline has passed and every payment feed of their product is known to
 * cover it. The rule itself is recard.purge_due(); this is its clockwork,
 * the alarm for feeds that are behind, and the dry run.
 */
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "daemon.h"
#include "exit_code.h"
#include "log.h"
#include "mem.h"
#include "seal.h"

static struct {
	char *commitment_key;
	int64_t batch;
	int64_t alarm_every;
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
	 "How often it is said again that a feed holds the purge up."},
	{0}};

enum { PURGE, WAITING, OBSTACLES };

static const struct db_statement statements[] = {
	{"purge_due", "SELECT recard.purge_due($1, $2, $3)", 3},
	{"purge_waiting",
	 "SELECT recard.order_text(order_no), product, "
	 "extract(epoch FROM applied_at)::bigint, "
	 "extract(epoch FROM pay_by)::bigint, obstacle "
	 "FROM recard.purge_waiting(now(), $1)",
	 1},
	{"purge_obstacles",
	 "SELECT obstacle, count(*) FROM recard.purge_waiting() "
	 "WHERE obstacle IS NOT NULL GROUP BY obstacle ORDER BY obstacle",
	 0},
	{0}};

struct purge_state {
	unsigned char *key;
	size_t key_len;
	int64_t alarm_due; /* monotonic ms */
};

/* How many waiting orders a dry run looks at, and lists of each kind. */
enum { WAITING_LOOK = 100000, DRY_RUN_EXAMPLES = 20 };

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

static enum work_outcome
failed(struct daemon_context *ctx, enum db_status status)
{
	if (status == DB_LOST)
		return WORK_LOST;
	log_error("purge.call.refused", kv_db(ctx->db));
	return WORK_FAILED;
}

/* Says what holds deletion up: which feed is behind, and for how many. */
static enum work_outcome
tell_obstacles(struct daemon_context *ctx)
{
	struct db_result *obstacles;
	enum db_status status;
	int row;

	status = db_call(ctx->db, OBSTACLES, NULL, &obstacles);
	if (status != DB_OK)
		return failed(ctx, status);
	for (row = 0; row < db_rows(obstacles); row++) {
		const char *obstacle = db_value(obstacles, row, 0);

		if (strncmp(obstacle, "feed:", 5) == 0)
			log_warn("purge.feed.behind",
				 kv_str(feed, obstacle + 5),
				 kv_int(count, db_int64(obstacles, row, 1)),
				 kv_str(hint, "book its settlement files"));
		else
			log_warn("purge.order.waiting",
				 kv_str(reason, obstacle),
				 kv_int(count, db_int64(obstacles, row, 1)));
	}
	db_result_free(obstacles);
	return WORK_IDLE;
}

/* What would be deleted, and what not and why; nothing is changed. */
static enum work_outcome
dry_run(struct daemon_context *ctx)
{
	const struct db_param look = db_int(WAITING_LOOK);
	struct db_result *waiting;
	enum db_status status;
	int row, due = 0, kept = 0;

	status = db_call(ctx->db, WAITING, &look, &waiting);
	if (status != DB_OK)
		return failed(ctx, status);
	for (row = 0; row < db_rows(waiting); row++) {
		bool is_due = !*db_value(waiting, row, 4);
		char applied_at[32], pay_by[32];
		int *seen = is_due ? &due : &kept;

		if ((*seen)++ >= DRY_RUN_EXAMPLES)
			continue;
		clock_format_taipei(db_int64(waiting, row, 2), applied_at);
		clock_format_taipei(db_int64(waiting, row, 3), pay_by);
		printf("%s %s product=%s applied_at=%s pay_by=%s%s%s\n",
		       is_due ? "would purge" : "would keep ",
		       db_value(waiting, row, 0), db_value(waiting, row, 1),
		       applied_at, pay_by, is_due ? "" : " because of ",
		       db_value(waiting, row, 4));
	}
	printf("dry run: %d of %d unpaid orders past their deadline would be "
	       "purged, %d kept; nothing was deleted\n",
	       due, due + kept, kept);
	db_result_free(waiting);
	return WORK_IDLE;
}

static enum work_outcome
purge_step(struct daemon_context *ctx)
{
	struct purge_state *state = ctx->state;
	const struct db_param params[] = {db_bytes(state->key, state->key_len),
					  db_int(settings_in_force.batch),
					  db_text(ctx->actor)};
	struct db_result *result;
	enum db_status status;
	int64_t purged;

	if (ctx->dry_run)
		return dry_run(ctx);
	status = db_call(ctx->db, PURGE, params, &result);
	if (status != DB_OK)
		return failed(ctx, status);
	purged = db_int64(result, 0, 0);
	db_result_free(result);
	if (purged > 0) {
		log_info("purge.batch.done", kv_int(count, purged));
		return WORK_MORE;
	}
	if (clock_monotonic_ms() < state->alarm_due)
		return WORK_IDLE;
	state->alarm_due = clock_monotonic_ms() + settings_in_force.alarm_every;
	return tell_obstacles(ctx);
}

static const struct daemon_work works[] = {
	{.name = "purge", .kind = WORK_STEP, .step = purge_step}, {0}};

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
