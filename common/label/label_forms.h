/*
 * The forms that recard-label knows: the shipped ones, and those that its
 * configuration adds or puts in their place.
 */
#ifndef RECARD_LABEL_FORMS_H
#define RECARD_LABEL_FORMS_H

#include "conf.h"
#include "label_form.h"

/* One block of label.layouts; lengths in micrometres. */
struct label_form_settings {
	char *name;
	int64_t page_width, page_height, columns, rows;
	int64_t left, top, cell_width, cell_height, column_gap, row_gap;
	int64_t side, above, below;
	int64_t postal_height, bars_height, resolution, module_dots;
	int64_t digits_height;
	bool tracking;
	int64_t sender_left, sender_top, sender_height;
	int64_t postage_left, postage_top, postage_height;
	int64_t letter_left, letter_top, letter_height;
};
extern const struct conf_setting label_form_settings[];

struct label_forms {
	struct label_form *forms;
	size_t count;
};

/* Takes the blocks, which are borrowed. False with *error (mem_free), which
 * names the block and what is wrong. Ends with label_forms_free(). */
bool label_forms_new(const struct conf_records *records,
		     struct label_forms *forms, char **error);
void label_forms_free(struct label_forms *forms);
/* Configured or shipped; NULL when there is none of this name. */
const struct label_form *label_forms_find(const struct label_forms *forms,
					  const char *name);

#endif
