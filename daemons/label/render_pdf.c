/*
 * Labels on paper; see render_pdf.h. A label is laid out in two steps: plan
 * (which lines, how large; pure measuring, the base of label_fit()) and draw.
 *
 * From the top of a cell: the postal code alone on line 1, at most four body
 * lines (the address in up to three, then the name), the bars, the order
 * number. The post asks for address characters of at least 4 mm and postal
 * code digits of 2.4 to 6 mm; both are measured here as ink of the font in
 * use, not as its nominal size, since fonts leave different white around.
 */
#include <assert.h>
#include <cairo-pdf.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <string.h>
#include <zint.h>

#include "buffer.h"
#include "charset.h"
#include "clock.h"
#include "mem.h"
#include "render_pdf.h"
#include "sheet.h"

/* Millimetres, unless they say otherwise. Office printers leave 4.23 mm
 * (1/6 inch) at the side of the paper blank, so text keeps off it. */
#define MARGIN_SIDE 4.3
#define MARGIN_TOP 3.0
#define MARGIN_BOTTOM 3.0
#define POSTAL_DIGIT 3.2
#define POSTAL_GAP 1.1 /* below the postal code */
#define BODY_GAP 0.8   /* above the bars */
#define BARS_MIN 6.0
#define BARS_MAX 10.0
#define BARS_SHARE 0.157 /* of the cell's height */
#define DIGITS_GAP 0.5   /* between bars and digits */
#define DIGITS_INK 1.9
/* Four dots of a 300 dpi printer, so that bars end where dots do. */
#define DOT (25.4 / 300)
#define MODULE (4 * DOT)
#define QUIET_MODULES 10
#define MAX_ORDER_DIGITS 20

#define ADDRESS_LINES 3
#define NAME_LINES 2
#define BODY_LINES 4
/* Lines closer than this (in em) look like one block of ink. */
#define LEADING_MIN 1.05
#define LEADING_MAX 1.36
#define NAME_SPACE 0.35 /* above the name, in em, where there is room */

/* Heights of a Chinese character that are tried, largest first; the name
 * may be this much larger than the address. */
static const double inks[] = {5.2, 5.0, 4.8, 4.6, 4.45, 4.3, 4.15, 4.01};
#define INKS (sizeof(inks) / sizeof(inks[0]))
#define INK_MIN (inks[INKS - 1])
#define ADDRESS_INK_MAX 4.6
#define NAME_LARGER 0.6

/* Letter spacing of digits, in em: keeps 0.6 mm between those of the postal
 * code; more than 0.1 would make readers of the PDF see separate words. */
#define DIGIT_SPACING 0.075

/* More text than this cannot fit and is not worth measuring. */
#define MAX_BYTES 600
#define MAX_CHARS 200

#define REFERENCE_PT 100 /* size that widths are measured at */

static const char default_family[] = "Noto Sans CJK TC";
static const char name_suffix[] = "　君 啟";
/* Their ink together is the face of the font's characters: some reach its top
 * and bottom, boxed ones like the first stay a little inside by design. */
static const char sample_han[] = "國臺灣東縣永";

struct render_pdf {
	const struct sheet *sheet;
	PangoFontMap *fonts;
	PangoContext *context;
	PangoLayout *layout;
	PangoFontDescription *font;
	/* In em: a Chinese character's ink, from the baseline up and in all;
	 * a digit's height. */
	double han_top, han_height, digit_height;
};

/* A text with the places of its characters, in em at any size. */
struct measured {
	const char *text;
	size_t count; /* characters */
	int at[MAX_CHARS + 1];
	double edge[MAX_CHARS + 1];
	bool blank[MAX_CHARS + 1];
	bool may_break[MAX_CHARS + 1]; /* before this character */
	bool good_break[MAX_CHARS + 1];
};

struct row {
	const char *text;
	int len;
	double em; /* mm */
};

struct plan {
	struct row rows[BODY_LINES];
	size_t rows_count;
	size_t address_rows;
	char name[MAX_BYTES + sizeof(name_suffix)];
};

static double
points(double mm)
{
	return mm * 72 / 25.4;
}

