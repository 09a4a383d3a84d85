/*
 * What a label is drawn on: a page of a PDF, or a picture. Lengths are in
 * millimetres from the page's top left corner, y downwards; all is black.
 */
#ifndef RECARD_CANVAS_H
#define RECARD_CANVAS_H

#include <stddef.h>
#include <stdint.h>

struct shaped_text;

struct canvas {
	/* Glyphs [from, to) of a shaped text, the first one's origin at x on
	 * the baseline y, em high. */
	void (*text)(struct canvas *canvas, const char *text,
		     const struct shaped_text *shaped, size_t from, size_t to,
		     double em, double x, double y);
	/* Bars and spaces in turn, widths in modules, from x on, top y. */
	void (*bars)(struct canvas *canvas, const uint8_t *widths, size_t count,
		     double module, double x, double y, double height);
	void (*rectangle)(struct canvas *canvas, double x, double y,
			  double width, double height);
};

#endif
