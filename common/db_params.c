/*
 * Parameters as libpq takes them, and array literals.
 */
#include <assert.h>
#include <inttypes.h>
#include <limits.h>

#include "buffer.h"
#include "db_private.h"
#include "mem.h"

void
db_vector_fill(struct db_vector *vector, const struct db_param *params,
	       int count)
{
	size_t n = count > 0 ? (size_t)count : 1;
	int i;

	vector->values = mem_alloc(n, sizeof(*vector->values));
	vector->lengths = mem_alloc(n, sizeof(*vector->lengths));
	vector->formats = mem_alloc(n, sizeof(*vector->formats));
	vector->digits = mem_alloc(n, sizeof(*vector->digits));
	for (i = 0; i < count; i++) {
		switch (params[i].kind) {
		case DB_NULL:
			break;
		case DB_TEXT:
			vector->values[i] = params[i].text;
			break;
		case DB_INT:
			snprintf(vector->digits[i], sizeof(vector->digits[i]),
				 "%" PRId64, params[i].number);
			vector->values[i] = vector->digits[i];
			break;
		case DB_BYTES:
			assert(params[i].len <= INT_MAX);
			/* No bytes at all are not NULL. */
			vector->values[i] =
				params[i].bytes ? params[i].bytes : "";
			vector->lengths[i] = (int)params[i].len;
			vector->formats[i] = 1;
			break;
		}
	}
}

void
db_vector_free(struct db_vector *vector)
{
	mem_free(vector->values);
	mem_free(vector->lengths);
	mem_free(vector->formats);
	mem_free(vector->digits);
}

static void
next_element(struct buffer *array)
{
	buffer_putc(array, array->len == 0 ? '{' : ',');
}

void
db_array_add(struct buffer *array, const char *element)
{
	next_element(array);
	if (!element) {
		buffer_puts(array, "NULL");
		return;
	}
	/* Always quoted: an element "NULL" or "" is text all the same. */
	buffer_putc(array, '"');
	for (; *element; element++) {
		if (*element == '"' || *element == '\\')
			buffer_putc(array, '\\');
		buffer_putc(array, *element);
	}
	buffer_putc(array, '"');
}

void
db_array_add_int(struct buffer *array, int64_t element)
{
	next_element(array);
	buffer_printf(array, "%" PRId64, element);
}

const char *
db_array_end(struct buffer *array)
{
	if (array->len == 0)
		buffer_putc(array, '{');
	/* Every element ends in a quote, a letter or a digit. */
	if (array->data[array->len - 1] != '}')
		buffer_putc(array, '}');
	return array->data;
}

void
db_array_add_list(struct buffer *array, char *const *words)
{
	struct buffer list = {0};

	for (; words && *words; words++)
		db_array_add(&list, *words);
	db_array_add(array, db_array_end(&list));
	buffer_free(&list);
}
