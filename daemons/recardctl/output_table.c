/*
 * Tables for people: see output_table.h.
 */
#include <inttypes.h>
#include <string.h>

#include "buffer.h"
#include "clock.h"
#include "mem.h"
#include "output_table.h"
#include "text_width.h"

#define GAP "  "
#define RULE "─"
#define NONE "–" /* no value */
#define BOLD "\033[1m"
#define PLAIN "\033[0m"

void
output_format_age(int64_t seconds, char to[32])
{
	const int64_t minute = 60, hour = 3600, day = 86400;

	if (seconds < minute)
		snprintf(to, 32, "%" PRId64 " s", seconds < 0 ? 0 : seconds);
	else if (seconds < hour)
		snprintf(to, 32, "%" PRId64 " min", seconds / minute);
	else if (seconds < day)
		snprintf(to, 32, "%" PRId64 " h %" PRId64 " min",
			 seconds / hour, seconds % hour / minute);
	else if (seconds < 100 * day)
		snprintf(to, 32, "%" PRId64 " d %" PRId64 " h", seconds / day,
			 seconds % day / hour);
	else
		snprintf(to, 32, "%" PRId64 " d", seconds / day);
}

void
output_format_bytes(int64_t bytes, char to[32])
{
	static const char *const units[] = {"KiB", "MiB", "GiB", "TiB"};
	double value = (double)bytes;
	size_t i = 0;

	if (bytes < 1024) {
		snprintf(to, 32, "%" PRId64 " B", bytes);
		return;
	}
	for (value /= 1024; value >= 1024 && i < 3; i++)
		value /= 1024;
	snprintf(to, 32, "%.1f %s", value, units[i]);
}

/* A cell as it is shown; to be freed. */
static char *
shown(const struct output *out, size_t index)
{
	const struct output_cell *cell = &out->cells[index];
	struct buffer text = {0};
	char fixed[32];

	if (cell->null)
		return mem_strdup(NONE);
	switch (out->columns[index % out->width].type) {
	case OUTPUT_TEXT:
		buffer_puts(&text, "");
		text_put_visible(&text, cell->text);
		return text.data ? text.data : mem_strdup("");
	case OUTPUT_NUMBER:
		return mem_printf("%" PRId64, cell->number);
	case OUTPUT_BOOL:
		return mem_strdup(cell->number ? "yes" : "no");
	case OUTPUT_TIME:
		clock_format_taipei(cell->number, fixed);
		return mem_strdup(fixed);
	case OUTPUT_AGE:
		output_format_age(cell->number, fixed);
		return mem_strdup(fixed);
	case OUTPUT_BYTES:
		output_format_bytes(cell->number, fixed);
		return mem_strdup(fixed);
	case OUTPUT_RATE:
		return mem_printf("%.1f", (double)cell->number / 1000);
	}
	return mem_strdup(NONE);
}

static void
pad(struct buffer *to, size_t columns)
{
	while (columns-- > 0)
		buffer_putc(to, ' ');
}

static bool
is_right(const struct output *out, size_t column)
{
	return out->columns[column].type == OUTPUT_NUMBER ||
	       out->columns[column].type == OUTPUT_RATE;
}

/* Whether a column is for people too. */
static bool
is_shown(const struct output *out, size_t column)
{
	return out->columns[column].title != NULL;
}

/* Whether no column is shown before this one, or after it. */
static bool
is_edge(const struct output *out, size_t column, bool before)
{
	size_t i = before ? 0 : column + 1;
	size_t end = before ? column : out->width;

	for (; i < end; i++)
		if (is_shown(out, i))
			return false;
	return true;
}

/* One field of a line; blanks at the end of a line are left out. */
static void
put_field(const struct output *out, size_t column, const size_t *widths,
	  const char *text, struct buffer *to)
{
	size_t rest;
	bool right = is_right(out, column);

	if (!is_shown(out, column))
		return;
	rest = widths[column] - text_width(text);
	if (!is_edge(out, column, true))
		buffer_puts(to, GAP);
	if (right)
		pad(to, rest);
	buffer_puts(to, text);
	if (!right && !is_edge(out, column, false))
		pad(to, rest);
}

static void
put_head(const struct output *out, const size_t *widths, bool emphasis,
	 struct buffer *to)
{
	size_t i, n;

