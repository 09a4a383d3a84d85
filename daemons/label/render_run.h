/*
 * A label run as the bytes of its file, written as its labels come: each goes
 * into the next cell of the form's sheet. A PDF, or ZPL with one picture a
 * label. The same labels give the same bytes. Pure but for fonts.
 */
#ifndef RECARD_RENDER_RUN_H
#define RECARD_RENDER_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "label_check.h"
#include "pdf_writer.h"

struct font_set;
struct label_form;
struct label_texts;
struct render_run;

enum render_format { RENDER_PDF, RENDER_ZPL };

struct render_options {
	/* Borrowed: the form, which must be label_form_ok() and for ZPL has
	 * one cell a page, and what its blocks say (or NULL). */
	const struct label_form *form;
	const struct label_texts *texts;
	enum render_format format;
	unsigned start;     /* the cell of the first label, from 1 */
	int64_t created_at; /* for the metadata, seconds since 1970 */
	const char *title;  /* borrowed */
};

/* fonts are borrowed. NULL when they have no Chinese characters, start is no
 * cell, or ZPL is asked of a form with several cells. */
struct render_run *render_run_open(const struct render_options *options,
				   struct font_set *fonts, pdf_sink sink,
				   void *target);
/* Draws a label. False with the reason in *fit when it does not fit: then it
 * takes no cell. */
bool render_run_add(struct render_run *run, const struct label_text *label,
		    struct label_fit *fit);
/* Labels and sheets so far. */
size_t render_run_labels(const struct render_run *run);
size_t render_run_sheets(const struct render_run *run);
/* Ends the file; false when the sink refused, or a font could not be
 * embedded. */
bool render_run_end(struct render_run *run);
void render_run_close(struct render_run *run);

#endif
