/*
 * challenge: a text is good for its key, host, browser and time, and for
 * nothing else.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "challenge.h"
#include "mem.h"

#define NOW INT64_C(1795482000)
#define AGE 120

static const struct challenge_key key = {
	(const unsigned char *)"0123456789abcdef0123456789abcdef", 32};
static const struct challenge_key other_key = {
	(const unsigned char *)"0123456789abcdef0123456789abcdeF", 32};
static const unsigned char random_part[CHALLENGE_RANDOM] = {
	0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07,
	0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0xff};

static enum challenge_verdict
check_at(int64_t now, const char *host, const char *browser, const char *text)
{
	char nonce[CHALLENGE_NONCE];

	return challenge_check(&key, host, browser, now, AGE, text, nonce);
}

static void
make(const char *host, const char *browser, char out[CHALLENGE_SIZE])
{
	assert_true(challenge_make(&key, host, browser, random_part, NOW, out));
}

static void
test_text(void **state)
{
	char text[CHALLENGE_SIZE], nonce[CHALLENGE_NONCE];
	const char *opening =
		"recard_log-in_portal.example.8443_2026-11-24T09.00.00_"
		"000102030405060708090a0b0c0d0eff.";

	(void)state;
	make("portal.example:8443", "browser", text);
	assert_memory_equal(text, opening, strlen(opening));
	assert_int_equal(strlen(text), strlen(opening) + 64);
	/* Nothing that encodeURIComponent() would write in another way. */
	assert_int_equal(strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz"
				      "0123456789-_."),
			 strlen(text));
	assert_int_equal(challenge_check(&key, "portal.example:8443", "browser",
					 NOW, AGE, text, nonce),
			 CHALLENGE_GOOD);
	assert_string_equal(nonce, "000102030405060708090a0b0c0d0eff");
}

static void
test_age(void **state)
{
	char text[CHALLENGE_SIZE];

	(void)state;
	make("host", "browser", text);
	assert_int_equal(check_at(NOW + AGE, "host", "browser", text),
			 CHALLENGE_GOOD);
	assert_int_equal(check_at(NOW + AGE + 1, "host", "browser", text),
			 CHALLENGE_OLD);
	assert_int_equal(check_at(NOW - 60, "host", "browser", text),
			 CHALLENGE_GOOD);
	assert_int_equal(check_at(NOW - 61, "host", "browser", text),
			 CHALLENGE_FROM_THE_FUTURE);
}

static void
test_foreign(void **state)
{
	char text[CHALLENGE_SIZE], nonce[CHALLENGE_NONCE];

	(void)state;
	make("host", "browser", text);
	assert_int_equal(check_at(NOW, "host", "another", text),
			 CHALLENGE_FOREIGN);
	assert_int_equal(check_at(NOW, "ghost", "browser", text),
			 CHALLENGE_FOREIGN);
	assert_int_equal(challenge_check(&other_key, "host", "browser", NOW,
					 AGE, text, nonce),
			 CHALLENGE_FOREIGN);
	assert_string_equal(nonce, "");
	/* The text shows a port as it would show a longer name. */
	assert_true(challenge_make(&key, "host:1", "browser", random_part, NOW,
				   text));
	assert_int_equal(check_at(NOW, "host.1", "browser", text),
			 CHALLENGE_FOREIGN);
	/* Nobody is no browser, not even when the text was made for it. */
	make("host", "", text);
	assert_int_equal(check_at(NOW, "host", "", text), CHALLENGE_FOREIGN);
}

/* Whatever is changed, cut off or put behind, it is not ours any more. */
static void
test_changes(void **state)
{
	char text[CHALLENGE_SIZE], changed[CHALLENGE_SIZE + 1];
	size_t len;

	(void)state;
	make("host.example", "browser", text);
	len = strlen(text);
	for (size_t i = 0; i < len; i++) {
		for (int bit = 0; bit < 8; bit++) {
			memcpy(changed, text, len + 1);
			changed[i] = (char)(changed[i] ^ 1 << bit);
			assert_int_not_equal(check_at(NOW, "host.example",
						      "browser", changed),
					     CHALLENGE_GOOD);
		}
		memcpy(changed, text, i);
		changed[i] = '\0';
		assert_int_equal(
			check_at(NOW, "host.example", "browser", changed),
			CHALLENGE_MALFORMED);
	}
	memcpy(changed, text, len);
	memcpy(changed + len, "0", 2);
	assert_int_not_equal(check_at(NOW, "host.example", "browser", changed),
			     CHALLENGE_GOOD);
}

static void
test_hosts(void **state)
{
	static const char *const bad[] = {"", "two words", "line\nend",
					  "host/path", "\"host\""};
	char text[CHALLENGE_SIZE];
	char *long_host = mem_alloc(1, 255);

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(challenge_make(&key, bad[i], "browser",
					    random_part, NOW, text));
	memset(long_host, 'a', 254);
	assert_false(challenge_make(&key, long_host, "browser", random_part,
				    NOW, text));
	long_host[253] = '\0';
	make(long_host, "browser", text);
	assert_int_equal(check_at(NOW, long_host, "browser", text),
			 CHALLENGE_GOOD);
	mem_free(long_host);
}

static void
test_codes(void **state)
{
	(void)state;
	assert_string_equal(challenge_verdict_code(CHALLENGE_GOOD), "good");
	assert_string_equal(challenge_verdict_code(CHALLENGE_MALFORMED),
			    "challenge_malformed");
	assert_string_equal(challenge_verdict_code(CHALLENGE_FOREIGN),
			    "challenge_foreign");
	assert_string_equal(challenge_verdict_code(CHALLENGE_OLD),
			    "challenge_old");
	assert_string_equal(challenge_verdict_code(CHALLENGE_FROM_THE_FUTURE),
			    "challenge_from_the_future");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),    cmocka_unit_test(test_age),
		cmocka_unit_test(test_foreign), cmocka_unit_test(test_changes),
		cmocka_unit_test(test_hosts),   cmocka_unit_test(test_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
