/*
 * A picture of labels, for a file or a terminal.
 */
#ifndef RECARD_PREVIEW_H
#define RECARD_PREVIEW_H

#include <stdbool.h>
#include <stddef.h>

struct buffer;
struct raster;

/* Writes it as a PNG of its own resolution (dots per inch) to a new file that
 * only its owner can read. False with errno; EEXIST when it is there. */
bool preview_png(const struct raster *raster, unsigned resolution,
		 const char *path);
/* Appends it as Braille characters, 2 x 4 dots each, at most so many columns
 * wide: dots that are more dark than light are raised. */
void preview_braille(const struct raster *raster, size_t columns,
		     struct buffer *out);

#endif
