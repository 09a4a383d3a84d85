/*
 * Strict reading of one line: see import_line.h.
 */
#include <string.h>

#include "charset.h"
#include "import_line.h"
#include "lines.h"
#include "mem.h"

/* jansson's own words quote the text near the error. */
static const char *
words_for(enum json_error_code code)
{
	switch (code) {
	case json_error_duplicate_key:
		return "a field stands there twice";
	case json_error_premature_end_of_input:
		return "it ends too early";
	case json_error_end_of_input_expected:
		return "something follows the object";
	case json_error_null_character:
	case json_error_null_byte_in_key:
		return "a NUL character is inside";
	case json_error_numeric_overflow:
		return "a number is too large";
	case json_error_stack_overflow:
		return "nested too deep";
	default:
		return "not JSON";
	}
}

json_t *
import_line_parse(const struct line *line, const char **code, char **text)
{
	json_error_t error;
	size_t offset = 0;
	json_t *object;

	if (line->has_nul) {
		*code = "nul_byte";
		*text = mem_strdup("the line holds a NUL byte");
		return NULL;
	}
	if (!charset_utf8_ok(line->data, line->len, &offset)) {
		*code = "bad_utf8";
		*text = mem_printf("no UTF-8 at byte %zu", offset + 1);
		return NULL;
	}
	object = json_loadb(line->data, line->len, JSON_REJECT_DUPLICATES,
			    &error);
	if (object)
		return object;
	*code = "bad_json";
	*text = mem_printf("%s, at byte %d", words_for(json_error_code(&error)),
			   error.position);
	return NULL;
}

bool
import_line_empty(const struct line *line)
{
	return !line->has_nul &&
	       line->data[strspn(line->data, " \t\r")] == '\0';
}
