/*
 * recardctl tracking check, list, revert, overdue: postal files before and
 * after they are booked, and letters that have not arrived when they should.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "act.h"
#include "clock.h"
#include "ctl.h"
#include "daemon.h"
#include "exit_code.h"
#include "lines.h"
#include "mem.h"
#include "option_value.h"
#include "postal_file.h"
#include "postal_guess.h"
#include "postal_layout.h"
#include "tracking_settings.h"

struct check {
	struct daemon_common common;
	struct tracking_settings settings;
	struct conf *conf;
	struct postal_layouts layouts;
	int64_t rows, rejected;
	int64_t bad_bytes; /* rows in another encoding */
};

static bool
load_settings(struct ctl *ctl, struct check *check)
{
	const struct conf_section sections[] = {
		{NULL, daemon_common_settings, &check->common,
		 sizeof check->common},
		{"tracking", tracking_setting_table, &check->settings,
		 sizeof check->settings},
		{0}};
	const char *others[16] = {"recardctl"};
	size_t count = 1;
	char *error;

	for (size_t i = 0; daemon_sections[i]; i++)
		if (strcmp(daemon_sections[i], "tracking") != 0 && count < 15)
			others[count++] = daemon_sections[i];
	check->conf = conf_load(ctl->program.config, sections, others, &error);
	if (check->conf && postal_layouts_new(&check->settings.layouts,
					      &check->layouts, &error))
		return true;
	ctl_say("%s", error);
	mem_free(error);
	return false;
}

static void
put_row(struct output *out, unsigned long line, const struct postal_row *row)
{
	output_number(out, (int64_t)line);
	output_text(out, "row");
	output_text(out, row->order_no);
	output_text(out, row->tracking_no);
	output_text(out, row->posted_on);
	output_text(out, row->event);
	output_text(out, row->event ? row->event_at : NULL);
	output_text(out, row->reason);
}

static void
put_rejected(struct output *out, unsigned long line, const char *code,
	     const char *text)
{
	output_number(out, (int64_t)line);
	output_text(out, code);
	for (int i = 0; i < 5; i++)
		output_null(out);
	output_text(out, text);
}

/* Reads on to the end. 0; EXIT_USAGE when it cannot be read, EXIT_EXCEPTIONS
 * when the file is refused as a whole, both said. */
static int
read_rows(struct check *check, struct postal_reader *reader,
	  struct lines *lines, struct output *out)
{
	enum postal_result result;
	struct postal_row row;
	struct line line;
	const char *code;
	char text[160];

	for (;;) {
		enum lines_result got = lines_next(lines, &line);

		if (got == LINES_ERROR) {
			ctl_say("cannot be read: %s", strerror(errno));
			return EXIT_USAGE;
		}
		if (got == LINES_LINE)
			result = postal_read(reader, &line, &row, &code, text);
		else if (got == LINES_TOO_LONG)
			result = postal_read_too_long(reader, &line, &code,
						      text);
		else
			result = postal_end(reader, &code, text);
		if (got == LINES_END && result == POSTAL_NOTHING)
			return 0;
		switch (result) {
		case POSTAL_ROW:
			put_row(out, line.number, &row);
			check->rows++;
			break;
		case POSTAL_REJECTED:
			put_rejected(out, line.number, code, text);
			check->rows++;
			check->rejected++;
			check->bad_bytes += strcmp(code, "bad_encoding") == 0;
			break;
		case POSTAL_NOTHING:
			break;
		case POSTAL_REFUSED:
			ctl_say("%s: %s", code, text);
			return EXIT_EXCEPTIONS;
		}
	}
}

/* Reads the file again to guess at it; NULL when that cannot be done. */
static struct postal_guess *
guess_at(const struct check *check, int fd)
{
	struct postal_guess *guess;
	enum lines_result got;
	struct lines *lines;
	struct line line;

	if (lseek(fd, 0, SEEK_SET) != 0)
		return NULL;
	guess = postal_guess_new();
	lines = lines_open(fd, (size_t)check->settings.max_line);
	while ((got = lines_next(lines, &line)) == LINES_LINE ||
	       got == LINES_TOO_LONG)
		if (got == LINES_LINE)
			postal_guess_line(guess, &line);
	lines_close(lines);
	return guess;
}

