/*
 * What recardctl tells of a postal file of any bytes: something of every
 * encoding and layout, and of values nothing but their shape.
 */
#include <stdbool.h>
#include <string.h>

#include "charset.h"
#include "fuzz_target.h"
#include "lines.h"
#include "mem.h"
#include "output.h"
#include "postal_guess.h"
#include "postal_layout.h"

enum { COLUMNS = 3, MAX_LINE = 512, ENCODINGS = 3 };

static void
check_cells(const struct output *out, const struct postal_layouts *layouts)
{
	size_t encodings = 0, told = 0, unused;

	for (size_t i = 0; i + COLUMNS <= out->count; i += COLUMNS) {
		const char *about = out->cells[i].text;
		const char *value = out->cells[i + 2].text;

		PROMISE(about && value && out->cells[i + 1].text);
		PROMISE(charset_utf8_ok(value, strlen(value), &unused));
		encodings += strcmp(about, "encoding") == 0;
		told += strcmp(about, "layout") == 0;
		if (strcmp(about, "shape") == 0)
			PROMISE(strcspn(value, "012345678BCDEFbcdef") ==
				strlen(value));
		/* A number of a row is no column's name. */
		if (strcmp(about, "column") == 0)
			PROMISE(!strstr(value, "000"));
	}
	PROMISE(encodings == ENCODINGS);
	PROMISE(told == layouts->count);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct postal_guess *guess = postal_guess_new();
	struct lines *lines = lines_open_memory(data, size, MAX_LINE);
	struct postal_options options = {
		.layout = "auto", .list_encoding = "CP950", .default_date = ""};
	struct postal_layouts layouts;
	enum lines_result got;
	struct output out;
	struct line line;
	char *error;

	PROMISE(postal_layouts_new(NULL, &layouts, &error));
	options.layouts = &layouts;
	while ((got = lines_next(lines, &line)) != LINES_END)
		if (got == LINES_LINE)
			postal_guess_line(guess, &line);
	output_init(&out, postal_guess_columns, OUTPUT_ROWS);
	postal_guess_tell(guess, &options, &out);
	check_cells(&out, &layouts);
	output_free(&out);
	lines_close(lines);
	postal_guess_free(guess);
	postal_layouts_free(&layouts);
	return 0;
}
