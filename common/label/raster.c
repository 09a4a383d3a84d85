/*
 * Drawing into dots; see raster.h. Text is anti-aliased, for looking at, and
 * cut at the middle for printers, which have no grey; bars begin and end at
 * whole dots.
 */
#include <ft2build.h>
#include <math.h>
#include <string.h>
#include FT_FREETYPE_H
#include FT_OUTLINE_H

#include "canvas.h"
#include "font_set.h"
#include "mem.h"
#include "raster.h"
#include "text_shape.h"

#define DOTS_MAX (64u << 20)
#define WHITE 255
#define MIDDLE 128

struct raster {
	struct canvas canvas;
	struct font_set *fonts;
	FT_Library library;
	FT_Face faces[FONT_SET_MAX];
	double dots_per_mm;
	size_t width, height;
	uint8_t *dots;
};

/* Adds ink to a dot; what lies outside is not drawn, and label_drawer_plan()
 * sees to it that nothing does. */
static void
ink(struct raster *raster, long x, long y, unsigned darkness)
{
	uint8_t *dot;

	if (x < 0 || y < 0 || x >= (long)raster->width ||
	    y >= (long)raster->height)
		return;
	dot = &raster->dots[(size_t)y * raster->width + (size_t)x];
	*dot = (uint8_t)(*dot > darkness ? *dot - darkness : 0);
}

static void
draw_glyph(struct raster *raster, const struct shaped_glyph *glyph, double em,
	   double x, double y)
{
	FT_Face face = raster->faces[glyph->face];
	double left = x * raster->dots_per_mm, base = y * raster->dots_per_mm;
	/* Within a dot, in 64ths. */
	FT_Vector offset = {lround((left - floor(left)) * 64),
			    -lround((base - floor(base)) * 64)};
	const FT_Bitmap *bitmap;

	if (FT_Set_Char_Size(face, 0, lround(em * raster->dots_per_mm * 64), 72,
			     72) != 0 ||
	    FT_Load_Glyph(face, glyph->glyph, FT_LOAD_NO_HINTING) != 0)
		return;
	FT_Outline_Translate(&face->glyph->outline, offset.x, offset.y);
	if (FT_Render_Glyph(face->glyph, FT_RENDER_MODE_NORMAL) != 0)
		return;
	bitmap = &face->glyph->bitmap;
	for (unsigned row = 0; row < bitmap->rows; row++) {
		for (unsigned column = 0; column < bitmap->width; column++)
			ink(raster,
			    (long)floor(left) + face->glyph->bitmap_left +
				    (long)column,
			    (long)floor(base) - face->glyph->bitmap_top +
				    (long)row,
			    bitmap->buffer[row * (unsigned)bitmap->pitch +
					   column]);
	}
}

static void
draw_text(struct canvas *canvas, const char *text,
	  const struct shaped_text *shaped, size_t from, size_t to, double em,
	  double x, double y)
{
	struct raster *raster = (struct raster *)canvas;

	if (from >= to)
		return;
	x -= (double)shaped->glyphs[from].x * em;
	for (size_t i = from; i < to; i++) {
		const struct shaped_glyph *glyph = &shaped->glyphs[i];

		draw_glyph(raster, glyph, em, x + (double)glyph->x * em,
			   y - (double)glyph->y * em);
	}
}

static void
fill(struct raster *raster, long left, long top, long right, long bottom)
{
	for (long y = top; y < bottom; y++) {
		for (long x = left; x < right; x++)
			ink(raster, x, y, WHITE);
	}
}

static void
draw_bars(struct canvas *canvas, const uint8_t *widths, size_t count,
	  double module, double x, double y, double height)
{
	struct raster *raster = (struct raster *)canvas;
	long dots = lround(module * raster->dots_per_mm);
	long left = lround(x * raster->dots_per_mm);
	long top = lround(y * raster->dots_per_mm);
	long bottom = lround((y + height) * raster->dots_per_mm);

	/* A picture that is coarser than the printer. */
	if (dots < 1)
		dots = 1;
	for (size_t i = 0; i < count; i++) {
		long right = left + widths[i] * dots;

		if (i % 2 == 0)
			fill(raster, left, top, right, bottom);
		left = right;
	}
}

static void
draw_rectangle(struct canvas *canvas, double x, double y, double width,
	       double height)
{
	struct raster *raster = (struct raster *)canvas;
	double scale = raster->dots_per_mm;
	long left = lround(x * scale), top = lround(y * scale);
	long right = lround((x + width) * scale);
	long bottom = lround((y + height) * scale);

	/* A thin line is at least a dot. */
	fill(raster, left, top, right > left ? right : left + 1,
	     bottom > top ? bottom : top + 1);
}

struct canvas *
raster_canvas(struct raster *raster)
{
	return &raster->canvas;
}

void
raster_clear(struct raster *raster)
{
	memset(raster->dots, WHITE, raster->width * raster->height);
}

size_t
raster_width(const struct raster *raster)
{
	return raster->width;
}

size_t
raster_height(const struct raster *raster)
{
	return raster->height;
}

const uint8_t *
raster_row(const struct raster *raster, size_t y)
{
	return raster->dots + y * raster->width;
}

bool
raster_black(const struct raster *raster, size_t x, size_t y)
{
	return raster_row(raster, y)[x] < MIDDLE;
}

struct raster *
raster_open(struct font_set *fonts, double width, double height,
	    unsigned resolution)
{
	double dots_per_mm = resolution / 25.4;
	double across = ceil(width * dots_per_mm);
	double down = ceil(height * dots_per_mm);
	struct raster *raster;

	if (!(across >= 1 && down >= 1 && across * down <= DOTS_MAX))
		return NULL;
	raster = mem_alloc(1, sizeof *raster);
	raster->canvas = (struct canvas){draw_text, draw_bars, draw_rectangle};
	raster->fonts = fonts;
	raster->dots_per_mm = dots_per_mm;
	raster->width = (size_t)across;
	raster->height = (size_t)down;
	raster->dots = mem_alloc(raster->width, raster->height);
	raster_clear(raster);
	if (FT_Init_FreeType(&raster->library) != 0) {
		raster->library = NULL;
		raster_close(raster);
		return NULL;
	}
	for (size_t i = 0; i < fonts->count; i++) {
		const struct font_face *face = &fonts->faces[i];

		if (FT_New_Face(raster->library, face->path,
				(FT_Long)face->index, &raster->faces[i]) != 0) {
			raster_close(raster);
			return NULL;
		}
	}
	return raster;
}

void
raster_close(struct raster *raster)
{
	if (raster == NULL)
		return;
	for (size_t i = 0; i < FONT_SET_MAX; i++) {
		if (raster->faces[i] != NULL)
			FT_Done_Face(raster->faces[i]);
	}
	if (raster->library != NULL)
		FT_Done_FreeType(raster->library);
	mem_free(raster->dots);
	mem_free(raster);
}
