/*
 * Handing a sealed batch over: into a folder, by SFTP, or by HTTPS PUT. Each
 * way ends in one of few ways; what may have happened already is looked for
 * before anything is done again, so that a line gets a file once.
 *
 * SFTP: the file goes to NAME.part, is read back and compared, then the
 * database notes that it is offered, then it is renamed. Once offered, a file
 * of which nothing is there any more has been taken by the line.
 */
#include <errno.h>
#include <string.h>

#include "buffer.h"
#include "failpoint.h"
#include "log.h"
#include "manufacture.h"
#include "mem.h"
#include "spool.h"

enum delivered {
	DELIVERED,
	DELIVERY_CONFLICT, /* other bytes are there under this name */
	DELIVERY_REFUSED,  /* nothing has left; it may be tried again */
	DELIVERY_DOUBTFUL, /* perhaps it has; the next look tells */
	DELIVERY_FENCED,   /* the batch was held, or is another's by now */
	DELIVERY_LOST      /* the database connection */
};

struct delivery {
	struct daemon_context *ctx;
	struct card_line *line;
	const struct claim *claim;
	struct transfer *transfer;
	struct buffer bytes;
	char *name;
	char *part;
	char *why; /* of what did not go well */
};

static void
because(struct delivery *d, const char *why)
{
	mem_free(d->why);
	d->why = mem_strdup(why);
}

/* Notes that the batch is leaving, or is not after all. */
static enum delivered
offer(struct delivery *d, bool leaving)
{
	const struct db_param params[] = {db_text(d->claim->batch_no),
					  db_int(d->claim->epoch),
					  db_text(leaving ? "t" : "f")};
	struct db_result *result;
	enum delivered outcome;

	switch (db_call(d->ctx->db, OFFER_BATCH, params, &result)) {
	case DB_OK:
		break;
	case DB_LOST:
		return DELIVERY_LOST;
	case DB_REFUSED:
		because(d, db_error(d->ctx->db));
		return DELIVERY_DOUBTFUL;
	}
	outcome = db_bool(result, 0, 0) ? DELIVERED : DELIVERY_FENCED;
	db_result_free(result);
	return outcome;
}

static enum delivered
into_folder(struct delivery *d)
{
	switch (spool_publish(d->line->settings->outbox, d->name, d->bytes.data,
			      d->bytes.len)) {
	case SPOOL_PUBLISHED:
		return DELIVERED;
	case SPOOL_CONFLICT:
		return DELIVERY_CONFLICT;
	case SPOOL_ERROR:
		break;
	}
	because(d, strerror(errno));
	return DELIVERY_REFUSED;
}

enum seen { SEEN_SAME, SEEN_OTHER, SEEN_NOTHING, SEEN_UNKNOWN };

/* What the line's folder holds under a name. */
static enum seen
look(struct delivery *d, const char *name)
{
	struct buffer there = {0};
	enum seen seen = SEEN_UNKNOWN;

	switch (transfer_get(d->transfer, name, d->bytes.len, &there)) {
	case TRANSFER_OK:
		seen = there.len == d->bytes.len &&
				       memcmp(there.data, d->bytes.data,
					      there.len) == 0
			       ? SEEN_SAME
			       : SEEN_OTHER;
		break;
	case TRANSFER_TOO_LARGE:
		seen = SEEN_OTHER;
		break;
	case TRANSFER_ABSENT:
		seen = SEEN_NOTHING;
		break;
	case TRANSFER_EXISTS:
	case TRANSFER_REFUSED:
	case TRANSFER_FAILED:
		because(d, transfer_error(d->transfer));
		break;
	}
	buffer_free(&there);
	return seen;
}