/* For a file of no layout: what it looks like. */
static void
tell_guess(struct ctl *ctl, const struct check *check,
	   const struct postal_options *options, int fd)
{
	struct postal_guess *guess = guess_at(check, fd);
	struct output out;

	if (!guess)
		return;
	output_init(&out, postal_guess_columns, OUTPUT_ROWS);
	postal_guess_tell(guess, options, &out);
	postal_guess_free(guess);
	if (ctl->format != OUTPUT_TABLE) {
		ctl_print(ctl, &out);
		return;
	}
	for (size_t i = 0; i + 2 < out.count; i += 3)
		ctl_say("%s %s: %s", out.cells[i].text, out.cells[i + 1].text,
			out.cells[i + 2].text);
	output_free(&out);
}

/* For lines that are not in the encoding: which one they are in. */
static void
tell_encoding(const struct check *check, const char *encoding, int fd)
{
	struct postal_guess *guess = guess_at(check, fd);
	const char *better;

	if (!guess)
		return;
	better = postal_guess_encoding(guess, encoding);
	if (better)
		ctl_say("not every line is in %s, but every one is in %s: see "
			"tracking.list_encoding in recard.conf(5)",
			encoding, better);
	postal_guess_free(guess);
}

/* The date of rows that have none: as recard-tracking takes it. */
static void
date_of_file(const char *path, int fd, char date[32])
{
	const char *slash = strrchr(path, '/');
	struct stat st;

	date[0] = '\0';
	if (postal_date_in_name(slash ? slash + 1 : path, date) ||
	    fstat(fd, &st) != 0)
		return;
	clock_format_taipei(st.st_mtime, date);
	date[10] = '\0';
}

static int
check_file(struct ctl *ctl, struct check *check, int fd)
{
	static const struct output_column columns[] = {
		{"line", "LINE", OUTPUT_NUMBER},
		{"outcome", "READ AS", OUTPUT_TEXT},
		{"order_no", "ORDER", OUTPUT_TEXT},
		{"tracking_no", "NUMBER", OUTPUT_TEXT},
		{"posted_on", "POSTED", OUTPUT_TEXT},
		{"event", "EVENT", OUTPUT_TEXT},
		{"event_at", "AT", OUTPUT_TEXT},
		{"remark", "REMARK", OUTPUT_TEXT},
		{0}};
	char date[32];
	const struct postal_options options = {
		.layouts = &check->layouts,
		.layout = ctl->options[OPTION_LAYOUT]
				  ? ctl->options[OPTION_LAYOUT]
				  : check->settings.layout,
		.list_encoding = check->settings.list_encoding,
		.default_date = date,
		.check_digits = check->settings.check_digits,
		.serial_only = check->settings.serial_only,
		.now = clock_now_s(),
		.posted_within_s = check->settings.posted_within / 1000,
		.dated_ahead_s = check->settings.dated_ahead / 1000};
	struct postal_reader *reader = postal_open(&options);
	struct lines *lines;
	struct output out;
	int code;

	if (!reader) {
		ctl_say("no layout is called %s; shipped are native, "
			"posting-list, post-status and mail-house",
			options.layout);
		return EXIT_USAGE;
	}
	date_of_file(ctl->args[0], fd, date);
	lines = lines_open(fd, (size_t)check->settings.max_line);
	output_init(&out, columns, OUTPUT_ROWS);
	code = read_rows(check, reader, lines, &out);
	if (code == 0) {
		code = ctl_print(ctl, &out);
		if (check->bad_bytes > 0)
			tell_encoding(check, postal_encoding(reader), fd);
		ctl_say("layout %s, encoding %s: %lld rows, %lld of them "
			"rejected, %lu wrong numbers; nothing was changed",
			postal_layout(reader), postal_encoding(reader),
			(long long)check->rows, (long long)check->rejected,
			postal_wrong_numbers(reader));
		if (code == 0 && check->rejected > 0)
			code = EXIT_EXCEPTIONS;
	} else {
		output_free(&out);
		if (code == EXIT_EXCEPTIONS && !postal_layout(reader))
			tell_guess(ctl, check, &options, fd);
		ctl_say("the file would be refused as a whole");
	}
	lines_close(lines);
	postal_close(reader);
	return code;
}

