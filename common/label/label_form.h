/*
 * What a label looks like, in millimetres: the paper, the parts of a label,
 * and the blocks around it on an envelope or a letter. Pure.
 */
#ifndef RECARD_LABEL_FORM_H
#define RECARD_LABEL_FORM_H

#include <stdbool.h>

#include "sheet.h"

/* Where lines of text stand on the page, on forms with one label a page. */
struct label_block {
	double left, top; /* from the page's corner */
	double height;    /* of a Chinese character; 0: no such block */
	bool framed;
};

struct label_form {
	const char *name;
	struct sheet sheet;
	double padding_side, padding_top, padding_bottom;
	double postal_height; /* of the postal code's digits */
	double bars_height;
	unsigned resolution;  /* of the printer, dots per inch */
	unsigned module_dots; /* width of the narrowest bar */
	double digits_height; /* of the digits below the bars */
	bool tracking;        /* room for the mail number's bars */
	struct label_block sender, postage, letter;
};

/* What the post asks of an address label: digits of the postal code this high,
 * and at least this much room (sheet_ok()). */
#define LABEL_POSTAL_MIN 2.4
#define LABEL_POSTAL_MAX 6.0
/* Two lines of characters of 4 mm. */
#define LABEL_BODY_MIN 9.5

/* What the blocks say; each list ends with NULL, or is NULL. */
struct label_texts {
	const char *const *sender, *const *postage, *const *letter;
};

/* A shipped form by its name; NULL when there is none. */
const struct label_form *label_form_find(const char *name);
/* Between bars and the digits below them; between parts of a label. */
#define LABEL_DIGITS_GAP 0.5
#define LABEL_PART_GAP 0.8
/* Below the postal code. */
#define LABEL_POSTAL_GAP 1.1

/* Whether everything fits and is large enough; otherwise *why names the
 * field and says what it must be (a constant). */
bool label_form_ok(const struct label_form *form, const char **why);
/* The printer's dot, and the narrowest bar. */
double label_form_dot(const struct label_form *form);
double label_form_module(const struct label_form *form);
/* The height that is left for address and name in a cell. */
double label_form_body(const struct label_form *form);
/* The height of the tracking number's part, with its text and digits. */
double label_form_tracking(const struct label_form *form);

#endif
