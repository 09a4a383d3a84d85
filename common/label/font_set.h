/*
 * The fonts of labels, in order of preference: which one has a character,
 * and what its glyphs measure. Fontconfig finds the files; which font serves
 * a character depends on the order alone, so that every host prints the same.
 */
#ifndef RECARD_FONT_SET_H
#define RECARD_FONT_SET_H

#include <hb.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FONT_SET_MAX 8

struct glyph_box { /* ink, in units of the font; y upwards */
	int16_t left, bottom, right, top;
};

struct font_face {
	char *family;
	char *path;
	unsigned index; /* in a collection */
	hb_face_t *face;
	hb_font_t *font; /* scaled to units_per_em */
	int units_per_em;
	bool cff;       /* outlines are CFF, otherwise TrueType */
	bool cid_keyed; /* CFF glyphs are named by CID */
	uint16_t *cids; /* CID of each glyph, when cid_keyed */
	unsigned glyph_count;
	struct glyph_box *boxes; /* of glyphs asked for so far */
	uint8_t *boxes_known;
};

struct font_set {
	struct font_face faces[FONT_SET_MAX];
	size_t count;
};

/*
 * Takes families (fontconfig names, ends with NULL). NULL with *error
 * (mem_free), which names the family, when one is not installed or is no
 * font with outlines.
 */
struct font_set *font_set_open(const char *const *families, char **error);
void font_set_close(struct font_set *set);
/* The first face that has the character; -1 when none has. */
int font_set_find(const struct font_set *set, uint32_t character);
/* What a glyph's ink covers; all 0 for a glyph without ink. */
struct glyph_box font_face_box(struct font_face *face, uint32_t glyph);

#endif
