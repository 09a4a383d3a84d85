/*
 * Layout of labels; see label_layout.h.
 *
 * The post asks for address characters of at least 4 mm. That is measured
 * here as ink of the font in use and not as its nominal size, because fonts
 * leave different white around their characters.
 */
#include <linebreak.h>
#include <stdio.h>
#include <string.h>

#include "charset.h"
#include "font_set.h"
#include "label_layout.h"
#include "line_break.h"
#include "mem.h"

#define ADDRESS_LINES 3
#define NAME_LINES 2

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

static const char name_suffix[] = "　君 啟";

/* Its ink is the face of the font's characters: strokes reach out of this one
 * on all sides, while boxed ones (國) stay a little inside by design. */
static const char sample_han[] = "東";

struct label_layout {
	struct font_set *fonts;
	struct text_shaper shaper;
	struct shaped_text address, name, line;
	double width, height;
	/* In em: a Chinese character's ink, from the baseline up and in all;
	 * a digit's height. */
	double han_top, han_height, digit_height;
};

/* A text, where its characters are in bytes, and their first glyphs. */
struct measured {
	const char *text;
	struct shaped_text *shaped;
	size_t at[LINE_BREAK_CHARS + 1];
	size_t glyph[LINE_BREAK_CHARS + 1];
	struct line_text line;
};

double
label_layout_em(const struct label_layout *layout, double ink)
{
	return ink / layout->han_height;
}

double
label_layout_middle(const struct label_layout *layout)
{
	return layout->han_top - layout->han_height / 2;
}

const struct shaped_text *
label_layout_line(struct label_layout *layout, const char *text)
{
	text_shape(&layout->shaper, text, strlen(text), 0, &layout->line);
	return &layout->line;
}

const struct shaped_text *
label_layout_digits(struct label_layout *layout, const char *digits,
		    double height, double *em)
{
	text_shape(&layout->shaper, digits, strlen(digits), DIGIT_SPACING,
		   &layout->line);
	*em = height / layout->digit_height;
	return &layout->line;
}

/* Whether a line may end before glyph i, as far as its font is concerned.
 * Kerning with a blank or a Chinese character does not count. */
static bool
glyph_may_break(const struct shaped_glyph *glyph, long before, long after)
{
	return !glyph->unsafe_break || label_blank(before) ||
	       label_blank(after) || before >= 0x2e80 || after >= 0x2e80;
}

/* Where Unicode (UAX #14) allows a line to end: breaks[i] is about the place
 * after byte i. Chinese characters, digits and blanks are what most addresses
 * and names have, and need no look at its tables: anywhere but before a
 * blank, the rest is line_break_between()'s. */
static void
find_breaks(const char *text, size_t len, char *breaks)
{
	const char *at = text, *end = text + len;

	memset(breaks, LINEBREAK_ALLOWBREAK, len);
	while (at < end) {
		size_t before = (size_t)(at - text);
		long c = charset_utf8_next(&at, end);

		if (c == ' ' || c == 0x3000) {
			if (before > 0)
				breaks[before - 1] = LINEBREAK_NOBREAK;
		} else if (!(c >= '0' && c <= '9') &&
			   !(c >= 0x3400 && c <= 0x9fff) &&
			   !(c >= 0xff10 && c <= 0xff19) &&
			   !(c >= 0x20000 && c <= 0x3ffff)) {
			set_linebreaks_utf8((const utf8_t *)text, len, "zh",
					    breaks);
			return;
		}
	}
}

/* Measures a shaped text. Characters from keep_from (a byte) on stay
 * together. False when there are too many. */
static bool
measure(const char *text, size_t len, size_t keep_from,
	struct measured *measured)
{
	const struct shaped_text *shaped = measured->shaped;
	struct line_text *line = &measured->line;
	const char *next = text;
	char breaks[LABEL_FIELD_BYTES + 32];
	size_t glyph = 0, i = 0;
	long before = 0;

