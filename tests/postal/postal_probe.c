/*
 * Reads a postal file with the real reader, at noon of 24 November 2026.
 *
 *	postal_probe CONF LAYOUT read FILE	each line's outcome, as JSON
 *	postal_probe CONF LAYOUT cut FILE	cut off behind every byte
 *	postal_probe CONF LAYOUT count <FILE	counts, and memory
 *
 * CONF is a recard.conf whose section tracking counts. `read` tells rows,
 * rejected lines and a refusal (of line 0 at the end), and in a last line the
 * layout and encoding. `cut` ends with 1 and says where when a piece of the
 * file is read as something else than the whole: lines with their LF are as in
 * the whole, and the one that was cut is rejected, as in the whole, or
 * nothing; or all of it is refused. `count` says how many rows and rejected
 * lines there are, and how many KiB the program needed at most.
 */
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buffer.h"
#include "conf.h"
#include "lines.h"
#include "mem.h"
#include "postal_file.h"
#include "postal_layout.h"
#include "tracking_settings.h"

enum { LARGEST = 64 * 1024 * 1024, NOON = 1795492800 };

/* What became of a file: a text for each line, NULL for nothing. */
struct told {
	char **lines;
	size_t count; /* lines of the file */
	char *refusal;
	long long rows, rejected;
};

static void
set_text(json_t *object, const char *name, const char *value)
{
	if (value)
		json_object_set_new(object, name, json_string(value));
}

static char *
dump(json_t *object)
{
	char *dumped = json_dumps(object, JSON_COMPACT | JSON_PRESERVE_ORDER);
	char *text = mem_strdup(dumped);

	free(dumped);
	json_decref(object);
	return text;
}

static char *
tell_row(unsigned long line, const struct postal_row *row)
{
	json_t *object = json_object();

	json_object_set_new(object, "line", json_integer((json_int_t)line));
	set_text(object, "order_no", row->order_no);
	set_text(object, "tracking_no", row->tracking_no);
	set_text(object, "posted_on", row->posted_on);
	set_text(object, "mail_type", row->mail_type);
	set_text(object, "weight_g", row->weight_g);
	set_text(object, "postage", row->postage);
	set_text(object, "event", row->event);
	set_text(object, "event_at", row->event ? row->event_at : NULL);
	set_text(object, "office", row->office);
	set_text(object, "reason", row->reason);
	return dump(object);
}

static char *
tell_fault(unsigned long line, const char *what, const char *code,
	   const char *text)
{
	json_t *object = json_object();

	json_object_set_new(object, "line", json_integer((json_int_t)line));
	set_text(object, what, code);
	set_text(object, "text", text);
	return dump(object);
}

/* Keeps the text of a line, or only counts when nobody wants it. */
static void
keep(struct told *told, bool quiet, unsigned long line, char *text)
{
	if (quiet) {
		mem_free(text);
		return;
	}
	if (line > told->count) {
		told->lines = mem_resize(told->lines, line, sizeof(char *));
		while (told->count < line)
			told->lines[told->count++] = NULL;
	}
	told->lines[line - 1] = text;
}

static void
read_all(struct postal_reader *reader, struct lines *lines, bool quiet,
	 struct told *told)
{
	struct postal_row row;
	struct line line;
	enum postal_result result = POSTAL_NOTHING;
	const char *code;
	char text[160];

	while (result != POSTAL_END && result != POSTAL_REFUSED) {
		result = postal_next(reader, lines, &line, &row, &code, text);
		if (result == POSTAL_ROW) {
			told->rows++;
			if (!quiet)
				keep(told, quiet, line.number,
				     tell_row(line.number, &row));
		} else if (result == POSTAL_REJECTED) {
			told->rejected++;
			if (!quiet)
				keep(told, quiet, line.number,
				     tell_fault(line.number, "rejected", code,
						text));
		} else if (result == POSTAL_REFUSED) {
			told->refusal =
				tell_fault(line.number, "refused", code, text);
		}
	}
}

static void
told_free(struct told *told)
{
	for (size_t i = 0; i < told->count; i++)
		mem_free(told->lines[i]);
	mem_free(told->lines);
	mem_free(told->refusal);
	*told = (struct told){0};
}

static int
print_told(struct postal_reader *reader, const struct told *told)
{
	for (size_t i = 0; i < told->count; i++)
		if (told->lines[i])
			puts(told->lines[i]);
	if (told->refusal)
		puts(told->refusal);
	else
		printf("{\"layout\":\"%s\",\"encoding\":\"%s\"}\n",
		       postal_layout(reader), postal_encoding(reader));
	return 0;
}

static void
read_bytes(const struct postal_options *options, size_t max_line,
	   const char *bytes, size_t len, struct told *told)
{
	struct postal_reader *reader = postal_open(options);
	struct lines *lines = lines_open_memory(bytes, len, max_line);

	read_all(reader, lines, false, told);
	lines_close(lines);
	postal_close(reader);
}

static bool
same(const char *one, const char *other)
{
	return one && other ? strcmp(one, other) == 0 : one == other;
}

