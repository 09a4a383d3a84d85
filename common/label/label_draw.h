/*
 * Drawing a label on a canvas, by its form: from the top of a cell the postal
 * code alone on line 1, address and name, the order number as Code 128 with
 * its digits, and the mail number's bars where the form has room for them.
 * Nothing is ever cut off or too small: what does not fit is refused.
 */
#ifndef RECARD_LABEL_DRAW_H
#define RECARD_LABEL_DRAW_H

#include <stdbool.h>

#include "label_layout.h"

struct canvas;
struct font_set;
struct label_form;
struct label_texts;
struct label_drawer;

/* form, which must be label_form_ok(), what texts (or NULL) names, and fonts
 * are borrowed. NULL when the
 * fonts have no Chinese characters. */
struct label_drawer *label_drawer_open(const struct label_form *form,
				       const struct label_texts *texts,
				       struct font_set *fonts);
void label_drawer_close(struct label_drawer *drawer);
/* What speaks against the texts of the form's blocks, as words (a constant);
 * NULL when each line can be printed and lies on the page. */
const char *label_drawer_objection(struct label_drawer *drawer);
/* Plans a label: whether it can be printed whole; *fit says why not. */
bool label_drawer_plan(struct label_drawer *drawer,
		       const struct label_text *label, struct label_fit *fit);
/* Draws the label planned last, its cell's corner at (x, y). */
void label_drawer_draw(struct label_drawer *drawer, struct canvas *canvas,
		       double x, double y);

#endif