	find_breaks(text, len, breaks);
	while (next < text + len) {
		size_t at = (size_t)(next - text);
		long c = charset_utf8_next(&next, text + len);
		bool starts;

		if (i == LINE_BREAK_CHARS)
			return false;
		while (glyph < shaped->count &&
		       shaped->glyphs[glyph].start < at)
			glyph++;
		/* A mark, or the rest of a ligature, has no glyph. */
		starts = glyph < shaped->count &&
			 shaped->glyphs[glyph].start == at;
		measured->at[i] = at;
		measured->glyph[i] = glyph;
		line->edge[i] = glyph < shaped->count
					? (double)shaped->glyphs[glyph].x
					: (double)shaped->width;
		line->blank[i] = label_blank(c);
		line->may_break[i] =
			i > 0 && starts && at < keep_from &&
			breaks[at - 1] == LINEBREAK_ALLOWBREAK &&
			glyph_may_break(&shaped->glyphs[glyph], before, c) &&
			line_break_between(before, c);
		line->good_break[i] = line_break_good(before);
		before = c;
		i++;
	}
	line->count = i;
	line->edge[i] = (double)shaped->width;
	line->may_break[i] = true;
	line->good_break[i] = line_break_good(before);
	measured->text = text;
	measured->at[i] = len;
	measured->glyph[i] = shaped->count;
	return true;
}

/* Shapes and measures a field; refuses it for glyphs that are missing. */
static bool
take_field(struct label_layout *layout, const char *field, const char *text,
	   size_t keep_from, struct measured *measured, struct label_fit *fit)
{
	enum label_reason reason = strcmp(field, "name") == 0
					   ? LABEL_NAME_TOO_LONG
					   : LABEL_ADDRESS_TOO_LONG;
	size_t len = strlen(text);

	text_shape(&layout->shaper, text, len, 0, measured->shaped);
	if (measured->shaped->missing >= 0)
		return label_refuse(fit, LABEL_MISSING_GLYPH, field,
				    "no font has the character",
				    measured->shaped->missing);
	if (!measure(text, len, keep_from, measured))
		return label_refuse(fit, reason, field, label_too_long, -1);
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
		double em = label_layout_em(layout, inks[i]);

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
	double name_ems = label_layout_em(layout, INK_MIN) * (double)name_lines;
	double em = 0;

	for (size_t l = 1;
	     em == 0 && l <= ADDRESS_LINES && l + name_lines <= LABEL_ROWS;
	     l++) {
		em = largest_em(layout, address, l, ADDRESS_INK_MAX, name_ems);
		*lines = l;
	}
	return em;
}

/* Accents may pile up beyond a line: so the ink of what will be drawn has the
 * last word. */
static bool
row_inside(struct label_layout *layout, const struct label_row *row)
{
	const double origin = (double)row->shaped->glyphs[row->from].x;

	for (size_t i = row->from; i < row->to; i++) {
		const struct shaped_glyph *glyph = &row->shaped->glyphs[i];
		struct font_face *face = &layout->fonts->faces[glyph->face];
		struct glyph_box box = font_face_box(face, glyph->glyph);
		const double unit = row->em / face->units_per_em;
		double x = ((double)glyph->x - origin) * row->em;
		double y = (double)glyph->y * row->em;

		if (x + box.left * unit < -0.2 * row->em ||
		    x + box.right * unit > layout->width + 0.5 ||
		    y + box.top * unit > 1.15 * row->em ||
		    y + box.bottom * unit < -0.4 * row->em)
			return false;
	}
	return true;
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

		row->text = measured->text;
		row->shaped = measured->shaped;
		row->from = measured->glyph[from[l]];
		row->to = measured->glyph[to[l]];
		row->em = em;
		plan->height += em;
		if (row->from >= row->to || !row_inside(layout, row))
			return false;
	}
	return true;
}

