/*
 * Lines of any bytes: what splits into fields is, written again as CSV, the
 * same fields; and a failure leaves nothing behind for the next line.
 */
#include <stdbool.h>
#include <string.h>

#include "buffer.h"
#include "fields.h"
#include "fuzz_target.h"

static void
check_again(const struct fields *fields)
{
	struct fields again = {0};
	struct buffer line = {0};

	for (size_t i = 0; i < fields->count; i++) {
		if (i > 0)
			buffer_putc(&line, ',');
		buffer_put_csv(&line, fields->values[i]);
	}
	PROMISE(fields_split(&again, line.data, line.len, ',') == 0);
	/* A single empty field is written as nothing at all. */
	if (fields->count == 1 && !*fields->values[0])
		PROMISE(line.len == 0);
	else
		PROMISE(again.count == fields->count);
	for (size_t i = 0; i < again.count; i++)
		PROMISE(strcmp(again.values[i], fields->values[i]) == 0);
	fields_free(&again);
	buffer_free(&line);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char delimiters[] = {',', '|', '\t'};
	struct fields fields = {0};

	for (size_t i = 0; i < sizeof(delimiters); i++) {
		bool good = fields_split(&fields, (const char *)data, size,
					 delimiters[i]) == 0;

		if (size && memchr(data, '\0', size))
			PROMISE(!good);
		if (good)
			check_again(&fields);
		else
			PROMISE(fields.count == 0);
		PROMISE(fields_split(&fields, "a,b", 3, ',') == 0);
		PROMISE(fields.count == 2);
		PROMISE(strcmp(fields.values[0], "a") == 0);
		PROMISE(strcmp(fields.values[1], "b") == 0);
	}
	fields_free(&fields);
	return 0;
}
