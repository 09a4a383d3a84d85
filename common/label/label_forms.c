/*
 * Forms of labels from the configuration; see label_forms.h.
 */
#include <string.h>

#include "label_forms.h"
#include "mem.h"

#define NAME_MAX_BYTES 20

#define AT(field) offsetof(struct label_form_settings, field)

const struct conf_setting label_form_settings[] = {
	{"name", CONF_STRING, AT(name), NULL, 0, 0, false,
	 "What label.layout calls it; a shipped one's name replaces that."},
	{"page_width", CONF_LENGTH, AT(page_width), "210mm", 70000, 1000000,
	 false, "Width of the paper."},
	{"page_height", CONF_LENGTH, AT(page_height), "297mm", 25000, 1000000,
	 false, "Height of the paper."},
	{"columns", CONF_INT, AT(columns), "1", 1, 100, false,
	 "Labels beside each other."},
	{"rows", CONF_INT, AT(rows), "1", 1, 100, false,
	 "Labels above each other."},
	{"left", CONF_LENGTH, AT(left), "0mm", 0, 1000000, false,
	 "From the paper's left edge to the first label."},
	{"top", CONF_LENGTH, AT(top), "0mm", 0, 1000000, false,
	 "From the paper's upper edge to the first label."},
	{"cell_width", CONF_LENGTH, AT(cell_width), "70mm", 70000, 1000000,
	 false, "Width of a label."},
	{"cell_height", CONF_LENGTH, AT(cell_height), "38.2mm", 25000, 1000000,
	 false, "Height of a label."},
	{"column_gap", CONF_LENGTH, AT(column_gap), "0mm", 0, 100000, false,
	 "Between labels beside each other."},
	{"row_gap", CONF_LENGTH, AT(row_gap), "0mm", 0, 100000, false,
	 "Between labels above each other."},
	{"side", CONF_LENGTH, AT(side), "4.25mm", 3000, 50000, false,
	 "What is left blank at the sides of a label."},
	{"above", CONF_LENGTH, AT(above), "3mm", 1000, 50000, false,
	 "What is left blank above the postal code."},
	{"below", CONF_LENGTH, AT(below), "3mm", 1000, 50000, false,
	 "What is left blank below the last digits."},
	{"postal_height", CONF_LENGTH, AT(postal_height), "3.2mm", 2400, 6000,
	 false, "Height of the postal code's digits."},
	{"bars_height", CONF_LENGTH, AT(bars_height), "6mm", 5000, 50000, false,
	 "Height of the bars."},
	{"resolution", CONF_INT, AT(resolution), "300", 150, 2400, false,
	 "Dots of the printer, per inch: bars end where dots do."},
	{"module_dots", CONF_INT, AT(module_dots), "4", 1, 100, false,
	 "Dots of the narrowest bar; they must make 0.25 to 0.6 mm."},
	{"digits_height", CONF_LENGTH, AT(digits_height), "1.9mm", 1800, 10000,
	 false, "Height of the digits below bars."},
	{"tracking", CONF_BOOL, AT(tracking), "false", 0, 0, false,
	 "Whether there is room for the bars of the mail number."},
	{"sender_left", CONF_LENGTH, AT(sender_left), "0mm", 0, 1000000, false,
	 "Where label.sender stands, from the paper's left edge."},
	{"sender_top", CONF_LENGTH, AT(sender_top), "0mm", 0, 1000000, false,
	 "The same from its upper edge."},
	{"sender_height", CONF_LENGTH, AT(sender_height), "0mm", 0, 20000,
	 false, "Height of its characters; 0mm: it is not printed."},
	{"postage_left", CONF_LENGTH, AT(postage_left), "0mm", 0, 1000000,
	 false, "Where label.postage_paid stands."},
	{"postage_top", CONF_LENGTH, AT(postage_top), "0mm", 0, 1000000, false,
	 "The same from the paper's upper edge."},
	{"postage_height", CONF_LENGTH, AT(postage_height), "0mm", 0, 20000,
	 false, "Height of its characters; 0mm: it is not printed."},
	{"letter_left", CONF_LENGTH, AT(letter_left), "0mm", 0, 1000000, false,
	 "Where label.letter stands."},
	{"letter_top", CONF_LENGTH, AT(letter_top), "0mm", 0, 1000000, false,
	 "The same from the paper's upper edge."},
	{"letter_height", CONF_LENGTH, AT(letter_height), "0mm", 0, 20000,
	 false, "Height of its characters; 0mm: it is not printed."},
	{0}};

