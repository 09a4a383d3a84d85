/*
 * Checks of numbers that name people, cards and orders: see identity.h.
 */
#include <assert.h>
#include <string.h>

#include "clock.h"
#include "identity.h"

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool
all_digits(const char *text, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!is_digit(text[i]))
			return false;
	return true;
}

/* The number of the place of first registration, A10 to Z33. */
static int
letter_number(char letter)
{
	static const int numbers[] = {10, 11, 12, 13, 14, 15, 16, 17, 34,
				      18, 19, 20, 21, 22, 35, 23, 24, 25,
				      26, 27, 28, 29, 32, 30, 31, 33};

	return numbers[letter - 'A'];
}

bool
identity_holder_ok(const char *id)
{
	int number, second, sum;

	if (strlen(id) != 10 || !is_upper(id[0]) || !all_digits(id + 2, 8))
		return false;
	if (id[1] >= 'A' && id[1] <= 'D')
		second = letter_number(id[1]) % 10;
	else if (id[1] && strchr("1289", id[1]))
		second = id[1] - '0';
	else
		return false;
	number = letter_number(id[0]);
	/* Weights 1 9 8 7 6 5 4 3 2 1 1. */
	sum = number / 10 + number % 10 * 9 + second * 8;
	for (int i = 2; i < 9; i++)
		sum += (id[i] - '0') * (9 - i);
	sum += id[9] - '0';
	return sum % 10 == 0;
}

bool
identity_card_ok(const char *card_no)
{
	return strlen(card_no) == 16 && is_upper(card_no[0]) &&
	       is_upper(card_no[1]) && all_digits(card_no + 2, 14);
}

char
identity_gs1_check_digit(const char *digits)
{
	size_t len = strlen(digits);
	unsigned sum = 0;

	assert(all_digits(digits, len));
	for (size_t i = 0; i < len; i++) {
		unsigned digit = (unsigned)(digits[len - 1 - i] - '0');

		sum = (sum + digit * (i % 2 == 0 ? 3 : 1)) % 10;
	}
	return (char)('0' + (10 - sum) % 10);
}

bool
identity_order_ok(const char *order_no)
{
	char front[14], date[9] = "20";
	int year, month, day;

	if (strlen(order_no) != 14 || !all_digits(order_no, 14))
		return false;
	memcpy(date + 2, order_no, 6);
	date[8] = '\0';
	if (!clock_parse_date(date, &year, &month, &day))
		return false;
	memcpy(front, order_no, 13);
	front[13] = '\0';
	return identity_gs1_check_digit(front) == order_no[13];
}

bool
identity_user_code_ok(const char *user_code)
{
	size_t len = strlen(user_code);

	if (len < 6 || len > 10)
		return false;
	for (size_t i = 0; i < len; i++)
		if (user_code[i] <= ' ' || user_code[i] > '~')
			return false;
	return true;
}
