/*
 * recard-tracking: imports tracking numbers and events of letters from postal
 * files. Rows go into
 * a staging table by COPY; recard.book_tracking() judges and applies them as
 * one set, in the same transaction.
 */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "booking.h"
#include "buffer.h"
#include "clock.h"
#include "daemon.h"
#include "exit_code.h"
#include "fetch.h"
#include "lines.h"
#include "log.h"
#include "mem.h"
#include "postal_file.h"
#include "postal_layout.h"
#include "report.h"
#include "source.h"
#include "spool.h"
#include "tracking_settings.h"

#define KIND "tracking"

static struct tracking_settings settings_in_force;

static struct postal_layouts layouts;

enum { BOOK, REMARKS, REFUSE, FETCH /* enum fetch_statement follows */ };

static struct fetch_source *sources;

static const struct db_statement statements[] = {
	{"book_tracking",
	 "SELECT " BOOKING_COLUMNS " FROM recard.book_tracking($1, $2, $3, "
	 "$4, $5, $6, $7)",
	 7},
	{"import_remarks", BOOKING_REMARKS_SQL, 1},
	{"import_refuse", BOOKING_REFUSE_SQL, 7},
	[FETCH + FETCH_CLAIM] = {"fetch_claim", FETCH_CLAIM_SQL, 1},
	[FETCH + FETCH_RELEASE] = {"fetch_release", FETCH_RELEASE_SQL, 1},
	[FETCH + FETCH_KNOWN] = {"fetch_known", FETCH_KNOWN_SQL, 3},
	[FETCH + FETCH_RECORD] = {"fetch_record", FETCH_RECORD_SQL, 4},
	[FETCH + FETCH_REMOVED] = {"fetch_removed", FETCH_REMOVED_SQL, 3},
	{0}};

static const char copy_sql[] =
	"COPY recard.tracking_staging (line, order_ref, tracking_no, "
	"posted_on, mail_type, weight_g, postage, event, event_at, office, "
	"reason) FROM STDIN";

/* One file on its way into the staging table. */
struct import {
	struct lines *lines;
	struct postal_reader *reader;
	struct report *report;
	bool refused;
};

static int
init(struct daemon_context *ctx)
{
	const struct postal_options options = {
		.layouts = &layouts,
		.layout = settings_in_force.layout,
		.list_encoding = settings_in_force.list_encoding,
		.default_date = ""};
	struct postal_reader *reader;
	static const char *const kinds[] = {KIND, NULL};
	char *error;

	if (!postal_layouts_new(&settings_in_force.layouts, &layouts, &error)) {
		log_error("tracking.layout.refused", kv_str(error, error),
			  kv_str(hint, "see recard.conf(5)"));
		mem_free(error);
		return EXIT_CONFIG;
	}
	reader = postal_open(&options);

	if (!reader) {
		log_error("tracking.layout.refused",
			  kv_str(setting, "tracking.layout, "
					  "tracking.list_encoding"),
			  kv_str(hint, "see recard.conf(5)"));
		return EXIT_CONFIG;
	}
	postal_close(reader);
	if (spool_make_inbox(settings_in_force.inbox) != 0) {
		log_error("tracking.inbox.refused",
			  kv_str(path, settings_in_force.inbox),
			  kv_str(error, strerror(errno)));
		return EXIT_CONFIG;
	}
	sources =
		sources_new(&settings_in_force.sources, settings_in_force.inbox,
			    kinds, "tracking", &error);
	if (!sources) {
		log_error("tracking.source.refused", kv_str(error, error));
		mem_free(error);
		return EXIT_CONFIG;
	}
	return EXIT_DONE;
}

static void
fini(struct daemon_context *ctx)
{
	(void)ctx;
	mem_free(sources);
	postal_layouts_free(&layouts);
}

static enum work_outcome
fetch(struct daemon_context *ctx)
{
	return fetch_step(ctx, FETCH, sources, settings_in_force.sources.count);
}

static const char *
folder(struct daemon_context *ctx, size_t nth)
{
	return nth == 0 ? settings_in_force.inbox : NULL;
}

static void
put_row(struct buffer *rows, unsigned long line, const struct postal_row *row)
{
	buffer_printf(rows, "%lu\t", line);
	db_copy_value(rows, row->order_no);
	buffer_putc(rows, '\t');
	db_copy_value(rows, row->tracking_no);
	buffer_printf(rows, "\t%s\t", row->posted_on);
	db_copy_value(rows, row->mail_type);
	buffer_putc(rows, '\t');
	db_copy_value(rows, row->weight_g);
	buffer_putc(rows, '\t');
	db_copy_value(rows, row->postage);
	buffer_putc(rows, '\t');
	db_copy_value(rows, row->event);
	buffer_putc(rows, '\t');
	db_copy_value(rows, row->event ? row->event_at : NULL);
	buffer_putc(rows, '\t');
	db_copy_value(rows, row->office);
	buffer_putc(rows, '\t');
	db_copy_value(rows, row->reason);
	buffer_putc(rows, '\n');
}

/* Many wrong numbers mean that a column was shifted: then the right ones are
 * not to be trusted either. */
static bool
too_many_wrong(struct import *import)
{
	enum { FEWEST_ROWS = 10 };
	int64_t rows = import->report->rows;
	int64_t wrong = (int64_t)postal_wrong_numbers(import->reader);

	if (rows < FEWEST_ROWS ||
	    wrong * 100 <= rows * settings_in_force.wrong_numbers)
		return false;
	report_refuse(import->report, "wrong_numbers",
		      "%lld of %lld tracking numbers are wrong: is a column "
		      "shifted?",
		      (long long)wrong, (long long)rows);
	import->refused = true;
	return true;
}

