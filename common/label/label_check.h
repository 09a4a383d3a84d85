/*
 * What may stand on a label: no empty, malformed or forbidden text, and codes
 * that are codes. Needs no font. Pure.
 */
#ifndef RECARD_LABEL_CHECK_H
#define RECARD_LABEL_CHECK_H

#include <stdbool.h>

/* UTF-8. */
struct label_text {
	const char *order_no;    /* digits */
	const char *postal_code; /* 3, 5 or 6 digits */
	const char *address;
	const char *name;
	int copy;                /* from 1; later ones are told on the label */
	const char *tracking_no; /* 14 or 20 digits; NULL or "": not known */
};

enum label_reason {
	LABEL_OK,
	LABEL_EMPTY_FIELD,
	LABEL_FORBIDDEN_CHARACTER, /* control, bidi, zero-width; not UTF-8 */
	LABEL_MISSING_GLYPH,       /* no font has the character */
	LABEL_BAD_POSTAL_CODE,
	LABEL_BAD_ORDER_NO,
	LABEL_BAD_TRACKING_NO,
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
 * "bad_tracking_no", "address_too_long", "name_too_long". */
const char *label_reason_code(enum label_reason reason);

#define LABEL_FIELD_BYTES 600

extern const char label_too_long[];

/* Whether the fields are in order; *fit says what is wrong. */
bool label_check(const struct label_text *label, struct label_fit *fit);
/* Fills *fit and returns false. character is -1 when it is about none. */
bool label_refuse(struct label_fit *fit, enum label_reason reason,
		  const char *field, const char *text, long character);
/* Leaves no ink: white space, the fillers of Hangul, the empty Braille. */
bool label_blank(long character);

#endif
