/*
 * Runs a tick's statement.
 */
#include <string.h>

#include "backoff.h"
#include "log.h"
#include "mem.h"
#include "tick.h"

/* Tries of a call that lost against another transaction. */
#define CONFLICT_TRIES 5

static bool
conflict(const char *sqlstate)
{
	return strcmp(sqlstate, "40P01") == 0 || strcmp(sqlstate, "40001") == 0;
}

static enum db_status
call(struct daemon_context *ctx, const struct daemon_work *work,
     const struct db_param *params, struct db_result **result)
{
	struct backoff backoff = {0};
	enum db_status status;
	int64_t delay;

	for (;;) {
		status = db_call(ctx->db, work->statement, params, result);
		if (status != DB_REFUSED || !conflict(db_sqlstate(ctx->db)))
			return status;
		if (backoff.tries + 1 >= CONFLICT_TRIES || ctx->stopping)
			return status;
		delay = backoff_next(&backoff, ctx->common->retry_min,
				     ctx->common->retry_max);
		log_debug("tick.conflict.retry", kv_str(work, work->name),
			  kv_str(sqlstate, db_sqlstate(ctx->db)),
			  kv_int(attempt, backoff.tries),
			  kv_int(delay_ms, delay));
		backoff_wait(ctx->base, delay, &ctx->stopping);
	}
}

enum work_outcome
tick_run(struct daemon_context *ctx, const struct daemon_work *work)
{
	const struct db_statement *s =
		&ctx->daemon->statements[work->statement];
	struct db_param *params = mem_alloc(
		s->params > 0 ? (size_t)s->params : 1, sizeof(*params));
	struct db_result *result = NULL;
	enum db_status status;
	int64_t count;

	if (work->bind)
		work->bind(ctx, params);
	status = call(ctx, work, params, &result);
	mem_free(params);
	if (status == DB_LOST)
		return WORK_LOST;
	if (status == DB_REFUSED) {
		log_error("tick.call.refused", kv_str(work, work->name),
			  kv_str(statement, s->name), kv_db(ctx->db));
		return WORK_FAILED;
	}
	count = db_rows(result) > 0 ? db_int64(result, 0, 0) : 0;
	if (work->done)
		work->done(ctx, result);
	db_result_free(result);
	/* Rolled back, the same rows would come again for ever. */
	return count > 0 && !ctx->dry_run ? WORK_MORE : WORK_IDLE;
}
