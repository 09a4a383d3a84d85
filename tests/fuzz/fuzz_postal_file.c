/*
 * Postal files of any bytes, in the shipped layouts and in layouts of the
 * configuration (by column number, fixed width, with trailers that count,
 * numbers in parts, lines without LF), under both codecs and the strictest and
 * the most lenient settings: each row is one that COPY takes, or has its
 * reason, and what a cut file gives the whole file gives too.
 */
#include <stdbool.h>
#include <string.h>

#include "charset.h"
#include "clock.h"
#include "fuzz_target.h"
#include "identity.h"
#include "lines.h"
#include "mail_number.h"
#include "mem.h"
#include "postal_file.h"
#include "postal_layout.h"

enum { NOON = 1795492800, DAY = 86400, MAX_LINE = 512 };

static char *const numbered[] = {"order_no=#2", "tracking_no=#1",
				 "posted_on=#4", NULL};
static char *const split[] = {"order_no=O", "tracking_no=A+B+C", "posted_on=D",
			      "weight_g=W", NULL};
static char *const fixed[] = {"order_no=0:14", "tracking_no=14:14+28:6",
			      "posted_on=34:10", "postage=50:3", NULL};
static char *const events[] = {"tracking_no=number", "posted_on=posted",
			       "event=code",         "event_at=day+time",
			       "office=office",      NULL};

static struct postal_layout_settings blocks[] = {
	{.name = "numbered",
	 .encoding = "CP950",
	 .delimiter = "tab",
	 .trim = true,
	 .trailer = "T",
	 .trailer_count = "2",
	 .unended = "reject",
	 .fields = (char **)numbered},
	{.name = "split",
	 .encoding = "UTF-8",
	 .delimiter = ",",
	 .trim = true,
	 .header_lines = 1,
	 .trailer = "合計",
	 .unended = "reject",
	 .fields = (char **)split},
	{.name = "fixed",
	 .encoding = "BIG5-HKSCS",
	 .trim = true,
	 .header_lines = 1,
	 .least_bytes = 44,
	 .trailer = "T",
	 .trailer_count = "1:6",
	 .unended = "take",
	 .fields = (char **)fixed},
	{.name = "events",
	 .encoding = "UTF-8",
	 .delimiter = ";",
	 .unended = "take",
	 .fields = (char **)events},
};

static const struct postal_options settings[] = {
	{.layout = "auto",
	 .list_encoding = "CP950",
	 .default_date = "2026-11-24",
	 .check_digits = true,
	 .now = NOON,
	 .posted_within_s = 400 * DAY,
	 .dated_ahead_s = DAY},
	{.layout = "auto",
	 .list_encoding = "BIG5-HKSCS",
	 .default_date = "2026-11-24",
	 .serial_only = true},
	/* What "auto" would find only behind a good first line. */
	{.layout = "numbered",
	 .list_encoding = "CP950",
	 .default_date = "2026-11-24"},
	{.layout = "fixed",
	 .list_encoding = "CP950",
	 .default_date = "2026-11-24"},
	{.layout = "post-status",
	 .list_encoding = "CP950",
	 .default_date = "2026-11-24"},
};

static void
check_row(const struct postal_options *options, const struct postal_row *row)
{
	enum mail_number kind = mail_number_kind(row->tracking_no);
	int year, month, day;
	int64_t when;
	char iso[32];

	PROMISE(row->order_no ? identity_order_ok(row->order_no)
			      : row->event && strlen(row->event) == 2);
	PROMISE(!row->event || clock_parse_iso(row->event_at, &when));
	PROMISE(kind != MAIL_NUMBER_INVALID);
	PROMISE(kind != MAIL_NUMBER_SERIAL || options->serial_only);
	PROMISE(kind != MAIL_NUMBER_BAD_CHECK || !options->check_digits);
	PROMISE(strlen(row->posted_on) == 10 && row->posted_on[4] == '-');
	PROMISE(clock_parse_date(row->posted_on, &year, &month, &day));
	snprintf(iso, sizeof iso, "%sT00:00:00+08:00", row->posted_on);
	PROMISE(clock_parse_iso(iso, &when));
	PROMISE(options->now == 0 ||
		(when <= options->now + options->dated_ahead_s &&
		 when >= options->now - options->posted_within_s));
	PROMISE(!row->mail_type || strlen(row->mail_type) == 2);
	PROMISE(!row->weight_g || strtoull(row->weight_g, NULL, 10) > 0);
	PROMISE(!row->postage || strlen(row->postage) < 8);
	for (const char *text = row->office; text && *text;)
		PROMISE(!charset_forbidden(
			charset_utf8_next(&text, text + strlen(text))));
}

