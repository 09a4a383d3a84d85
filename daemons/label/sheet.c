/*
 * The geometry of label sheets; see sheet.h. Measures of the shipped sheets:
 * the A4 sheet of 21 government offices use, the DL envelope with the address
 * right of the centre (the stamp is above it, the sender left of it), and a
 * thermal label of 100 x 70.
 */
#include <assert.h>
#include <string.h>

#include "sheet.h"

static const struct sheet sheets[] = {
	{
		.name = "a4-21",
		.page_width = 210,
		.page_height = 297,
		.top = 15,
		.cell_width = 70,
		.cell_height = 38.2,
		.columns = 3,
		.rows = 7,
	},
	{
		.name = "dl",
		.page_width = 220,
		.page_height = 110,
		.top = 50,
		.left = 105,
		.cell_width = 105,
		.cell_height = 50,
		.columns = 1,
		.rows = 1,
	},
	{
		.name = "thermal",
		.page_width = 100,
		.page_height = 70,
		.cell_width = 100,
		.cell_height = 70,
		.columns = 1,
		.rows = 1,
	},
};

/* Sums of decimal lengths are off by a few units in the last place; a
 * thousandth of a millimetre is no cell that sticks out. */
#define SLACK 0.001

#define MIN_WIDTH 70.0
#define MIN_HEIGHT 25.0

const struct sheet *
sheet_find(const char *name)
{
	for (size_t i = 0; i < sizeof(sheets) / sizeof(sheets[0]); i++) {
		if (strcmp(sheets[i].name, name) == 0)
			return &sheets[i];
	}
	return NULL;
}

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
