/*
 * Labels on paper; see render_pdf.h. From the top of a cell: the postal code
 * alone on line 1, the body (address and name, see label_layout.h), the bars,
 * the order number's digits. Borders of cells are not drawn.
 */
#include <assert.h>
#include <cairo-pdf.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <zint.h>

#include "buffer.h"
#include "clock.h"
#include "mem.h"
#include "render_pdf.h"
#include "sheet.h"

/* Millimetres, unless they say otherwise. Office printers leave 4.23 mm
 * (1/6 inch) at the side of the paper blank, so text keeps off it. */
#define MARGIN_SIDE 4.25
#define MARGIN_TOP 3.0
#define MARGIN_BOTTOM 3.0
#define POSTAL_HEIGHT 3.2 /* of the digits; the post allows 2.4 to 6 */
#define POSTAL_GAP 1.1    /* below the postal code */
#define BODY_GAP 0.8      /* above the bars */
#define BARS_MIN 6.0
#define BARS_MAX 10.0
#define BARS_SHARE 0.157 /* of the cell's height */
#define DIGITS_GAP 0.5   /* between bars and digits */
#define DIGITS_HEIGHT 1.9
/* Four dots of a 300 dpi printer, so that bars end where dots do. */
#define DOT (25.4 / 300)
#define MODULE (4 * DOT)
#define QUIET_MODULES 10

#define BODY_TOP (MARGIN_TOP + POSTAL_HEIGHT + POSTAL_GAP)

#define LEADING_MAX 1.36 /* line height, in em */
#define NAME_SPACE 0.35  /* above the name, in em, where there is room */

static const char default_family[] = "Noto Sans CJK TC";

struct render_pdf {
	const struct sheet *sheet;
	PangoFontMap *fonts;
	PangoContext *context;
	struct label_layout *layout;
};

static double
points(double mm)
{
	return mm * 72 / 25.4;
}

static double
bars_height(const struct sheet *sheet)
{
	return fmin(fmax(sheet->cell_height * BARS_SHARE, BARS_MIN), BARS_MAX);
}

/* The room for address and name. */
static double
body_height(const struct sheet *sheet)
{
	return sheet->cell_height - MARGIN_BOTTOM - DIGITS_HEIGHT - DIGITS_GAP -
	       bars_height(sheet) - BODY_GAP - BODY_TOP;
}

/* Draws a line with its baseline at (x, y). */
static void
draw_line(cairo_t *cairo, PangoLayoutLine *line, double x, double y)
{
	cairo_move_to(cairo, points(x), points(y));
	pango_cairo_show_layout_line(cairo, line);
}

static void
draw_body(struct render_pdf *renderer, cairo_t *cairo,
	  const struct label_plan *plan, double x, double y)
{
	double height = body_height(renderer->sheet);
	double leading = fmin(height / plan->height, LEADING_MAX);
	double left = height - leading * plan->height;
	double name_space = fmin(left, NAME_SPACE * plan->rows[0].em);
	double middle = label_layout_middle(renderer->layout);

	y += BODY_TOP + (left - name_space) / 2;
	for (size_t i = 0; i < plan->count; i++) {
		const struct label_row *row = &plan->rows[i];
		double slot = leading * row->em;

		if (i == plan->address_count)
			y += name_space;
		draw_line(cairo,
			  label_layout_line(renderer->layout, row->text,
					    row->len, row->em),
			  x + MARGIN_SIDE, y + slot / 2 + middle * row->em);
		y += slot;
	}
}

/* Draws the bars of digits from x, which should be on a dot, to x + *width. */
static int
draw_bars(cairo_t *cairo, const char *digits, double x, double y, double height,
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
	cairo_fill(cairo);
	result = 0;
out:
	ZBarcode_Delete(symbol);
	return result;
}

static int
draw_barcode(struct render_pdf *renderer, cairo_t *cairo, const char *digits,
	     double cell_x, double cell_y)
{
	const struct sheet *sheet = renderer->sheet;
	double bottom = cell_y + sheet->cell_height - MARGIN_BOTTOM;
	double height = bars_height(sheet), width;
	double x = ceil((cell_x + MARGIN_SIDE) / DOT) * DOT;
	double top = bottom - DIGITS_HEIGHT - DIGITS_GAP - height;
	const double quiet = QUIET_MODULES * MODULE;
	PangoLayoutLine *line;
	PangoRectangle logical;

	if (draw_bars(cairo, digits, x, top, height, &width) != 0)
		return -1;
	if (x - quiet < cell_x ||
	    x + width + quiet > cell_x + sheet->cell_width)
		return -1;
	line = label_layout_digits(renderer->layout, digits, DIGITS_HEIGHT);
	pango_layout_line_get_extents(line, NULL, &logical);
	cairo_move_to(cairo,
		      points(x + width / 2) -
			      pango_units_to_double(logical.width) / 2,
		      points(bottom));
	pango_cairo_show_layout_line(cairo, line);
	return 0;
}

/* Draws one label with its cell's corner at (x, y). */
static int
draw_label(struct render_pdf *renderer, cairo_t *cairo,
	   const struct label_text *label, double x, double y)
{
	struct label_plan plan;
	struct label_fit fit;

	if (!label_layout_plan(renderer->layout, label, &plan, &fit))
		return -1;
	draw_line(cairo,
		  label_layout_digits(renderer->layout, label->postal_code,
				      POSTAL_HEIGHT),
		  x + MARGIN_SIDE, y + MARGIN_TOP + POSTAL_HEIGHT);
	draw_body(renderer, cairo, &plan, x, y);
	return draw_barcode(renderer, cairo, label->order_no, x, y);
}

/* Draws all labels; false when one does not fit, *bad is its place. */
static bool
draw_pages(struct render_pdf *renderer, cairo_t *cairo,
	   const struct label_text *labels, size_t count, unsigned start,
	   size_t *bad)
{
	size_t page = 0;

	for (size_t i = 0; i < count; i++) {
		struct sheet_place place =
			sheet_place(renderer->sheet, start, i);

		if (place.page != page)
			cairo_show_page(cairo);
		page = place.page;
		if (draw_label(renderer, cairo, &labels[i], place.x, place.y) !=
		    0) {
			*bad = i;
			return false;
		}
	}
	cairo_show_page(cairo);
	return true;
}

static cairo_status_t
append(void *closure, const unsigned char *bytes, unsigned len)
{
	buffer_append(closure, bytes, len);
	return CAIRO_STATUS_SUCCESS;
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

bool
label_fit(struct render_pdf *renderer, const struct label_text *label,
	  struct label_fit *fit)
{
	struct label_plan plan;

	return label_layout_plan(renderer->layout, label, &plan, fit);
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
	/* Chooses Taiwan's form of a character where fonts have several. */
	pango_context_set_language(renderer->context,
				   pango_language_from_string("zh-tw"));
	pango_context_set_base_dir(renderer->context, PANGO_DIRECTION_LTR);
	renderer->layout = label_layout_open(
		renderer->context,
		font_family != NULL ? font_family : default_family,
		sheet->cell_width - 2 * MARGIN_SIDE, body_height(sheet));
	if (renderer->layout == NULL) {
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
	label_layout_close(renderer->layout);
	g_object_unref(renderer->context);
	g_object_unref(renderer->fonts);
	mem_free(renderer);
}
