/*
 * Text to glyphs, by HarfBuzz: which font serves which character, and where
 * its glyphs stand. From left to right, in Taiwan's forms. Distances in em.
 */
#ifndef RECARD_TEXT_SHAPE_H
#define RECARD_TEXT_SHAPE_H

#include <hb.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct font_set;

struct shaped_glyph {
	uint16_t glyph;
	uint8_t face;        /* in the font set */
	bool unsafe_break;   /* breaking before it would change its form */
	uint32_t start, end; /* bytes of text it stands for; a mark's are
				those of its base */
	float x, y;          /* its origin, from the start of the text */
	float advance;
};

struct shaped_text {
	struct shaped_glyph *glyphs;
	size_t count, size;
	float width;
	/* The first character that no font has; -1 when all are there. */
	long missing;
};

struct text_shaper {
	struct font_set *fonts;
	hb_buffer_t *buffer;
	hb_language_t language;
};

void text_shaper_init(struct text_shaper *shaper, struct font_set *fonts);
void text_shaper_end(struct text_shaper *shaper);
/* Shapes len bytes of well-formed UTF-8. Start from {0} in *shaped, which is
 * used again by the next call and ends with shaped_text_free(). spacing is
 * added after each glyph (em). */
void text_shape(struct text_shaper *shaper, const char *text, size_t len,
		double spacing, struct shaped_text *shaped);
void shaped_text_free(struct shaped_text *shaped);

#endif
