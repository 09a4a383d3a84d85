/*
 * Booking what the card lines send back: signature first, then what the file
 * says, then whether it fits.
 */
#include <errno.h>
#include <string.h>

#include "booking.h"
#include "buffer.h"
#include "log.h"
#include "manufacture.h"
#include "report.h"
#include "result.h"
#include "spool.h"

#define KIND_ACK "card_ack"
#define KIND_RESULT "card_result"

/* The signed content of an answer is small. */
#define MAX_BYTES ((size_t)64 * 1024 * 1024)

bool
line_file_wanted(const char *name)
{
	size_t len = strlen(name);

	return len > 4 && strcmp(name + len - 4, ".p7m") == 0;
}

/* The line whose inbox the file was in. */
static const struct card_line *
line_of(const struct daemon_context *ctx, const struct spool_file *file)
{
	const struct manufacture *m = ctx->state;
	size_t i = 0;

	while (strcmp(m->lines[i].settings->inbox, file->folder) != 0)
		i++;
	return &m->lines[i];
}

/* Content of a file that this line signed; false when the report refuses. */
static bool
read_signed(const struct card_line *line, struct spool_file *file,
	    struct buffer *content, struct report *report)
{
	struct buffer bytes = {0};
	bool good = false;

	if (buffer_read_fd(&bytes, file->fd, MAX_BYTES) != 0) {
		report_refuse(report, "unreadable",
			      "the file cannot be read: "
			      "%s",
			      strerror(errno));
		goto out;
	}
	switch (seal_verify(line->peer, bytes.data, bytes.len, content)) {
	case SEAL_VERIFIED:
		good = true;
		break;
	case SEAL_MALFORMED:
		report_refuse(report, "not_signed",
			      "not CMS SignedData with its content");
		break;
	case SEAL_STRANGER:
		report_refuse(report, "signed_by_stranger",
			      "signed, but not with a certificate of the card "
			      "line");
		break;
	case SEAL_TAMPERED:
		report_refuse(report, "bad_signature",
			      "the signature does not fit the content");
		break;
	}
out:
	buffer_free(&bytes);
	return good;
}

static enum inbox_outcome
take_ack(struct daemon_context *ctx, const struct card_line *line,
	 struct spool_file *file, const struct buffer *content,
	 const char *batch_no, struct report *report)
{
	struct db_result *result;
	enum inbox_outcome outcome;
	enum db_status status;
	const char *verdict;
	struct ack ack;

	if (ack_read(content->data, content->len, &ack, report) &&
	    strcmp(ack.batch_no, batch_no) != 0)
		report_refuse(report, "wrong_batch",
			      "line 1: names another batch than the file");
	if (report->reason) {
		outcome = booking_refused(ctx, REFUSE, KIND_ACK, file, report);
		goto out;
	}
	status = db_call(
		ctx->db, BOOK_ACK,
		(const struct db_param[]){
			db_text(file->name), db_text(file->digest),
			db_int(file->size), db_text(line->settings->name),
			db_text(ack.batch_no),
			db_text(ack.accepted ? "ACCEPTED" : "REJECTED"),
			db_text(ack.reason), db_text(ctx->actor)},
		&result);
	if (status != DB_OK) {
		outcome = booking_failed(ctx, REFUSE, KIND_ACK, file, status,
					 report);
		goto out;
	}
	verdict = db_value(result, 0, 0);
	outcome = INBOX_DONE;
	if (strcmp(verdict, "not_published") == 0) {
		/* Our own confirmation is on its way: judge it later. */
		outcome = INBOX_FAILED;
	} else if (strcmp(verdict, "applied") == 0) {
		report->applied = 1;
		if (ack.accepted) {
			log_info("batch.ack.done", kv_str(batch, batch_no));
		} else {
			ctx->exceptions++;
			log_error("batch.ack.refused", kv_str(batch, batch_no),
				  kv_str(reason, ack.reason));
		}
	} else if (strcmp(verdict, "duplicate") == 0) {
		report->duplicate = 1;
	} else {
		report_reject(report, 1, verdict,
			      "the acknowledgement does "
			      "not fit the batch");
	}
	db_result_free(result);
out:
	ack_free(&ack);
	return outcome;
}

