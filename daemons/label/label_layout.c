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
#define ORDER_DIGITS_MAX 20

/* Heights of a Chinese character that are tried, in mm, largest first; the
 * name may be a little larger than the address. */
static const double inks[] = {5.2, 5.0, 4.8, 4.6, 4.45, 4.3, 4.15, 4.0};
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

/* Its ink is the face of the font's characters: strokes reach out of this one
 * on all sides, while boxed ones (國) stay a little inside by design. */
static const char sample_han[] = "東";

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

static double
millimetres(double pango_units)
{
	return pango_units / PANGO_SCALE * 25.4 / 72;
}

static double
em_of(const struct label_layout *layout, double ink)
{
	return ink / layout->han_height;
}

PangoLayoutLine *
label_layout_line(struct label_layout *layout, const char *text, int len,
		  double em)
{
	pango_font_description_set_absolute_size(layout->font,
						 em * 72 / 25.4 * PANGO_SCALE);
	pango_layout_set_font_description(layout->pango, layout->font);
	pango_layout_set_attributes(layout->pango, NULL);
	pango_layout_set_text(layout->pango, text, len);
	return pango_layout_get_line_readonly(layout->pango, 0);
}

PangoLayoutLine *
label_layout_digits(struct label_layout *layout, const char *digits,
		    double height)
{
	double em = height / layout->digit_height;
	PangoAttrList *list = pango_attr_list_new();

	label_layout_line(layout, digits, -1, em);
	pango_attr_list_insert(list, pango_attr_letter_spacing_new(
					     (int)(em * DIGIT_SPACING * 72 /
						   25.4 * PANGO_SCALE)));
	pango_layout_set_attributes(layout->pango, list);
	pango_attr_list_unref(list);
	return pango_layout_get_line_readonly(layout->pango, 0);
}

double
label_layout_middle(const struct label_layout *layout)
{
	return layout->han_top - layout->han_height / 2;
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

/* Leaves no ink: white space, the fillers of Hangul, the empty Braille. */
static bool
is_blank(long c)
{
	return g_unichar_isspace((gunichar)c) || c == 0x115f || c == 0x1160 ||
	       c == 0x2800 || c == 0x3164 || c == 0xffa0;
}

/* Some font may have a private character, but not the one that was meant. */
static bool
is_private(long c)
{
	return (c >= 0xe000 && c <= 0xf8ff) || c >= 0xf0000;
}

/* The blocks that Unicode reserves for such scripts (DerivedBidiClass). */
static bool
is_right_to_left(long c)
{
	return (c >= 0x590 && c <= 0x8ff) || (c >= 0xfb1d && c <= 0xfdff) ||
	       (c >= 0xfe70 && c <= 0xfeff) || (c >= 0x10800 && c <= 0x10fff) ||
	       (c >= 0x1e800 && c <= 0x1efff);
}

/* Empty, malformed or forbidden text: what needs no font to be seen. */
static bool
check_characters(const char *field, const char *text, struct label_fit *fit)
{
	const char *at = text, *end;
	bool empty = true;

	if (text == NULL)
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
		/* It would change the order of what stands around it. */
		if (is_right_to_left(c))
			return refuse(fit, LABEL_FORBIDDEN_CHARACTER, field,
				      "written from right to left", c);
		if (is_private(c))
			return refuse(fit, LABEL_MISSING_GLYPH, field,
				      "private character", c);
		empty = empty && is_blank(c);
	}
	if (empty)
		return refuse(fit, LABEL_EMPTY_FIELD, field, "empty", -1);
	return true;
}

static bool
only_digits(const char *text)
{
	return text[strspn(text, "0123456789")] == '\0';
}

static bool
check_fields(const struct label_text *label, struct label_fit *fit)
{
	size_t len;

	if (!check_characters("order number", label->order_no, fit) ||
	    !check_characters("postal code", label->postal_code, fit) ||
	    !check_characters("address", label->address, fit) ||
	    !check_characters("name", label->name, fit))
		return false;
	len = strlen(label->order_no);
	if (!only_digits(label->order_no) || len > ORDER_DIGITS_MAX)
		return refuse(fit, LABEL_BAD_ORDER_NO, "order number",
			      "not 1 to 20 digits", -1);
	len = strlen(label->postal_code);
	if (!only_digits(label->postal_code) ||
	    (len != 3 && len != 5 && len != 6))
		return refuse(fit, LABEL_BAD_POSTAL_CODE, "postal code",
			      "not 3, 5 or 6 digits", -1);
	if (strlen(label->address) > LABEL_FIELD_BYTES)
		return refuse(fit, LABEL_ADDRESS_TOO_LONG, "address", too_long,
			      -1);
	if (strlen(label->name) > LABEL_FIELD_BYTES)
		return refuse(fit, LABEL_NAME_TOO_LONG, "name", too_long, -1);
	return true;
}

