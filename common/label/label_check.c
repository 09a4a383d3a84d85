/*
 * What may stand on a label; see label_check.h.
 */
#include <stdio.h>
#include <string.h>

#include "charset.h"
#include "label_check.h"

#define ORDER_DIGITS_MAX 20

const char label_too_long[] = "does not fit in lines of 4 mm";

bool
label_refuse(struct label_fit *fit, enum label_reason reason, const char *field,
	     const char *text, long character)
{
	fit->reason = reason;
	if (character >= 0)
		snprintf(fit->text, sizeof(fit->text), "%s: %s U+%04lX", field,
			 text, (unsigned long)character);
	else
		snprintf(fit->text, sizeof(fit->text), "%s: %s", field, text);
	return false;
}

bool
label_blank(long c)
{
	return (c >= 0x09 && c <= 0x0d) || c == ' ' || c == 0x85 || c == 0xa0 ||
	       c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x202f ||
	       c == 0x205f || c == 0x3000 || c == 0x115f || c == 0x1160 ||
	       c == 0x2800 || c == 0x3164 || c == 0xffa0;
}

/* Some font may have a private character, but not the one that was meant. */
static bool
is_private(long c)
{
	return (c >= 0xe000 && c <= 0xf8ff) || c >= 0xf0000;
}

/* The blocks that Unicode reserves for such scripts (DerivedBidiClass). */
static bool
is_right_to_left(long c)
{
	return (c >= 0x590 && c <= 0x8ff) || (c >= 0xfb1d && c <= 0xfdff) ||
	       (c >= 0xfe70 && c <= 0xfeff) || (c >= 0x10800 && c <= 0x10fff) ||
	       (c >= 0x1e800 && c <= 0x1efff);
}

/* Empty, malformed or forbidden text: what needs no font to be seen. */
static bool
check_characters(const char *field, const char *text, struct label_fit *fit)
{
	const char *at = text, *end;
	bool empty = true;

	if (text == NULL)
		return label_refuse(fit, LABEL_EMPTY_FIELD, field, "empty", -1);
	end = text + strlen(text);
	while (at < end) {
		long c = charset_utf8_next(&at, end);

		if (c < 0)
			return label_refuse(fit, LABEL_FORBIDDEN_CHARACTER,
					    field, "not UTF-8", -1);
		if (charset_forbidden(c))
			return label_refuse(fit, LABEL_FORBIDDEN_CHARACTER,
					    field, "forbidden character", c);
		/* It would change the order of what stands around it. */
		if (is_right_to_left(c))
			return label_refuse(fit, LABEL_FORBIDDEN_CHARACTER,
					    field, "written from right to left",
					    c);
		if (is_private(c))
			return label_refuse(fit, LABEL_MISSING_GLYPH, field,
					    "private character", c);
		empty = empty && label_blank(c);
	}
	if (empty)
		return label_refuse(fit, LABEL_EMPTY_FIELD, field, "empty", -1);
	return true;
}

static bool
only_digits(const char *text)
{
	return text[strspn(text, "0123456789")] == '\0';
}

bool
label_check(const struct label_text *label, struct label_fit *fit)
{
	size_t len;

	if (!check_characters("order number", label->order_no, fit) ||
	    !check_characters("postal code", label->postal_code, fit) ||
	    !check_characters("address", label->address, fit) ||
	    !check_characters("name", label->name, fit))
		return false;
	len = strlen(label->order_no);
	if (!only_digits(label->order_no) || len > ORDER_DIGITS_MAX)
		return label_refuse(fit, LABEL_BAD_ORDER_NO, "order number",
				    "not 1 to 20 digits", -1);
	len = strlen(label->postal_code);
	if (!only_digits(label->postal_code) ||
	    (len != 3 && len != 5 && len != 6))
		return label_refuse(fit, LABEL_BAD_POSTAL_CODE, "postal code",
				    "not 3, 5 or 6 digits", -1);
	if (strlen(label->address) > LABEL_FIELD_BYTES)
		return label_refuse(fit, LABEL_ADDRESS_TOO_LONG, "address",
				    label_too_long, -1);
	if (strlen(label->name) > LABEL_FIELD_BYTES)
		return label_refuse(fit, LABEL_NAME_TOO_LONG, "name",
				    label_too_long, -1);
	return true;
}

const char *
label_reason_code(enum label_reason reason)
{
	switch (reason) {
	case LABEL_OK:
		return "ok";
	case LABEL_EMPTY_FIELD:
		return "empty_field";
	case LABEL_FORBIDDEN_CHARACTER:
		return "forbidden_character";
	case LABEL_MISSING_GLYPH:
		return "missing_glyph";
	case LABEL_BAD_POSTAL_CODE:
		return "bad_postal_code";
	case LABEL_BAD_ORDER_NO:
		return "bad_order_no";
	case LABEL_BAD_TRACKING_NO:
		return "bad_tracking_no";
	case LABEL_ADDRESS_TOO_LONG:
		return "address_too_long";
	case LABEL_NAME_TOO_LONG:
		return "name_too_long";
	}
	return "unknown";
}
