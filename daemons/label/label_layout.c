/*
 * Layout of labels; see label_layout.h.
 *
 * The post asks for address characters of at least 4 mm. That is measured
 * here as ink of the font in use and not as its nominal size, because fonts
 * leave different white around their characters.
 */
#include <string.h>

#include "charset.h"
#include "label_layout.h"
#include "line_break.h"
#include "mem.h"

#define ADDRESS_LINES 3
#define NAME_LINES 2

/* Heights of a Chinese character that are tried, in mm, largest first; the
 * name may be a little larger than the address. */
static const double inks[] = {5.2, 5.0, 4.8, 4.6, 4.45, 4.3, 4.15, 4.01};
#define INKS (sizeof(inks) / sizeof(inks[0]))
#define INK_MIN (inks[INKS - 1])
#define ADDRESS_INK_MAX 4.6
#define NAME_LARGER 0.6

/* Line heights in em: below the first, lines look like one block of ink; with
 * less than the second, smaller characters read better. */
#define LEADING_MIN 1.05
#define LEADING_GOOD 1.25

/* Between digits, in em: leaves the 0.6 mm between those of the postal code
 * that the post asks for. From 0.1 on, readers of the PDF see words. */
#define DIGIT_SPACING 0.075

#define REFERENCE_PT 100 /* size that widths are measured at */
#define REFERENCE_EM (REFERENCE_PT * 25.4 / 72)

static const char name_suffix[] = "　君 啟";
static const char too_long[] = "does not fit in lines of 4 mm";

/* Their ink together is the face of the font's characters: some reach its top
 * and bottom, boxed ones like the first stay a little inside by design. */
static const char sample_han[] = "國臺灣東縣永";

struct label_layout {
	PangoLayout *pango;
	PangoFontDescription *font;
	double width, height;
	/* In em: a Chinese character's ink, from the baseline up and in all;
	 * a digit's height. */
	double han_top, han_height, digit_height;
};

/* A text and where its characters are, in bytes. */
struct measured {
	const char *text;
	int at[LINE_BREAK_CHARS + 1];
	struct line_text line;
};

/* The first character of the layout that no font has; -1 when all are there.
 * Pango marks such a glyph and puts the character into its number. */
static long
missing_character(PangoLayout *layout)
{
	PangoLayoutLine *line = pango_layout_get_line_readonly(layout, 0);

	if (pango_layout_get_unknown_glyphs_count(layout) == 0)
		return -1;
	for (GSList *item = line->runs; item != NULL; item = item->next) {
		const PangoGlyphString *glyphs =
			((PangoGlyphItem *)item->data)->glyphs;

		for (int i = 0; i < glyphs->num_glyphs; i++) {
			PangoGlyph glyph = glyphs->glyphs[i].glyph;

			if (glyph & PANGO_GLYPH_UNKNOWN_FLAG)
				return (long)(glyph &
					      ~PANGO_GLYPH_UNKNOWN_FLAG);
		}
	}
	return 0xfffd;
}

/* Some font may have a private character, but not the one that was meant. */
static bool
is_private(long c)
{
	return (c >= 0xe000 && c <= 0xf8ff) || c >= 0xf0000;
}

/* Measures text; characters from keep_from (a byte) on stay in one line.
 * False when it has too many characters. */
static bool
measure(struct label_layout *layout, const char *text, size_t keep_from,
	struct measured *measured)
{
	PangoLayout *layout =
		set_text(layout, text, -1, REFERENCE_PT * 25.4 / 72);
	const double unit = REFERENCE_PT * PANGO_SCALE;
	const PangoLogAttr *attrs;
	PangoLayoutIter *iter;
	gunichar before = 0;
	int attrs_count;
	size_t count = 0;

	attrs = pango_layout_get_log_attrs_readonly(layout, &attrs_count);
	if (attrs_count < 2 || attrs_count - 1 > MAX_CHARS)
		return false;
	iter = pango_layout_get_iter(layout);
	do {
		PangoRectangle box;
		int at = pango_layout_iter_get_index(iter);
		gunichar c = g_utf8_get_char(text + at);

		if (text[at] == '\0' || count == MAX_CHARS)
			break;
		pango_layout_iter_get_char_extents(iter, &box);
		measured->at[count] = at;
		measured->edge[count] = box.x / unit;
		measured->edge[count + 1] = (box.x + box.width) / unit;
		measured->blank[count] = attrs[count].is_white;
		measured->may_break[count] =
			count > 0 && attrs[count].is_line_break &&
			(size_t)at < keep_from && breaks_between(before, c);
		measured->good_break[count] = ends_division(before);
		before = c;
		count++;
	} while (pango_layout_iter_next_char(iter));
	pango_layout_iter_free(iter);
	measured->text = text;
	measured->count = count;
	measured->at[count] = (int)strlen(text);
	measured->blank[count] = false;
	measured->may_break[count] = true;
	measured->good_break[count] = true;
	/* Text from right to left comes in another order; its characters would
	 * have no place here. */
	return count == (size_t)attrs_count - 1;
}

/* The largest address size for which it takes at most `lines` lines, beside
 * a name of name_lines; 0 when there is none. */