/* The first character of a line that no font has; -1 when all are there.
 * Pango marks such a glyph and puts the character into its number. */
static long
missing_character(const PangoLayoutLine *line)
{
	for (const GSList *run = line->runs; run != NULL; run = run->next) {
		const PangoGlyphItem *item = run->data;

		for (int i = 0; i < item->glyphs->num_glyphs; i++) {
			PangoGlyph glyph = item->glyphs->glyphs[i].glyph;

			if (glyph & PANGO_GLYPH_UNKNOWN_FLAG)
				return (long)(glyph &
					      ~PANGO_GLYPH_UNKNOWN_FLAG);
		}
	}
	return -1;
}

/* Measures what the layout holds. Characters from keep_from (a byte) on stay
 * together. False when there are too many. */
static bool
measure(struct label_layout *layout, const char *text, size_t keep_from,
	struct measured *measured)
{
	const double unit = REFERENCE_PT * PANGO_SCALE;
	struct line_text *line = &measured->line;
	const PangoLogAttr *attrs;
	PangoLayoutIter *iter;
	long before = 0;
	size_t i = 0;
	int count;

	/* One more than characters. */
	attrs = pango_layout_get_log_attrs_readonly(layout->pango, &count);
	if (count > LINE_BREAK_CHARS + 1)
		return false;
	line->count = (size_t)count - 1;
	iter = pango_layout_get_iter(layout->pango);
	do {
		int at = pango_layout_iter_get_index(iter);
		long c = (long)g_utf8_get_char(text + at);
		PangoRectangle box;

		pango_layout_iter_get_char_extents(iter, &box);
		measured->at[i] = at;
		line->edge[i] = box.x / unit;
		line->edge[i + 1] = (box.x + box.width) / unit;
		line->blank[i] = attrs[i].is_white;
		line->may_break[i] = attrs[i].is_line_break &&
				     (size_t)at < keep_from &&
				     line_break_between(before, c);
		line->good_break[i] = line_break_good(before);
		before = c;
		i++;
	} while (i < line->count && pango_layout_iter_next_char(iter));
	pango_layout_iter_free(iter);
	measured->text = text;
	measured->at[i] = (int)strlen(text);
	line->may_break[i] = true;
	return i == line->count;
}

/* Shapes and measures a field; refuses it for glyphs that are missing. */
static bool
take_field(struct label_layout *layout, const char *field, const char *text,
	   size_t keep_from, struct measured *measured, struct label_fit *fit)
{
	enum label_reason reason = strcmp(field, "name") == 0
					   ? LABEL_NAME_TOO_LONG
					   : LABEL_ADDRESS_TOO_LONG;
	long missing = missing_character(
		label_layout_line(layout, text, -1, REFERENCE_EM));

	if (missing >= 0)
		return refuse(fit, LABEL_MISSING_GLYPH, field,
			      "no font has the character", missing);
	if (!measure(layout, text, keep_from, measured))
		return refuse(fit, reason, field, too_long, -1);
	return true;
}

/* Whether rows of these ems in all fit above each other. */
static bool
fits_down(const struct label_layout *layout, double ems, bool smallest)
{
	return ems * (smallest ? LEADING_MIN : LEADING_GOOD) <= layout->height;
}

static bool
fits_across(const struct label_layout *layout, const struct measured *measured,
	    double em, size_t lines)
{
	size_t needed = line_break_needed(&measured->line, layout->width / em);

	return needed > 0 && needed <= lines;
}

/* The largest size, up to ink_max, at which a text takes at most this many
 * lines, beside other rows that need other_ems; 0 when there is none. */
static double
largest_em(const struct label_layout *layout, const struct measured *measured,
	   size_t lines, double ink_max, double other_ems)
{
	for (size_t i = 0; i < INKS; i++) {
		double em = em_of(layout, inks[i]);

		if (inks[i] <= ink_max &&
		    fits_down(layout, em * (double)lines + other_ems,
			      i == INKS - 1) &&
		    fits_across(layout, measured, em, lines))
			return em;
	}
	return 0;
}

/* The address's size for the fewest lines possible beside a name of
 * name_lines; 0 when it does not fit. */
static double
fewest_lines_em(const struct label_layout *layout,
		const struct measured *address, size_t name_lines,
		size_t *lines)
{
	double name_ems = em_of(layout, INK_MIN) * (double)name_lines;
	double em = 0;

	for (size_t l = 1;
	     em == 0 && l <= ADDRESS_LINES && l + name_lines <= LABEL_ROWS;
	     l++) {
		em = largest_em(layout, address, l, ADDRESS_INK_MAX, name_ems);
		*lines = l;
	}
	return em;
}

/* Breaking changes widths a little, and accents may pile up beyond a line:
 * so what will be drawn has the last word. */
