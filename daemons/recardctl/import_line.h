/*
 * One line of an imported file: a JSON object, or a reason why not. Pure.
 */
#ifndef RECARD_IMPORT_LINE_H
#define RECARD_IMPORT_LINE_H

#include <jansson.h>
#include <stdbool.h>

struct line;

/* NULL with *code (a constant) and *text, which mem_free() frees and which
 * quotes nothing of the line. */
json_t *import_line_parse(const struct line *line, const char **code,
			  char **text);
/* Nothing but blanks: no row. */
bool import_line_empty(const struct line *line);

#endif
