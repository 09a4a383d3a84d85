/*
 * Rows and how programs read them: see output.h. How people do is in
 * output_table.c.
 */
#include <assert.h>
#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "buffer.h"
#include "clock.h"
#include "mem.h"
#include "output.h"
#include "output_table.h"

void
output_init(struct output *out, const struct output_column *columns,
	    enum output_layout layout)
{
	*out = (struct output){.columns = columns, .layout = layout};
	while (columns[out->width].name)
		out->width++;
}

static struct output_cell *
next_cell(struct output *out)
{
	if (out->count == out->size) {
		out->size = out->size ? out->size * 2 : 64;
		out->cells =
			mem_resize(out->cells, out->size, sizeof(*out->cells));
	}
	out->cells[out->count] = (struct output_cell){.text = NULL};
	return &out->cells[out->count++];
}

void
output_text(struct output *out, const char *value)
{
	struct output_cell *cell = next_cell(out);

	cell->text = mem_strdup(value);
	cell->null = !value;
}

void
output_number(struct output *out, int64_t value)
{
	next_cell(out)->number = value;
}

void
output_null(struct output *out)
{
	next_cell(out)->null = true;
}

size_t
output_rows(const struct output *out)
{
	return out->count / out->width;
}

static json_t *
json_cell(const struct output_cell *cell, enum output_type type)
{
	char text[32];
	json_t *string;

	if (cell->null)
		return json_null();
	switch (type) {
	case OUTPUT_TEXT:
		string = json_string(cell->text);
		/* Bytes that are no UTF-8 cannot stand in JSON. */
		return string ? string : json_null();
	case OUTPUT_NUMBER:
	case OUTPUT_AGE:
	case OUTPUT_BYTES:
		return json_integer(cell->number);
	case OUTPUT_BOOL:
		return json_boolean(cell->number != 0);
	case OUTPUT_RATE:
		return json_real((double)cell->number / 1000);
	case OUTPUT_TIME:
		clock_format_taipei(cell->number, text);
		return json_string(text);
	}
	return json_null();
}

static int
append(const char *bytes, size_t len, void *to)
{
	buffer_append(to, bytes, len);
	return 0;
}

static void
write_json(const struct output *out, struct buffer *to)
{
	size_t row, i, rows = output_rows(out);

	buffer_puts(to, "[");
	for (row = 0; row < rows; row++) {
		json_t *object = json_object();

		for (i = 0; i < out->width; i++)
			json_object_set_new(
				object, out->columns[i].name,
				json_cell(&out->cells[row * out->width + i],
					  out->columns[i].type));
		buffer_puts(to, row ? ",\n " : "\n ");
		json_dump_callback(object, append, to, JSON_COMPACT);
		json_decref(object);
	}
	buffer_puts(to, rows ? "\n]\n" : "]\n");
}

/* Whether a spreadsheet would take a text for a formula, or lose its first
 * character and then do so; East Asian ones read full-width signs too. */
static bool
is_formula(const char *text)
{
	static const char *const begins[] = {"=",  "+",  "-",  "@",  "\t", "\r",
					     "\n", "＝", "＋", "－", "＠"};
	size_t i;

	for (i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
		if (strncmp(text, begins[i], strlen(begins[i])) == 0)
			return true;
	return false;
}

static void
csv_text(const char *text, struct buffer *to)
{
	char *guarded;

	if (!is_formula(text)) {
		buffer_put_csv(to, text);
		return;
	}
	guarded = mem_printf("'%s", text);
	buffer_put_csv(to, guarded);
	mem_free(guarded);
}

static void
csv_cell(const struct output_cell *cell, enum output_type type,
	 struct buffer *to)
{
	char text[32];

	if (cell->null)
		return;
	switch (type) {
	case OUTPUT_TEXT:
		csv_text(cell->text, to);
		break;
	case OUTPUT_NUMBER:
	case OUTPUT_AGE:
	case OUTPUT_BYTES:
		buffer_printf(to, "%" PRId64, cell->number);
		break;
	case OUTPUT_BOOL:
		buffer_puts(to, cell->number ? "true" : "false");
		break;
	case OUTPUT_RATE:
		buffer_printf(to, "%.3f", (double)cell->number / 1000);
		break;
	case OUTPUT_TIME:
		clock_format_taipei(cell->number, text);
		buffer_puts(to, text);
		break;
	}
}

static void
write_csv(const struct output *out, struct buffer *to)
{
	size_t i;

	for (i = 0; i < out->width; i++) {
		if (i)
			buffer_putc(to, ',');
		buffer_put_csv(to, out->columns[i].name);
	}
	for (i = 0; i < out->count; i++) {
		buffer_putc(to, i % out->width ? ',' : '\n');
		csv_cell(&out->cells[i], out->columns[i % out->width].type, to);
	}
	buffer_putc(to, '\n');
}

void
output_write(const struct output *out, enum output_format format, bool emphasis,
	     struct buffer *to)
{
	assert(out->count % out->width == 0);
	switch (format) {
	case OUTPUT_TABLE:
		output_table_write(out, emphasis, to);
		break;
	case OUTPUT_JSON:
		write_json(out, to);
		break;
	case OUTPUT_CSV:
		write_csv(out, to);
		break;
	}
}

void
output_free(struct output *out)
{
	size_t i;

	for (i = 0; i < out->count; i++)
		mem_free(out->cells[i].text);
	mem_free(out->cells);
	*out = (struct output){.columns = NULL};
}
