/*
 * Handing batches to the card line: intent, act, confirm. A batch is cut and
 * its sealed bytes are stored before the file is written; whoever finishes
 * it, after whatever crash, writes the same bytes under the same name.
 */
#include <errno.h>
#include <string.h>

#include "batch.h"
#include "buffer.h"
#include "clock.h"
#include "failpoint.h"
#include "log.h"
#include "manufacture.h"
#include "mem.h"
#include "spool.h"

struct claim {
	char *batch_no;
	char *product;
	int64_t epoch;
	int64_t created_at;
	char *file_digest; /* of a sealed one */
	bool sealed;
};

static void
claim_free(struct claim *claim)
{
	mem_free(claim->batch_no);
	mem_free(claim->product);
	mem_free(claim->file_digest);
}

static enum work_outcome
failed(struct daemon_context *ctx, enum db_status status, const char *batch)
{
	if (status == DB_LOST)
		return WORK_LOST;
	log_error("batch.call.refused", kv_str(batch, batch), kv_db(ctx->db));
	return WORK_FAILED;
}

static enum work_outcome
cut(struct daemon_context *ctx)
{
	struct manufacture_settings *set = &manufacture_settings;
	const struct manufacture *m = ctx->state;
	/* A run that drains the belt leaves nothing waiting for company. */
	const struct db_param params[] = {
		db_int(set->batch_max), db_int(ctx->once ? 1 : set->batch_min),
		db_int(ctx->once ? 0 : set->batch_wait), db_text(ctx->actor)};
	struct db_result *result;
	enum db_status status;
	bool made;

	/* It cuts when all are queued, or batches would be small. */
	if (ctx->once && m->freezing)
		return WORK_IDLE;
	status = db_call(ctx->db, CUT_BATCH, params, &result);
	if (status != DB_OK)
		return failed(ctx, status, NULL);
	made = !db_is_null(result, 0, 0);
	if (made)
		log_info("batch.cut.done",
			 kv_str(batch, db_value(result, 0, 0)));
	db_result_free(result);
	FAILPOINT("batch.cut");
	return made ? WORK_MORE : WORK_IDLE;
}

static enum db_status
claim_one(struct daemon_context *ctx, struct claim *claim)
{
	struct db_result *result;
	enum db_status status = db_call(ctx->db, CLAIM_BATCH, NULL, &result);

	*claim = (struct claim){0};
	if (status != DB_OK)
		return status;
	if (db_rows(result) == 1) {
		claim->batch_no = mem_strdup(db_value(result, 0, 0));
		claim->sealed = strcmp(db_value(result, 0, 1), "sealed") == 0;
		claim->epoch = db_int64(result, 0, 2);
		claim->product = mem_strdup(db_value(result, 0, 3));
		claim->created_at = db_int64(result, 0, 4);
		claim->file_digest = mem_strdup(db_value(result, 0, 5));
	}
	db_result_free(result);
	return DB_OK;
}

/* Renders the batch's content from its rows. The number of cards is 0 when
 * every one of them was cancelled. */
static enum db_status
render(struct daemon_context *ctx, const struct claim *claim,
       struct buffer *content, char hash_total[BATCH_HASH_TOTAL], size_t *count)
{
	const struct db_param batch_no = db_text(claim->batch_no);
	struct db_result *rows;
	struct batch_card *cards;
	struct batch batch;
	enum db_status status;
	int i;

	status = db_call(ctx->db, BATCH_CONTENT, &batch_no, &rows);
	if (status != DB_OK)
		return status;
	cards = mem_alloc((size_t)db_rows(rows) + 1, sizeof *cards);
	for (i = 0; i < db_rows(rows); i++)
		cards[i] = (struct batch_card){
			.job_no = db_value(rows, i, 0),
			.attempt = db_value(rows, i, 1),
			.reason = db_value(rows, i, 2),
			.order_no = db_value(rows, i, 3),
			.print_name = db_value(rows, i, 4),
			.valid_from = db_value(rows, i, 5),
			.valid_to = db_value(rows, i, 6),
			.address_digest = db_value(rows, i, 7)};
	batch = (struct batch){claim->batch_no, claim->created_at,
			       claim->product, cards, (size_t)db_rows(rows)};
	batch_render(&batch, content, hash_total);
	*count = batch.count;
	mem_free(cards);
	db_result_free(rows);
	return DB_OK;
}

static enum work_outcome
drop(struct daemon_context *ctx, const struct claim *claim)
{
	const struct db_param params[] = {db_text(claim->batch_no),
					  db_int(claim->epoch)};
	enum db_status status = db_call(ctx->db, DROP_BATCH, params, NULL);

	if (status != DB_OK)
		return failed(ctx, status, claim->batch_no);
	log_info("batch.drop.done", kv_str(batch, claim->batch_no),
		 kv_str(reason, "all_cancelled"));
	return WORK_MORE;
}