int
tracking_check_run(struct ctl *ctl)
{
	struct check check = {0};
	int fd, code = EXIT_CONFIG;

	if (load_settings(ctl, &check)) {
		fd = open(ctl->args[0], O_RDONLY | O_CLOEXEC | O_NOCTTY);
		if (fd < 0) {
			ctl_say("%s: %s", ctl->args[0], strerror(errno));
			code = EXIT_USAGE;
		} else {
			code = check_file(ctl, &check, fd);
			close(fd);
		}
		postal_layouts_free(&check.layouts);
	}
	if (check.conf)
		conf_free(check.conf);
	return code;
}

int
tracking_list_run(struct ctl *ctl)
{
	static const struct output_column columns[] = {
		{"import", "IMPORT", OUTPUT_NUMBER},
		{"file", "FILE", OUTPUT_TEXT},
		{"taken_at", "TAKEN", OUTPUT_TIME},
		{"outcome", "OUTCOME", OUTPUT_TEXT},
		{"reason", "REASON", OUTPUT_TEXT},
		{"rows", "ROWS", OUTPUT_NUMBER},
		{"applied", "APPLIED", OUTPUT_NUMBER},
		{"duplicate", "KNOWN", OUTPUT_NUMBER},
		{"rejected", "REJECTED", OUTPUT_NUMBER},
		{0}};
	int64_t limit = OPTION_LIMIT_DEFAULT;
	struct db_param params[1];
	struct db_result *result = NULL;
	int code;

	if (!option_number(ctl, OPTION_LIMIT, 1, OPTION_LIMIT_MOST, &limit))
		return EXIT_USAGE;
	params[0] = db_int(limit);
	code = ctl_connect(ctl, NULL);
	if (code == 0)
		code = ctl_ask(ctl, "tracking list",
			       "SELECT import, name, floor(extract(epoch FROM"
			       " taken_at))::bigint, outcome, reason, rows,"
			       " applied, duplicate, rejected FROM"
			       " recard.import_list('tracking', $1::integer)",
			       1, params, &result);
	if (code)
		return code;
	code = ctl_print_result(ctl, columns, OUTPUT_ROWS, result);
	ctl_say_count(ctl, "files", db_rows(result), limit, "raise --limit");
	db_result_free(result);
	return code;
}

int
tracking_revert_run(struct ctl *ctl)
{
	int64_t number;
	int code;

	if (!option_item(ctl->args[0], "import", &number) ||
	    !act_has_reason(ctl))
		return EXIT_USAGE;
	code = ctl_connect(ctl, NULL);
	return code ? code
		    : act_request(ctl, "tracking revert", "revert_import",
				  ctl->args[0]);
}

int
tracking_overdue_run(struct ctl *ctl)
{
	static const struct output_column columns[] = {
		{"order_no", "ORDER", OUTPUT_TEXT},
		{"tracking_no", "NUMBER", OUTPUT_TEXT},
		{"posted_on", "POSTED", OUTPUT_TEXT},
		{"promised_on", "PROMISED", OUTPUT_TEXT},
		{"working_days_late", "DAYS LATE", OUTPUT_NUMBER},
		{"last_event", "LAST EVENT", OUTPUT_TEXT},
		{"last_event_at", "AT", OUTPUT_TIME},
		{0}};
	int64_t limit = OPTION_LIMIT_DEFAULT;
	struct db_param params[1];
	struct db_result *result = NULL;
	int code;

	if (!option_number(ctl, OPTION_LIMIT, 1, OPTION_LIMIT_MOST, &limit))
		return EXIT_USAGE;
	params[0] = db_int(limit);
	code = ctl_connect(ctl, NULL);
	if (code == 0)
		code = ctl_ask(ctl, "tracking overdue",
			       "SELECT order_no, tracking_no, posted_on,"
			       " promised_on, days_late, last_event,"
			       " floor(extract(epoch FROM last_event_at))"
			       "::bigint FROM recard.mail_overdue($1::integer)",
			       1, params, &result);
	if (code)
		return code;
	code = ctl_print_result(ctl, columns, OUTPUT_ROWS, result);
	ctl_say_count(ctl, "letters", db_rows(result), limit, "raise --limit");
	db_result_free(result);
	return code;
}