static int
refuse(struct import *import, const char *code, const char *text)
{
	report_refuse(import->report, code, "%s", text);
	import->refused = true;
	return -1;
}

/* Feeds the COPY: the rows of one more piece of the file. */
static int
fill(void *arg, struct buffer *rows)
{
	enum { PIECE = 64 * 1024 };
	struct import *import = arg;
	struct postal_row row;
	struct line line;
	const char *code;
	char text[160];

	while (rows->len < PIECE) {
		enum lines_result got = lines_next(import->lines, &line);
		enum postal_result result;

		if (got == LINES_END) {
			if (postal_end(import->reader, &code, text) ==
			    POSTAL_REFUSED)
				return refuse(import, code, text);
			return too_many_wrong(import) ? -1 : rows->len > 0;
		}
		if (got == LINES_ERROR) {
			report_refuse(import->report, "unreadable",
				      "the file cannot be read: %s",
				      strerror(errno));
			import->refused = true;
			return -1;
		}
		result = got == LINES_LINE
				 ? postal_read(import->reader, &line, &row,
					       &code, text)
				 : postal_read_too_long(import->reader, &line,
							&code, text);
		switch (result) {
		case POSTAL_ROW:
			put_row(rows, line.number, &row);
			import->report->rows++;
			break;
		case POSTAL_NOTHING:
			break;
		case POSTAL_REJECTED:
			report_reject(import->report, line.number, code, "%s",
				      text);
			import->report->rows++;
			break;
		case POSTAL_REFUSED:
			return refuse(import, code, text);
		}
	}
	return 1;
}

static enum db_status
call_book(struct daemon_context *ctx, const struct spool_file *file,
	  const struct report *report, struct db_result **result)
{
	struct buffer lines = {0}, codes = {0}, texts = {0};
	enum db_status status;

	booking_add_rejects(report, &lines, &codes, &texts);
	status = db_call(
		ctx->db, BOOK,
		(const struct db_param[]){
			db_text(file->name), db_text(file->digest),
			db_int(file->size), db_text(db_array_end(&lines)),
			db_text(db_array_end(&codes)),
			db_text(db_array_end(&texts)), db_text(ctx->actor)},
		result);
	buffer_free(&lines);
	buffer_free(&codes);
	buffer_free(&texts);
	return status;
}

/* Copies and books in one transaction. */
static enum db_status
book(struct daemon_context *ctx, struct spool_file *file, struct import *import,
     struct db_result **result)
{
	enum db_status status = db_begin(ctx->db);

	if (status == DB_OK)
		status = db_copy_in(ctx->db, copy_sql, fill, import);
	if (status == DB_OK && !import->refused)
		status = call_book(ctx, file, import->report, result);
	if (status != DB_OK || import->refused)
		return status;
	status = db_commit(ctx->db);
	if (status != DB_OK)
		db_result_free(*result);
	return status;
}

static enum inbox_outcome
take(struct daemon_context *ctx, struct spool_file *file, struct report *report)
{
	struct import import = {.report = report};
	char date[32];
	struct postal_options options = {
		.layouts = &layouts,
		.layout = settings_in_force.layout,
		.list_encoding = settings_in_force.list_encoding,
		.default_date = date,
		.check_digits = settings_in_force.check_digits,
		.serial_only = settings_in_force.serial_only,
		.now = clock_now_s(),
		.posted_within_s = settings_in_force.posted_within / 1000,
		.dated_ahead_s = settings_in_force.dated_ahead / 1000};
	enum inbox_outcome outcome;
	struct db_result *result;
	enum db_status status;

	/* Where the rows have no date, the file's name has; or its age. */
	if (!postal_date_in_name(file->name, date)) {
		clock_format_taipei(file->mtime_ns / 1000000000, date);
		date[10] = '\0';
	}
	import.reader = postal_open(&options);
	/* Settings that were reloaded since the start may name none. */
	if (!import.reader) {
		log_error("tracking.layout.refused",
			  kv_str(setting, "tracking.layout, "
					  "tracking.list_encoding"),
			  kv_str(hint, "see recard.conf(5)"));
		return INBOX_FAILED;
	}
	import.lines = lines_open(file->fd, (size_t)settings_in_force.max_line);
	status = book(ctx, file, &import, &result);
	if (import.refused || status != DB_OK)
		db_rollback(ctx->db);
	if (import.refused) {
		outcome = booking_refused(ctx, REFUSE, KIND, file, report);
	} else if (status != DB_OK) {
		outcome =
			booking_failed(ctx, REFUSE, KIND, file, status, report);
	} else {
		/* The database has the unreadable rows too: it tells all. */
		report_free(report);
		outcome = booking_done(ctx, REMARKS, result, report);
		db_result_free(result);
	}
	lines_close(import.lines);
	postal_close(import.reader);
	return outcome;
}

static const struct daemon_work works[] = {
	{.name = "fetch", .kind = WORK_STEP, .step = fetch},
	{.name = "postal_files",
	 .kind = WORK_INBOX,
	 .folder = folder,
	 .take = take},
	{0}};

static const struct daemon tracking = {
	.name = "tracking",
	.summary = "imports tracking numbers and events from postal files",
	.settings = tracking_setting_table,
	.values = &settings_in_force,
	.values_size = sizeof settings_in_force,
	.statements = statements,
	.works = works,
	.init = init,
	.fini = fini,
};

int
main(int argc, char **argv)
{
	return daemon_main(&tracking, argc, argv);
}
