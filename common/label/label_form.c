/*
 * Forms of labels; see label_form.h. The shipped ones: the A4 sheet of 21
 * that government offices use; the DL envelope with the address right of the
 * centre, the sender left of it and the postage mark above; a thermal label;
 * and a letter whose address shows in an envelope's window.
 */
#include <stddef.h>
#include <string.h>

#include "label_form.h"

/* Office printers leave 4.23 mm (1/6 inch) at the side of the paper blank. */
#define SIDE 4.25

static const struct label_form forms[] = {
	{.name = "a4-21",
	 .sheet = {.page_width = 210,
		   .page_height = 297,
		   .top = 15,
		   .cell_width = 70,
		   .cell_height = 38.2,
		   .columns = 3,
		   .rows = 7},
	 .padding_side = SIDE,
	 .padding_top = 3,
	 .padding_bottom = 3,
	 .postal_height = 3.2,
	 .bars_height = 6,
	 .resolution = 300,
	 .module_dots = 4,
	 .digits_height = 1.9},
	{.name = "dl",
	 .sheet = {.page_width = 220,
		   .page_height = 110,
		   .top = 50,
		   .left = 105,
		   .cell_width = 105,
		   .cell_height = 50,
		   .columns = 1,
		   .rows = 1},
	 .padding_side = SIDE,
	 .padding_top = 3,
	 .padding_bottom = 3,
	 .postal_height = 3.2,
	 .bars_height = 7.85,
	 .resolution = 300,
	 .module_dots = 4,
	 .digits_height = 1.9,
	 .sender = {.left = 10, .top = 10, .height = 3.5},
	 .postage = {.left = 172, .top = 10, .height = 3.5, .framed = true}},
	{.name = "thermal",
	 .sheet = {.page_width = 100,
		   .page_height = 70,
		   .cell_width = 100,
		   .cell_height = 70,
		   .columns = 1,
		   .rows = 1},
	 .padding_side = SIDE,
	 .padding_top = 3,
	 .padding_bottom = 3,
	 .postal_height = 4,
	 .bars_height = 10,
	 .resolution = 203,
	 .module_dots = 3,
	 .digits_height = 2.2,
	 .tracking = true},
	{.name = "window",
	 .sheet = {.page_width = 210,
		   .page_height = 297,
		   .top = 45,
		   .left = 105,
		   .cell_width = 90,
		   .cell_height = 40,
		   .columns = 1,
		   .rows = 1},
	 .padding_side = SIDE,
	 .padding_top = 3,
	 .padding_bottom = 3,
	 .postal_height = 3.2,
	 .bars_height = 6,
	 .resolution = 300,
	 .module_dots = 4,
	 .digits_height = 1.9,
	 .sender = {.left = 25, .top = 15, .height = 3.5},
	 .letter = {.left = 25, .top = 105, .height = 4}},
};

const struct label_form *
label_form_find(const char *name)
{
	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		if (strcmp(forms[i].name, name) == 0)
			return &forms[i];
	}
	return NULL;
}

double
label_form_dot(const struct label_form *form)
{
	return 25.4 / form->resolution;
}

double
label_form_module(const struct label_form *form)
{
	return form->module_dots * label_form_dot(form);
}

double
label_form_tracking(const struct label_form *form)
{
	if (!form->tracking)
		return 0;
	/* 「第 NNNNNN 號」 above the bars, the digits below. */
	return form->bars_height + 2 * form->digits_height +
	       2 * LABEL_DIGITS_GAP + LABEL_PART_GAP;
}

double
label_form_body(const struct label_form *form)
{
	return form->sheet.cell_height - form->padding_top -
	       form->postal_height - LABEL_POSTAL_GAP - LABEL_PART_GAP -
	       form->bars_height - LABEL_DIGITS_GAP - form->digits_height -
	       label_form_tracking(form) - form->padding_bottom;
}

static bool
block_ok(const struct label_form *form, const struct label_block *block)
{
	return block->height == 0 ||
	       (sheet_cells(&form->sheet) == 1 && block->left >= 0 &&
		block->top >= 0 && block->height >= 1.5 &&
		block->left < form->sheet.page_width &&
		block->top < form->sheet.page_height);
}

bool
label_form_ok(const struct label_form *form, const char **why)
{
	*why = NULL;
	if (!sheet_ok(&form->sheet))
		*why = "the cells must lie on the page and have at least "
		       "70 x 25 mm";
	else if (form->padding_side < 3 || form->padding_top < 1 ||
		 form->padding_bottom < 1)
		*why = "padding must be at least 3 mm at the sides, 1 mm "
		       "above and below";
	else if (form->postal_height < LABEL_POSTAL_MIN ||
		 form->postal_height > LABEL_POSTAL_MAX)
		*why = "postal_height must be 2.4 to 6 mm";
	else if (form->bars_height < 5)
		*why = "bars_height must be at least 5 mm";
	else if (form->resolution < 150 || form->resolution > 2400 ||
		 label_form_module(form) < 0.25 ||
		 label_form_module(form) > 0.6)
		*why = "module_dots of the resolution must be 0.25 to 0.6 mm";
	else if (form->digits_height < 1.8)
		*why = "digits_height must be at least 1.8 mm";
	else if (label_form_body(form) < LABEL_BODY_MIN)
		*why = "the cell is too low for two lines of 4 mm between "
		       "postal code and bars";
	else if (!block_ok(form, &form->sender) ||
		 !block_ok(form, &form->postage) ||
		 !block_ok(form, &form->letter))
		*why = "sender, postage and letter need a form with one label "
		       "a page, a place on it, and a height of at least "
		       "1.5 mm";
	return *why == NULL;
}
