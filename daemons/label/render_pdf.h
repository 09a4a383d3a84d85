/*
 * A label run as a PDF, written as its labels come: each goes into the next
 * cell of the form's sheet. The same labels give the same bytes. Pure but
 * for fonts.
 */
#ifndef RECARD_RENDER_PDF_H
#define RECARD_RENDER_PDF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "label_check.h"
#include "pdf_writer.h"

struct font_set;
struct label_form;
struct label_texts;
struct render_pdf;

/* form, which must be label_form_ok(), texts (or NULL) and fonts are borrowed.
 * The first label goes into cell `start` (from 1) of the first sheet;
 * created_at (seconds since 1970) and title go into the metadata. NULL when the
 * fonts have no Chinese characters, or start is no cell. */
struct render_pdf *render_pdf_open(const struct label_form *form,
				   const struct label_texts *texts,
				   struct font_set *fonts, unsigned start,
				   int64_t created_at, const char *title,
				   pdf_sink sink, void *target);
/* Draws a label. False with the reason in *fit when it does not fit: then it
 * takes no cell. */
bool render_pdf_add(struct render_pdf *renderer, const struct label_text *label,
		    struct label_fit *fit);
/* Labels and sheets so far. */
size_t render_pdf_labels(const struct render_pdf *renderer);
size_t render_pdf_sheets(const struct render_pdf *renderer);
/* Ends the document; false when the sink refused, or a font could not be
 * embedded. */
bool render_pdf_end(struct render_pdf *renderer);
void render_pdf_close(struct render_pdf *renderer);

#endif
