/*
 * recardctl tracking check: how postal files would be read, before they are
 * booked.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "ctl.h"
#include "daemon.h"
#include "exit_code.h"
#include "lines.h"
#include "mem.h"
#include "postal_file.h"
#include "postal_guess.h"
#include "postal_layout.h"
#include "tracking_settings.h"
#include "zip_archive.h"
#include "zip_passwords.h"

struct check {
	struct daemon_common common;
	struct tracking_settings settings;
	struct conf *conf;
	struct postal_layouts layouts;
	struct postal_options options;
	struct output out;
	const char *member; /* of an archive; NULL: a file by itself */
	int64_t rows, rejected;
	int64_t bad_bytes; /* rows in another encoding */
	char date[32];     /* of rows that have none */
	int fd;            /* of the file, or of the archive */
	bool any_rejected;
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

/* Begins a row of the table. */
static void
put_place(struct check *check, unsigned long line)
{
	output_text(&check->out, check->member);
	output_number(&check->out, (int64_t)line);
}

static void
put_row(struct check *check, unsigned long line, const struct postal_row *row)
{
	struct output *out = &check->out;

	put_place(check, line);
	output_text(out, "row");
	output_text(out, row->order_no);
	output_text(out, row->tracking_no);
	output_text(out, row->posted_on);
	output_text(out, row->event);
	output_text(out, row->event ? row->event_at : NULL);
	output_text(out, row->reason);
	check->rows++;
}

static void
put_rejected(struct check *check, unsigned long line, const char *code,
	     const char *text)
{
	put_place(check, line);
	output_text(&check->out, code);
	for (int i = 0; i < 5; i++)
		output_null(&check->out);
	output_text(&check->out, text);
	check->rows++;
	check->rejected++;
}

/* Reads on to the end; false when the file is refused as a whole. */
static bool
read_rows(struct check *check, struct postal_reader *reader,
	  struct lines *lines)
{
	struct postal_row row;
	struct line line;
	const char *code;
	char text[160];

	for (;;)
		switch (postal_next(reader, lines, &line, &row, &code, text)) {
		case POSTAL_ROW:
			put_row(check, line.number, &row);
			break;
		case POSTAL_REJECTED:
			put_rejected(check, line.number, code, text);
			check->bad_bytes += strcmp(code, "bad_encoding") == 0;
			break;
		case POSTAL_NOTHING:
			break;
		case POSTAL_REFUSED:
			ctl_say("%s%s%s: %s",
				check->member ? check->member : "",
				check->member ? ": " : "", code, text);
			return false;
		case POSTAL_END:
			return true;
		}
}

/* Reads the file again to guess at it; NULL when that cannot be done, as with
 * a member of an archive. */
static struct postal_guess *
guess_at(const struct check *check)
{
	struct postal_guess *guess;
	enum lines_result got;
	struct lines *lines;
	struct line line;

	if (check->member || lseek(check->fd, 0, SEEK_SET) != 0)
		return NULL;
	guess = postal_guess_new();
	lines = lines_open(check->fd, (size_t)check->settings.max_line);
	while ((got = lines_next(lines, &line)) == LINES_LINE ||
	       got == LINES_TOO_LONG)
		if (got == LINES_LINE)
			postal_guess_line(guess, &line);
	lines_close(lines);
	return guess;
}

