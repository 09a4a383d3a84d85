/*
 * Shaping; see text_shape.h. A text is cut into items of one font and one
 * kind of script, each shaped as a whole with the rest as context.
 */
#include <string.h>

#include "charset.h"
#include "font_set.h"
#include "mem.h"
#include "text_shape.h"

struct item {
	uint32_t start, end;
	int face;
	hb_script_t script;
};

/* Scripts whose letters stand side by side in Taiwan's addresses, and shape
 * one by one: they need no item of their own. */
static hb_script_t
item_script(hb_script_t script)
{
	switch (script) {
	case HB_SCRIPT_COMMON:
	case HB_SCRIPT_INHERITED:
	case HB_SCRIPT_UNKNOWN:
	case HB_SCRIPT_LATIN:
	case HB_SCRIPT_BOPOMOFO:
	case HB_SCRIPT_HIRAGANA:
	case HB_SCRIPT_KATAKANA:
		return HB_SCRIPT_HAN;
	default:
		return script;
	}
}

static bool
is_mark(hb_unicode_funcs_t *unicode, uint32_t c)
{
	switch (hb_unicode_general_category(unicode, c)) {
	case HB_UNICODE_GENERAL_CATEGORY_NON_SPACING_MARK:
	case HB_UNICODE_GENERAL_CATEGORY_ENCLOSING_MARK:
	case HB_UNICODE_GENERAL_CATEGORY_SPACING_MARK:
		return true;
	default:
		return false;
	}
}

static bool
is_selector(uint32_t c)
{
	return (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0100 && c <= 0xe01ef);
}

/* Past the character at `at` and the marks on it: they share a font. */
static const char *
cluster_end(const char *at, const char *end)
{
	hb_unicode_funcs_t *unicode = hb_unicode_funcs_get_default();
	const char *next = at;

	charset_utf8_next(&next, end);
	while (next < end) {
		const char *after = next;
		uint32_t c = (uint32_t)charset_utf8_next(&after, end);

		if (c < 0x300 || (!is_selector(c) && !is_mark(unicode, c)))
			break;
		next = after;
	}
	return next;
}

static bool
face_has(const struct font_face *face, const char *at, const char *end,
	 long *missing)
{
	while (at < end) {
		uint32_t c = (uint32_t)charset_utf8_next(&at, end);
		hb_codepoint_t glyph;

		/* Where a font has but one form, a selector does no harm. */
		if (is_selector(c) ||
		    hb_font_get_nominal_glyph(face->font, c, &glyph))
			continue;
		*missing = (long)c;
		return false;
	}
	return true;
}

/* The first face that has a whole cluster; -1 when there is none, and a
 * character that is missing. */
static int
find_face(const struct font_set *fonts, const char *at, const char *end,
	  long *missing)
{
	for (size_t i = 0; i < fonts->count; i++) {
		if (face_has(&fonts->faces[i], at, end, missing))
			return (int)i;
	}
	while (at < end) {
		long c = charset_utf8_next(&at, end);

		if (font_set_find(fonts, (uint32_t)c) < 0) {
			*missing = c;
			break;
		}
	}
	return -1;
}

/* The longest item from `at` on. */
static struct item
next_item(const struct font_set *fonts, const char *text, const char *at,
	  const char *end, long *missing)
{
	hb_unicode_funcs_t *unicode = hb_unicode_funcs_get_default();
	struct item item = {.start = (uint32_t)(at - text)};
	bool first = true;

	while (at < end) {
		const char *after = cluster_end(at, end), *base = at;
		uint32_t c = (uint32_t)charset_utf8_next(&base, end);
		hb_script_t script = item_script(hb_unicode_script(unicode, c));
		int face = find_face(fonts, at, after, missing);

		if (first) {
			item.face = face;
			item.script = script;
		}
		if (face != item.face || script != item.script)
			break;
		first = false;
		at = after;
	}
	item.end = (uint32_t)(at - text);
	return item;
}

static struct shaped_glyph *
add_glyph(struct shaped_text *shaped)
{
	if (shaped->count == shaped->size) {
		shaped->size = shaped->size > 0 ? shaped->size * 2 : 64;
		shaped->glyphs = mem_resize(shaped->glyphs, shaped->size,
					    sizeof *shaped->glyphs);
	}
	return &shaped->glyphs[shaped->count++];
}

static void
shape_item(struct text_shaper *shaper, const char *text, size_t len,
	   const struct item *item, double spacing, struct shaped_text *shaped)
{
	const struct font_face *face = &shaper->fonts->faces[item->face];
	const float em = (float)face->units_per_em;
	hb_buffer_t *buffer = shaper->buffer;
	const hb_glyph_position_t *positions;
	const hb_glyph_info_t *infos;
	unsigned count;

	hb_buffer_clear_contents(buffer);
	hb_buffer_set_direction(buffer, HB_DIRECTION_LTR);
	hb_buffer_set_script(buffer, item->script);
	hb_buffer_set_language(buffer, shaper->language);
	hb_buffer_add_utf8(buffer, text, (int)len, item->start,
			   (int)(item->end - item->start));
	hb_shape(face->font, buffer, NULL, 0);
	infos = hb_buffer_get_glyph_infos(buffer, &count);
	positions = hb_buffer_get_glyph_positions(buffer, NULL);
	for (unsigned i = 0; i < count; i++) {
		struct shaped_glyph *glyph = add_glyph(shaped);
		unsigned next = i + 1;

		while (next < count && infos[next].cluster == infos[i].cluster)
			next++;
		*glyph = (struct shaped_glyph){
			.glyph = (uint16_t)infos[i].codepoint,
			.face = (uint8_t)item->face,
			.unsafe_break =
				hb_glyph_info_get_glyph_flags(&infos[i]) &
				HB_GLYPH_FLAG_UNSAFE_TO_BREAK,
			.start = infos[i].cluster,
			.end = next < count ? infos[next].cluster : item->end,
			.x = shaped->width + (float)positions[i].x_offset / em,
			.y = (float)positions[i].y_offset / em,
			.advance = (float)positions[i].x_advance / em};
		if (glyph->advance > 0)
			glyph->advance += (float)spacing;
		shaped->width += glyph->advance;
	}
}

void
text_shape(struct text_shaper *shaper, const char *text, size_t len,
	   double spacing, struct shaped_text *shaped)
{
	const char *at = text, *end = text + len;

	shaped->count = 0;
	shaped->width = 0;
	shaped->missing = -1;
	while (at < end) {
		long missing = -1;
		struct item item =
			next_item(shaper->fonts, text, at, end, &missing);

		if (item.face >= 0)
			shape_item(shaper, text, len, &item, spacing, shaped);
		else if (shaped->missing < 0)
			shaped->missing = missing;
		at = text + item.end;
	}
}

void
text_shaper_init(struct text_shaper *shaper, struct font_set *fonts)
{
	shaper->fonts = fonts;
	shaper->buffer = hb_buffer_create();
	shaper->language = hb_language_from_string("zh-TW", -1);
}

void
text_shaper_end(struct text_shaper *shaper)
{
	hb_buffer_destroy(shaper->buffer);
	shaper->buffer = NULL;
}

void
shaped_text_free(struct shaped_text *shaped)
{
	mem_free(shaped->glyphs);
	*shaped = (struct shaped_text){0};
}