static double
address_em(const struct label_layout *layout, const struct measured *address,
	   size_t lines, size_t name_lines)
{
	for (size_t i = 0; i < INKS; i++) {
		double em = em_of(layout, inks[i]);
		size_t needed;

		if (inks[i] > ADDRESS_INK_MAX ||
		    !fits_down(layout,
			       em * (double)lines + em_of(layout, INK_MIN) *
							    (double)name_lines))
			continue;
		needed = lines_needed(address, text_width(layout) / em);
		if (needed > 0 && needed <= lines)
			return em;
	}
	return 0;
}

/* The same for the fewest lines possible, which are put into *lines. */
static double
fewest_lines_em(const struct label_layout *layout,
		const struct measured *address, size_t name_lines,
		size_t *lines)
{
	for (size_t l = 1; l <= ADDRESS_LINES && l + name_lines <= BODY_LINES;
	     l++) {
		double em = address_em(layout, address, l, name_lines);

		if (em > 0) {
			*lines = l;
			return em;
		}
	}
	return 0;
}

/* The name's size beside an address that takes address_ems in all. */
static double
name_em(const struct label_layout *layout, const struct measured *name,
	size_t lines, double address_ems, double em_max)
{
	for (size_t i = 0; i < INKS; i++) {
		double em = em_of(layout, inks[i]);
		size_t needed;

		if (em > em_max ||
		    !fits_down(layout, address_ems + em * (double)lines))
			continue;
		needed = lines_needed(name, text_width(layout) / em);
		if (needed > 0 && needed <= lines)
			return em;
	}
	return em_of(layout, INK_MIN);
}

static void
add_rows(const struct label_layout *layout, struct plan *plan,
	 const struct measured *measured, double em, size_t lines)
{
	size_t ends[ADDRESS_LINES], from = 0;

	choose_breaks(measured, text_width(layout) / em, lines, ends);
	for (size_t l = 0; l < lines; l++) {
		struct row *row = &plan->rows[plan->rows_count++];
		size_t to = ends[l];

		trim(measured, &from, &to);
		row->text = measured->text + measured->at[from];
		row->len = measured->at[to] - measured->at[from];
		row->em = em;
		from = ends[l];
	}
}

/* Breaking changes widths a little, and accents may pile up beyond a line:
 * so what is drawn has the last word. */
static bool
row_inside(struct label_layout *layout, const struct row *row)
{
	PangoLayout *layout = set_text(layout, row->text, row->len, row->em);
	PangoLayoutLine *line = pango_layout_get_line_readonly(layout, 0);
	PangoRectangle ink, logical;

	pango_layout_line_get_extents(line, &ink, &logical);
	return millimetres(ink.x) >= -1 &&
	       millimetres(ink.x + ink.width) <= text_width(layout) + 0.5 &&
	       millimetres(ink.y) >= -1.15 * row->em &&
	       millimetres(ink.y + ink.height) <= 0.4 * row->em;
}

static bool
refuse(struct label_fit *fit, enum label_reason reason, const char *field,
       const char *text, long character)
{
	fit->reason = reason;
	if (character >= 0)
		snprintf(fit->text, sizeof(fit->text), "%s: %s U+%04lX", field,
			 text, (unsigned long)character);
	else
		snprintf(fit->text, sizeof(fit->text), "%s: %s", field, text);
	return false;
}

static bool
only_digits(const char *text)
{
	return text[strspn(text, "0123456789")] == '\0';
}

/* Empty, malformed or forbidden text: what needs no font to be seen. */
static bool
check_characters(const char *field, const char *text, struct label_fit *fit)
{
	const char *at = text, *end;

	if (text == NULL || text[0] == '\0')
		return refuse(fit, LABEL_EMPTY_FIELD, field, "empty", -1);
	end = text + strlen(text);
	while (at < end) {
		long c = charset_utf8_next(&at, end);

		if (c < 0)
			return refuse(fit, LABEL_FORBIDDEN_CHARACTER, field,
				      "not UTF-8", -1);
		if (charset_forbidden(c))
			return refuse(fit, LABEL_FORBIDDEN_CHARACTER, field,
				      "forbidden character", c);
		if (is_private(c))
			return refuse(fit, LABEL_MISSING_GLYPH, field,
				      "private character", c);
	}
	return true;
}

/* Each character has a glyph, and at least one of them leaves ink. */
static bool
check_glyphs(struct label_layout *layout, const char *field, const char *text,
	     struct label_fit *fit)
{
	PangoLayout *layout =
		set_text(layout, text, -1, em_of(layout, INK_MIN));
	PangoRectangle ink;
	long missing = missing_character(layout);

	if (missing >= 0)
		return refuse(fit, LABEL_MISSING_GLYPH, field,
			      "no font has the character", missing);
	pango_layout_get_extents(layout, &ink, NULL);
	if (ink.width == 0)
		return refuse(fit, LABEL_EMPTY_FIELD, field, "only blanks", -1);
	return true;
}

static bool
check_fields(struct label_layout *layout, const struct label_text *label,
	     struct label_fit *fit)
{
	size_t len;