static enum delivered
by_https(struct delivery *d)
{
	switch (transfer_put(d->transfer, d->name, d->bytes.data,
			     d->bytes.len)) {
	case TRANSFER_OK:
		return DELIVERED;
	case TRANSFER_EXISTS:
		break;
	case TRANSFER_REFUSED:
	case TRANSFER_ABSENT:
	case TRANSFER_TOO_LARGE:
		because(d, transfer_error(d->transfer));
		return DELIVERY_REFUSED;
	case TRANSFER_FAILED:
		because(d, transfer_error(d->transfer));
		return DELIVERY_DOUBTFUL;
	}
	/* A former try came through, or somebody else has that number. */
	switch (look(d, d->name)) {
	case SEEN_SAME:
		return DELIVERED;
	case SEEN_OTHER:
		return DELIVERY_CONFLICT;
	case SEEN_NOTHING:
		because(d, "the line says that it has the file, and does not "
			   "give it");
		break;
	case SEEN_UNKNOWN:
		break;
	}
	return DELIVERY_DOUBTFUL;
}

/* The part is whole over there and the database knows it. */
static enum delivered
by_rename(struct delivery *d)
{
	FAILPOINT("batch.offered");
	if (transfer_rename(d->transfer, d->part, d->name) == TRANSFER_OK)
		return DELIVERED;
	because(d, transfer_error(d->transfer));
	return DELIVERY_DOUBTFUL;
}

static enum delivered
upload(struct delivery *d)
{
	enum delivered offered;

	if (transfer_put(d->transfer, d->part, d->bytes.data, d->bytes.len) !=
	    TRANSFER_OK) {
		because(d, transfer_error(d->transfer));
		return DELIVERY_REFUSED;
	}
	FAILPOINT("batch.uploaded");
	switch (look(d, d->part)) {
	case SEEN_SAME:
		break;
	case SEEN_OTHER:
	case SEEN_NOTHING:
		because(d, "what was uploaded is not what is there");
		__attribute__((fallthrough));
	case SEEN_UNKNOWN:
		return DELIVERY_REFUSED;
	}
	offered = offer(d, true);
	return offered == DELIVERED ? by_rename(d) : offered;
}

/* It was offered before: what has become of it? */
static enum delivered
follow_up(struct delivery *d)
{
	enum delivered taken_back;

	switch (look(d, d->part)) {
	case SEEN_SAME:
		return by_rename(d);
	case SEEN_NOTHING:
		return DELIVERED; /* and taken */
	case SEEN_UNKNOWN:
		return DELIVERY_DOUBTFUL;
	case SEEN_OTHER:
		break;
	}
	taken_back = offer(d, false);
	return taken_back == DELIVERED ? upload(d) : taken_back;
}

static enum delivered
by_sftp(struct delivery *d)
{
	switch (look(d, d->name)) {
	case SEEN_SAME:
		return DELIVERED;
	case SEEN_OTHER:
		return DELIVERY_CONFLICT;
	case SEEN_NOTHING:
		break;
	case SEEN_UNKNOWN:
		return d->claim->offered ? DELIVERY_DOUBTFUL : DELIVERY_REFUSED;
	}
	return d->claim->offered ? follow_up(d) : upload(d);
}

static enum delivered
by_transfer(struct delivery *d)
{
	char *error = NULL;
	enum delivered outcome;

	d->transfer = transfer_new(d->ctx->base, &d->line->remote,
				   &d->ctx->stopping, &error);
	if (!d->transfer) {
		because(d, error);
		mem_free(error);
		return DELIVERY_REFUSED;
	}
	outcome = card_line_sftp(d->line) ? by_sftp(d) : by_https(d);
	transfer_free(d->transfer);
	return outcome;
}

static enum delivered
deliver(struct delivery *d)
{
	enum delivered outcome;

	if (card_line_sftp(d->line))
		return by_transfer(d);
	outcome = offer(d, true);
	if (outcome != DELIVERED)
		return outcome;
	outcome = d->line->settings->url ? by_transfer(d) : into_folder(d);
	/* So that it may be held. */
	if (outcome == DELIVERY_REFUSED && offer(d, false) == DELIVERY_LOST)
		outcome = DELIVERY_LOST;
	return outcome;
}