/* Renders, seals and stores: from here on the bytes are fixed. */
static enum work_outcome
seal(struct daemon_context *ctx, const struct claim *claim)
{
	struct manufacture *m = ctx->state;
	struct buffer content = {0}, sealed = {0};
	char hash_total[BATCH_HASH_TOTAL];
	char content_digest[SEAL_SHA256_HEX], file_digest[SEAL_SHA256_HEX];
	enum work_outcome outcome = WORK_FAILED;
	struct db_result *result;
	enum db_status status;
	char *error = NULL;
	size_t count = 0;

	status = render(ctx, claim, &content, hash_total, &count);
	if (status != DB_OK) {
		outcome = failed(ctx, status, claim->batch_no);
		goto out;
	}
	if (count == 0) {
		outcome = drop(ctx, claim);
		goto out;
	}
	if (seal_close(m->us, m->line, content.data, content.len, &sealed,
		       &error) != 0) {
		log_error("batch.seal.failed", kv_str(batch, claim->batch_no),
			  kv_str(error, error));
		mem_free(error);
		goto out;
	}
	seal_sha256_hex(content.data, content.len, content_digest);
	seal_sha256_hex(sealed.data, sealed.len, file_digest);
	FAILPOINT("batch.rendered");
	status = db_call(ctx->db, SEAL_BATCH,
			 (const struct db_param[]){
				 db_text(claim->batch_no), db_int(claim->epoch),
				 db_int(count), db_text(hash_total),
				 db_text(content_digest), db_text(file_digest),
				 db_bytes(sealed.data, sealed.len),
				 db_text(ctx->actor)},
			 &result);
	if (status != DB_OK) {
		outcome = failed(ctx, status, claim->batch_no);
		goto out;
	}
	/* Not sealed: a cancellation came between; look again. */
	if (db_bool(result, 0, 0))
		log_info("batch.seal.done", kv_str(batch, claim->batch_no),
			 kv_int(cards, count), kv_str(digest, file_digest));
	db_result_free(result);
	outcome = WORK_MORE;
	FAILPOINT("batch.sealed");
out:
	buffer_free(&content);
	buffer_free(&sealed);
	return outcome;
}

static enum work_outcome
confirm(struct daemon_context *ctx, const struct claim *claim)
{
	const struct db_param params[] = {db_text(claim->batch_no),
					  db_int(claim->epoch),
					  db_text(ctx->actor)};
	enum db_status status = db_call(ctx->db, PUBLISH_BATCH, params, NULL);

	if (status != DB_OK)
		return failed(ctx, status, claim->batch_no);
	log_info("batch.publish.done", kv_str(batch, claim->batch_no),
		 kv_str(digest, claim->file_digest));
	return WORK_MORE;
}

/* Writes the stored bytes and confirms. */
static enum work_outcome
publish(struct daemon_context *ctx, const struct claim *claim)
{
	const struct db_param batch_no = db_text(claim->batch_no);
	char *name = mem_printf("%s.p7m", claim->batch_no);
	char digest[SEAL_SHA256_HEX];
	enum work_outcome outcome = WORK_FAILED;
	struct buffer bytes = {0};
	struct db_result *result;
	enum db_status status;

	status = db_call(ctx->db, BATCH_FILE, &batch_no, &result);
	if (status != DB_OK) {
		outcome = failed(ctx, status, claim->batch_no);
		goto out;
	}
	if (db_bytea(result, 0, 0, &bytes) == 0)
		seal_sha256_hex(bytes.data, bytes.len, digest);
	else
		digest[0] = '\0';
	db_result_free(result);
	if (strcmp(digest, claim->file_digest) != 0) {
		log_error("batch.publish.refused",
			  kv_str(batch, claim->batch_no),
			  kv_str(error, "the stored bytes do not have the "
					"batch's digest"),
			  kv_str(hint, "recardctl verify"));
		goto out;
	}
	switch (spool_publish(manufacture_settings.outbox, name, bytes.data,
			      bytes.len)) {
	case SPOOL_PUBLISHED:
		FAILPOINT("batch.published");
		outcome = confirm(ctx, claim);
		break;
	case SPOOL_CONFLICT:
		log_error("batch.publish.conflict",
			  kv_str(batch, claim->batch_no),
			  kv_str(path, manufacture_settings.outbox),
			  kv_str(error, "another file has this name"),
			  kv_str(hint, "see whether the database was restored "
				       "from before that batch"));
		break;
	case SPOOL_ERROR:
		log_error("batch.publish.failed",
			  kv_str(batch, claim->batch_no),
			  kv_str(path, manufacture_settings.outbox),
			  kv_str(error, strerror(errno)));
		break;
	}
out:
	buffer_free(&bytes);
	mem_free(name);
	return outcome;
}

enum work_outcome
handover_step(struct daemon_context *ctx)
{
	enum work_outcome outcome;
	struct claim claim;
	enum db_status status = claim_one(ctx, &claim);

	if (status != DB_OK)
		return failed(ctx, status, NULL);
	if (!claim.batch_no)
		return cut(ctx);
	outcome = claim.sealed ? publish(ctx, &claim) : seal(ctx, &claim);
	claim_free(&claim);
	return outcome;
}

enum work_outcome
overdue_step(struct daemon_context *ctx)
{
	const struct db_param patience =
		db_int(manufacture_settings.ack_patience);
	struct manufacture *m = ctx->state;
	struct db_result *result;
	enum db_status status;
	int row;

	if (clock_monotonic_ms() < m->alarm_due)
		return WORK_IDLE;
	status = db_call(ctx->db, OVERDUE_ACKS, &patience, &result);
	if (status != DB_OK)
		return failed(ctx, status, NULL);
	m->alarm_due = clock_monotonic_ms() + manufacture_settings.alarm_every;
	for (row = 0; row < db_rows(result); row++)
		log_warn("batch.ack.missing",
			 kv_str(batch, db_value(result, row, 0)),
			 kv_str(hint, "ask the card line; never send a new "
				      "batch for it"));
	db_result_free(result);
	return WORK_IDLE;
}
