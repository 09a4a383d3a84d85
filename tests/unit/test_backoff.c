/*
 * Waits between failed tries: they grow, stay in bounds and differ.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <event2/event.h>

#include "backoff.h"
#include "clock.h"

static void
test_bounds(void **state)
{
	struct backoff backoff = {0};
	int64_t whole = 500, delay;
	int i;

	(void)state;
	for (i = 0; i < 200; i++) {
		delay = backoff_next(&backoff, 500, 30000);
		assert_true(delay >= whole / 2);
		assert_true(delay <= whole);
		assert_int_equal(backoff.tries, i + 1);
		whole = whole * 2 < 30000 ? whole * 2 : 30000;
	}
	backoff_reset(&backoff);
	assert_true(backoff_next(&backoff, 500, 30000) <= 500);
}

static void
test_spread(void **state)
{
	int64_t first = -1, delay;
	bool differ = false;
	int i;

	(void)state;
	for (i = 0; i < 64; i++) {
		struct backoff backoff = {0};

		delay = backoff_next(&backoff, 1000000, 1000000);
		if (first < 0)
			first = delay;
		differ = differ || delay != first;
	}
	assert_true(differ);
}

static void
test_smallest(void **state)
{
	struct backoff backoff = {0};

	(void)state;
	assert_int_equal(backoff_next(&backoff, 1, 1), 1);
	assert_int_equal(backoff_next(&backoff, 1, 1), 1);
}

static void
test_wait(void **state)
{
	struct event_base *base = event_base_new();
	int64_t start = clock_monotonic_ms();
	bool now = true, never = false;

	(void)state;
	assert_non_null(base);
	backoff_wait(base, 60000, &now);
	assert_true(clock_monotonic_ms() - start < 30000);
	start = clock_monotonic_ms();
	backoff_wait(base, 30, &never);
	/* Timers may be a tick early. */
	assert_true(clock_monotonic_ms() - start >= 25);
	event_base_free(base);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_spread),
		cmocka_unit_test(test_smallest),
		cmocka_unit_test(test_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
