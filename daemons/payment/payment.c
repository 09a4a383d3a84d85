/*
 * recard-payment: books settlement files of payment services into the
 * ledger. recard.book_settlement() decides what each line means.
 */
#include <errno.h>
#include <string.h>

#include "booking.h"
#include "buffer.h"
#include "daemon.h"
#include "exit_code.h"
#include "fetch.h"
#include "lines.h"
#include "log.h"
#include "mem.h"
#include "report.h"
#include "settlement.h"
#include "spool.h"

#define KIND "settlement"

static struct {
	char *inbox;
	int64_t max_line;
} settings_in_force;

static const struct conf_setting settings[] = {
	{"inbox", CONF_PATH, offsetof(__typeof__(settings_in_force), inbox),
	 "/var/spool/recard/settlement", 0, 0, false,
	 "Folder where settlement files appear."},
	{"max_line", CONF_SIZE,
	 offsetof(__typeof__(settings_in_force), max_line), "4k", 256, 1048576,
	 true, "Longest line of a settlement file."},
	{0}};

enum { BOOK, REMARKS, REFUSE, FETCH };

static const struct db_statement statements[] = {
	{"book_settlement",
	 "SELECT " BOOKING_COLUMNS ", exceptions, missing_sequence, "
	 "covered_until FROM recard.book_settlement($1, $2, $3, $4, "
	 "$5::date, $6, $7::timestamptz, $8, $9, $10, $11, $12, "
	 "$13::timestamptz[], $14, $15, $16)",
	 16},
	{"import_remarks", BOOKING_REMARKS_SQL, 1},
	{"import_refuse", BOOKING_REFUSE_SQL, 7},
	{"fetch_claim", FETCH_CLAIM_SQL, 1},
	{"fetch_release", FETCH_RELEASE_SQL, 1},
	{"fetch_known", FETCH_KNOWN_SQL, 3},
	{"fetch_record", FETCH_RECORD_SQL, 4},
	{"fetch_removed", FETCH_REMOVED_SQL, 3},
	{0}};

static int
init(struct daemon_context *ctx)
{
	if (spool_make_inbox(settings_in_force.inbox) != 0) {
		log_error("payment.inbox.refused",
			  kv_str(path, settings_in_force.inbox),
			  kv_str(error, strerror(errno)));
		return EXIT_CONFIG;
	}
	return EXIT_DONE;
}

static const char *
folder(struct daemon_context *ctx)
{
	return settings_in_force.inbox;
}

enum column {
	LINE,
	REFERENCE,
	ORDER,
	AMOUNT,
	CURRENCY,
	PAID_AT,
	WHAT,
	FAULT,
	COLUMNS
};

static enum db_status
book(struct daemon_context *ctx, const struct spool_file *file,
     const struct settlement *s, struct db_result **result)
{
	struct buffer column[COLUMNS] = {{0}};
	enum db_status status;
	size_t i;

	for (i = 0; i < s->count; i++) {
		const struct settlement_line *line = &s->lines[i];

		db_array_add_int(&column[LINE], (int64_t)line->line);
		db_array_add(&column[REFERENCE], line->reference);
		db_array_add(&column[ORDER], line->order_ref);
		db_array_add_int(&column[AMOUNT], line->amount);
		db_array_add(&column[CURRENCY], line->currency);
		db_array_add(&column[PAID_AT], line->paid_at);
		db_array_add(&column[WHAT], line->kind);
		db_array_add(&column[FAULT], line->fault);
	}
	status = db_call(ctx->db, BOOK,
			 (const struct db_param[]){
				 db_text(file->name), db_text(file->digest),
				 db_int(file->size), db_text(s->channel),
				 db_text(s->business_date), db_int(s->sequence),
				 db_text(s->covered_until),
				 db_text(db_array_end(&column[LINE])),
				 db_text(db_array_end(&column[REFERENCE])),
				 db_text(db_array_end(&column[ORDER])),
				 db_text(db_array_end(&column[AMOUNT])),
				 db_text(db_array_end(&column[CURRENCY])),
				 db_text(db_array_end(&column[PAID_AT])),
				 db_text(db_array_end(&column[WHAT])),
				 db_text(db_array_end(&column[FAULT])),
				 db_text(ctx->actor)},
			 result);
	for (i = 0; i < COLUMNS; i++)
		buffer_free(&column[i]);
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

static enum inbox_outcome
take(struct daemon_context *ctx, struct spool_file *file, struct report *report)
{
	struct lines *lines =
		lines_open(file->fd, (size_t)settings_in_force.max_line);
	struct settlement s;
	struct db_result *result;
	enum inbox_outcome outcome;
	enum db_status status;
	bool good = settlement_read(lines, &s, report);

	lines_close(lines);
	if (!good) {
		report->rows = (int64_t)s.count;
		outcome = booking_refused(ctx, REFUSE, KIND, file, report);
		goto out;
	}
	status = book(ctx, file, &s, &result);
	if (status != DB_OK) {
		report->rows = (int64_t)s.count;
		outcome =
			booking_failed(ctx, REFUSE, KIND, file, status, report);
		goto out;
	}
	outcome = booking_done(ctx, REMARKS, result, report);
	if (outcome == INBOX_DONE && !report->seen) {
		ctx->exceptions += db_int64(result, 0, 5);
		tell_gap(ctx, &s, result, report);
	}
	db_result_free(result);
out:
	settlement_free(&s);
	return outcome;
}

/* Where settlement files are fetched from, besides the inbox. */
static struct {
	struct fetch_source *list;
	size_t count;
} sources;

static enum work_outcome
fetch(struct daemon_context *ctx)
{
	return fetch_step(ctx, FETCH, sources.list, sources.count);
}

static const struct daemon_work works[] = {
	{.name = "fetch", .kind = WORK_STEP, .step = fetch},
	{.name = "settlement",
	 .kind = WORK_INBOX,
	 .folder = folder,
	 .take = take},
	{0}};

static const struct daemon payment = {
	.name = "payment",
	.summary = "books settlement files into the payment ledger",
	.settings = settings,
	.values = &settings_in_force,
	.values_size = sizeof settings_in_force,
	.statements = statements,
	.works = works,
	.init = init,
};

int
main(int argc, char **argv)
{
	return daemon_main(&payment, argc, argv);
}
