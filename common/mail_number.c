/*
 * Registered mail numbers: see mail_number.h.
 */
#include <string.h>

#include "mail_number.h"

static bool
is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

char
mail_number_check_digit(const char *digits19)
{
	int sum = 0;

	for (int i = 0; i < 19; i++)
		sum += (digits19[i] - '0') * (i % 2 == 0 ? 3 : 1);
	return (char)('0' + (10 - sum % 10) % 10);
}

char
mail_number_s10_check_digit(const char *digits8)
{
	static const int weights[] = {8, 6, 4, 2, 3, 5, 9, 7};
	int sum = 0, check;

	for (int i = 0; i < 8; i++)
		sum += (digits8[i] - '0') * weights[i];
	check = 11 - sum % 11;
	if (check == 10)
		check = 0;
	else if (check == 11)
		check = 5;
	return (char)('0' + check);
}

static enum mail_number
s10_kind(const char *text)
{
	if (!is_upper(text[0]) || !is_upper(text[1]) || !is_upper(text[11]) ||
	    !is_upper(text[12]) || strspn(text + 2, "0123456789") != 9)
		return MAIL_NUMBER_INVALID;
	return mail_number_s10_check_digit(text + 2) == text[10]
		       ? MAIL_NUMBER_S10
		       : MAIL_NUMBER_BAD_CHECK;
}

enum mail_number
mail_number_kind(const char *text)
{
	size_t len = strlen(text);

	if (len == 13)
		return s10_kind(text);
	if (strspn(text, "0123456789") != len)
		return MAIL_NUMBER_INVALID;
	if (len == 6)
		return MAIL_NUMBER_SERIAL;
	if (len == 14)
		return MAIL_NUMBER_SHORT;
	if (len == 20)
		return mail_number_check_digit(text) == text[19]
			       ? MAIL_NUMBER_LONG
			       : MAIL_NUMBER_BAD_CHECK;
	return MAIL_NUMBER_INVALID;
}

void
mail_number_ungroup(char *text)
{
	enum { LONGEST = 20 };
	static const char digits[] = {6, 12, 14, 19, 0};
	static const char letters[] = {2, 5, 8, 10, 11, 0};
	const char *groups = is_upper(*text) ? letters : digits;
	char plain[LONGEST + 1];
	size_t len = 0;

	for (const char *at = text; *at; at++) {
		if (*at != ' ' && *at != '-') {
			if (len == LONGEST)
				return;
			plain[len++] = *at;
		} else if (len == 0 || !strchr(groups, (int)len) ||
			   at[1] == ' ' || at[1] == '-' || !at[1]) {
			return;
		}
	}
	memcpy(text, plain, len);
	text[len] = '\0';
}