static double
millimetres(double pango_units)
{
	return pango_units / PANGO_SCALE * 25.4 / 72;
}

/* The one layout, with text of the given size (mm) in it. */
static PangoLayout *
set_text(struct render_pdf *renderer, const char *text, int len, double em)
{
	pango_font_description_set_absolute_size(renderer->font,
						 points(em) * PANGO_SCALE);
	pango_layout_set_font_description(renderer->layout, renderer->font);
	pango_layout_set_text(renderer->layout, text, len);
	return renderer->layout;
}

static void
set_digit_spacing(struct render_pdf *renderer, double em)
{
	PangoAttrList *list = pango_attr_list_new();

	pango_attr_list_insert(
		list, pango_attr_letter_spacing_new(
			      (int)(points(em) * DIGIT_SPACING * PANGO_SCALE)));
	pango_layout_set_attributes(renderer->layout, list);
	pango_attr_list_unref(list);
}

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

static bool
is_number(gunichar c)
{
	return g_unichar_isdigit(c) ||
	       g_utf8_strchr("〇零一二三四五六七八九十百千廿卅", -1, c) != NULL;
}

/* Whether a line may end between two characters of an address: not inside a
 * number, nor between it and what it counts. */
static bool
breaks_between(gunichar before, gunichar after)
{
	if (g_utf8_strchr("號樓之巷弄段鄰室Ｆ", -1, after) != NULL)
		return false;
	if (g_utf8_strchr("-－–—~～", -1, after) != NULL)
		return false;
	if (!is_number(after))
		return true;
	return !is_number(before) &&
	       g_utf8_strchr("之-－–—~～", -1, before) == NULL;
}

/* A division of Taiwanese addresses ends after this character. */
static bool
ends_division(gunichar c)
{
	return g_utf8_strchr("縣市區鄉鎮村里路街道段巷弄號樓,，、 　", -1, c) !=
	       NULL;
}

/* Measures text; characters from keep_from (a byte) on stay in one line.
 * False when it has too many characters. */
