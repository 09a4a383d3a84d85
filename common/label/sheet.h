/*
 * Where labels lie on paper: a grid of equal cells on a page. Lengths are in
 * millimetres, counted from the page's top left corner. Pure.
 */
#ifndef RECARD_SHEET_H
#define RECARD_SHEET_H

#include <stdbool.h>
#include <stddef.h>

struct sheet {
	double page_width, page_height;
	double top, left; /* margins before the first cell */
	double cell_width, cell_height;
	double column_gap, row_gap; /* between neighbouring cells */
	unsigned columns, rows;
};

/* Where one cell is: page from 0, millimetres to its top left corner. */
struct sheet_place {
	size_t page;
	double x, y;
};

/* True when every cell lies on the page and has at least the 70 x 25 mm that
 * the post asks of an address label. */
bool sheet_ok(const struct sheet *sheet);
/* Cells on one page. */
unsigned sheet_cells(const struct sheet *sheet);
/* True for a cell printing may start at: 1 (top left) to sheet_cells(). */
bool sheet_start_ok(const struct sheet *sheet, unsigned start);
/* The n-th label's place (n from 0) when the first goes into cell `start`
 * of the first page. Cells are filled row by row, left to right. */
struct sheet_place sheet_place(const struct sheet *sheet, unsigned start,
			       size_t n);
/* Pages that count labels take from cell `start` on; 0 for none. */
size_t sheet_pages(const struct sheet *sheet, unsigned start, size_t count);

#endif
