/*
 * Address labels as PDF: postal code, address, name and the order number as
 * Code 128, drawn by cairo. Nothing is ever cut off or printed too small:
 * what does not fit is refused with a reason. The same input gives the same
 * bytes. Pure but for fonts, which fontconfig finds.
 */
#ifndef RECARD_RENDER_PDF_H
#define RECARD_RENDER_PDF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "label_layout.h"

struct buffer;
struct sheet;
struct render_pdf;

/* Takes fonts for labels on this sheet, which must be sheet_ok() and outlive
 * the renderer. font_family is a fontconfig name; NULL for "Noto Sans CJK TC".
 * NULL when no font has Chinese characters. Costs some 10 ms: keep it. */
struct render_pdf *render_pdf_open(const struct sheet *sheet,
				   const char *font_family);
void render_pdf_close(struct render_pdf *renderer);

/* Whether label can be printed as a whole; *fit says why not. */
bool label_fit(struct render_pdf *renderer, const struct label_text *label,
	       struct label_fit *fit);

/* Appends to out a PDF with the labels in their order, the first in cell
 * `start` (from 1) of the first page; created_at (seconds since 1970) and
 * title go into its metadata. 0; or -1 with out as it was and *bad at the
 * label that does not fit, or at count when it was not a label's fault: none
 * were given, start is no cell, or cairo refused. */
int render_pdf(struct render_pdf *renderer, const struct label_text *labels,
	       size_t count, unsigned start, int64_t created_at,
	       const char *title, struct buffer *out, size_t *bad);

#endif
