/*
 * batch: the bytes of a card batch, its hash total and its digest, both
 * computed here a second time, and names that need quoting.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/sha.h>

#include "batch.h"
#include "buffer.h"
#include "fields.h"
#include "lines.h"
#include "mem.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define DIGEST \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define CREATED 1795395600 /* 2026-11-23T09:00:00+08:00 */

static struct batch_card
card(const char *job_no, const char *order_no, const char *name)
{
	return (struct batch_card){.job_no = job_no,
				   .attempt = "1",
				   .reason = "NEW",
				   .order_no = order_no,
				   .print_name = name,
				   .valid_from = "2026-11-23",
				   .valid_to = "2031-11-22",
				   .address_digest = DIGEST};
}

static struct batch
batch_of(const struct batch_card *cards, size_t count)
{
	return (struct batch){.batch_no = "CB-20261123-000001",
			      .created_at = CREATED,
			      .product = "renewal",
			      .cards = cards,
			      .count = count};
}

static void
sha256_hex(const char *bytes, size_t len, char out[65])
{
	unsigned char digest[SHA256_DIGEST_LENGTH];

	SHA256((const unsigned char *)bytes, len, digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		snprintf(out + 2 * i, 3, "%02x", digest[i]);
}

/* Where the last line starts. */
static size_t
trailer_at(const struct buffer *bytes)
{
	size_t at = bytes->len - 1;

	assert_int_equal(bytes->data[at], '\n');
	while (at > 0 && bytes->data[at - 1] != '\n')
		at--;
	return at;
}

static void
writes_these_bytes(void **state)
{
	const struct batch_card cards[] = {
		card("101", "26112300000012", "\xe7\x8e\x8b\xe5\xb0\x8f"),
		card("102", "26112300000029", "WANG, SIAO-MING"),
	};
	const struct batch batch = batch_of(cards, COUNT(cards));
	static const char wanted[] =
		"H,RECARD-CARD-BATCH,1,CB-20261123-000001,"
		"2026-11-23T09:00:00+08:00,renewal,2\n"
		"D,1,101,1,NEW,26112300000012,\xe7\x8e\x8b\xe5\xb0\x8f,"
		"2026-11-23,2031-11-22," DIGEST "\n"
		"D,2,102,1,NEW,26112300000029,\"WANG, SIAO-MING\","
		"2026-11-23,2031-11-22," DIGEST "\n";
	char total[BATCH_HASH_TOTAL], digest[65], trailer[160];
	struct buffer out = {0};

	(void)state;
	batch_render(&batch, &out, total);
	assert_memory_equal(out.data, wanted, sizeof(wanted) - 1);
	/* 2611230000001 + 2611230000002 */
	assert_string_equal(total, "5222460000003");
	sha256_hex(wanted, sizeof(wanted) - 1, digest);
	snprintf(trailer, sizeof(trailer),
		 "T,CB-20261123-000001,2,5222460000003,%s\n", digest);
	assert_string_equal(out.data + sizeof(wanted) - 1, trailer);
	buffer_free(&out);
}

static void
writes_an_empty_batch(void **state)
{
	const struct batch batch = batch_of(NULL, 0);
	char total[BATCH_HASH_TOTAL], digest[65];
	struct buffer out = {0};
	size_t at;

	(void)state;
	batch_render(&batch, &out, total);
	assert_string_equal(total, "0000000000000");
	at = trailer_at(&out);
	sha256_hex(out.data, at, digest);
	assert_memory_equal(out.data + at,
			    "T,CB-20261123-000001,0,0000000000000,", 37);
	assert_memory_equal(out.data + at + 37, digest, 64);
	buffer_free(&out);
}

static void
hash_total_wraps(void **state)
{
	static const struct {
		const char *orders[4];
		const char *total;
	} cases[] = {
		{{"26112300000012"}, "2611230000001"},
		{{"00000000000017"}, "0000000000001"},
		{{"99999999999990"}, "9999999999999"},
		{{"99999999999990", "00000000000017"}, "0000000000000"},
		{{"99999999999990", "99999999999990"}, "9999999999998"},
		{{"99999999999990", "99999999999990", "99999999999990",
		  "00000000000055"},
		 "0000000000002"},
		/* The check digit is no part of it. */
		{{"26112300000012", "26112300000019"}, "5222460000002"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct batch_card cards[4];
		char total[BATCH_HASH_TOTAL];
		struct buffer out = {0};
		struct batch batch;
		size_t n = 0;

		for (; n < 4 && cases[i].orders[n]; n++)
			cards[n] = card("1", cases[i].orders[n], "A");
		batch = batch_of(cards, n);
		batch_render(&batch, &out, total);
		assert_string_equal(total, cases[i].total);
		buffer_free(&out);
	}
}

/* Names go through a CSV reader unchanged, whatever they hold. */
static void
names_survive_quoting(void **state)
{
	static const struct {
		const char *name, *written;
	} cases[] = {
		{"WANG SIAO-MING", "WANG SIAO-MING"},
		{"WANG, SIAO", "\"WANG, SIAO\""},
		{"\"A\"", "\"\"\"A\"\"\""},
		{"a\"b", "\"a\"\"b\""},
		{",", "\",\""},
		{"\"", "\"\"\"\""},
		{"", ""},
		{" lead and trail ", " lead and trail "},
		{"A|B\\C", "A|B\\C"},
		{"=1+1", "=1+1"},
		{"\xe5\xa0\x83\xe5\x96\x86\xe7\x85\x8a",
		 "\xe5\xa0\x83\xe5\x96\x86\xe7\x85\x8a"},
		{"\xf0\xa0\xae\xb7", "\xf0\xa0\xae\xb7"},
		{"a\rb", "\"a\rb\""},
	};
	struct fields fields = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct batch_card one =
			card("1", "26112300000012", cases[i].name);
		const struct batch batch = batch_of(&one, 1);
		char total[BATCH_HASH_TOTAL], *wanted;
		struct buffer out = {0};
		struct lines *lines;
		struct line line;

		batch_render(&batch, &out, total);
		wanted = mem_printf("\nD,1,1,1,NEW,26112300000012,%s,"
				    "2026-11-23,2031-11-22," DIGEST "\n",
				    cases[i].written);
		assert_non_null(strstr(out.data, wanted));
		lines = lines_open_memory(out.data, out.len, 4096);
		assert_int_equal(lines_next(lines, &line), LINES_LINE);
		assert_int_equal(lines_next(lines, &line), LINES_LINE);
		assert_int_equal(
			fields_split(&fields, line.data, line.len, ','), 0);
		assert_int_equal(fields.count, 10);
		assert_string_equal(fields.values[6], cases[i].name);
		lines_close(lines);
		mem_free(wanted);
		buffer_free(&out);
	}
	fields_free(&fields);
}

/* What stood in the buffer before belongs to neither digest nor total. */
static void
appends_to_a_buffer(void **state)
{
	const struct batch_card one = card("1", "26112300000012", "A");
	const struct batch batch = batch_of(&one, 1);
	char first[BATCH_HASH_TOTAL], second[BATCH_HASH_TOTAL];
	struct buffer alone = {0}, after = {0};

	(void)state;
	buffer_puts(&after, "something else\n");
	batch_render(&batch, &alone, first);
	batch_render(&batch, &after, second);
	assert_string_equal(first, second);
	assert_string_equal(after.data + strlen("something else\n"),
			    alone.data);
	buffer_free(&alone);
	buffer_free(&after);
}

/* A large batch: every line in its place, total and digest by other means,
 * and the same cards give the same bytes. */
static void
writes_a_large_batch(void **state)
{
	enum { MANY = 20000 };
	struct batch_card *cards = mem_alloc(MANY, sizeof(*cards));
	char(*numbers)[16] = mem_alloc(MANY, sizeof(*numbers));
	char total[BATCH_HASH_TOTAL], again_total[BATCH_HASH_TOTAL];
	char wanted[BATCH_HASH_TOTAL], digest[65];
	struct buffer out = {0}, again = {0};
	const struct batch batch = batch_of(cards, MANY);
	struct fields fields = {0};
	struct lines *lines;
	struct line line;
	uint64_t sum = 0;
	size_t at;

	(void)state;
	for (uint64_t i = 0; i < MANY; i++) {
		uint64_t front = 9612310000000 + i * 19999;

		snprintf(numbers[i], sizeof(*numbers), "%013" PRIu64 "%d",
			 front, (int)(i % 10));
		cards[i] = card("7", numbers[i], "A");
		/* Cannot overflow: 20000 times 10^13. */
		sum += front;
	}
	batch_render(&batch, &out, total);
	batch_render(&batch, &again, again_total);
	assert_string_equal(total, again_total);
	assert_int_equal(out.len, again.len);
	assert_memory_equal(out.data, again.data, out.len);

	snprintf(wanted, sizeof(wanted), "%013" PRIu64,
		 sum % UINT64_C(10000000000000));
	assert_string_equal(total, wanted);
	at = trailer_at(&out);
	sha256_hex(out.data, at, digest);

	lines = lines_open_memory(out.data, out.len, 4096);
	assert_int_equal(lines_next(lines, &line), LINES_LINE);
	for (size_t i = 0; i < MANY; i++) {
		assert_int_equal(lines_next(lines, &line), LINES_LINE);
		assert_int_equal(
			fields_split(&fields, line.data, line.len, ','), 0);
		assert_int_equal(strtoull(fields.values[1], NULL, 10), i + 1);
		assert_string_equal(fields.values[5], numbers[i]);
	}
	assert_int_equal(lines_next(lines, &line), LINES_LINE);
	assert_int_equal(fields_split(&fields, line.data, line.len, ','), 0);
	assert_int_equal(fields.count, 5);
	assert_string_equal(fields.values[0], "T");
	assert_string_equal(fields.values[2], "20000");
	assert_string_equal(fields.values[3], wanted);
	assert_string_equal(fields.values[4], digest);
	assert_int_equal(lines_next(lines, &line), LINES_END);

	lines_close(lines);
	fields_free(&fields);
	buffer_free(&out);
	buffer_free(&again);
	mem_free(numbers);
	mem_free(cards);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_these_bytes),
		cmocka_unit_test(writes_an_empty_batch),
		cmocka_unit_test(hash_total_wraps),
		cmocka_unit_test(names_survive_quoting),
		cmocka_unit_test(appends_to_a_buffer),
		cmocka_unit_test(writes_a_large_batch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