static bool
measure(struct render_pdf *renderer, const char *text, size_t keep_from,
	struct measured *measured)
{
	PangoLayout *layout =
		set_text(renderer, text, -1, REFERENCE_PT * 25.4 / 72);
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

/* Leaves out blanks at the ends of the line [*from, *to). */
static void
trim(const struct measured *measured, size_t *from, size_t *to)
{
	while (*from < *to && measured->blank[*from])
		(*from)++;
	while (*to > *from && measured->blank[*to - 1])
		(*to)--;
}

static double
line_width(const struct measured *measured, size_t from, size_t to)
{
	trim(measured, &from, &to);
	return from < to ? measured->edge[to] - measured->edge[from] : 0;
}

/* Lines of width (em) the text takes when each is filled; 0 when a piece is
 * wider than a line. */
static size_t
lines_needed(const struct measured *measured, double width)
{
	size_t lines = 0;

	for (size_t from = 0; from < measured->count; lines++) {
		size_t end = from;

		for (size_t to = from + 1; to <= measured->count; to++) {
			if (measured->may_break[to] &&
			    line_width(measured, from, to) <= width)
				end = to;
		}
		if (end == from)
			return 0;
		from = end;
	}
	return lines;
}

/* Of all ways to break the text into this many lines of width (em), takes
 * the most even one that breaks after a division if it can. ends[] gets each
 * line's end. At least one way must exist. */
static void
choose_breaks(const struct measured *measured, double width, size_t lines,
	      size_t *ends)
{
	double cost[ADDRESS_LINES + 1][MAX_CHARS + 1];
	size_t start[ADDRESS_LINES + 1][MAX_CHARS + 1];

	for (size_t l = 0; l <= lines; l++) {
		for (size_t i = 0; i <= measured->count; i++)
			cost[l][i] = INFINITY;
	}
	cost[0][0] = 0;
	for (size_t l = 1; l <= lines; l++) {
		for (size_t to = 1; to <= measured->count; to++) {
			if (!measured->may_break[to])
				continue;
			for (size_t from = 0; from < to; from++) {
				double slack, sum;

				if (!(cost[l - 1][from] < INFINITY))
					continue;
				slack = 1 -
					line_width(measured, from, to) / width;
				if (slack < 0)
					continue;
				/* A short last line disturbs less. */
				sum = cost[l - 1][from] +
				      slack * slack * (l == lines ? 0.3 : 1) +
				      (measured->good_break[to] ? 0 : 0.15);
				if (sum < cost[l][to]) {
					cost[l][to] = sum;
					start[l][to] = from;
				}
			}
		}
	}
	assert(cost[lines][measured->count] < INFINITY);
	for (size_t l = lines, end = measured->count; l > 0; l--) {
		ends[l - 1] = end;
		end = start[l][end];
	}
}

static double
em_of(const struct render_pdf *renderer, double ink)
{
	return ink / renderer->han_height;
}

static double
text_width(const struct render_pdf *renderer)
{
	return renderer->sheet->cell_width - 2 * MARGIN_SIDE;
}

static double
bars_height(const struct render_pdf *renderer)
{
	double height = renderer->sheet->cell_height * BARS_SHARE;

	return fmin(fmax(height, BARS_MIN), BARS_MAX);
}

/* Where the body lies, from the cell's top. */
static double
body_top(void)
{
	return MARGIN_TOP + POSTAL_DIGIT + POSTAL_GAP;
}

static double
body_height(const struct render_pdf *renderer)
{
	return renderer->sheet->cell_height - MARGIN_BOTTOM - DIGITS_INK -
	       DIGITS_GAP - bars_height(renderer) - BODY_GAP - body_top();
}

static bool
fits_down(const struct render_pdf *renderer, double ems)
{
	return ems * LEADING_MIN <= body_height(renderer);
}

/* The largest address size for which it takes at most `lines` lines, beside
 * a name of name_lines; 0 when there is none. */
static double
address_em(const struct render_pdf *renderer, const struct measured *address,
	   size_t lines, size_t name_lines)
{
	for (size_t i = 0; i < INKS; i++) {
		double em = em_of(renderer, inks[i]);
		size_t needed;

		if (inks[i] > ADDRESS_INK_MAX ||
		    !fits_down(renderer,
			       em * (double)lines + em_of(renderer, INK_MIN) *
							    (double)name_lines))
			continue;
		needed = lines_needed(address, text_width(renderer) / em);
		if (needed > 0 && needed <= lines)
			return em;
	}
	return 0;
}

/* The same for the fewest lines possible, which are put into *lines. */
static double
fewest_lines_em(const struct render_pdf *renderer,
		const struct measured *address, size_t name_lines,
		size_t *lines)
{
	for (size_t l = 1; l <= ADDRESS_LINES && l + name_lines <= BODY_LINES;
	     l++) {
		double em = address_em(renderer, address, l, name_lines);

		if (em > 0) {
			*lines = l;
			return em;
		}
	}
	return 0;
}

/* The name's size beside an address that takes address_ems in all. */
static double
name_em(const struct render_pdf *renderer, const struct measured *name,
	size_t lines, double address_ems, double em_max)
{
	for (size_t i = 0; i < INKS; i++) {
		double em = em_of(renderer, inks[i]);
		size_t needed;

		if (em > em_max ||
		    !fits_down(renderer, address_ems + em * (double)lines))
			continue;
		needed = lines_needed(name, text_width(renderer) / em);
		if (needed > 0 && needed <= lines)
			return em;
	}
	return em_of(renderer, INK_MIN);
}

static void
add_rows(const struct render_pdf *renderer, struct plan *plan,
	 const struct measured *measured, double em, size_t lines)
{
	size_t ends[ADDRESS_LINES], from = 0;

	choose_breaks(measured, text_width(renderer) / em, lines, ends);
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
row_inside(struct render_pdf *renderer, const struct row *row)
{
	PangoLayout *layout = set_text(renderer, row->text, row->len, row->em);
	PangoLayoutLine *line = pango_layout_get_line_readonly(layout, 0);
	PangoRectangle ink, logical;

	pango_layout_line_get_extents(line, &ink, &logical);
	return millimetres(ink.x) >= -1 &&
	       millimetres(ink.x + ink.width) <= text_width(renderer) + 0.5 &&
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
check_glyphs(struct render_pdf *renderer, const char *field, const char *text,
	     struct label_fit *fit)
{
	PangoLayout *layout =
		set_text(renderer, text, -1, em_of(renderer, INK_MIN));
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
check_fields(struct render_pdf *renderer, const struct label_text *label,
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
	return check_glyphs(renderer, "address", label->address, fit) &&
	       check_glyphs(renderer, "name", label->name, fit);
}

/* Decides the lines and their sizes. plan points into label. */
static bool
make_plan(struct render_pdf *renderer, const struct label_text *label,
	  struct plan *plan, struct label_fit *fit)
{
	static const char wide[] = "does not fit in lines of 4 mm";
	struct measured address, name;
	double em, em_name, em_min = em_of(renderer, INK_MIN);
	size_t lines = 0, name_lines, ignored;

	fit->reason = LABEL_OK;
	fit->text[0] = '\0';
	plan->rows_count = 0;
	if (!check_fields(renderer, label, fit))
		return false;
	snprintf(plan->name, sizeof(plan->name), "%s%s", label->name,
		 name_suffix);

	if (!measure(renderer, label->address, SIZE_MAX, &address))
		return refuse(fit, LABEL_ADDRESS_TOO_LONG, "address", wide, -1);
	if (!measure(renderer, plan->name, strlen(label->name), &name))
		return refuse(fit, LABEL_NAME_TOO_LONG, "name", wide, -1);
	name_lines = lines_needed(&name, text_width(renderer) / em_min);
	if (name_lines == 0 || name_lines > NAME_LINES)
		return refuse(fit, LABEL_NAME_TOO_LONG, "name", wide, -1);
	em = fewest_lines_em(renderer, &address, name_lines, &lines);
	if (em == 0 && name_lines > 1 &&
	    fewest_lines_em(renderer, &address, 1, &ignored) > 0)
		return refuse(fit, LABEL_NAME_TOO_LONG, "name",
			      "takes a line that the address needs", -1);
	if (em == 0)
		return refuse(fit, LABEL_ADDRESS_TOO_LONG, "address", wide, -1);
	em_name = name_em(renderer, &name, name_lines, em * (double)lines,
			  em + em_of(renderer, NAME_LARGER));
	add_rows(renderer, plan, &address, em, lines);
	add_rows(renderer, plan, &name, em_name, name_lines);
	plan->address_rows = lines;
	for (size_t i = 0; i < plan->rows_count; i++) {
		if (row_inside(renderer, &plan->rows[i]))
			continue;
		if (i < lines)
			return refuse(fit, LABEL_ADDRESS_TOO_LONG, "address",
				      wide, -1);
		return refuse(fit, LABEL_NAME_TOO_LONG, "name", wide, -1);
	}
	return true;
}

/* Draws text with its baseline at (x, y) mm. */
static void
draw_text(struct render_pdf *renderer, cairo_t *cairo, const char *text,
	  int len, double em, double x, double y)
{
	PangoLayout *layout = set_text(renderer, text, len, em);

	cairo_move_to(cairo, points(x), points(y));
	pango_cairo_show_layout_line(cairo,
				     pango_layout_get_line_readonly(layout, 0));
}

static void
draw_body(struct render_pdf *renderer, cairo_t *cairo, const struct plan *plan,
	  double x, double y)
{
	double ems = 0, leading, left, space, name_space;

	for (size_t i = 0; i < plan->rows_count; i++)
		ems += plan->rows[i].em;
	leading = fmin(body_height(renderer) / ems, LEADING_MAX);
	left = body_height(renderer) - leading * ems;
	name_space = fmin(left, NAME_SPACE * plan->rows[0].em);
	space = (left - name_space) / 2;
	y += body_top() + space;
	for (size_t i = 0; i < plan->rows_count; i++) {
		const struct row *row = &plan->rows[i];
		double height = leading * row->em;

		if (i == plan->address_rows)
			y += name_space;
		draw_text(
			renderer, cairo, row->text, row->len, row->em,
			x + MARGIN_SIDE,
			y + height / 2 +
				(renderer->han_top - renderer->han_height / 2) *
					row->em);
		y += height;
	}
}

/* Adds the bars of digits to the path, from x (mm, on a dot) on; their whole
 * width goes into *width. */
static int
add_bars(cairo_t *cairo, const char *digits, double x, double y, double height,
	 double *width)
{
	struct zint_symbol *symbol = ZBarcode_Create();
	int result = -1;
	double unit;

	if (symbol == NULL)
		return -1;
	symbol->symbology = BARCODE_CODE128;
	symbol->show_hrt = 0;
	if (ZBarcode_Encode_and_Buffer_Vector(
		    symbol, (const unsigned char *)digits, 0, 0) >= ZINT_ERROR)
		goto out;
	*width = symbol->width * MODULE;
	/* The vector is in its own unit, several to a module. */
	unit = *width / (double)symbol->vector->width;
	for (const struct zint_vector_rect *bar = symbol->vector->rectangles;
	     bar != NULL; bar = bar->next)
		cairo_rectangle(cairo, points(x + (double)bar->x * unit),
				points(y), points((double)bar->width * unit),
				points(height));
	result = 0;
out:
	ZBarcode_Delete(symbol);
	return result;
}

static int
draw_barcode(struct render_pdf *renderer, cairo_t *cairo, const char *digits,
	     double cell_x, double cell_y)
{
	double bottom = cell_y + renderer->sheet->cell_height - MARGIN_BOTTOM;
	double height = bars_height(renderer), width, digits_width;
	double x = ceil((cell_x + MARGIN_SIDE) / DOT) * DOT;
	double em = DIGITS_INK / renderer->digit_height;
	PangoRectangle logical;

	static_assert(MARGIN_SIDE >= QUIET_MODULES * MODULE, "quiet zone");
	if (add_bars(cairo, digits, x,
		     bottom - DIGITS_INK - DIGITS_GAP - height, height,
		     &width) != 0)
		return -1;
	if (x + width + QUIET_MODULES * MODULE >
	    cell_x + renderer->sheet->cell_width)
		return -1;
	cairo_fill(cairo);

	set_digit_spacing(renderer, em);
	pango_layout_line_get_extents(
		pango_layout_get_line_readonly(
			set_text(renderer, digits, -1, em), 0),
		NULL, &logical);
	digits_width = millimetres(logical.width);
	draw_text(renderer, cairo, digits, -1, em,
		  x + (width - digits_width) / 2, bottom);
	pango_layout_set_attributes(renderer->layout, NULL);
	return 0;
}

static int
draw_label(struct render_pdf *renderer, cairo_t *cairo,
	   const struct label_text *label, const struct plan *plan, double x,
	   double y)
{
	double em = POSTAL_DIGIT / renderer->digit_height;

	set_digit_spacing(renderer, em);
	draw_text(renderer, cairo, label->postal_code, -1, em, x + MARGIN_SIDE,
		  y + MARGIN_TOP + POSTAL_DIGIT);
	pango_layout_set_attributes(renderer->layout, NULL);
	draw_body(renderer, cairo, plan, x, y);
	return draw_barcode(renderer, cairo, label->order_no, x, y);
}

static cairo_status_t
append(void *closure, const unsigned char *bytes, unsigned len)
{
	buffer_append(closure, bytes, len);
	return CAIRO_STATUS_SUCCESS;
}

/* Measures the font; false when it has no Chinese at all. */
static bool
measure_font(struct render_pdf *renderer)
{
	const double em = REFERENCE_PT * 25.4 / 72;
	PangoRectangle ink;
	PangoLayout *layout = set_text(renderer, sample_han, -1, em);

	if (pango_layout_get_unknown_glyphs_count(layout) > 0)
		return false;
	pango_layout_line_get_extents(pango_layout_get_line_readonly(layout, 0),
				      &ink, NULL);
	renderer->han_top = -millimetres(ink.y) / em;
	renderer->han_height = millimetres(ink.height) / em;
	layout = set_text(renderer, "1", -1, em);
	pango_layout_line_get_extents(pango_layout_get_line_readonly(layout, 0),
				      &ink, NULL);
	renderer->digit_height = -millimetres(ink.y) / em;
	return renderer->han_height > 0.5 && renderer->digit_height > 0.3;
}

struct render_pdf *
render_pdf_open(const struct sheet *sheet, const char *font_family)
{
	struct render_pdf *renderer = mem_alloc(1, sizeof(*renderer));
	cairo_font_options_t *options = cairo_font_options_create();

	assert(sheet_ok(sheet));
	renderer->sheet = sheet;
	renderer->fonts = pango_cairo_font_map_new();
	renderer->context = pango_font_map_create_context(renderer->fonts);
	/* Paper has no pixels to hint for; sizes must scale exactly. */
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	pango_cairo_context_set_font_options(renderer->context, options);
	cairo_font_options_destroy(options);
	pango_context_set_round_glyph_positions(renderer->context, FALSE);
	/* Chooses Taiwan's forms among those of one character. */
	pango_context_set_language(renderer->context,
				   pango_language_from_string("zh-tw"));
	pango_context_set_base_dir(renderer->context, PANGO_DIRECTION_LTR);
	renderer->layout = pango_layout_new(renderer->context);
	pango_layout_set_auto_dir(renderer->layout, FALSE);
	pango_layout_set_single_paragraph_mode(renderer->layout, TRUE);
	renderer->font = pango_font_description_new();
	pango_font_description_set_family(renderer->font,
					  font_family != NULL ? font_family
							      : default_family);
	if (!measure_font(renderer)) {
		render_pdf_close(renderer);
		return NULL;
	}
	return renderer;
}

void
render_pdf_close(struct render_pdf *renderer)
{
	if (renderer == NULL)
		return;
	pango_font_description_free(renderer->font);
	g_object_unref(renderer->layout);
	g_object_unref(renderer->context);
	g_object_unref(renderer->fonts);
	mem_free(renderer);
}

bool
label_fit(struct render_pdf *renderer, const struct label_text *label,
	  struct label_fit *fit)
{
	struct plan plan;

	return make_plan(renderer, label, &plan, fit);
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

/* Draws all labels; true when none was refused, else *bad is its place. */
static bool
draw_pages(struct render_pdf *renderer, cairo_t *cairo,
	   const struct label_text *labels, size_t count, unsigned start,
	   size_t *bad)
{
	struct label_fit fit;
	struct plan plan;
	size_t page = 0;

	for (size_t i = 0; i < count; i++) {
		struct sheet_place place =
			sheet_place(renderer->sheet, start, i);

		if (place.page != page)
			cairo_show_page(cairo);
		page = place.page;
		if (!make_plan(renderer, &labels[i], &plan, &fit) ||
		    draw_label(renderer, cairo, &labels[i], &plan, place.x,
			       place.y) != 0) {
			*bad = i;
			return false;
		}
	}
	cairo_show_page(cairo);
	return true;
}

int
render_pdf(struct render_pdf *renderer, const struct label_text *labels,
	   size_t count, unsigned start, int64_t created_at, const char *title,
	   struct buffer *out, size_t *bad)
{
	const struct sheet *sheet = renderer->sheet;
	size_t before = out->len;
	cairo_surface_t *surface;
	char created[32];
	cairo_t *cairo;
	bool done;

	*bad = count;
	if (count == 0 || !sheet_start_ok(sheet, start))
		return -1;
	surface = cairo_pdf_surface_create_for_stream(
		append, out, points(sheet->page_width),
		points(sheet->page_height));
	clock_format_taipei(created_at, created);
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE,
				       created);
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE,
				       title);
	cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR,
				       "recard-label");
	cairo = cairo_create(surface);
	done = draw_pages(renderer, cairo, labels, count, start, bad);
	done = done && cairo_status(cairo) == CAIRO_STATUS_SUCCESS;
	cairo_destroy(cairo);
	cairo_surface_finish(surface);
	done = done && cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS;
	cairo_surface_destroy(surface);
	if (done)
		return 0;
	out->len = before;
	if (out->data != NULL)
		out->data[before] = '\0';
	return -1;
}
