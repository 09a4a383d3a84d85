/*
 * sheet: where cells lie, and how many pages labels take.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdbool.h>

#include "label_form.h"
#include "sheet.h"

static void
test_known_sheets(void **state)
{
	static const struct {
		const char *name;
		double width, height;
		unsigned cells;
	} cases[] = {
		{"a4-21", 210, 297, 21},
		{"dl", 220, 110, 1},
		{"thermal", 100, 70, 1},
		{"window", 210, 297, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct label_form *form = label_form_find(cases[i].name);
		const struct sheet *sheet;
		const char *why;

		assert_non_null(form);
		assert_string_equal(form->name, cases[i].name);
		assert_true(label_form_ok(form, &why));
		assert_null(why);
		sheet = &form->sheet;
		assert_true(fabs(sheet->page_width - cases[i].width) < 1e-9);
		assert_true(fabs(sheet->page_height - cases[i].height) < 1e-9);
		assert_int_equal(sheet_cells(sheet), cases[i].cells);
	}
	assert_null(label_form_find("a5"));
	assert_null(label_form_find(""));
}

/* What machines and eyes at the post need is asked of every form. */
static void
test_forms_refused(void **state)
{
	const struct label_form *good = label_form_find("a4-21");
	struct label_form forms[9];
	const char *why;

	(void)state;
	for (size_t i = 0; i < 9; i++)
		forms[i] = *good;
	forms[0].sheet.cell_width = 69.9;
	forms[1].padding_side = 2.9;
	forms[2].postal_height = 2.3;
	forms[3].postal_height = 6.1;
	forms[4].bars_height = 4.9;
	forms[5].module_dots = 2;
	forms[6].digits_height = 1.7;
	forms[7].bars_height = 18;
	/* On a sheet of labels there is no place for a sender. */
	forms[8].sender = (struct label_block){.left = 5, .height = 3};
	for (size_t i = 0; i < 9; i++) {
		assert_false(label_form_ok(&forms[i], &why));
		assert_non_null(why);
	}
}

static void
test_places(void **state)
{
	static const struct {
		unsigned start;
		size_t n, page;
		double x, y;
	} cases[] = {
		{1, 0, 0, 0, 15},
		{1, 1, 0, 70, 15},
		{1, 2, 0, 140, 15},
		{1, 3, 0, 0, 53.2},
		{1, 20, 0, 140, 244.2},
		{1, 21, 1, 0, 15},
		{1, 41, 1, 140, 244.2},
		{1, 42, 2, 0, 15},
		{5, 0, 0, 70, 53.2},
		{21, 0, 0, 140, 244.2},
		{21, 1, 1, 0, 15},
		{21, 22, 2, 0, 15},
		/* 2^64 - 1 = 21 * 878416384462359600 + 15 */
		{21, SIZE_MAX, SIZE_MAX / 21 + 1, 140, 15 + 4 * 38.2},
	};
	const struct sheet *sheet = &label_form_find("a4-21")->sheet;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sheet_place place =
			sheet_place(sheet, cases[i].start, cases[i].n);

		assert_int_equal(place.page, cases[i].page);
		assert_true(fabs(place.x - cases[i].x) < 1e-6);
		assert_true(fabs(place.y - cases[i].y) < 1e-6);
	}
}

static void
test_gaps_and_margins(void **state)
{
	const struct sheet sheet = {
		.page_width = 210,
		.page_height = 297,
		.top = 15.15,
		.left = 4.65,
		.cell_width = 99.1,
		.cell_height = 38.1,
		.column_gap = 2.5,
		.columns = 2,
		.rows = 7,
	};
	struct sheet_place place = sheet_place(&sheet, 1, 13);

	(void)state;
	assert_true(sheet_ok(&sheet));
	assert_true(fabs(place.x - (4.65 + 99.1 + 2.5)) < 1e-6);
	assert_true(fabs(place.y - (15.15 + 6 * 38.1)) < 1e-6);
}

static void
test_pages(void **state)
{
	static const struct {
		unsigned start;
		size_t count, pages;
	} cases[] = {
		{1, 0, 0},      {21, 0, 0},  {1, 1, 1},   {1, 21, 1},
		{1, 22, 2},     {2, 20, 1},  {2, 21, 2},  {21, 1, 1},
		{21, 2, 2},     {21, 22, 2}, {21, 23, 3}, {1, 2100, 100},
		{2, 2100, 101},
	};
	const struct sheet *sheet = &label_form_find("a4-21")->sheet;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(
			sheet_pages(sheet, cases[i].start, cases[i].count),
			cases[i].pages);
}

static void
test_start(void **state)
{
	const struct sheet *sheet = &label_form_find("a4-21")->sheet;

	(void)state;
	assert_false(sheet_start_ok(sheet, 0));
	assert_true(sheet_start_ok(sheet, 1));
	assert_true(sheet_start_ok(sheet, 21));
	assert_false(sheet_start_ok(sheet, 22));
}

static void
test_impossible_sheets(void **state)
{
	const struct sheet *good = &label_form_find("a4-21")->sheet;
	struct sheet sheet;

	(void)state;
#define REFUSED(field, value)                   \
	do {                                    \
		sheet = *good;                  \
		sheet.field = (value);          \
		assert_false(sheet_ok(&sheet)); \
	} while (0)
	REFUSED(rows, 8);
	REFUSED(columns, 4);
	REFUSED(rows, 0);
	REFUSED(columns, 0);
	REFUSED(rows, 4000000000U);
	REFUSED(left, 0.1);
	REFUSED(left, -1);
	REFUSED(top, 30);
	REFUSED(top, NAN);
	REFUSED(row_gap, 3);
	REFUSED(column_gap, 1);
	REFUSED(cell_width, 69);  /* the post wants 70 */
	REFUSED(cell_height, 24); /* and 25 */
	REFUSED(cell_width, NAN);
	REFUSED(page_width, INFINITY);
#undef REFUSED
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_sheets),
		cmocka_unit_test(test_forms_refused),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_gaps_and_margins),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_start),
		cmocka_unit_test(test_impossible_sheets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
