/*
 * From the database's answer to a file's report; see booking.h.
 */
#include <string.h>

#include "booking.h"
#include "log.h"
#include "mem.h"
#include "report.h"
#include "spool.h"

void
booking_add_rejects(const struct report *report, struct buffer *lines,
		    struct buffer *codes, struct buffer *texts)
{
	for (size_t i = 0; i < report->count; i++) {
		const struct report_reject *reject = &report->rejects[i];

		db_array_add_int(lines, (int64_t)reject->line);
		db_array_add(codes, reject->code);
		db_array_add(texts, reject->text);
	}
}

enum inbox_outcome
booking_done(struct daemon_context *ctx, int remarks,
	     const struct db_result *result, struct report *report)
{
	const struct db_param import = db_int(db_int64(result, 0, 0));
	struct db_result *rows;
	enum db_status status;
	int row;

	if (db_is_null(result, 0, 0)) {
		report->seen = true;
		return INBOX_DONE;
	}
	status = db_call(ctx->db, remarks, &import, &rows);
	/* It is booked; a report without its rows would be a wrong one, and
	 * the next try finds the file known. */
	if (status != DB_OK)
		return status == DB_LOST ? INBOX_LOST : INBOX_FAILED;
	for (row = 0; row < db_rows(rows); row++)
		report_reject(report, (unsigned long)db_int64(rows, row, 0),
			      db_value(rows, row, 1), "%s",
			      db_value(rows, row, 2));
	db_result_free(rows);
	report->rows = db_int64(result, 0, 1);
	report->applied = db_int64(result, 0, 2);
	report->duplicate = db_int64(result, 0, 3);
	report->rejected = db_int64(result, 0, 4);
	return INBOX_DONE;
}

enum inbox_outcome
booking_refused(struct daemon_context *ctx, int refuse, const char *kind,
		const struct spool_file *file, struct report *report)
{
	const struct db_param params[] = {
		db_text(kind),         db_text(file->name),
		db_text(file->digest), db_int(file->size),
		db_int(report->rows),  db_text(report->reason),
		db_text(ctx->actor)};
	enum db_status status = db_call(ctx->db, refuse, params, NULL);

	report->applied = report->duplicate = 0;
	report->rejected = report->rows;
	if (status == DB_LOST)
		return INBOX_LOST;
	if (status == DB_REFUSED) {
		log_error("booking.refusal.unrecorded", kv_db(ctx->db));
		return INBOX_FAILED;
	}
	return INBOX_REJECTED;
}

enum inbox_outcome
booking_failed(struct daemon_context *ctx, int refuse, const char *kind,
	       const struct spool_file *file, enum db_status status,
	       struct report *report)
{
	const char *state = db_sqlstate(ctx->db);
	const char *text = db_error(ctx->db);
	const char *colon = strstr(text, ": ");
	char *code;

	if (status == DB_LOST)
		return INBOX_LOST;
	if (strcmp(state, "RC030") != 0 && strcmp(state, "RC040") != 0) {
		log_error("booking.call.refused", kv_str(file, file->name),
			  kv_str(sqlstate, state), kv_str(error, text));
		return INBOX_FAILED;
	}
	code = colon ? mem_strndup(text, (size_t)(colon - text))
		     : mem_strdup("refused");
	report_refuse(report, code, "%s%s%s", colon ? colon + 2 : text,
		      *db_hint(ctx->db) ? "; way out: " : "", db_hint(ctx->db));
	mem_free(code);
	return booking_refused(ctx, refuse, kind, file, report);
}
