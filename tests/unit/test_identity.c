/*
 * identity: numbers of people, cards and orders, and the user code.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "identity.h"

struct verdict {
	const char *text;
	bool ok;
};

static void
judge(bool (*check)(const char *), const struct verdict *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (check(cases[i].text) != cases[i].ok)
			fail_msg("\"%s\" should be %s", cases[i].text,
				 cases[i].ok ? "right" : "wrong");
}

#define JUDGE(check, cases) \
	judge(check, cases, sizeof(cases) / sizeof(*(cases)))

static void
test_holder(void **state)
{
	static const struct verdict cases[] = {
		{"A123456789", true},
		{"A800000014", true},
		{"AB23456789", true},
		{"A123456788", false},
		{"A800000015", false},
		{"AB23456788", false},
		{"a123456789", false},
		{"A323456789", false},
		{"AE23456789", false},
		{"A12345678", false},
		{"A1234567890", false},
		{"A12345678X", false},
		{"AB2345678A", false},
		{"1123456789", false},
		{" A123456789", false},
		{"A123456789\n", false},
		{"", false},
		{"Ａ123456789", false},
	};

	(void)state;
	JUDGE(identity_holder_ok, cases);
}

/* For each letter and kind exactly one check digit is right. */
static void
test_holder_check_digit_is_unique(void **state)
{
	static const char seconds[] = "1289ABCD";

	(void)state;
	for (char letter = 'A'; letter <= 'Z'; letter++) {
		for (const char *second = seconds; *second; second++) {
			char id[16];
			int right = 0;

			for (char check = '0'; check <= '9'; check++) {
				snprintf(id, sizeof(id), "%c%c2345678%c",
					 letter, *second, check);
				right += identity_holder_ok(id);
			}
			assert_int_equal(right, 1);
		}
	}
}

static void
test_card(void **state)
{
	static const struct verdict cases[] = {
		{"AB12345678901234", true},  {"ZZ00000000000000", true},
		{"ab12345678901234", false}, {"A112345678901234", false},
		{"AB1234567890123", false},  {"AB123456789012345", false},
		{"AB1234567890123X", false}, {"", false},
	};

	(void)state;
	JUDGE(identity_card_ok, cases);
}

static void
test_gs1(void **state)
{
	static const struct {
		const char *digits;
		char check;
	} cases[] = {
		/* GTIN-13, GTIN-8 and GTIN-14 examples. */
		{"629104150021", '3'},
		{"400638133393", '1'},
		{"9638507", '4'},
		{"1061414112345", '9'},
		{"0", '0'},
		{"", '0'},
		{"0000000000000", '0'},
		{"1", '7'},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(identity_gs1_check_digit(cases[i].digits),
				 cases[i].check);
}

static void
test_order(void **state)
{
	static const struct {
		const char *front;
		bool ok;
	} cases[] = {
		{"2611230000001", true},  {"2402299999999", true},
		{"2602290000001", false}, {"2613010000001", false},
		{"2600010000001", false}, {"2611310000001", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char check = identity_gs1_check_digit(cases[i].front);
		char order[16];

		for (char c = '0'; c <= '9'; c++) {
			snprintf(order, sizeof(order), "%s%c", cases[i].front,
				 c);
			assert_int_equal(identity_order_ok(order),
					 cases[i].ok && c == check);
		}
	}
	assert_false(identity_order_ok(""));
	assert_false(identity_order_ok("2611230000001"));
	assert_false(identity_order_ok("261123000000172"));
	assert_false(identity_order_ok("26112300000O17"));
}

static void
test_user_code(void **state)
{
	static const struct verdict cases[] = {
		{"abc123", true},    {"ABCdef1234", true},   {"!\"#$%&~", true},
		{"abc12", false},    {"ABCdef12345", false}, {"abc 123", false},
		{"abc\t123", false}, {"abc123\x7f", false},  {"密碼", false},
		{"", false},
	};

	(void)state;
	JUDGE(identity_user_code_ok, cases);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_holder),
		cmocka_unit_test(test_holder_check_digit_is_unique),
		cmocka_unit_test(test_card),
		cmocka_unit_test(test_gs1),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_user_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
