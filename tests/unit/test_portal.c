/*
 * The portal's pure parts: cookies, and how much one peer may ask.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "cookie.h"
#include "limit.h"

#define NAME "__Host-recard-citizen"

static const char *
read_from(const char *header)
{
	static char value[COOKIE_SECRET];

	cookie_read(header, NAME, value, sizeof(value));
	return value;
}

static void
test_cookies_are_read_by_their_whole_name(void **state)
{
	(void)state;
	assert_string_equal(read_from(NULL), "");
	assert_string_equal(read_from(""), "");
	assert_string_equal(read_from(NAME "=ab"), "ab");
	assert_string_equal(read_from("a=1; " NAME "=ab; c=2"), "ab");
	assert_string_equal(read_from("a=1;" NAME "="), "");
	assert_string_equal(read_from("x" NAME "=ab"), "");
	assert_string_equal(read_from("a=" NAME "=ab"), "");
	assert_string_equal(read_from(NAME "x=ab"), "");
	assert_string_equal(read_from(NAME), "");
	assert_string_equal(read_from(";;; ;"), "");
	/* Of two the first counts. */
	assert_string_equal(read_from(NAME "=a; " NAME "=b"), "a");
}

static void
test_a_long_cookie_is_none(void **state)
{
	char header[256], value[128];

	(void)state;
	memset(value, 'a', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	snprintf(header, sizeof(header), NAME "=%s", value);
	assert_string_equal(read_from(header), "");
	value[COOKIE_SECRET - 1] = '\0';
	snprintf(header, sizeof(header), NAME "=%s", value);
	assert_string_equal(read_from(header), value);
	assert_true(cookie_is_secret(value));
	value[3] = 'G';
	assert_false(cookie_is_secret(value));
	assert_false(cookie_is_secret("abc"));
	assert_false(cookie_is_secret(""));
}

static void
test_a_cookie_is_taken_back(void **state)
{
	char header[COOKIE_HEADER];

	(void)state;
	cookie_write(NAME, "ab", header);
	assert_string_equal(header, NAME "=ab; Path=/; Secure; HttpOnly; "
					 "SameSite=Lax");
	cookie_write(NAME, "", header);
	assert_non_null(strstr(header, "; Max-Age=0"));
}

static void
test_a_bucket_empties_and_fills(void **state)
{
	struct limit *limit = limit_new(60, 16);
	int64_t now = 1000;

	(void)state;
	for (int i = 0; i < 60; i++)
		assert_int_equal(limit_take(limit, "192.0.2.1", now), 0);
	assert_int_equal(limit_take(limit, "192.0.2.1", now), 2);
	/* Others have their own. */
	assert_int_equal(limit_take(limit, "192.0.2.2", now), 0);
	/* One a second comes back. */
	now += 999;
	assert_true(limit_take(limit, "192.0.2.1", now) > 0);
	now += 1;
	assert_int_equal(limit_take(limit, "192.0.2.1", now), 0);
	assert_true(limit_take(limit, "192.0.2.1", now) > 0);
	/* Never more than a minute's. */
	now += 3600000;
	for (int i = 0; i < 60; i++)
		assert_int_equal(limit_take(limit, "192.0.2.1", now), 0);
	assert_true(limit_take(limit, "192.0.2.1", now) > 0);
	limit_free(limit);
}

static void
test_addresses_of_one_network_are_one_peer(void **state)
{
	struct limit *limit = limit_new(1, 16);

	(void)state;
	assert_int_equal(limit_take(limit, "2001:db8:1:2::1", 1), 0);
	assert_true(limit_take(limit, "2001:db8:1:2:ffff::9", 1) > 0);
	assert_int_equal(limit_take(limit, "2001:db8:1:3::1", 1), 0);
	/* Of IPv4 each is its own, also in the other's clothes. */
	assert_int_equal(limit_take(limit, "::ffff:192.0.2.1", 1), 0);
	assert_int_equal(limit_take(limit, "::ffff:192.0.2.2", 1), 0);
	/* What a proxy says that is no address is a name. */
	assert_int_equal(limit_take(limit, "", 1), 0);
	assert_true(limit_take(limit, "", 1) > 0);
	limit_free(limit);
}

static void
test_many_peers_do_not_grow_it(void **state)
{
	struct limit *limit = limit_new(2, 64);
	char peer[32];

	(void)state;
	for (int i = 0; i < 100000; i++) {
		snprintf(peer, sizeof(peer), "10.%d.%d.%d", i >> 16,
			 i >> 8 & 255, i & 255);
		assert_int_equal(limit_take(limit, peer, i + 1), 0);
	}
	/* The last one is still known. */
	assert_int_equal(limit_take(limit, peer, 100000), 0);
	assert_true(limit_take(limit, peer, 100000) > 0);
	limit_free(limit);
}

static void
test_a_lower_rate_takes_what_is_too_much(void **state)
{
	struct limit *limit = limit_new(100, 16);

	(void)state;
	assert_int_equal(limit_take(limit, "a", 1), 0);
	limit_change(limit, 1);
	assert_int_equal(limit_take(limit, "a", 2), 0);
	assert_true(limit_take(limit, "a", 2) > 0);
	limit_free(limit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cookies_are_read_by_their_whole_name),
		cmocka_unit_test(test_a_long_cookie_is_none),
		cmocka_unit_test(test_a_cookie_is_taken_back),
		cmocka_unit_test(test_a_bucket_empties_and_fills),
		cmocka_unit_test(test_addresses_of_one_network_are_one_peer),
		cmocka_unit_test(test_many_peers_do_not_grow_it),
		cmocka_unit_test(test_a_lower_rate_takes_what_is_too_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