	if (!check_characters("order number", label->order_no, fit) ||
	    !check_characters("postal code", label->postal_code, fit) ||
	    !check_characters("address", label->address, fit) ||
	    !check_characters("name", label->name, fit))
		return false;
	if (!only_digits(label->order_no) ||
	    strlen(label->order_no) > MAX_ORDER_DIGITS)
		return refuse(fit, LABEL_BAD_ORDER_NO, "order number",
			      "not 1 to 20 digits", -1);
	len = strlen(label->postal_code);
	if (!only_digits(label->postal_code) ||
	    (len != 3 && len != 5 && len != 6))
		return refuse(fit, LABEL_BAD_POSTAL_CODE, "postal code",
			      "not 3, 5 or 6 digits", -1);
	if (strlen(label->address) > MAX_BYTES)
		return refuse(fit, LABEL_ADDRESS_TOO_LONG, "address",
			      "does not fit", -1);
	if (strlen(label->name) > MAX_BYTES)
		return refuse(fit, LABEL_NAME_TOO_LONG, "name", "does not fit",
			      -1);
	return check_glyphs(layout, "address", label->address, fit) &&
	       check_glyphs(layout, "name", label->name, fit);
}

/* Decides the lines and their sizes. plan points into label. */
static bool
make_plan(struct label_layout *layout, const struct label_text *label,
	  struct plan *plan, struct label_fit *fit)
{
	static const char wide[] = "does not fit in lines of 4 mm";
	struct measured address, name;
	double em, em_name, em_min = em_of(layout, INK_MIN);
	size_t lines = 0, name_lines, ignored;

	fit->reason = LABEL_OK;
	fit->text[0] = '\0';
	plan->rows_count = 0;
	if (!check_fields(layout, label, fit))
		return false;
	snprintf(plan->name, sizeof(plan->name), "%s%s", label->name,
		 name_suffix);

	if (!measure(layout, label->address, SIZE_MAX, &address))
		return refuse(fit, LABEL_ADDRESS_TOO_LONG, "address", wide, -1);
	if (!measure(layout, plan->name, strlen(label->name), &name))
		return refuse(fit, LABEL_NAME_TOO_LONG, "name", wide, -1);
	name_lines = lines_needed(&name, text_width(layout) / em_min);
	if (name_lines == 0 || name_lines > NAME_LINES)
		return refuse(fit, LABEL_NAME_TOO_LONG, "name", wide, -1);
	em = fewest_lines_em(layout, &address, name_lines, &lines);
	if (em == 0 && name_lines > 1 &&
	    fewest_lines_em(layout, &address, 1, &ignored) > 0)
		return refuse(fit, LABEL_NAME_TOO_LONG, "name",
			      "takes a line that the address needs", -1);
	if (em == 0)
		return refuse(fit, LABEL_ADDRESS_TOO_LONG, "address", wide, -1);
	em_name = name_em(layout, &name, name_lines, em * (double)lines,
			  em + em_of(layout, NAME_LARGER));
	add_rows(layout, plan, &address, em, lines);
	add_rows(layout, plan, &name, em_name, name_lines);
	plan->address_rows = lines;
	for (size_t i = 0; i < plan->rows_count; i++) {
		if (row_inside(layout, &plan->rows[i]))
			continue;
		if (i < lines)
			return refuse(fit, LABEL_ADDRESS_TOO_LONG, "address",
				      wide, -1);
		return refuse(fit, LABEL_NAME_TOO_LONG, "name", wide, -1);
	}
	return true;
}

/* Measures the font; false when it has no Chinese at all. */
static bool
measure_font(struct label_layout *layout)
{
	const double em = REFERENCE_PT * 25.4 / 72;
	PangoRectangle ink;
	PangoLayout *layout = set_text(layout, sample_han, -1, em);

	if (pango_layout_get_unknown_glyphs_count(layout) > 0)
		return false;
	pango_layout_line_get_extents(pango_layout_get_line_readonly(layout, 0),
				      &ink, NULL);
	layout->han_top = -millimetres(ink.y) / em;
	layout->han_height = millimetres(ink.height) / em;
	layout = set_text(layout, "1", -1, em);
	pango_layout_line_get_extents(pango_layout_get_line_readonly(layout, 0),
				      &ink, NULL);
	layout->digit_height = -millimetres(ink.y) / em;
	return layout->han_height > 0.5 && layout->digit_height > 0.3;
}

const char *
label_reason_code(enum label_reason reason)
{
	switch (reason) {
	case LABEL_OK:
		return "ok";
	case LABEL_EMPTY_FIELD:
		return "empty_field";
	case LABEL_FORBIDDEN_CHARACTER:
		return "forbidden_character";
	case LABEL_MISSING_GLYPH:
		return "missing_glyph";
	case LABEL_BAD_POSTAL_CODE:
		return "bad_postal_code";
	case LABEL_BAD_ORDER_NO:
		return "bad_order_no";
	case LABEL_ADDRESS_TOO_LONG:
		return "address_too_long";
	case LABEL_NAME_TOO_LONG:
		return "name_too_long";
	}
	return "unknown";
}
