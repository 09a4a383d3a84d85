/*
 * The geometry of label sheets; see sheet.h.
 */
#include <assert.h>

#include "sheet.h"

/* Sums of decimal lengths are off by a few units in the last place; a
 * thousandth of a millimetre is no cell that sticks out. */
#define SLACK 0.001

#define MIN_WIDTH 70.0
#define MIN_HEIGHT 25.0

/* True when count cells of size with gaps between them, after a margin, end
 * before limit. */
static bool
row_fits(double margin, double size, double gap, unsigned count, double limit)
{
	double end = margin + size * count + gap * (count - 1);

	/* Written so that a NaN is refused too. */
	return margin >= 0 && gap >= 0 && count > 0 && end <= limit + SLACK;
}

bool
sheet_ok(const struct sheet *sheet)
{
	return sheet->columns > 0 && sheet->columns <= 100 && sheet->rows > 0 &&
	       sheet->rows <= 100 && sheet->page_width <= 1000 &&
	       sheet->page_height <= 1000 &&
	       sheet->cell_width >= MIN_WIDTH - SLACK &&
	       sheet->cell_height >= MIN_HEIGHT - SLACK &&
	       row_fits(sheet->left, sheet->cell_width, sheet->column_gap,
			sheet->columns, sheet->page_width) &&
	       row_fits(sheet->top, sheet->cell_height, sheet->row_gap,
			sheet->rows, sheet->page_height);
}

unsigned
sheet_cells(const struct sheet *sheet)
{
	return sheet->columns * sheet->rows;
}

bool
sheet_start_ok(const struct sheet *sheet, unsigned start)
{
	return start >= 1 && start <= sheet_cells(sheet);
}

struct sheet_place
sheet_place(const struct sheet *sheet, unsigned start, size_t n)
{
	size_t cells = sheet_cells(sheet);
	/* start - 1 < cells, so this sum of two remainders cannot overflow. */
	size_t cell = n % cells + (start - 1);
	struct sheet_place place;

	assert(sheet_start_ok(sheet, start));
	place.page = n / cells + cell / cells;
	cell %= cells;
	place.x = sheet->left + (double)(cell % sheet->columns) *
					(sheet->cell_width + sheet->column_gap);
	place.y = sheet->top + (double)(cell / sheet->columns) *
				       (sheet->cell_height + sheet->row_gap);
	return place;
}

size_t
sheet_pages(const struct sheet *sheet, unsigned start, size_t count)
{
	if (count == 0)
		return 0;
	return sheet_place(sheet, start, count - 1).page + 1;
}