enum column {
	LINE,
	JOB,
	ATTEMPT,
	RESULT,
	CARD,
	SERIAL,
	NOT_AFTER,
	MADE_AT,
	ERROR,
	BAD_LINE,
	BAD_CODE,
	BAD_TEXT,
	COLUMNS
};
/* Parameters before them. */
#define FIXED 5

static enum db_status
book_results(struct daemon_context *ctx, const struct card_line *line,
	     const struct spool_file *file, const char *batch_no,
	     const struct results *results, const struct report *report,
	     struct db_result **booked)
{
	struct buffer column[COLUMNS] = {{0}};
	struct db_param params[FIXED + COLUMNS + 1] = {
		db_text(file->name), db_text(file->digest), db_int(file->size),
		db_text(line->settings->name), db_text(batch_no)};
	enum db_status status;
	size_t i;

	for (i = 0; i < results->count; i++) {
		const struct result *row = &results->rows[i];

		db_array_add_int(&column[LINE], (int64_t)row->line);
		db_array_add_int(&column[JOB], row->job_no);
		db_array_add_int(&column[ATTEMPT], row->attempt);
		db_array_add(&column[RESULT], row->outcome);
		db_array_add(&column[CARD], row->card_no);
		db_array_add(&column[SERIAL], row->serial);
		db_array_add(&column[NOT_AFTER], row->not_after);
		db_array_add(&column[MADE_AT], row->made_at);
		db_array_add(&column[ERROR], row->error_code);
	}
	booking_add_rejects(report, &column[BAD_LINE], &column[BAD_CODE],
			    &column[BAD_TEXT]);
	for (i = 0; i < COLUMNS; i++)
		params[FIXED + i] = db_text(db_array_end(&column[i]));
	params[FIXED + COLUMNS] = db_text(ctx->actor);
	status = db_call(ctx->db, BOOK_RESULTS, params, booked);
	for (i = 0; i < COLUMNS; i++)
		buffer_free(&column[i]);
	return status;
}

static enum inbox_outcome
take_results(struct daemon_context *ctx, const struct card_line *line,
	     struct spool_file *file, const struct buffer *content,
	     const char *batch_no, struct report *report)
{
	struct db_result *booked;
	struct results results;
	enum inbox_outcome outcome;
	enum db_status status;

	if (!results_read(content->data, content->len, &results, report)) {
		outcome =
			booking_refused(ctx, REFUSE, KIND_RESULT, file, report);
		goto out;
	}
	status = book_results(ctx, line, file, batch_no, &results, report,
			      &booked);
	if (status != DB_OK) {
		outcome = booking_failed(ctx, REFUSE, KIND_RESULT, file, status,
					 report);
		goto out;
	}
	/* The database has the unreadable lines too: it tells them all. */
	report_free(report);
	outcome = booking_done(ctx, REMARKS, booked, report);
	db_result_free(booked);
out:
	results_free(&results);
	return outcome;
}

enum inbox_outcome
line_file_take(struct daemon_context *ctx, struct spool_file *file,
	       struct report *report)
{
	const struct card_line *line = line_of(ctx, file);
	struct buffer content = {0};
	char batch_no[RESULT_BATCH_NO];
	enum inbox_outcome outcome;
	enum result_file kind = result_file_kind(file->name, batch_no);
	const char *name = kind == RESULT_FILE_ACK ? KIND_ACK : KIND_RESULT;

	if (kind == RESULT_FILE_OTHER)
		report_refuse(report, "bad_name",
			      "neither <batch>.ack.p7m nor "
			      "<batch>.<n>.result.p7m");
	if (report->reason || !read_signed(line, file, &content, report))
		outcome = booking_refused(ctx, REFUSE, name, file, report);
	else if (kind == RESULT_FILE_ACK)
		outcome = take_ack(ctx, line, file, &content, batch_no, report);
	else
		outcome = take_results(ctx, line, file, &content, batch_no,
				       report);
	buffer_free(&content);
	return outcome;
}
