/*
 * What bench_labels compares with: the same labels as the manuals of pango
 * and cairo would have them drawn, nothing tuned and nothing checked.
 *
 *	label_pango_cairo LABELS.tsv OUT.pdf
 *
 * A line has order number, postal code, address and name between tabs.
 */
#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "code128.h"

#define MM (72 / 25.4)
#define COLUMNS 3
#define ROWS 7
#define CELL_WIDTH (70 * MM)
#define CELL_HEIGHT (38.2 * MM)
#define TOP (15 * MM)
#define SIDE (4.25 * MM)
#define MODULE (4 * 72 / 300.0)

static void
draw_text(cairo_t *cr, PangoLayout *layout, double size, double x, double y,
	  const char *text, double height)
{
	PangoFontDescription *font =
		pango_font_description_from_string("Noto Sans CJK TC");
	int wide, high;

	/* Smaller until it fits. */
	do {
		pango_font_description_set_absolute_size(font,
							 size * PANGO_SCALE);
		pango_layout_set_font_description(layout, font);
		pango_layout_set_text(layout, text, -1);
		pango_layout_get_pixel_size(layout, &wide, &high);
		size *= 0.95;
	} while (high > height && size > 6);
	pango_font_description_free(font);
	cairo_move_to(cr, x, y);
	pango_cairo_show_layout(cr, layout);
}

static void
draw_label(cairo_t *cr, PangoLayout *layout, char *const *fields, double x,
	   double y)
{
	uint8_t widths[CODE128_ELEMENTS];
	size_t count = code128_digits(fields[0], widths);
	double at = x + SIDE;
	char body[1200];

	draw_text(cr, layout, 4.2 * MM, x + SIDE, y + 2 * MM, fields[1],
		  6 * MM);
	(void)snprintf(body, sizeof body, "%s\n%s 君 啟", fields[2], fields[3]);
	draw_text(cr, layout, 4.6 * MM, x + SIDE, y + 7.5 * MM, body,
		  18.5 * MM);
	for (size_t i = 0; i < count; i++) {
		if (i % 2 == 0)
			cairo_rectangle(cr, at, y + 26 * MM, widths[i] * MODULE,
					6 * MM);
		at += widths[i] * MODULE;
	}
	cairo_fill(cr);
	draw_text(cr, layout, 2.4 * MM, x + SIDE, y + 32.3 * MM, fields[0],
		  4 * MM);
}

int
main(int argc, char **argv)
{
	FILE *in = argc == 3 ? fopen(argv[1], "r") : NULL;
	cairo_surface_t *pdf;
	PangoLayout *layout;
	size_t number = 0;
	char line[4096];
	cairo_t *cr;
	int failed;

	if (!in) {
		fprintf(stderr, "usage: label_pango_cairo LABELS.tsv OUT\n");
		return 2;
	}
	pdf = cairo_pdf_surface_create(argv[2], 210 * MM, 297 * MM);
	cr = cairo_create(pdf);
	layout = pango_cairo_create_layout(cr);
	pango_layout_set_width(layout,
			       (int)((CELL_WIDTH - 2 * SIDE) * PANGO_SCALE));
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	for (; fgets(line, sizeof line, in); number++) {
		size_t cell = number % (COLUMNS * ROWS);
		char *fields[4] = {NULL}, *rest = line;

		line[strcspn(line, "\n")] = '\0';
		for (size_t i = 0; i < 4; i++)
			fields[i] = strsep(&rest, "\t");
		if (!fields[3])
			return 2;
		if (number > 0 && cell == 0)
			cairo_show_page(cr);
		draw_label(cr, layout, fields,
			   (double)(cell % COLUMNS) * CELL_WIDTH,
			   TOP + (double)(cell / COLUMNS) * CELL_HEIGHT);
	}
	g_object_unref(layout);
	cairo_destroy(cr);
	cairo_surface_finish(pdf);
	failed = cairo_surface_status(pdf) != CAIRO_STATUS_SUCCESS;
	cairo_surface_destroy(pdf);
	fclose(in);
	return failed;
}
