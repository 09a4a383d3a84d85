/*
 * Reading results.
 */
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "db_private.h"
#include "hex.h"
#include "mem.h"

int
db_rows(const struct db_result *result)
{
	return PQntuples(result->pg);
}

int
db_columns(const struct db_result *result)
{
	return PQnfields(result->pg);
}

const char *
db_column_name(const struct db_result *result, int column)
{
	const char *name = PQfname(result->pg, column);

	return name ? name : "";
}

const char *
db_value(const struct db_result *result, int row, int column)
{
	const char *value = PQgetvalue(result->pg, row, column);

	return value ? value : "";
}

bool
db_is_null(const struct db_result *result, int row, int column)
{
	return PQgetisnull(result->pg, row, column) != 0;
}

int64_t
db_int64(const struct db_result *result, int row, int column)
{
	return strtoll(db_value(result, row, column), NULL, 10);
}

bool
db_bool(const struct db_result *result, int row, int column)
{
	return strcmp(db_value(result, row, column), "t") == 0;
}

int
db_bytea(const struct db_result *result, int row, int column,
	 struct buffer *out)
{
	const char *text = db_value(result, row, column);
	size_t len = strlen(text), start = out->len, i;
	int high, low;

	if (len < 2 || len % 2 != 0 || text[0] != '\\' || text[1] != 'x')
		return -1;
	buffer_reserve(out, out->len + len / 2);
	for (i = 2; i < len; i += 2) {
		high = hex_digit(text[i]);
		low = hex_digit(text[i + 1]);
		if (high < 0 || low < 0) {
			out->len = start;
			if (out->data)
				out->data[start] = '\0';
			return -1;
		}
		buffer_putc(out, (char)(high << 4 | low));
	}
	return 0;
}

void
db_result_free(struct db_result *result)
{
	if (!result)
		return;
	PQclear(result->pg);
	mem_free(result);
}
