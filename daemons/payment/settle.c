/*
 * Settlement files from the inbox into the ledger: streamed into the staging
 * table and booked by recard.book_settlement() in the same transaction.
 */
#include <inttypes.h>

#include "booking.h"
#include "buffer.h"
#include "lines.h"
#include "log.h"
#include "mem.h"
#include "payment.h"
#include "report.h"
#include "settlement.h"
#include "spool.h"

#define KIND "settlement"

static const char copy_sql[] =
	"COPY recard.payment_staging (entry, reference, kind, order_ref, "
	"amount, currency, paid_at, fault) FROM STDIN";

static void
put_line(struct buffer *rows, const struct settlement_line *line)
{
	buffer_printf(rows, "%lu\t", line->line);
	db_copy_value(rows, line->reference);
	buffer_printf(rows, "\t%s\t", line->kind);
	db_copy_value(rows, line->order_ref);
	buffer_printf(rows, "\t%" PRId64 "\t", line->amount);
	db_copy_value(rows, line->currency);
	buffer_putc(rows, '\t');
	db_copy_value(rows, line->paid_at);
	buffer_putc(rows, '\t');
	db_copy_value(rows, line->fault);
	buffer_putc(rows, '\n');
}

/* One file on its way into the staging table. */
struct import {
	struct settlement settlement;
	bool refused;
};

/* Feeds the COPY: the lines of one more piece of the file. */
static int
fill(void *arg, struct buffer *rows)
{
	enum { PIECE = 64 * 1024 };
	struct import *import = arg;
	struct settlement_line line;

	while (rows->len < PIECE) {
		switch (settlement_next(&import->settlement, &line)) {
		case SETTLEMENT_LINE:
			put_line(rows, &line);
			break;
		case SETTLEMENT_END:
			return rows->len > 0;
		case SETTLEMENT_REFUSED:
			import->refused = true;
			return -1;
		}
	}
	return 1;
}

/* Copies and books in one transaction. */
static enum db_status
book(struct daemon_context *ctx, const struct spool_file *file,
     struct import *import, struct db_result **result)
{
	const struct settlement *s = &import->settlement;
	enum db_status status = db_begin(ctx->db);

	if (status == DB_OK)
		status = db_copy_in(ctx->db, copy_sql, fill, import);
	if (status == DB_OK)
		status = db_call(
			ctx->db, PAYMENT_BOOK,
			(const struct db_param[]){
				db_text(file->name), db_text(file->digest),
				db_int(file->size), db_text(s->channel),
				db_text(s->business_date), db_int(s->sequence),
				db_text(s->covered_until), db_text(ctx->actor)},
			result);
	if (status != DB_OK)
		return status;
	status = db_commit(ctx->db);
	if (status != DB_OK)
		db_result_free(*result);
	return status;
}

/* A file that came before one that is missing: booked, but the watermark
 * waits, and somebody must know. */
static void
tell_gap(struct daemon_context *ctx, const struct settlement *s,
	 const struct db_result *result, struct report *report)
{
	if (db_is_null(result, 0, 6))
		return;
	ctx->exceptions++;
	report->note = mem_printf(
		"sequence %s of channel %s has not come in: the watermark "
		"stays at %s until it does",
		db_value(result, 0, 6), s->channel,
		db_is_null(result, 0, 7) ? "none" : db_value(result, 0, 7));
	log_warn("payment.sequence.gap", kv_str(channel, s->channel),
		 kv_int(count, db_int64(result, 0, 6)),
		 kv_str(covered_until, db_value(result, 0, 7)),
		 kv_str(hint, "ask the payment service for the missing file"));
}

enum inbox_outcome
settle_take(struct daemon_context *ctx, struct spool_file *file,
	    struct report *report)
{
	struct lines *lines =
		lines_open(file->fd, (size_t)payment_settings.max_line);
	struct import import = {.refused = false};
	struct settlement *s = &import.settlement;
	struct db_result *result;
	enum inbox_outcome outcome;
	enum db_status status;

	settlement_open(s, lines, report);
	status = book(ctx, file, &import, &result);
	if (import.refused || status != DB_OK) {
		db_rollback(ctx->db);
		report->rows = (int64_t)s->count;
	}
	if (import.refused) {
		outcome = booking_refused(ctx, PAYMENT_REFUSE, KIND, file,
					  report);
	} else if (status != DB_OK) {
		outcome = booking_failed(ctx, PAYMENT_REFUSE, KIND, file,
					 status, report);
	} else {
		outcome = booking_done(ctx, PAYMENT_REMARKS, result, report);
		if (outcome == INBOX_DONE && !report->seen) {
			ctx->exceptions += db_int64(result, 0, 5);
			tell_gap(ctx, s, result, report);
		}
		db_result_free(result);
	}
	settlement_free(s);
	lines_close(lines);
	return outcome;
}
