/*
 * One postal file into the database: see postal_import.h.
 */
#include "booking.h"
#include "buffer.h"
#include "clock.h"
#include "lines.h"
#include "log.h"
#include "postal_file.h"
#include "postal_import.h"
#include "report.h"
#include "tracking.h"

static const char copy_sql[] =
	"COPY recard.tracking_staging (line, order_no, tracking_no, "
	"posted_on, mail_type, weight_g, postage, event, event_at, office, "
	"reason) FROM STDIN";

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
too_many_wrong(struct postal_import *import)
{
	enum { FEWEST_ROWS = 10 };
	int64_t rows = import->report->rows;
	int64_t wrong = (int64_t)postal_wrong_numbers(import->reader);

	if (rows < FEWEST_ROWS ||
	    wrong * 100 <= rows * tracking_settings.wrong_numbers)
		return false;
	report_refuse(import->report, "wrong_numbers",
		      "%lld of %lld tracking numbers are wrong: is a column "
		      "shifted?",
		      (long long)wrong, (long long)rows);
	import->refused = true;
	return true;
}

/* Feeds the COPY: the rows of one more piece of the file. */
static int
fill(void *arg, struct buffer *rows)
{
	enum { PIECE = 64 * 1024 };
	struct postal_import *import = arg;
	struct postal_row row;
	struct line line;
	const char *code;
	char text[160];

	while (rows->len < PIECE) {
		switch (postal_next(import->reader, import->lines, &line, &row,
				    &code, text)) {
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
			report_refuse(import->report, code, "%s", text);
			import->refused = true;
			return -1;
		case POSTAL_END:
			return too_many_wrong(import) ? -1 : rows->len > 0;
		}
	}
	return 1;
}

bool
postal_import_open(struct postal_import *import, int64_t mtime_ns)
{
	struct postal_options options = {
		.layouts = &tracking_layouts,
		.layout = import->layout ? import->layout
					 : tracking_settings.layout,
		.list_encoding = tracking_settings.list_encoding,
		.default_date = import->date,
		.check_digits = tracking_settings.check_digits,
		.serial_only = tracking_settings.serial_only,
		.now = clock_now_s(),
		.posted_within_s = tracking_settings.posted_within / 1000,
		.dated_ahead_s = tracking_settings.dated_ahead / 1000};

	if (!postal_date_in_name(import->name, import->date)) {
		clock_format_taipei(mtime_ns / 1000000000, import->date);
		import->date[10] = '\0';
	}
	import->reader = postal_open(&options);
	if (import->reader)
		return true;
	log_error("tracking.layout.refused",
		  kv_str(setting, "tracking.layout, tracking.list_encoding"),
		  kv_str(hint, "see recard.conf(5)"));
	return false;
}

enum db_status
postal_import_copy(struct daemon_context *ctx, struct postal_import *import)
{
	return db_copy_in(ctx->db, copy_sql, fill, import);
}

enum db_status
postal_import_book(struct daemon_context *ctx,
		   const struct postal_import *import, const char *digest,
		   size_t size, struct db_result **result)
{
	struct buffer lines = {0}, codes = {0}, texts = {0};
	enum db_status status;

	booking_add_rejects(import->report, &lines, &codes, &texts);
	status = db_call(ctx->db, BOOK,
			 (const struct db_param[]){
				 db_text(import->name), db_text(digest),
				 db_int(size), db_text(db_array_end(&lines)),
				 db_text(db_array_end(&codes)),
				 db_text(db_array_end(&texts)),
				 db_text(ctx->actor)},
			 result);
	buffer_free(&lines);
	buffer_free(&codes);
	buffer_free(&texts);
	return status;
}

void
postal_import_close(struct postal_import *import)
{
	postal_close(import->reader);
}
