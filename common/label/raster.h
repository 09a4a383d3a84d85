/*
 * A page as a picture of the printer's dots: for thermal printers, and to
 * look at before printing.
 */
#ifndef RECARD_RASTER_H
#define RECARD_RASTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buffer;
struct canvas;
struct font_set;
struct raster;

/* A white page of this size (mm) at dots per inch. fonts are borrowed. NULL
 * when FreeType cannot open one of them, or the page has more than 64
 * million dots. Ends with raster_close(). */
struct raster *raster_open(struct font_set *fonts, double width, double height,
			   unsigned resolution);
void raster_close(struct raster *raster);
/* To draw on; belongs to the raster. */
struct canvas *raster_canvas(struct raster *raster);
/* Makes the page white again. */
void raster_clear(struct raster *raster);
/* Size in dots. */
size_t raster_width(const struct raster *raster);
size_t raster_height(const struct raster *raster);
/* A row of grey values, 0 black to 255 white. */
const uint8_t *raster_row(const struct raster *raster, size_t y);
/* Whether a dot is to be printed. */
bool raster_black(const struct raster *raster, size_t x, size_t y);

#endif
