/*
 * mail_number: kinds of registered mail numbers and their check digits.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "mail_number.h"

static void
test_kinds(void **state)
{
	static const struct {
		const char *text;
		enum mail_number kind;
	} cases[] = {
		{"123456", MAIL_NUMBER_SERIAL},
		{"000001", MAIL_NUMBER_SERIAL},
		{"01489424103631", MAIL_NUMBER_SHORT},
		{"01489424103631303002", MAIL_NUMBER_LONG},
		{"01489424103631303003", MAIL_NUMBER_BAD_CHECK},
		{"01489424103631303020", MAIL_NUMBER_BAD_CHECK},
		{"LH038196094TW", MAIL_NUMBER_S10},
		{"RR123456785TW", MAIL_NUMBER_S10},
		{"RR123456789TW", MAIL_NUMBER_BAD_CHECK},
		{"CC123456789TW", MAIL_NUMBER_BAD_CHECK},
		{"lh038196094tw", MAIL_NUMBER_INVALID},
		{"LH038196094T1", MAIL_NUMBER_INVALID},
		{"LH03819609XTW", MAIL_NUMBER_INVALID},
		{"1H038196094TW", MAIL_NUMBER_INVALID},
		{"0381960941234", MAIL_NUMBER_INVALID},
		{"", MAIL_NUMBER_INVALID},
		{"12345", MAIL_NUMBER_INVALID},
		{"1234567", MAIL_NUMBER_INVALID},
		{" 123456", MAIL_NUMBER_INVALID},
		{"123456 ", MAIL_NUMBER_INVALID},
		{"12345 ", MAIL_NUMBER_INVALID},
		{"+12345", MAIL_NUMBER_INVALID},
		{"0148942410363130300", MAIL_NUMBER_INVALID},
		{"014894241036313030021", MAIL_NUMBER_INVALID},
		{"0148942410363130300X", MAIL_NUMBER_INVALID},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (mail_number_kind(cases[i].text) != cases[i].kind)
			fail_msg("\"%s\": kind %d", cases[i].text,
				 mail_number_kind(cases[i].text));
}

static void
test_check_digits(void **state)
{
	(void)state;
	assert_int_equal(mail_number_check_digit("0148942410363130300"), '2');
	assert_int_equal(mail_number_check_digit("0000000000000000000"), '0');
	assert_int_equal(mail_number_check_digit("1000000000000000000"), '7');
	assert_int_equal(mail_number_check_digit("0100000000000000000"), '9');
	assert_int_equal(mail_number_s10_check_digit("03819609"), '4');
	assert_int_equal(mail_number_s10_check_digit("12345678"), '5');
	assert_int_equal(mail_number_s10_check_digit("47312482"), '9');
	/* 11 gives 5, 10 gives 0. */
	assert_int_equal(mail_number_s10_check_digit("00000000"), '5');
	assert_int_equal(mail_number_s10_check_digit("00004000"), '0');
}

/* Any single wrong digit of a long number is noticed. */
static void
test_single_errors(void **state)
{
	(void)state;
	for (int i = 0; i < 20; i++) {
		char number[] = "01489424103631303002";
		char right = number[i];

		for (number[i] = '0'; number[i] <= '9'; number[i]++)
			assert_int_equal(mail_number_kind(number),
					 number[i] == right
						 ? MAIL_NUMBER_LONG
						 : MAIL_NUMBER_BAD_CHECK);
	}
}

static void
test_groups(void **state)
{
	static const struct {
		const char *written, *plain;
	} cases[] = {
		{"", ""},
		{"01489424103631303002", "01489424103631303002"},
		{"014894 241036 31 30300 2", "01489424103631303002"},
		{"014894-241036-31", "01489424103631"},
		{"014894 24103631", "01489424103631"},
		{"LH 038 196 094 TW", "LH038196094TW"},
		{"LH 03819609 4 TW", "LH038196094TW"},
		/* Left as they are. */
		{"014894  241036 31", "014894  241036 31"},
		{"0148942 41036 31", "0148942 41036 31"},
		{" 014894 241036 31", " 014894 241036 31"},
		{"014894 241036 31 ", "014894 241036 31 "},
		{"014894 241036 31 30300 2 1", "014894 241036 31 30300 2 1"},
		{"-", "-"},
		{"LH0 38196094TW", "LH0 38196094TW"},
		{"014894241036313030021 ", "014894241036313030021 "},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[64];

		snprintf(text, sizeof text, "%s", cases[i].written);
		mail_number_ungroup(text);
		assert_string_equal(text, cases[i].plain);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_check_digits),
		cmocka_unit_test(test_single_errors),
		cmocka_unit_test(test_groups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
