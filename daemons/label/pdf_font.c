/*
 * Fonts in a PDF; see pdf_font.h. Glyphs of a CID-keyed CFF font are named
 * by their CIDs, which a subset keeps; those of other fonts by their numbers,
 * which HarfBuzz is asked to keep. So a code is known before the subset is.
 */
#include <hb-ot.h>
#include <hb-subset.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "font_set.h"
#include "mem.h"
#include "pdf_font.h"

void
pdf_font_use(struct pdf_font *font, uint16_t glyph, uint32_t character)
{
	hb_position_t advance;

	if (font->characters == NULL) {
		font->characters = mem_alloc(UINT16_MAX + 1, sizeof(uint32_t));
		font->advances = mem_alloc(UINT16_MAX + 1, sizeof(int16_t));
	}
	if (font->characters[glyph] != 0)
		return;
	font->characters[glyph] = character;
	advance = hb_font_get_glyph_h_advance(font->face->font, glyph);
	font->advances[glyph] =
		(int16_t)lround(advance * 1000.0 / font->face->units_per_em);
}

uint16_t
pdf_font_code(const struct pdf_font *font, uint16_t glyph)
{
	return font->face->cid_keyed ? font->face->cids[glyph] : glyph;
}

void
pdf_font_name(const struct pdf_font *font, char name[128])
{
	char tag[7], postscript[64] = "";
	unsigned size = sizeof postscript;
	uint64_t hash = 14695981039346656037u; /* FNV-1a */

	hb_ot_name_get_utf8(font->face->face, HB_OT_NAME_ID_POSTSCRIPT_NAME,
			    HB_LANGUAGE_INVALID, &size, postscript);
	for (uint32_t i = 0; i <= UINT16_MAX; i++) {
		if (font->characters[i] != 0)
			hash = (hash ^ i) * 1099511628211u;
	}
	for (size_t i = 0; i < 6; i++, hash /= 26)
		tag[i] = (char)('A' + hash % 26);
	tag[6] = '\0';
	for (char *c = postscript; *c != '\0'; c++) {
		if (strchr("()<>[]{}/%#", *c) != NULL || *c <= ' ' || *c > '~')
			*c = '-';
	}
	snprintf(name, 128, "%s+%s", tag,
		 postscript[0] != '\0' ? postscript : "Font");
}

/* The face with outlines and measures alone. Characters and layout, which a
 * PDF has no use for, cost most of the time of a subset. */
static hb_face_t *
bare_face(hb_face_t *face)
{
	static const hb_tag_t kept[] = {
		HB_TAG('C', 'F', 'F', ' '), HB_TAG('g', 'l', 'y', 'f'),
		HB_TAG('l', 'o', 'c', 'a'), HB_TAG('h', 'e', 'a', 'd'),
		HB_TAG('h', 'h', 'e', 'a'), HB_TAG('h', 'm', 't', 'x'),
		HB_TAG('m', 'a', 'x', 'p'), HB_TAG('O', 'S', '/', '2')};
	hb_face_t *bare = hb_face_builder_create();

	for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
		hb_blob_t *table = hb_face_reference_table(face, kept[i]);

		if (hb_blob_get_length(table) > 0)
			hb_face_builder_add_table(bare, kept[i], table);
		hb_blob_destroy(table);
	}
	return bare;
}

bool
pdf_font_subset(const struct pdf_font *font, struct buffer *program)
{
	hb_subset_input_t *input = hb_subset_input_create_or_fail();
	unsigned flags = HB_SUBSET_FLAGS_NO_HINTING |
			 HB_SUBSET_FLAGS_NOTDEF_OUTLINE |
			 HB_SUBSET_FLAGS_DESUBROUTINIZE;
	hb_blob_t *blob = NULL;
	hb_face_t *bare, *subset;
	hb_set_t *glyphs;
	const char *bytes;
	unsigned len;

	if (input == NULL)
		return false;
	if (!font->face->cid_keyed)
		flags |= HB_SUBSET_FLAGS_RETAIN_GIDS;
	hb_subset_input_set_flags(input, flags);
	glyphs = hb_subset_input_glyph_set(input);
	for (uint32_t i = 0; i <= UINT16_MAX; i++) {
		if (font->characters[i] != 0)
			hb_set_add(glyphs, i);
	}
	bare = bare_face(font->face->face);
	subset = hb_subset_or_fail(bare, input);
	hb_face_destroy(bare);
	hb_subset_input_destroy(input);
	if (subset == NULL)
		return false;
	/* A PDF wants the bare CFF, or a whole TrueType file. */
	blob = font->face->cff ? hb_face_reference_table(
					 subset, HB_TAG('C', 'F', 'F', ' '))
			       : hb_face_reference_blob(subset);
	bytes = hb_blob_get_data(blob, &len);
	buffer_append(program, bytes, len);
	hb_blob_destroy(blob);
	hb_face_destroy(subset);
	return len > 0;
}