static enum work_outcome
confirm(struct delivery *d)
{
	const struct claim *claim = d->claim;
	const struct db_param params[] = {db_text(claim->batch_no),
					  db_int(claim->epoch),
					  db_text(claim->resend_no)};
	enum db_status status;

	FAILPOINT("batch.published");
	status = db_call(d->ctx->db, PUBLISH_BATCH, params, NULL);
	if (status != DB_OK)
		return call_failed(d->ctx, status, d->line, claim->batch_no);
	log_info("batch.publish.done", kv_str(line, d->line->settings->name),
		 kv_str(batch, claim->batch_no),
		 kv_str(digest, claim->file_digest));
	return WORK_MORE;
}

/* Another batch has its number: this database is not the one that numbered
 * it. */
static enum work_outcome
stop_line(struct delivery *d)
{
	const char *batch = d->claim->batch_no;
	char *why = mem_printf("another file is at the line as %s", batch);
	enum db_status status = db_call(
		d->ctx->db, LINE_STOP,
		(const struct db_param[]){db_text(d->line->settings->name),
					  db_text(why), db_text(d->ctx->actor)},
		NULL);

	mem_free(why);
	if (status != DB_OK)
		return call_failed(d->ctx, status, d->line, batch);
	d->ctx->exceptions++;
	log_error("batch.publish.conflict",
		  kv_str(line, d->line->settings->name), kv_str(batch, batch),
		  kv_str(error, "another file has this name at the line"),
		  kv_str(hint, "see whether the database was restored from "
			       "before that batch; the line is stopped"));
	return WORK_MORE;
}

static enum work_outcome
conclude(struct delivery *d, enum delivered outcome)
{
	switch (outcome) {
	case DELIVERED:
		return confirm(d);
	case DELIVERY_CONFLICT:
		return stop_line(d);
	case DELIVERY_FENCED:
		return WORK_MORE;
	case DELIVERY_LOST:
		return WORK_LOST;
	case DELIVERY_REFUSED:
	case DELIVERY_DOUBTFUL:
		break;
	}
	if (!d->ctx->stopping)
		log_error("batch.publish.failed",
			  kv_str(line, d->line->settings->name),
			  kv_str(batch, d->claim->batch_no),
			  kv_str(error, d->why));
	return WORK_FAILED;
}

/* The stored bytes, if they still have the batch's digest. */
static bool
read_bytes(struct delivery *d, enum work_outcome *outcome)
{
	const struct db_param batch_no = db_text(d->claim->batch_no);
	char digest[SEAL_SHA256_HEX] = "";
	struct db_result *result;
	enum db_status status =
		db_call(d->ctx->db, BATCH_FILE, &batch_no, &result);

	if (status != DB_OK) {
		*outcome = call_failed(d->ctx, status, d->line,
				       d->claim->batch_no);
		return false;
	}
	if (db_bytea(result, 0, 0, &d->bytes) == 0)
		seal_sha256_hex(d->bytes.data, d->bytes.len, digest);
	db_result_free(result);
	if (strcmp(digest, d->claim->file_digest) == 0)
		return true;
	log_error("batch.publish.refused",
		  kv_str(line, d->line->settings->name),
		  kv_str(batch, d->claim->batch_no),
		  kv_str(error, "the stored bytes do not have the batch's "
				"digest"),
		  kv_str(hint, "recardctl verify"));
	*outcome = WORK_FAILED;
	return false;
}

enum work_outcome
deliver_step(struct daemon_context *ctx, struct card_line *line,
	     const struct claim *claim)
{
	struct delivery d = {.ctx = ctx, .line = line, .claim = claim};
	enum work_outcome outcome = WORK_FAILED;

	d.name = mem_printf("%s.p7m", claim->batch_no);
	d.part = mem_printf("%s.part", d.name);
	if (read_bytes(&d, &outcome) && mark_put(line, claim) == 0) {
		FAILPOINT("batch.marked");
		outcome = conclude(&d, deliver(&d));
	}
	buffer_free(&d.bytes);
	mem_free(d.name);
	mem_free(d.part);
	mem_free(d.why);
	return outcome;
}
