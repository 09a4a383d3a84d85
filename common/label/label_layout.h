/*
 * What stands where in a label's body: chooses size and lines of address and
 * name. Says nothing about the medium; label_draw.c draws the result. Lengths
 * are in millimetres. Pure but for fonts.
 */
#ifndef RECARD_LABEL_LAYOUT_H
#define RECARD_LABEL_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "label_check.h"
#include "text_shape.h"

struct font_set;

#define LABEL_ROWS 4

/* One line: glyphs [from, to) of a text. */
struct label_row {
	const char *text;
	const struct shaped_text *shaped;
	size_t from, to;
	double em;
};

/* The lines of address and name. */
struct label_plan {
	struct label_row rows[LABEL_ROWS];
	size_t count;
	size_t address_count;
	double height;                     /* all rows without leading */
	char name[LABEL_FIELD_BYTES + 32]; /* with 「君 啟」 */
};

struct label_layout;

/* For a body of width x height, in fonts, which are borrowed. NULL when they
 * have no Chinese characters. */
struct label_layout *label_layout_open(struct font_set *fonts, double width,
				       double height);
void label_layout_close(struct label_layout *layout);
/* Plans a label. The plan points into itself, the label and the layout: it
 * is good until the next one. False with the reason in *fit when the label
 * cannot be printed whole. */
bool label_layout_plan(struct label_layout *layout,
		       const struct label_text *label, struct label_plan *plan,
		       struct label_fit *fit);
/* One line of text, good until the next call. */
const struct shaped_text *label_layout_line(struct label_layout *layout,
					    const char *text);
/* The same for digits, set apart a little; *em makes them this high. */
const struct shaped_text *label_layout_digits(struct label_layout *layout,
					      const char *digits, double height,
					      double *em);
/* The size that makes Chinese characters this high, in ink. */
double label_layout_em(const struct label_layout *layout, double ink);
/* From the baseline up to the middle of a Chinese character, in em. */
double label_layout_middle(const struct label_layout *layout);

#endif