/* Of a line without LF only some layouts make a row. */
static void
check_end(const struct postal_layout *layout, const struct line *line)
{
	PROMISE(!line->unended || layout->take_unended);
	PROMISE(layout->delimiter || line->len >= layout->least);
}

/* A bad byte is told with its place, which lies in the line and the file. */
static void
check_place(const char *text, const struct line *line, size_t size)
{
	unsigned long long in_file;
	const char *at = strstr(text, "it is byte ");
	char *end;

	PROMISE(at != NULL);
	in_file = strtoull(at + strlen("it is byte "), &end, 10);
	PROMISE(strcmp(end, " of the file") == 0);
	PROMISE(in_file > line->offset && in_file <= line->offset + line->len);
	PROMISE(in_file <= size);
}

/* Reads a file; the number of its last row, and how many rows there are. */
static unsigned long
read_file(const struct postal_options *options, const uint8_t *data,
	  size_t size, unsigned long *rows)
{
	struct postal_reader *reader = postal_open(options);
	struct lines *lines = lines_open_memory(data, size, MAX_LINE);
	enum postal_result result = POSTAL_NOTHING;
	unsigned long last = 0;
	struct line line;

	*rows = 0;
	PROMISE(reader != NULL);
	while (result != POSTAL_END && result != POSTAL_REFUSED) {
		struct postal_row row;
		const char *code = NULL;
		char text[160];

		memset(text, 'X', sizeof text);
		result = postal_next(reader, lines, &line, &row, &code, text);
		PROMISE(line.offset <= size);
		if (result == POSTAL_ROW) {
			PROMISE(line.number > 0);
			check_row(options, &row);
			check_end(postal_layouts_find(options->layouts,
						      postal_layout(reader)),
				  &line);
			last = line.number;
			++*rows;
		} else if (result != POSTAL_NOTHING && result != POSTAL_END) {
			PROMISE(code && memchr(text, '\0', sizeof text));
			PROMISE(strlen(text) > 0);
			if (strcmp(code, "bad_encoding") == 0)
				check_place(text, &line, size);
		}
	}
	lines_close(lines);
	postal_close(reader);
	return last;
}

/* What stands before the last line feed is read as in the whole: a file cut
 * there has as many rows, but those of the piece behind. */
static void
check_cut(const struct postal_options *options, const uint8_t *data,
	  size_t size, unsigned long rows, unsigned long last)
{
	unsigned long lines = 0, cut_rows, cut_last;
	size_t cut = 0;

	for (size_t i = 0; i < size; i++)
		if (data[i] == '\n') {
			cut = i + 1;
			lines++;
		}
	cut_last = read_file(options, data, cut, &cut_rows);
	PROMISE(cut_last <= lines);
	PROMISE(cut_rows == rows - (last > lines));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct conf_records records = {
		blocks, sizeof blocks / sizeof *blocks};
	char date[11], *name = mem_strndup((const char *)data, size), *error;
	struct postal_layouts layouts;

	PROMISE(postal_layouts_new(&records, &layouts, &error));
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
		struct postal_options options = settings[i];
		unsigned long rows, last;

		options.layouts = &layouts;
		last = read_file(&options, data, size, &rows);
		check_cut(&options, data, size, rows, last);
	}
	postal_layouts_free(&layouts);
	if (postal_date_in_name(name, date))
		PROMISE(strlen(date) == 10);
	mem_free(name);
	return 0;
}