bool
label_layout_plan(struct label_layout *layout, const struct label_text *label,
		  struct label_plan *plan, struct label_fit *fit)
{
	double em, name_em, em_min = label_layout_em(layout, INK_MIN);
	struct measured address = {.shaped = &layout->address};
	struct measured name = {.shaped = &layout->name};
	size_t lines, name_lines, ignored, last;

	fit->reason = LABEL_OK;
	fit->text[0] = '\0';
	plan->count = 0;
	plan->height = 0;
	if (!label_check(label, fit))
		return false;
	snprintf(plan->name, sizeof(plan->name), "%s%s", label->name,
		 name_suffix);
	/* No line of a name has only its last character. */
	last = strlen(label->name);
	while (last > 0 && (label->name[--last] & 0xc0) == 0x80)
		;
	if (!take_field(layout, "address", label->address, SIZE_MAX, &address,
			fit) ||
	    !take_field(layout, "name", plan->name, last, &name, fit))
		return false;

	name_lines = line_break_needed(&name.line, layout->width / em_min);
	if (name_lines == 0 || name_lines > NAME_LINES)
		return label_refuse(fit, LABEL_NAME_TOO_LONG, "name",
				    label_too_long, -1);
	em = fewest_lines_em(layout, &address, name_lines, &lines);
	if (em == 0 && name_lines > 1 &&
	    fewest_lines_em(layout, &address, 1, &ignored) > 0)
		return label_refuse(fit, LABEL_NAME_TOO_LONG, "name",
				    "takes a line that the address needs", -1);
	if (em == 0)
		return label_refuse(fit, LABEL_ADDRESS_TOO_LONG, "address",
				    label_too_long, -1);
	if (!add_rows(layout, plan, &address, em, lines))
		return label_refuse(fit, LABEL_ADDRESS_TOO_LONG, "address",
				    label_too_long, -1);
	plan->address_count = plan->count;
	/* The address chose its size beside the smallest name, so this one
	 * fits; but perhaps only without the room that larger ones want. */
	name_em =
		largest_em(layout, &name, name_lines,
			   em * layout->han_height + NAME_LARGER, plan->height);
	if (name_em == 0)
		name_em = em_min;
	if (!add_rows(layout, plan, &name, name_em, name_lines))
		return label_refuse(fit, LABEL_NAME_TOO_LONG, "name",
				    label_too_long, -1);
	return true;
}

/* False when there is no Chinese in any font. */
static bool
measure_fonts(struct label_layout *layout)
{
	const struct shaped_text *line = label_layout_line(layout, sample_han);
	struct font_face *face;
	struct glyph_box box;

	if (line->missing >= 0 || line->count != 1)
		return false;
	face = &layout->fonts->faces[line->glyphs[0].face];
	box = font_face_box(face, line->glyphs[0].glyph);
	layout->han_top = (double)box.top / face->units_per_em;
	layout->han_height =
		(double)(box.top - box.bottom) / face->units_per_em;
	line = label_layout_line(layout, "1");
	if (line->missing >= 0 || line->count != 1)
		return false;
	face = &layout->fonts->faces[line->glyphs[0].face];
	box = font_face_box(face, line->glyphs[0].glyph);
	layout->digit_height = (double)box.top / face->units_per_em;
	/* Anything else is no font for text. */
	return layout->han_height > 0.5 && layout->digit_height > 0.3;
}

struct label_layout *
label_layout_open(struct font_set *fonts, double width, double height)
{
	struct label_layout *layout = mem_alloc(1, sizeof(*layout));

	layout->fonts = fonts;
	layout->width = width;
	layout->height = height;
	text_shaper_init(&layout->shaper, fonts);
	if (!measure_fonts(layout)) {
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
	text_shaper_end(&layout->shaper);
	shaped_text_free(&layout->address);
	shaped_text_free(&layout->name);
	shaped_text_free(&layout->line);
	mem_free(layout);
}
