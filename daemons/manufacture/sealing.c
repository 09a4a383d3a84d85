/*
 * Sealing a batch: its content is rendered from its rows, signed, encrypted
 * and stored. From then on its bytes are fixed.
 */
#include <string.h>

#include "batch.h"
#include "buffer.h"
#include "failpoint.h"
#include "log.h"
#include "manufacture.h"
#include "mem.h"

/* Everything that becomes of a batch while it is sealed. */
struct sealing {
	struct buffer content, sealed;
	char hash_total[BATCH_HASH_TOTAL];
	char content_digest[SEAL_SHA256_HEX], file_digest[SEAL_SHA256_HEX];
	size_t count; /* cards; 0: every one was cancelled or held */
};

static enum db_status
render(struct daemon_context *ctx, const struct claim *claim,
       struct sealing *sealing)
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
	batch_render(&batch, &sealing->content, sealing->hash_total);
	sealing->count = batch.count;
	mem_free(cards);
	db_result_free(rows);
	return DB_OK;
}

static enum work_outcome
end_empty(struct daemon_context *ctx, const struct card_line *line,
	  const struct claim *claim)
{
	const struct db_param params[] = {db_text(claim->batch_no),
					  db_int(claim->epoch)};
	enum db_status status = db_call(ctx->db, EMPTY_BATCH, params, NULL);

	if (status != DB_OK)
		return call_failed(ctx, status, line, claim->batch_no);
	log_info("batch.empty.done", kv_str(line, line->settings->name),
		 kv_str(batch, claim->batch_no));
	return WORK_MORE;
}

static enum work_outcome
store(struct daemon_context *ctx, const struct card_line *line,
      const struct claim *claim, const struct sealing *sealing,
      const struct seal_identity *signer)
{
	struct db_result *result;
	enum db_status status = db_call(
		ctx->db, SEAL_BATCH,
		(const struct db_param[]){
			db_text(claim->batch_no), db_int(claim->epoch),
			db_text(claim->link), db_int(sealing->count),
			db_text(sealing->hash_total),
			db_text(sealing->content_digest),
			db_text(sealing->file_digest),
			db_bytes(sealing->sealed.data, sealing->sealed.len),
			db_text(seal_identity_name(signer)),
			db_text(ctx->actor)},
		&result);

	if (status != DB_OK)
		return call_failed(ctx, status, line, claim->batch_no);
	/* Not sealed: a cancellation came between; look again. */
	if (db_bool(result, 0, 0))
		log_info("batch.seal.done", kv_str(line, line->settings->name),
			 kv_str(batch, claim->batch_no),
			 kv_int(cards, sealing->count),
			 kv_str(digest, sealing->file_digest));
	db_result_free(result);
	return WORK_MORE;
}

static enum work_outcome
seal(struct daemon_context *ctx, const struct card_line *line,
     const struct claim *claim, struct sealing *sealing)
{
	const struct manufacture *m = ctx->state;
	const struct seal_identity *signer =
		signers_current(m->signers, manufacture_settings.signers.count);
	enum work_outcome outcome;
	char *error = NULL;

	if (!signer)
		error = mem_strdup("no certificate of manufacture.signers is "
				   "valid today");
	else if (seal_close(signer, line->peer, sealing->content.data,
			    sealing->content.len, claim->link, &sealing->sealed,
			    &error) == 0)
		error = NULL;
	if (error) {
		log_error("batch.seal.failed",
			  kv_str(line, line->settings->name),
			  kv_str(batch, claim->batch_no), kv_str(error, error));
		mem_free(error);
		return WORK_FAILED;
	}
	seal_sha256_hex(sealing->content.data, sealing->content.len,
			sealing->content_digest);
	seal_sha256_hex(sealing->sealed.data, sealing->sealed.len,
			sealing->file_digest);
	FAILPOINT("batch.rendered");
	outcome = store(ctx, line, claim, sealing, signer);
	FAILPOINT("batch.sealed");
	return outcome;
}

enum work_outcome
seal_step(struct daemon_context *ctx, struct card_line *line,
	  const struct claim *claim)
{
	struct sealing sealing = {0};
	enum work_outcome outcome;
	enum db_status status = render(ctx, claim, &sealing);

	if (status != DB_OK)
		outcome = call_failed(ctx, status, line, claim->batch_no);
	else if (sealing.count == 0)
		outcome = end_empty(ctx, line, claim);
	else
		outcome = seal(ctx, line, claim, &sealing);
	if (sealing.content.data)
		explicit_bzero(sealing.content.data, sealing.content.size);
	buffer_free(&sealing.content);
	buffer_free(&sealing.sealed);
	return outcome;
}