/* For a file of no layout: what it looks like. */
static void
tell_guess(struct ctl *ctl, const struct check *check)
{
	struct postal_guess *guess = guess_at(check);
	struct output out;

	if (!guess) {
		ctl_say("unpack it and check it by itself to see what it looks "
			"like");
		return;
	}
	output_init(&out, postal_guess_columns, OUTPUT_ROWS);
	postal_guess_tell(guess, &check->options, &out);
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
tell_encoding(const struct check *check, const char *encoding)
{
	struct postal_guess *guess = guess_at(check);
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

static const char *
file_name(const struct ctl *ctl)
{
	const char *slash = strrchr(ctl->args[0], '/');

	return slash ? slash + 1 : ctl->args[0];
}

/* The date of rows that have none: as recard-tracking takes it. */
static void
date_rows(struct check *check, const char *name)
{
	struct stat st;

	check->date[0] = '\0';
	if (postal_date_in_name(name, check->date) ||
	    fstat(check->fd, &st) != 0)
		return;
	clock_format_taipei(st.st_mtime, check->date);
	check->date[10] = '\0';
}

/* One file, by itself or in an archive; false when it would be refused. */
static bool
check_lines(struct ctl *ctl, struct check *check, struct lines *lines)
{
	struct postal_reader *reader = postal_open(&check->options);
	bool good;

	check->rows = check->rejected = check->bad_bytes = 0;
	good = read_rows(check, reader, lines);
	if (!good && !postal_layout(reader))
		tell_guess(ctl, check);
	if (good && check->bad_bytes > 0)
		tell_encoding(check, postal_encoding(reader));
	if (good)
		ctl_say("%s%slayout %s, encoding %s: %lld rows, %lld of them "
			"rejected, %lu wrong numbers; nothing was changed",
			check->member ? check->member : "",
			check->member ? ": " : "", postal_layout(reader),
			postal_encoding(reader), (long long)check->rows,
			(long long)check->rejected,
			postal_wrong_numbers(reader));
	check->any_rejected |= check->rejected > 0;
	lines_close(lines);
	postal_close(reader);
	return good;
}

static bool
check_members(struct ctl *ctl, struct check *check, struct zip_archive *archive)
{
	size_t max_line = (size_t)check->settings.max_line;
	const char *code, *text;
	bool good = true;
	char *name;

	while (good && (check->member = zip_archive_next(archive))) {
		name = mem_printf("%s/%s", file_name(ctl), check->member);
		date_rows(check, name);
		mem_free(name);
		good = check_lines(
			ctl, check,
			lines_open_reader(zip_archive_read, archive, max_line));
	}
	code = zip_archive_fault(archive, &text);
	if (code)
		ctl_say("%s: %s", code, text);
	return good && !code;
}

/* An archive is read as the daemon would, with the passwords that it has. */
static bool
check_archive(struct ctl *ctl, struct check *check)
{
	const struct tracking_settings *settings = &check->settings;
	char *error, **passwords = zip_passwords_read(settings->zip_passwords,
						      &error);
	const struct zip_options options = {
		.members = settings->zip_members,
		.size = settings->zip_size,
		.ratio = settings->zip_ratio,
		.name_encoding = settings->list_encoding,
		.passwords = (const char *const *)passwords};
	struct zip_archive *archive;
	bool good;

	if (!passwords) {
		ctl_say("tracking.zip_passwords: %s", error);
		mem_free(error);
		return false;
	}
	archive = zip_archive_open(check->fd, &options);
	good = check_members(ctl, check, archive);
	zip_archive_close(archive);
	zip_passwords_free(passwords);
	return good;
}

static int
check_file(struct ctl *ctl, struct check *check)
{
	static const struct output_column columns[] = {
		{"file", "FILE", OUTPUT_TEXT},
		{"line", "LINE", OUTPUT_NUMBER},
		{"outcome", "READ AS", OUTPUT_TEXT},
		{"order_no", "ORDER", OUTPUT_TEXT},
		{"tracking_no", "NUMBER", OUTPUT_TEXT},
		{"posted_on", "POSTED", OUTPUT_TEXT},
		{"event", "EVENT", OUTPUT_TEXT},
		{"event_at", "AT", OUTPUT_TEXT},
		{"remark", "REMARK", OUTPUT_TEXT},
		{0}};
	size_t max_line = (size_t)check->settings.max_line;
	bool good;
	int code;

	date_rows(check, file_name(ctl));
	output_init(&check->out, columns, OUTPUT_ROWS);
	good = zip_archive_begins(check->fd)
		       ? check_archive(ctl, check)
		       : check_lines(ctl, check,
				     lines_open(check->fd, max_line));
	if (!good) {
		output_free(&check->out);
		ctl_say("the file would be refused as a whole");
		return EXIT_EXCEPTIONS;
	}
	code = ctl_print(ctl, &check->out);
	return code == 0 && check->any_rejected ? EXIT_EXCEPTIONS : code;
}

/* Whether there is such a layout. */
static bool
choose_layout(struct ctl *ctl, struct check *check)
{
	struct postal_reader *reader;

	check->options = (struct postal_options){
		.layouts = &check->layouts,
		.layout = ctl->options[OPTION_LAYOUT]
				  ? ctl->options[OPTION_LAYOUT]
				  : check->settings.layout,
		.list_encoding = check->settings.list_encoding,
		.default_date = check->date,
		.check_digits = check->settings.check_digits,
		.serial_only = check->settings.serial_only,
		.now = clock_now_s(),
		.posted_within_s = check->settings.posted_within / 1000,
		.dated_ahead_s = check->settings.dated_ahead / 1000};
	reader = postal_open(&check->options);
	if (reader) {
		postal_close(reader);
		return true;
	}
	ctl_say("no layout is called %s; shipped are native, posting-list, "
		"post-status and mail-house",
		check->options.layout);
	return false;
}

int
tracking_check_run(struct ctl *ctl)
{
	struct check check = {0};
	int code = EXIT_CONFIG;

	if (load_settings(ctl, &check)) {
		check.fd = open(ctl->args[0], O_RDONLY | O_CLOEXEC | O_NOCTTY);
		if (check.fd < 0)
			ctl_say("%s: %s", ctl->args[0], strerror(errno));
		code = check.fd >= 0 && choose_layout(ctl, &check)
			       ? check_file(ctl, &check)
			       : EXIT_USAGE;
		if (check.fd >= 0)
			close(check.fd);
		postal_layouts_free(&check.layouts);
	}
	if (check.conf)
		conf_free(check.conf);
	return code;
}
