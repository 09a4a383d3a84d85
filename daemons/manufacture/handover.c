/*
 * Batches on their way to the card lines: intent, act, confirm. A batch is
 * cut and its sealed bytes are stored before anything leaves; whoever
 * finishes it, after whatever crash, hands over the same bytes under the same
 * name. One line's trouble does not stop the others.
 */
#include <string.h>

#include "clock.h"
#include "failpoint.h"
#include "log.h"
#include "manufacture.h"
#include "mem.h"

static void
claim_free(struct claim *claim)
{
	mem_free(claim->batch_no);
	mem_free(claim->product);
	mem_free(claim->file_digest);
	mem_free(claim->chain_digest);
	mem_free(claim->link);
	mem_free(claim->resend_no);
}

enum work_outcome
call_failed(struct daemon_context *ctx, enum db_status status,
	    const struct card_line *line, const char *batch_no)
{
	if (status == DB_LOST)
		return WORK_LOST;
	log_error("batch.call.refused", kv_str(line, line->settings->name),
		  kv_str(batch, batch_no), kv_db(ctx->db));
	return WORK_FAILED;
}

static enum work_outcome
cut(struct daemon_context *ctx, const struct card_line *line)
{
	const struct manufacture *m = ctx->state;
	/* A run that drains the belt leaves nothing waiting for company. */
	const struct db_param params[] = {db_text(line->settings->name),
					  db_text(ctx->once ? "drain" : NULL),
					  db_text(NULL), db_text(ctx->actor)};
	struct db_result *result;
	enum db_status status;
	bool made;

	/* It cuts when all are queued, or batches would be small. */
	if (ctx->once && m->freezing)
		return WORK_IDLE;
	status = db_call(ctx->db, CUT_BATCH, params, &result);
	if (status != DB_OK)
		return call_failed(ctx, status, line, NULL);
	made = !db_is_null(result, 0, 0);
	if (made)
		log_info("batch.cut.done", kv_str(line, line->settings->name),
			 kv_str(batch, db_value(result, 0, 0)));
	db_result_free(result);
	FAILPOINT("batch.cut");
	return made ? WORK_MORE : WORK_IDLE;
}

static enum db_status
claim_one(struct daemon_context *ctx, const struct card_line *line,
	  struct claim *claim)
{
	const struct db_param name = db_text(line->settings->name);
	struct db_result *result;
	enum db_status status = db_call(ctx->db, CLAIM_BATCH, &name, &result);

	*claim = (struct claim){0};
	if (status != DB_OK)
		return status;
	if (db_rows(result) == 1) {
		claim->batch_no = mem_strdup(db_value(result, 0, 0));
		claim->sealed = strcmp(db_value(result, 0, 1), "cut") != 0;
		claim->epoch = db_int64(result, 0, 2);
		claim->product = mem_strdup(db_value(result, 0, 3));
		claim->created_at = db_int64(result, 0, 4);
		claim->file_digest = mem_strdup(db_value(result, 0, 5));
		claim->chain_digest = mem_strdup(db_value(result, 0, 6));
		claim->link = mem_strdup(db_value(result, 0, 7));
		claim->offered = db_bool(result, 0, 8);
		if (!db_is_null(result, 0, 9))
			claim->resend_no = mem_strdup(db_value(result, 0, 9));
	}
	db_result_free(result);
	return DB_OK;
}

static enum work_outcome
step(struct daemon_context *ctx, struct card_line *line)
{
	enum work_outcome outcome = WORK_IDLE;
	struct claim claim;
	enum db_status status;

	if (!mark_agrees(ctx, line, &outcome))
		return outcome;
	status = claim_one(ctx, line, &claim);
	if (status != DB_OK)
		return call_failed(ctx, status, line, NULL);
	if (!claim.batch_no)
		outcome = cut(ctx, line);
	else if (claim.sealed)
		outcome = deliver_step(ctx, line, &claim);
	else
		outcome = seal_step(ctx, line, &claim);
	claim_free(&claim);
	return outcome;
}

enum work_outcome
handover_step(struct daemon_context *ctx)
{
	const struct manufacture *m = ctx->state;
	enum work_outcome outcome = WORK_IDLE;
	bool failed = false;

	for (size_t i = 0; i < manufacture_settings.lines.count; i++) {
		struct card_line *line = &m->lines[i];

		if (ctx->stopping)
			break;
		/* With --once the daemon's loop counts the tries. */
		if (!ctx->once && line->not_before > clock_monotonic_ms())
			continue;
		switch (step(ctx, line)) {
		case WORK_LOST:
			return WORK_LOST;
		case WORK_FAILED:
			failed = true;
			line->not_before = clock_monotonic_ms() +
					   backoff_next(&line->backoff,
							ctx->common->retry_min,
							ctx->common->retry_max);
			break;
		case WORK_MORE:
			outcome = WORK_MORE;
			__attribute__((fallthrough));
		case WORK_IDLE:
			backoff_reset(&line->backoff);
			line->not_before = 0;
			break;
		}
	}
	return outcome == WORK_IDLE && failed && ctx->once ? WORK_FAILED
							   : outcome;
}
