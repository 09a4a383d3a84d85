/*
 * The fields of a notice's content, JSON or form, by name. Every value is
 * text, as it is written: a number that went through a double would not be
 * the one that was sent.
 */
#include <string.h>

#include "buffer.h"
#include "charset.h"
#include "mem.h"
#include "scheme_private.h"

/* Longer than this a number may not fit in 64 bits. */
#define SAFE_DIGITS 18

static const char number_bytes[] = "0123456789+-.eE";

/*
 * Copies JSON with the numbers that jansson cannot hold in quotes, so that a
 * number of 20 digits loses only itself.
 */
static void
quote_numbers(const char *bytes, size_t len, struct buffer *out)
{
	bool in_text = false;

	buffer_reserve(out, len);
	for (size_t i = 0, run; i < len; i += run) {
		char c = bytes[i];

		run = 1;
		if (in_text && c == '\\' && i + 1 < len)
			run = 2;
		else if (c == '"')
			in_text = !in_text;
		else if (!in_text && (c == '-' || (c >= '0' && c <= '9')))
			while (i + run < len && bytes[i + run] &&
			       strchr(number_bytes, bytes[i + run]))
				run++;
		if (!in_text && (run > SAFE_DIGITS ||
				 (run > 1 && (memchr(bytes + i, 'e', run) ||
					      memchr(bytes + i, 'E', run))))) {
			buffer_putc(out, '"');
			buffer_append(out, bytes + i, run);
			buffer_putc(out, '"');
		} else {
			buffer_append(out, bytes + i, run);
		}
	}
}

static json_t *
parse_json(const char *bytes, size_t len, enum json_error_code *code)
{
	struct buffer quoted = {0};
	json_error_t error;
	json_t *json = json_loadb(bytes, len, JSON_REJECT_DUPLICATES, &error);

	if (!json && json_error_code(&error) == json_error_numeric_overflow) {
		quote_numbers(bytes, len, &quoted);
		json = json_loadb(quoted.data, quoted.len,
				  JSON_REJECT_DUPLICATES, &error);
		buffer_free(&quoted);
	}
	if (!json)
		*code = json_error_code(&error);
	return json;
}

static const char *
text_fault(const char *bytes, size_t len)
{
	size_t offset;

	if (len > 0 && memchr(bytes, '\0', len))
		return "nul_byte";
	return charset_utf8_ok(bytes, len, &offset) ? NULL : "bad_utf8";
}

/* The first fault is the one that is told. */
static void
spoil(struct scheme_content *content, const char *code)
{
	if (!content->fault)
		content->fault = code;
}

void
scheme_content_read_json(struct scheme_content *content, const char *bytes,
			 size_t len)
{
	enum json_error_code code = json_error_unknown;

	*content = (struct scheme_content){0};
	spoil(content, text_fault(bytes, len));
	if (content->fault)
		return;
	content->json = len > 0 ? parse_json(bytes, len, &code) : NULL;
	if (json_is_object(content->json))
		return;
	json_decref(content->json);
	content->json = NULL;
	if (code == json_error_null_character ||
	    code == json_error_null_byte_in_key)
		spoil(content, "nul_byte");
	else
		spoil(content, "bad_json");
}

static void
read_form(struct scheme_content *content, const char *bytes, size_t len)
{
	*content = (struct scheme_content){0};
	if (scheme_form_parse(&content->form, bytes, len) != SCHEME_FORM_GOOD) {
		/* Of two fields of one name neither is the right one. */
		scheme_form_free(&content->form);
		spoil(content, "bad_form");
		return;
	}
	scheme_content_check_form(content);
}

void
scheme_content_check_form(struct scheme_content *content)
{
	for (size_t i = 0; i < content->form.count; i++) {
		const struct scheme_pair *pair = &content->form.pairs[i];

		spoil(content, text_fault(pair->name, pair->name_len));
		spoil(content, text_fault(pair->value, pair->value_len));
	}
}

void
scheme_content_read(struct scheme_content *content, const char *bytes,
		    size_t len)
{
	size_t i = 0;

	while (i < len && strchr(" \t\r\n", bytes[i]) && bytes[i])
		i++;
	if (i < len && bytes[i] == '{')
		scheme_content_read_json(content, bytes, len);
	else
		read_form(content, bytes, len);
}

void
scheme_content_free(struct scheme_content *content)
{
	json_decref(content->json);
	scheme_form_free(&content->form);
	*content = (struct scheme_content){0};
}

static char *
json_text(const json_t *value)
{
	char *dumped, *text;

	switch (json_typeof(value)) {
	case JSON_STRING:
		return mem_strndup(json_string_value(value),
				   json_string_length(value));
	case JSON_INTEGER:
		return mem_printf("%lld", (long long)json_integer_value(value));
	case JSON_TRUE:
		return mem_strdup("true");
	case JSON_FALSE:
		return mem_strdup("false");
	case JSON_REAL:
		/* Never without a dot or an exponent: it is no whole number,
		 * whatever its value. */
		dumped = json_dumps(value, JSON_ENCODE_ANY);
		text = mem_strdup(dumped);
		free(dumped);
		return text;
	case JSON_OBJECT:
	case JSON_ARRAY:
	case JSON_NULL:
		return NULL;
	}
	return NULL;
}

/* A member of an object, or by its number from 0 an element of an array. */
static const json_t *
step(const json_t *json, const char *name)
{
	size_t index = 0, len = strlen(name);

	if (!json_is_array(json))
		return json_object_get(json, name);
	if (len == 0 || len > 9 || strspn(name, "0123456789") != len)
		return NULL;
	for (; *name; name++)
		index = index * 10 + (size_t)(*name - '0');
	return json_array_get(json, index);
}

static char *
get_json(const json_t *json, const char *path)
{
	char *names = mem_strdup(path), *rest = names;

	while (json && rest)
		json = step(json, strsep(&rest, "."));
	mem_free(names);
	return json ? json_text(json) : NULL;
}

char *
scheme_content_get(const struct scheme_content *content, const char *path)
{
	const struct scheme_pair *pair;

	if (!path || !*path)
		return NULL;
	if (content->json)
		return get_json(content->json, path);
	pair = scheme_form_find(&content->form, path);
	if (!pair && strrchr(path, '.'))
		pair = scheme_form_find(&content->form, strrchr(path, '.') + 1);
	if (!pair || text_fault(pair->value, pair->value_len))
		return NULL;
	return mem_strndup(pair->value, pair->value_len);
}
