/*
 * recardctl calendar import, list: the official calendar of working days, by
 * which letters are promised and batches are cut.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "act.h"
#include "buffer.h"
#include "charset.h"
#include "clock.h"
#include "ctl.h"
#include "exit_code.h"
#include "list.h"
#include "fields.h"
#include "lines.h"
#include "mem.h"
#include "seal.h"

#define HEADER "西元日期,星期,是否放假,備註"
#define LINE_MAX_BYTES 1024
#define FILE_MAX_BYTES (1024 * 1024)

/* Array literals of the days, and what is said of them. */
struct year {
	struct buffer days, working, notes;
	int count;
};

/* Whole and in UTF-8, converted from CP950 where it is not; false with words
 * in *error (mem_free). */
static bool
read_file(const char *path, struct buffer *raw, struct buffer *text,
	  char **error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct charset *big5;
	size_t offset;
	ssize_t got;
	char piece[4096];
	bool ok;

	if (fd < 0) {
		*error = mem_printf("%s", strerror(errno));
		return false;
	}
	while ((got = read(fd, piece, sizeof piece)) > 0 &&
	       raw->len < FILE_MAX_BYTES)
		buffer_append(raw, piece, (size_t)got);
	if (got < 0)
		*error = mem_printf("%s", strerror(errno));
	else if (raw->len >= FILE_MAX_BYTES)
		*error = mem_strdup("is too large for a calendar");
	close(fd);
	if (*error)
		return false;
	if (raw->len > 0 && charset_utf8_ok(raw->data, raw->len, &offset)) {
		buffer_append(text, raw->data, raw->len);
		return true;
	}
	big5 = charset_open("CP950", "UTF-8");
	ok = raw->len > 0 &&
	     charset_convert(big5, raw->data, raw->len, text, &offset) == 0;
	charset_close(big5);
	if (!ok)
		*error = raw->len == 0
				 ? mem_strdup("is empty")
				 : mem_printf("is neither UTF-8 nor Big5: byte "
					      "%zu",
					      offset + 1);
	return ok;
}

/* NULL, or what is wrong with the line (a constant). */
static const char *
read_day(struct year *year, const struct fields *fields)
{
	int y, m, d;
	char day[16];

	if (fields->count < 4)
		return "has fewer than 4 columns";
	if (strlen(fields->values[0]) != 8 ||
	    !clock_parse_date(fields->values[0], &y, &m, &d))
		return "西元日期 is no day like 20260101";
	if (strcmp(fields->values[2], "0") != 0 &&
	    strcmp(fields->values[2], "2") != 0)
		return "是否放假 is neither 0 (work) nor 2 (off)";
	snprintf(day, sizeof day, "%04d-%02d-%02d", y, m, d);
	db_array_add(&year->days, day);
	db_array_add(&year->working,
		     *fields->values[2] == '0' ? "true" : "false");
	db_array_add(&year->notes, fields->values[3]);
	year->count++;
	return NULL;
}

static bool
read_year(const struct buffer *text, struct year *year, char **error)
{
	struct lines *lines =
		lines_open_memory(text->data, text->len, LINE_MAX_BYTES);
	struct fields fields = {0};
	const char *wrong = NULL;
	enum lines_result got;
	struct line line;

	while (!wrong && (got = lines_next(lines, &line)) != LINES_END) {
		if (got != LINES_LINE || line.has_nul)
			wrong = "is no line of a calendar";
		else if (line.number == 1)
			wrong = strcmp(line.data, HEADER) == 0
					? NULL
					: "is not " HEADER;
		else if (line.len == 0)
			continue;
		else if (fields_split(&fields, line.data, line.len, ',') != 0)
			wrong = "has quotes that do not match";
		else
			wrong = read_day(year, &fields);
	}
	if (wrong)
		*error = mem_printf("line %lu %s", line.number, wrong);
	fields_free(&fields);
	lines_close(lines);
	return !wrong;
}

static int
load(struct ctl *ctl, struct year *year, const char *digest)
{
	const char *slash = strrchr(ctl->args[0], '/');
	char *actor = ctl_operator();
	struct db_param params[] = {db_text(db_array_end(&year->days)),
				    db_text(db_array_end(&year->working)),
				    db_text(db_array_end(&year->notes)),
				    db_text(slash ? slash + 1 : ctl->args[0]),
				    db_text(digest),
				    db_text(actor)};
	struct db_result *result = NULL;
	int code = ctl_ask(ctl, "calendar import",
			   "SELECT of_year, version, changed FROM"
			   " recard.calendar_load($1::date[], $2::boolean[],"
			   " $3::text[], $4::text, $5::text, $6::text)",
			   6, params, &result);

	mem_free(actor);
	if (code)
		return code;
	if (db_is_null(result, 0, 1))
		ctl_say("%s: this version is in force already",
			db_value(result, 0, 0));
	else
		ctl_say("%s: version %s is in force; %s days are other than "
			"before; promised dates stay as they were promised",
			db_value(result, 0, 0), db_value(result, 0, 1),
			db_value(result, 0, 2));
	db_result_free(result);
	return 0;
}

int
calendar_import_run(struct ctl *ctl)
{
	struct buffer raw = {0}, text = {0};
	struct year year = {0};
	char digest[SEAL_SHA256_HEX], *error = NULL;
	int code;

	if (!read_file(ctl->args[0], &raw, &text, &error) ||
	    !read_year(&text, &year, &error)) {
		ctl_say("%s: %s", ctl->args[0], error);
		mem_free(error);
		code = EXIT_EXCEPTIONS;
	} else {
		seal_sha256_hex(raw.data, raw.len, digest);
		code = ctl_connect(ctl, NULL);
		if (code == 0)
			code = act_begin(ctl);
		if (code == 0)
			code = load(ctl, &year, digest);
		if (code == 0)
			act_take_back(ctl);
	}
	buffer_free(&raw);
	buffer_free(&text);
	buffer_free(&year.days);
	buffer_free(&year.working);
	buffer_free(&year.notes);
	return code;
}

/* Column of the calendar's version. */
enum { CALENDAR_VERSION = 2 };

static int
years_end(const struct ctl *ctl, const struct db_result *result, int rows)
{
	int code = EXIT_DONE;

	(void)ctl;
	for (int row = 0; row < rows; row++)
		if (db_is_null(result, row, CALENDAR_VERSION)) {
			ctl_say("the calendar of %s is missing: Monday to "
				"Friday count as working days until "
				"'recardctl calendar import'",
				db_value(result, row, 0));
			code = EXIT_EXCEPTIONS;
		}
	return code;
}

int
calendar_list_run(struct ctl *ctl)
{
	static const struct output_column columns[] = {
		{"year", "YEAR", OUTPUT_NUMBER},
		{"working_days", "WORKING DAYS", OUTPUT_NUMBER},
		[CALENDAR_VERSION] = {"version", "VERSION", OUTPUT_NUMBER},
		{"file", "FILE", OUTPUT_TEXT},
		{"imported_at", "IMPORTED", OUTPUT_TIME},
		{"imported_by", "BY", OUTPUT_TEXT},
		{0}};
	static const struct list list = {
		.what = "years",
		.sql = "SELECT year, working_days, version, coalesce(source, "
		       "CASE version WHEN 0 THEN 'shipped' ELSE 'missing' "
		       "END), recard.seconds_at(imported_at), imported_by FROM "
		       "recard.calendar_list()",
		.columns = columns,
		.conclude = years_end};

	return list_run(ctl, &list);
}
