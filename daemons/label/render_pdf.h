/*
 * Address labels as PDF: postal code, address, name and the order number as
 * Code 128, laid out by Pango, drawn by cairo. Nothing is ever cut off or
 * printed too small: what does not fit is refused with a reason. The same
 * input gives the same bytes. Pure but for fonts, which fontconfig finds.
 */
#ifndef RECARD_RENDER_PDF_H
#define RECARD_RENDER_PDF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buffer;
struct sheet;
struct render_pdf;

/* UTF-8. */
struct label_text {
	const char *order_no;    /* digits */
	const char *postal_code; /* 3, 5 or 6 digits */
	const char *address;
	const char *name;
};

enum label_reason {
	LABEL_OK,
	LABEL_EMPTY_FIELD,
	LABEL_FORBIDDEN_CHARACTER, /* control, bidi, zero-width; not UTF-8 */
	LABEL_MISSING_GLYPH,       /* no font has the character */
	LABEL_BAD_POSTAL_CODE,
	LABEL_BAD_ORDER_NO,
	LABEL_ADDRESS_TOO_LONG,
	LABEL_NAME_TOO_LONG
};

/* What speaks against a label. text is for people: it names the field, and
 * the character as U+XXXX, but quotes nothing else of the label. */
struct label_fit {
	enum label_reason reason;
	char text[80];
};

/* Takes fonts for labels on this sheet, which must be sheet_ok() and outlive
 * the renderer. font_family is a fontconfig name; NULL for "Noto Sans CJK TC".
 * NULL when no font has Chinese characters. Costs some 10 ms: keep it. */
struct render_pdf *render_pdf_open(const struct sheet *sheet,
				   const char *font_family);
void render_pdf_close(struct render_pdf *renderer);

/* Whether label can be printed as a whole; *fit says why not. */
bool label_fit(struct render_pdf *renderer, const struct label_text *label,
	       struct label_fit *fit);
/* The reason as a code for tables: "ok", "empty_field",
 * "forbidden_character", "missing_glyph", "bad_postal_code", "bad_order_no",
 * "address_too_long", "name_too_long". */
const char *label_reason_code(enum label_reason reason);

/* Appends to out a PDF with the labels in their order, the first in cell
 * `start` (from 1) of the first page; created_at (seconds since 1970) and
 * title go into its metadata. 0; or -1 with out as it was and *bad at the
 * label that does not fit, or at count when it was not a label's fault: none
 * were given, start is no cell, or cairo refused. */
int render_pdf(struct render_pdf *renderer, const struct label_text *labels,
	       size_t count, unsigned start, int64_t created_at,
	       const char *title, struct buffer *out, size_t *bad);

#endif
