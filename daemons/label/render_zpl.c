/*
 * ZPL; see render_zpl.h.
 */
#include <string.h>

#include "buffer.h"
#include "mem.h"
#include "raster.h"
#include "render_zpl.h"

static void
put_run(struct buffer *out, char digit, size_t count)
{
	for (; count > 400; count -= 400) {
		buffer_putc(out, 'z');
		buffer_putc(out, digit);
	}
	if (count >= 20)
		buffer_putc(out, (char)('f' + count / 20));
	if (count % 20 > 0 && count > 1)
		buffer_putc(out, (char)('F' + count % 20));
	buffer_putc(out, digit);
}

/* The rest of a row in one digit has a sign of its own, but printers differ
 * in how they take it; runs are as short. */
static void
put_row(struct buffer *out, const char *digits, size_t len)
{
	for (size_t i = 0; i < len;) {
		size_t run = 1;

		while (i + run < len && digits[i + run] == digits[i])
			run++;
		put_run(out, digits[i], run);
		i += run;
	}
}

static void
read_row(const struct raster *raster, size_t y, char *digits, size_t len)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < len; i++) {
		unsigned value = 0;

		for (size_t bit = 0; bit < 4; bit++) {
			size_t x = i * 4 + bit;

			value = value << 1 | (x < raster_width(raster) &&
					      raster_black(raster, x, y));
		}
		digits[i] = hex[value];
	}
}

void
render_zpl(const struct raster *raster, struct buffer *out)
{
	size_t row_bytes = (raster_width(raster) + 7) / 8;
	size_t height = raster_height(raster), len = row_bytes * 2;
	char *row = mem_alloc(len + 1, 1), *above = mem_alloc(len + 1, 1);

	buffer_printf(out, "^XA^PW%zu^LL%zu^LH0,0^FO0,0^GFA,%zu,%zu,%zu,",
		      raster_width(raster), height, row_bytes * height,
		      row_bytes * height, row_bytes);
	for (size_t y = 0; y < height; y++) {
		char *former = above;

		read_row(raster, y, row, len);
		if (y > 0 && memcmp(row, above, len) == 0)
			buffer_putc(out, ':');
		else
			put_row(out, row, len);
		above = row;
		row = former;
	}
	buffer_puts(out, "^FS^XZ\n");
	mem_free(row);
	mem_free(above);
}
