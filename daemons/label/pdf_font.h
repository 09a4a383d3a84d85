/*
 * A font in a PDF: which of its glyphs are used, and its objects: subset,
 * widths and the way back to text. Private to pdf_writer.c.
 */
#ifndef RECARD_PDF_FONT_H
#define RECARD_PDF_FONT_H

#include <stdbool.h>
#include <stdint.h>

struct buffer;
struct font_face;

struct pdf_font {
	struct font_face *face;
	/* Of each glyph: the character it stands for (0: not used yet), and
	 * its advance in thousandths of an em. NULL before the first use. */
	uint32_t *characters;
	int16_t *advances;
};

/* Takes the glyph into the subset, for `character`. */
void pdf_font_use(struct pdf_font *font, uint16_t glyph, uint32_t character);
/* What stands for a glyph in text (Identity-H). */
uint16_t pdf_font_code(const struct pdf_font *font, uint16_t glyph);
/* "ABCDEF+Name": the letters follow from the glyphs in use. */
void pdf_font_name(const struct pdf_font *font, char name[128]);
/* The font program of the glyphs in use; false when HarfBuzz refuses. */
bool pdf_font_subset(const struct pdf_font *font, struct buffer *program);
/* The values of /W and the CMap of /ToUnicode, from code to UTF-16. */
void pdf_font_widths(const struct pdf_font *font, struct buffer *out);
void pdf_font_to_unicode(const struct pdf_font *font, struct buffer *out);
/* The entries of its /FontDescriptor that measure it. */
void pdf_font_metrics(const struct pdf_font *font, struct buffer *out);
/* A character as hexadecimal UTF-16BE. */
void pdf_put_utf16(struct buffer *out, uint32_t c);
void pdf_font_end(struct pdf_font *font);

#endif