/* Whether the first len bytes were read as a piece of the whole. */
static bool
is_piece(const struct told *whole, const struct told *piece, const char *bytes,
	 size_t len)
{
	size_t ended = 0;

	if (piece->refusal)
		return true;
	for (size_t i = 0; i < len; i++)
		ended += bytes[i] == '\n';
	for (size_t i = 0; i < ended; i++) {
		const char *here = i < piece->count ? piece->lines[i] : NULL;
		const char *there = i < whole->count ? whole->lines[i] : NULL;

		if (!same(here, there))
			return false;
	}
	if (piece->count <= ended)
		return true;
	return piece->count == ended + 1 &&
	       (strstr(piece->lines[ended], "\"rejected\"") ||
		(ended < whole->count &&
		 same(piece->lines[ended], whole->lines[ended])));
}

static int
cut_everywhere(const struct postal_options *options, size_t max_line,
	       const struct buffer *file)
{
	struct told whole = {0};
	int result = 0;

	read_bytes(options, max_line, file->data, file->len, &whole);
	for (size_t len = 0; len < file->len && result == 0; len++) {
		/* Of just this size, so that reading on is seen. */
		char *copy = mem_alloc(len ? len : 1, 1);
		struct told piece = {0};

		memcpy(copy, file->data, len);
		read_bytes(options, max_line, copy, len, &piece);
		if (!is_piece(&whole, &piece, copy, len)) {
			printf("cut behind byte %zu\n", len);
			result = 1;
		}
		told_free(&piece);
		mem_free(copy);
	}
	told_free(&whole);
	printf("%zu cuts\n", file->len);
	return result;
}

/* The most memory that this program had, in KiB; getrusage() tells that of
 * whoever started it, if that was more. */
static long
most_memory(void)
{
	FILE *status = fopen("/proc/self/status", "re");
	char line[256];
	long kib = -1;

	while (status && kib < 0 && fgets(line, sizeof(line), status))
		if (strncmp(line, "VmHWM:", 6) == 0)
			kib = strtol(line + 6, NULL, 10);
	if (status)
		fclose(status);
	return kib;
}

static int
count(const struct postal_options *options, size_t max_line)
{
	struct postal_reader *reader = postal_open(options);
	struct lines *lines = lines_open(STDIN_FILENO, max_line);
	struct told told = {0};

	read_all(reader, lines, true, &told);
	printf("{\"rows\":%lld,\"rejected\":%lld,\"refused\":%s,\"kib\":%ld}\n",
	       told.rows, told.rejected, told.refusal ? "true" : "false",
	       most_memory());
	told_free(&told);
	lines_close(lines);
	postal_close(reader);
	return 0;
}

static int
run(const struct postal_options *options, size_t max_line, const char *verb,
    const char *path)
{
	struct buffer file = {0};
	int result = 2;

	if (strcmp(verb, "count") == 0)
		return count(options, max_line);
	if (!path || buffer_read_file(&file, path, LARGEST) != 0) {
		fprintf(stderr, "%s cannot be read\n", path ? path : "nothing");
	} else if (strcmp(verb, "cut") == 0) {
		result = cut_everywhere(options, max_line, &file);
	} else if (strcmp(verb, "read") == 0) {
		struct postal_reader *reader = postal_open(options);
		struct lines *lines =
			lines_open_memory(file.data, file.len, max_line);
		struct told told = {0};

		read_all(reader, lines, false, &told);
		result = print_told(reader, &told);
		told_free(&told);
		lines_close(lines);
		postal_close(reader);
	}
	buffer_free(&file);
	return result;
}

int
main(int argc, char **argv)
{
	struct tracking_settings settings;
	const struct conf_section sections[] = {{"tracking",
						 tracking_setting_table,
						 &settings, sizeof settings},
						{0}};
	struct postal_options options;
	struct postal_layouts layouts;
	struct postal_reader *reader;
	struct conf *conf;
	char *error = NULL;
	int result = 2;

	if (argc < 4) {
		fprintf(stderr, "usage: postal_probe CONF LAYOUT "
				"read|cut|count [FILE]\n");
		return 2;
	}
	conf = conf_load(argv[1], sections, NULL, &error);
	if (!conf || !postal_layouts_new(&settings.layouts, &layouts, &error)) {
		fprintf(stderr, "%s\n", error);
		mem_free(error);
		if (conf)
			conf_free(conf);
		return 2;
	}
	options = (struct postal_options){
		.layouts = &layouts,
		.layout = argv[2],
		.list_encoding = settings.list_encoding,
		.default_date = "2026-11-24",
		.check_digits = settings.check_digits,
		.serial_only = settings.serial_only,
		.now = NOON,
		.posted_within_s = settings.posted_within / 1000,
		.dated_ahead_s = settings.dated_ahead / 1000};
	reader = postal_open(&options);
	if (reader)
		result = run(&options, (size_t)settings.max_line, argv[3],
			     argv[4]);
	else
		fprintf(stderr, "no layout %s\n", argv[2]);
	postal_close(reader);
	postal_layouts_free(&layouts);
	conf_free(conf);
	return result;
}
