/*
 * Pictures of labels; see preview.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "buffer.h"
#include "label_picture.h"
#include "preview.h"
#include "raster.h"

/* Of 255: below, a dot is raised. Strokes are thin when made small. */
#define DARK 190

bool
preview_png(const struct raster *raster, unsigned resolution, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	FILE *file = fd >= 0 ? fdopen(fd, "wb") : NULL;
	bool good;
	int error;

	if (!file)
		return false;
	good = label_picture_png(raster, resolution, file);
	error = errno;
	if (fclose(file) != 0 && good) {
		good = false;
		error = errno;
	}
	if (!good)
		unlink(path);
	errno = error;
	return good;
}

/* Whether a box of the picture is dark on the whole. */
static bool
dark(const struct raster *raster, double left, double top, double size)
{
	size_t right = (size_t)(left + size), bottom = (size_t)(top + size);
	size_t count = 0, sum = 0;

	for (size_t y = (size_t)top; y < bottom && y < raster_height(raster);
	     y++) {
		const unsigned char *row = raster_row(raster, y);

		for (size_t x = (size_t)left;
		     x < right && x < raster_width(raster); x++) {
			sum += row[x];
			count++;
		}
	}
	return count > 0 && sum / count < DARK;
}

void
preview_braille(const struct raster *raster, size_t columns, struct buffer *out)
{
	/* The bit of each dot of U+2800, by row and column. */
	static const unsigned char bits[4][2] = {
		{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
	double size = (double)raster_width(raster) / (double)(2 * columns);
	size_t lines;

	if (size < 1)
		size = 1;
	columns = (size_t)((double)raster_width(raster) / (2 * size) + 0.5);
	lines = (size_t)((double)raster_height(raster) / (4 * size) + 0.999);
	for (size_t line = 0; line < lines; line++) {
		for (size_t column = 0; column < columns; column++) {
			unsigned dots = 0;

			for (size_t y = 0; y < 4; y++)
				for (size_t x = 0; x < 2; x++)
					if (dark(raster,
						 (double)(column * 2 + x) *
							 size,
						 (double)(line * 4 + y) * size,
						 size))
						dots |= bits[y][x];
			/* UTF-8 of U+2800 and the dots. */
			buffer_putc(out, (char)0xe2);
			buffer_putc(out, (char)(0xa0 | dots >> 6));
			buffer_putc(out, (char)(0x80 | (dots & 0x3f)));
		}
		buffer_putc(out, '\n');
	}
}