	if (emphasis)
		buffer_puts(to, BOLD);
	for (i = 0; i < out->width; i++)
		put_field(out, i, widths, out->columns[i].title, to);
	buffer_puts(to, emphasis ? PLAIN "\n" : "\n");
	for (i = 0; i < out->width; i++) {
		if (!is_shown(out, i))
			continue;
		if (!is_edge(out, i, true))
			buffer_puts(to, GAP);
		for (n = 0; n < widths[i]; n++)
			buffer_puts(to, RULE);
	}
	buffer_puts(to, "\n");
}

static void
put_pair(const char *name, size_t width, const char *value, bool emphasis,
	 struct buffer *to)
{
	if (emphasis)
		buffer_puts(to, BOLD);
	buffer_puts(to, name);
	if (emphasis)
		buffer_puts(to, PLAIN);
	if (value[0]) {
		pad(to, width - text_width(name));
		buffer_puts(to, GAP);
		buffer_puts(to, value);
	}
	buffer_puts(to, "\n");
}

static void
write_record(const struct output *out, char *const *texts, bool emphasis,
	     struct buffer *to)
{
	size_t i, width = 0, one;

	for (i = 0; i < out->width; i++) {
		one = is_shown(out, i) ? text_width(out->columns[i].title) : 0;
		if (one > width)
			width = one;
	}
	for (i = 0; i < out->count; i++) {
		if (i > 0 && i % out->width == 0)
			buffer_puts(to, "\n");
		if (is_shown(out, i % out->width))
			put_pair(out->columns[i % out->width].title, width,
				 texts[i], emphasis, to);
	}
}

/* Whether lines of these widths go beyond the screen. */
static bool
is_too_wide(const struct output *out, const size_t *widths)
{
	size_t i, width = 0;

	for (i = 0; i < out->width; i++)
		if (is_shown(out, i))
			width += widths[i] +
				 (is_edge(out, i, true) ? 0 : strlen(GAP));
	return out->screen > 0 && width > out->screen;
}

static void
write_rows(const struct output *out, char *const *texts, bool emphasis,
	   struct buffer *to)
{
	size_t *widths = mem_alloc(out->width, sizeof(*widths));
	size_t i, width;

	for (i = 0; i < out->width; i++)
		if (is_shown(out, i))
			widths[i] = text_width(out->columns[i].title);
	for (i = 0; i < out->count; i++) {
		width = text_width(texts[i]);
		if (width > widths[i % out->width])
			widths[i % out->width] = width;
	}
	if (is_too_wide(out, widths)) {
		write_record(out, texts, emphasis, to);
	} else {
		put_head(out, widths, emphasis, to);
		for (i = 0; i < out->count; i++) {
			put_field(out, i % out->width, widths, texts[i], to);
			if (i % out->width + 1 == out->width)
				buffer_puts(to, "\n");
		}
	}
	mem_free(widths);
}

static void
write_groups(const struct output *out, char *const *texts, bool emphasis,
	     struct buffer *to)
{
	size_t i, width = 0, one;

	for (i = 0; i < out->count; i += out->width) {
		one = text_width(texts[i + 1]);
		if (one > width)
			width = one;
	}
	for (i = 0; i < out->count; i += out->width) {
		if (i == 0 || strcmp(texts[i], texts[i - out->width]) != 0) {
			if (i > 0)
				buffer_puts(to, "\n");
			put_pair(texts[i], 0, "", emphasis, to);
		}
		buffer_puts(to, GAP);
		put_pair(texts[i + 1], width, texts[i + 2], false, to);
	}
}

void
output_table_write(const struct output *out, bool emphasis, struct buffer *to)
{
	char **texts = mem_alloc(out->count, sizeof(*texts));
	size_t i;

	for (i = 0; i < out->count; i++)
		texts[i] = shown(out, i);
	switch (out->layout) {
	case OUTPUT_ROWS:
		if (out->count > 0)
			write_rows(out, texts, emphasis, to);
		break;
	case OUTPUT_RECORD:
		write_record(out, texts, emphasis, to);
		break;
	case OUTPUT_GROUPS:
		write_groups(out, texts, emphasis, to);
		break;
	}
	for (i = 0; i < out->count; i++)
		mem_free(texts[i]);
	mem_free(texts);
}
