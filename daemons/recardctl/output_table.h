/*
 * Rows as people read them, in columns that stay aligned with Chinese
 * characters, too. Pure.
 */
#ifndef RECARD_OUTPUT_TABLE_H
#define RECARD_OUTPUT_TABLE_H

#include "output.h"

void output_table_write(const struct output *out, bool emphasis,
			struct buffer *to);

#endif
