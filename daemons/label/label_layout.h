/*
 * What stands where in a label: checks its fields, chooses size and lines of
 * address and name, by Pango. Says nothing about the medium; render_pdf.c
 * draws the result. Lengths are in millimetres. Pure but for fonts.
 */
#ifndef RECARD_LABEL_LAYOUT_H
#define RECARD_LABEL_LAYOUT_H

#include <pango/pango.h>
#include <stdbool.h>
#include <stddef.h>

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

/* The reason as a code for tables: "ok", "empty_field",
 * "forbidden_character", "missing_glyph", "bad_postal_code", "bad_order_no",
 * "address_too_long", "name_too_long". */
const char *label_reason_code(enum label_reason reason);

#define LABEL_ROWS 4
#define LABEL_FIELD_BYTES 600

struct label_row {
	const char *text; /* into the label or the plan */
	int len;
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

/* For a body of width x height, in fonts of context, which is borrowed.
 * family is a fontconfig name. NULL when no font has Chinese characters. */
struct label_layout *label_layout_open(PangoContext *context,
				       const char *family, double width,
				       double height);
void label_layout_close(struct label_layout *layout);
/* Plans a label. plan points into label and itself: neither may move. False
 * with the reason in *fit when the label cannot be printed whole. */
bool label_layout_plan(struct label_layout *layout,
		       const struct label_text *label, struct label_plan *plan,
		       struct label_fit *fit);
/* One line of text, valid until the next call; len -1 is to its NUL. */
PangoLayoutLine *label_layout_line(struct label_layout *layout,
				   const char *text, int len, double em);
/* The same for digits this high, set apart a little. */
PangoLayoutLine *label_layout_digits(struct label_layout *layout,
				     const char *digits, double height);
/* From the baseline up to the middle of a Chinese character, in em. */
double label_layout_middle(const struct label_layout *layout);

#endif