void
pdf_font_widths(const struct pdf_font *font, struct buffer *out)
{
	for (uint32_t i = 0; i <= UINT16_MAX; i++) {
		if (font->characters[i] != 0 && font->advances[i] != 1000)
			buffer_printf(out, "%u[%d]",
				      pdf_font_code(font, (uint16_t)i),
				      font->advances[i]);
	}
}

void
pdf_put_utf16(struct buffer *out, uint32_t c)
{
	if (c >= 0x10000)
		buffer_printf(out, "%04X%04X", 0xd800 + ((c - 0x10000) >> 10),
			      0xdc00 + ((c - 0x10000) & 0x3ff));
	else
		buffer_printf(out, "%04X", c);
}

void
pdf_font_to_unicode(const struct pdf_font *font, struct buffer *out)
{
	uint32_t left = 0, in_block = 0;

	for (uint32_t i = 0; i <= UINT16_MAX; i++)
		left += font->characters[i] != 0;
	buffer_puts(out, "/CIDInit/ProcSet findresource begin\n"
			 "12 dict begin\nbegincmap\n"
			 "/CMapName/Recard-UCS2 def\n/CMapType 2 def\n"
			 "/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)"
			 "/Supplement 0>>def\n"
			 "1 begincodespacerange\n<0000><FFFF>\n"
			 "endcodespacerange\n");
	for (uint32_t i = 0; i <= UINT16_MAX; i++) {
		if (font->characters[i] == 0)
			continue;
		if (in_block == 0) {
			in_block = left < 100 ? left : 100;
			buffer_printf(out, "%u beginbfchar\n", in_block);
		}
		buffer_printf(out, "<%04X><", pdf_font_code(font, (uint16_t)i));
		pdf_put_utf16(out, font->characters[i]);
		buffer_puts(out, ">\n");
		left--;
		if (--in_block == 0)
			buffer_puts(out, "endbfchar\n");
	}
	buffer_puts(out, "endcmap\nCMapName currentdict/CMap defineresource "
			 "pop\nend\nend\n");
}

void
pdf_font_metrics(const struct pdf_font *font, struct buffer *out)
{
	const struct font_face *face = font->face;
	const double scale = 1000.0 / face->units_per_em;
	hb_blob_t *head =
		hb_face_reference_table(face->face, HB_TAG('h', 'e', 'a', 'd'));
	hb_font_extents_t extents = {0};
	const unsigned char *bytes;
	unsigned len;

	bytes = (const unsigned char *)hb_blob_get_data(head, &len);
	buffer_puts(out, "/FontBBox[");
	/* OpenType, table head: xMin yMin xMax yMax at offset 36. */
	for (unsigned at = 36; at < 44; at += 2) {
		int value = at + 1 < len
				    ? (int16_t)(bytes[at] << 8 | bytes[at + 1])
				    : 0;

		buffer_printf(out, "%s%ld", at > 36 ? " " : "",
			      lround(value * scale));
	}
	hb_blob_destroy(head);
	hb_font_get_h_extents(face->font, &extents);
	buffer_printf(out,
		      "]/Ascent %ld/Descent %ld/CapHeight %ld/Flags 4"
		      "/ItalicAngle 0/StemV 80",
		      lround(extents.ascender * scale),
		      lround(extents.descender * scale),
		      lround(extents.ascender * scale));
}

void
pdf_font_end(struct pdf_font *font)
{
	mem_free(font->characters);
	mem_free(font->advances);
}