static double
millimetres(int64_t micrometres)
{
	return (double)micrometres / 1000;
}

static struct label_form
form_of(const struct label_form_settings *s)
{
	return (struct label_form){
		.name = s->name,
		.sheet = {.page_width = millimetres(s->page_width),
			  .page_height = millimetres(s->page_height),
			  .top = millimetres(s->top),
			  .left = millimetres(s->left),
			  .cell_width = millimetres(s->cell_width),
			  .cell_height = millimetres(s->cell_height),
			  .column_gap = millimetres(s->column_gap),
			  .row_gap = millimetres(s->row_gap),
			  .columns = (unsigned)s->columns,
			  .rows = (unsigned)s->rows},
		.padding_side = millimetres(s->side),
		.padding_top = millimetres(s->above),
		.padding_bottom = millimetres(s->below),
		.postal_height = millimetres(s->postal_height),
		.bars_height = millimetres(s->bars_height),
		.resolution = (unsigned)s->resolution,
		.module_dots = (unsigned)s->module_dots,
		.digits_height = millimetres(s->digits_height),
		.tracking = s->tracking,
		.sender = {.left = millimetres(s->sender_left),
			   .top = millimetres(s->sender_top),
			   .height = millimetres(s->sender_height)},
		.postage = {.left = millimetres(s->postage_left),
			    .top = millimetres(s->postage_top),
			    .height = millimetres(s->postage_height),
			    .framed = true},
		.letter = {.left = millimetres(s->letter_left),
			   .top = millimetres(s->letter_top),
			   .height = millimetres(s->letter_height)}};
}

static bool
name_ok(const char *name)
{
	size_t len = strlen(name);

	return len > 0 && len <= NAME_MAX_BYTES &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == len;
}

bool
label_forms_new(const struct conf_records *records, struct label_forms *forms,
		char **error)
{
	const struct label_form_settings *settings = records->items;

	*forms = (struct label_forms){
		.forms = mem_alloc(records->count + 1, sizeof *forms->forms)};
	*error = NULL;
	for (size_t i = 0; *error == NULL && i < records->count; i++) {
		const char *name = settings[i].name, *why;
		struct label_form form = form_of(&settings[i]);

		if (name == NULL || !name_ok(name)) {
			*error = mem_printf("block %zu: name must be 1 to %d "
					    "of a-z, 0-9 and \"-\"",
					    i + 1, NAME_MAX_BYTES);
			break;
		}
		for (size_t j = 0; j < i; j++) {
			if (strcmp(settings[j].name, name) == 0)
				*error = mem_printf("%s: is there twice", name);
		}
		if (*error == NULL && !label_form_ok(&form, &why))
			*error = mem_printf("%s: %s", name, why);
		forms->forms[forms->count++] = form;
	}
	if (*error == NULL)
		return true;
	label_forms_free(forms);
	return false;
}

void
label_forms_free(struct label_forms *forms)
{
	mem_free(forms->forms);
	*forms = (struct label_forms){0};
}

const struct label_form *
label_forms_find(const struct label_forms *forms, const char *name)
{
	for (size_t i = 0; i < forms->count; i++) {
		if (strcmp(forms->forms[i].name, name) == 0)
			return &forms->forms[i];
	}
	return label_form_find(name);
}
