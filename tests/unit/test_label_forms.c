/*
 * label_forms: layouts of labels from the configuration.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <string.h>

#include "label_forms.h"
#include "mem.h"

static struct label_form_settings
good(char *name)
{
	return (struct label_form_settings){.name = name,
					    .page_width = 210000,
					    .page_height = 297000,
					    .columns = 2,
					    .rows = 7,
					    .left = 4650,
					    .top = 15150,
					    .cell_width = 99100,
					    .cell_height = 38100,
					    .column_gap = 2500,
					    .side = 4250,
					    .above = 3000,
					    .below = 3000,
					    .postal_height = 3200,
					    .bars_height = 6000,
					    .resolution = 600,
					    .module_dots = 8,
					    .digits_height = 1900};
}

static void
test_own_and_shipped(void **state)
{
	static char fourteen[] = "a4-14", replaced[] = "dl";
	struct label_form_settings settings[2] = {good(fourteen),
						  good(replaced)};
	struct conf_records records = {settings, 2};
	struct label_forms forms;
	const struct label_form *form;
	char *error;

	(void)state;
	assert_true(label_forms_new(&records, &forms, &error));
	assert_null(error);
	form = label_forms_find(&forms, "a4-14");
	assert_non_null(form);
	assert_int_equal(sheet_cells(&form->sheet), 14);
	assert_int_equal((int)(form->sheet.cell_width * 1000 + 0.5), 99100);
	assert_int_equal((int)(label_form_module(form) * 1000 + 0.5), 339);
	assert_int_equal(sheet_cells(&label_forms_find(&forms, "dl")->sheet),
			 14);
	assert_int_equal(sheet_cells(&label_forms_find(&forms, "a4-21")->sheet),
			 21);
	assert_null(label_forms_find(&forms, "a4-22"));
	label_forms_free(&forms);
}

static void
expect_error(struct label_form_settings *settings, size_t count,
	     const char *expected)
{
	struct conf_records records = {settings, count};
	struct label_forms forms;
	char *error;

	assert_false(label_forms_new(&records, &forms, &error));
	assert_string_equal(error, expected);
	mem_free(error);
}

static void
test_refused(void **state)
{
	static char name[] = "mine", wrong[] = "Mine";
	struct label_form_settings settings[2] = {good(name), good(name)};

	(void)state;
	expect_error(settings, 2, "mine: is there twice");
	settings[0].name = NULL;
	expect_error(settings, 1,
		     "block 1: name must be 1 to 20 of a-z, 0-9 and \"-\"");
	settings[0].name = wrong;
	expect_error(settings, 1,
		     "block 1: name must be 1 to 20 of a-z, 0-9 and \"-\"");
	settings[0] = good(name);
	settings[0].columns = 3;
	expect_error(settings, 1,
		     "mine: the cells must lie on the page and have at least "
		     "70 x 25 mm");
	settings[0] = good(name);
	settings[0].bars_height = 19000;
	expect_error(settings, 1,
		     "mine: the cell is too low for two lines of 4 mm between "
		     "postal code and bars");
	settings[0] = good(name);
	settings[0].sender_height = 3000;
	expect_error(settings, 1,
		     "mine: sender, postage and letter need a form with one "
		     "label a page, a place on it, and a height of at least "
		     "1.5 mm");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_own_and_shipped),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
