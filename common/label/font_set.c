/*
 * Fonts of labels; see font_set.h.
 */
#include <fontconfig/fontconfig.h>
#include <ft2build.h>
#include <hb-ot.h>
#include <math.h>
#include <string.h>
#include FT_FREETYPE_H
#include FT_CID_H

#include "font_set.h"
#include "mem.h"

/* The regular face of a family as fontconfig has it. Fontconfig always finds
 * something similar: only the family itself will do. */
static bool
locate(const char *family, char **path, unsigned *index)
{
	FcPattern *wanted = FcPatternCreate(), *found;
	const char *file = NULL;
	FcResult result;
	bool same = false;
	FcChar8 *name;
	int number = 0;

	FcPatternAddString(wanted, FC_FAMILY, (const FcChar8 *)family);
	FcPatternAddInteger(wanted, FC_WEIGHT, FC_WEIGHT_REGULAR);
	FcConfigSubstitute(NULL, wanted, FcMatchPattern);
	FcDefaultSubstitute(wanted);
	found = FcFontMatch(NULL, wanted, &result);
	FcPatternDestroy(wanted);
	if (found == NULL)
		return false;
	for (int i = 0; !same && FcPatternGetString(found, FC_FAMILY, i,
						    &name) == FcResultMatch;
	     i++)
		same = FcStrCmpIgnoreCase(name, (const FcChar8 *)family) == 0;
	if (same &&
	    FcPatternGetString(found, FC_FILE, 0, &name) == FcResultMatch) {
		file = (const char *)name;
		FcPatternGetInteger(found, FC_INDEX, 0, &number);
		*path = mem_strdup(file);
		/* The upper half numbers instances of variable fonts. */
		*index = (unsigned)number & 0xffff;
	}
	FcPatternDestroy(found);
	return file != NULL;
}

/* FreeType knows the CIDs of a CFF font, which HarfBuzz does not tell; but
 * only of one that stands alone, outside of an OpenType file. */
static bool
read_cids(struct font_face *face)
{
	hb_blob_t *table =
		hb_face_reference_table(face->face, HB_TAG('C', 'F', 'F', ' '));
	FT_Library library;
	const char *bytes;
	bool good = false;
	unsigned len;
	FT_Face ft;

	bytes = hb_blob_get_data(table, &len);
	if (FT_Init_FreeType(&library) != 0)
		goto out;
	good = FT_New_Memory_Face(library, (const FT_Byte *)bytes, (FT_Long)len,
				  0, &ft) == 0;
	if (good) {
		face->cid_keyed = FT_IS_CID_KEYED(ft) != 0;
		if (face->cid_keyed)
			face->cids =
				mem_alloc(face->glyph_count, sizeof(uint16_t));
		for (unsigned i = 0;
		     good && face->cid_keyed && i < face->glyph_count; i++) {
			FT_UInt cid = 0;

			good = FT_Get_CID_From_Glyph_Index(ft, i, &cid) == 0;
			face->cids[i] = (uint16_t)cid;
		}
		FT_Done_Face(ft);
	}
	FT_Done_FreeType(library);
out:
	hb_blob_destroy(table);
	return good;
}

static bool
has_table(hb_face_t *face, hb_tag_t tag)
{
	hb_blob_t *table = hb_face_reference_table(face, tag);
	bool has = hb_blob_get_length(table) > 0;

	hb_blob_destroy(table);
	return has;
}

static bool
open_face(struct font_face *face, const char *family)
{
	hb_blob_t *blob;

	if (!locate(family, &face->path, &face->index))
		return false;
	face->family = mem_strdup(family);
	blob = hb_blob_create_from_file(face->path);
	face->face = hb_face_create(blob, face->index);
	hb_blob_destroy(blob);
	hb_face_make_immutable(face->face);
	face->glyph_count = hb_face_get_glyph_count(face->face);
	face->units_per_em = (int)hb_face_get_upem(face->face);
	face->font = hb_font_create(face->face);
	hb_font_set_scale(face->font, face->units_per_em, face->units_per_em);
	face->cff = has_table(face->face, HB_TAG('C', 'F', 'F', ' '));
	if (!face->cff && !has_table(face->face, HB_TAG('g', 'l', 'y', 'f')))
		return false;
	face->boxes = mem_alloc(face->glyph_count + 1, sizeof *face->boxes);
	face->boxes_known = mem_alloc(face->glyph_count + 1, 1);
	return face->glyph_count > 0 && face->glyph_count <= UINT16_MAX &&
	       face->units_per_em > 0 && (!face->cff || read_cids(face));
}

struct font_set *
font_set_open(const char *const *families, char **error)
{
	struct font_set *set = mem_alloc(1, sizeof *set);

	*error = NULL;
	for (; *families != NULL && *error == NULL; families++) {
		if (set->count == FONT_SET_MAX)
			*error = mem_printf("more than %d fonts", FONT_SET_MAX);
		else if (!open_face(&set->faces[set->count++], *families))
			*error = mem_printf("%s: is not installed as a font "
					    "with outlines",
					    *families);
	}
	if (*error == NULL && set->count == 0)
		*error = mem_strdup("no font is named");
	if (*error == NULL)
		return set;
	font_set_close(set);
	return NULL;
}

void
font_set_close(struct font_set *set)
{
	if (set == NULL)
		return;
	for (size_t i = 0; i < set->count; i++) {
		struct font_face *face = &set->faces[i];

		hb_font_destroy(face->font);
		hb_face_destroy(face->face);
		mem_free(face->cids);
		mem_free(face->boxes);
		mem_free(face->boxes_known);
		mem_free(face->family);
		mem_free(face->path);
	}
	mem_free(set);
}

int
font_set_find(const struct font_set *set, uint32_t character)
{
	for (size_t i = 0; i < set->count; i++) {
		hb_codepoint_t glyph;

		if (hb_font_get_nominal_glyph(set->faces[i].font, character,
					      &glyph))
			return (int)i;
	}
	return -1;
}

static int16_t
clamp16(int value)
{
	return (int16_t)(value < INT16_MIN   ? INT16_MIN
			 : value > INT16_MAX ? INT16_MAX
					     : value);
}

struct glyph_box
font_face_box(struct font_face *face, uint32_t glyph)
{
	struct glyph_box *box;
	hb_glyph_extents_t ink;

	if (glyph > face->glyph_count)
		return (struct glyph_box){0};
	box = &face->boxes[glyph];
	if (!face->boxes_known[glyph]) {
		face->boxes_known[glyph] = 1;
		if (hb_font_get_glyph_extents(face->font, glyph, &ink)) {
			box->left = clamp16(ink.x_bearing);
			box->right = clamp16(ink.x_bearing + ink.width);
			box->top = clamp16(ink.y_bearing);
			box->bottom = clamp16(ink.y_bearing + ink.height);
		}
	}
	return *box;
}