static bool
row_inside(struct label_layout *layout, const struct label_row *row)
{
	PangoRectangle ink;

	pango_layout_line_get_extents(
		label_layout_line(layout, row->text, row->len, row->em), &ink,
		NULL);
	return millimetres(ink.x) >= -0.2 * row->em &&
	       millimetres(ink.x + ink.width) <= layout->width + 0.5 &&
	       millimetres(ink.y) >= -1.15 * row->em &&
	       millimetres(ink.y + ink.height) <= 0.4 * row->em;
}

static bool
add_rows(struct label_layout *layout, struct label_plan *plan,
	 const struct measured *measured, double em, size_t lines)
{
	size_t from[LINE_BREAK_LINES], to[LINE_BREAK_LINES];

	if (!line_break_choose(&measured->line, layout->width / em, lines, from,
			       to))
		return false;
	for (size_t l = 0; l < lines; l++) {
		struct label_row *row = &plan->rows[plan->count++];

		row->text = measured->text + measured->at[from[l]];
		row->len = measured->at[to[l]] - measured->at[from[l]];
		row->em = em;
		plan->height += em;
		if (!row_inside(layout, row))
			return false;
	}
	return true;
}

bool
label_layout_plan(struct label_layout *layout, const struct label_text *label,
		  struct label_plan *plan, struct label_fit *fit)
{
	double em, name_em, em_min = em_of(layout, INK_MIN);
	struct measured address, name;
	size_t lines, name_lines, ignored, last;

	fit->reason = LABEL_OK;
	fit->text[0] = '\0';
	plan->count = 0;
	plan->height = 0;
	if (!check_fields(label, fit))
		return false;
	snprintf(plan->name, sizeof(plan->name), "%s%s", label->name,
		 name_suffix);
	/* No line of a name has only its last character. */
	last = strlen(label->name);
	last = (size_t)(g_utf8_prev_char(label->name + last) - label->name);
	if (!take_field(layout, "address", label->address, SIZE_MAX, &address,
			fit) ||
	    !take_field(layout, "name", plan->name, last, &name, fit))
		return false;

	name_lines = line_break_needed(&name.line, layout->width / em_min);
	if (name_lines == 0 || name_lines > NAME_LINES)
		return refuse(fit, LABEL_NAME_TOO_LONG, "name", too_long, -1);
	em = fewest_lines_em(layout, &address, name_lines, &lines);
	if (em == 0 && name_lines > 1 &&
	    fewest_lines_em(layout, &address, 1, &ignored) > 0)
		return refuse(fit, LABEL_NAME_TOO_LONG, "name",
			      "takes a line that the address needs", -1);
	if (em == 0)
		return refuse(fit, LABEL_ADDRESS_TOO_LONG, "address", too_long,
			      -1);
	if (!add_rows(layout, plan, &address, em, lines))
		return refuse(fit, LABEL_ADDRESS_TOO_LONG, "address", too_long,
			      -1);
	plan->address_count = plan->count;
	/* The address chose its size beside the smallest name, so this one
	 * fits; but perhaps only without the room that larger ones want. */
	name_em =
		largest_em(layout, &name, name_lines,
			   em * layout->han_height + NAME_LARGER, plan->height);
	if (name_em == 0)
		name_em = em_min;
	if (!add_rows(layout, plan, &name, name_em, name_lines))
		return refuse(fit, LABEL_NAME_TOO_LONG, "name", too_long, -1);
	return true;
}

/* False when there is no Chinese in any font. */
static bool
measure_font(struct label_layout *layout)
{
	PangoLayoutLine *line;
	PangoRectangle ink;

	line = label_layout_line(layout, sample_han, -1, REFERENCE_EM);
	if (missing_character(line) >= 0)
		return false;
	pango_layout_line_get_extents(line, &ink, NULL);
	layout->han_top = -millimetres(ink.y) / REFERENCE_EM;
	layout->han_height = millimetres(ink.height) / REFERENCE_EM;
	line = label_layout_line(layout, "1", -1, REFERENCE_EM);
	pango_layout_line_get_extents(line, &ink, NULL);
	layout->digit_height = -millimetres(ink.y) / REFERENCE_EM;
	/* Anything else is no font for text. */
	return layout->han_height > 0.5 && layout->digit_height > 0.3;
}

struct label_layout *
label_layout_open(PangoContext *context, const char *family, double width,
		  double height)
{
	struct label_layout *layout = mem_alloc(1, sizeof(*layout));

	layout->width = width;
	layout->height = height;
	layout->pango = pango_layout_new(context);
	pango_layout_set_auto_dir(layout->pango, FALSE);
	pango_layout_set_single_paragraph_mode(layout->pango, TRUE);
	layout->font = pango_font_description_new();
	pango_font_description_set_family(layout->font, family);
	if (!measure_font(layout)) {
		label_layout_close(layout);
		return NULL;
	}
	return layout;
}

void
label_layout_close(struct label_layout *layout)
{
	if (layout == NULL)
		return;
	pango_font_description_free(layout->font);
	g_object_unref(layout->pango);
	mem_free(layout);
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
