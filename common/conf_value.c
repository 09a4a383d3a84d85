/*
 * One setting's value: of the right type, within bounds, its path made
 * absolute, its secret's file kept from others.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf_private.h"
#include "mem.h"
#include "secret_file.h"

static const char *const expectations[] = {
	[CONF_STRING] = "a string in quotes",
	[CONF_PATH] = "a path in quotes",
	[CONF_INT] = "a whole number",
	[CONF_BOOL] = "true or false",
	[CONF_DURATION] = "a duration in quotes with its unit (ms, s, m, h "
			  "or d), as in \"30s\"",
	[CONF_SIZE] = "a size in quotes, in bytes or with its unit (k, M or "
		      "G), as in \"64k\"",
	[CONF_LENGTH] = "a length in quotes with its unit (mm or cm), as in "
			"\"38.2mm\"",
	[CONF_SECRET] = "the path of a file in quotes",
	[CONF_SECRETS] = "the path of a file in quotes, or several in "
			 "brackets, as in [\"a.key\", \"b.key\"]",
	[CONF_STRINGS] = "a string in quotes, or several in brackets, as in "
			 "[\"1\", \"2\"]",
	[CONF_RECORDS] = "groups in parentheses: ( { ... }, { ... } )",
};

/* These return NULL, or in words what is wrong (mem_free). */

static char *
check_bounds(const struct conf_setting *setting, int64_t number)
{
	char value[32], min[32], max[32];

	if ((setting->min == 0 && setting->max == 0) ||
	    (number >= setting->min && number <= setting->max))
		return NULL;
	conf_format_number(setting->type, number, value);
	conf_format_number(setting->type, setting->min, min);
	conf_format_number(setting->type, setting->max, max);
	return mem_printf("%s is out of bounds (%s to %s)", value, min, max);
}

static char *
path_value(const struct conf *conf, const char *text, char **path)
{
	if (!*text)
		return mem_strdup("the path is empty");
	if (*text == '/')
		*path = mem_strdup(text);
	else
		*path = mem_printf(
			"%s/%s", strcmp(conf->folder, "/") ? conf->folder : "",
			text);
	return NULL;
}

char *
conf_credential(const char *path)
{
	const char *folder = getenv("CREDENTIALS_DIRECTORY");
	char *credential;

	if (!folder || *folder != '/')
		return NULL;
	credential = mem_printf("%s%s", folder, strrchr(path, '/'));
	if (access(credential, F_OK) == 0)
		return credential;
	mem_free(credential);
	return NULL;
}

static char *
secret_value(const struct conf *conf, const char *text, char **path)
{
	char *wrong = path_value(conf, text, path);
	char *credential = wrong ? NULL : conf_credential(*path);

	if (credential) {
		mem_free(*path);
		*path = credential;
	}
	if (!wrong)
		wrong = secret_file_objection(*path);
	if (wrong) {
		mem_free(*path);
		*path = NULL;
	}
	return wrong;
}

/* A value that is a string in the file. */
static char *
string_value(const struct conf *conf, const struct conf_setting *setting,
	     const char *text, struct conf_value *value)
{
	switch (setting->type) {
	case CONF_STRING:
		value->text = mem_strdup(text);
		return NULL;
	case CONF_PATH:
		return path_value(conf, text, &value->text);
	case CONF_SECRET:
		return secret_value(conf, text, &value->text);
	case CONF_SECRETS:
		value->texts = mem_alloc(2, sizeof(*value->texts));
		return secret_value(conf, text, &value->texts[0]);
	case CONF_DURATION:
		if (conf_parse_duration(text, &value->number))
			return check_bounds(setting, value->number);
		break;
	case CONF_SIZE:
		if (conf_parse_size(text, &value->number))
			return check_bounds(setting, value->number);
		break;
	case CONF_LENGTH:
		if (conf_parse_length(text, &value->number))
			return check_bounds(setting, value->number);
		break;
	case CONF_STRINGS:
		value->texts = mem_alloc(2, sizeof(*value->texts));
		value->texts[0] = mem_strdup(text);
		return NULL;
	case CONF_INT:
	case CONF_BOOL:
	case CONF_RECORDS:
		break;
	}
	return mem_printf("\"%s\" is not understood; expects %s", text,
			  expectations[setting->type]);
}

/* "a, b" in a settings table is ["a", "b"]. */
static char *
split_strings(const char *text, struct conf_value *value)
{
	size_t count = 1, len;

	for (const char *c = text; *c; c++)
		count += *c == ',';
	value->texts = mem_alloc(count + 1, sizeof(*value->texts));
	for (size_t i = 0; i < count; i++, text += len + 1) {
		text += strspn(text, " ");
		len = strcspn(text, ",");
		value->texts[i] = mem_strndup(text, len);
	}
	return NULL;
}

char *
conf_value_fallback(const struct conf *conf, const struct conf_setting *setting,
		    struct conf_value *value)
{
	const char *text = setting->fallback;
	char *end;

	if (setting->type == CONF_STRINGS)
		return split_strings(text, value);
	if (setting->type == CONF_BOOL) {
		value->number = strcmp(text, "true") == 0;
		if (value->number || strcmp(text, "false") == 0)
			return NULL;
	} else if (setting->type == CONF_INT) {
		errno = 0;
		value->number = strtoll(text, &end, 10);
		if (end != text && !*end && errno == 0)
			return check_bounds(setting, value->number);
	}
	return string_value(conf, setting, text, value);
}

static char *
strings_value(const struct conf *conf, const struct conf_setting *setting,
	      const config_setting_t *element, struct conf_value *value)
{
	char *wrong = NULL;
	unsigned count = (unsigned)config_setting_length(element);

	for (unsigned i = 0; i < count; i++)
		if (config_setting_type(config_setting_get_elem(element, i)) !=
		    CONFIG_TYPE_STRING)
			return mem_printf("expects %s",
					  expectations[setting->type]);
	value->texts = mem_alloc(count + 1, sizeof(*value->texts));
	for (unsigned i = 0; i < count && !wrong; i++) {
		const char *text =
			config_setting_get_string_elem(element, (int)i);

		if (setting->type == CONF_SECRETS)
			wrong = secret_value(conf, text, &value->texts[i]);
		else
			value->texts[i] = mem_strdup(text);
	}
	return wrong;
}

char *
conf_value_read(const struct conf *conf, const struct conf_setting *setting,
		const config_setting_t *element, struct conf_value *value)
{
	switch (config_setting_type(element)) {
	case CONFIG_TYPE_STRING:
		if (setting->type == CONF_INT || setting->type == CONF_BOOL ||
		    setting->type == CONF_RECORDS)
			break;
		return string_value(conf, setting,
				    config_setting_get_string(element), value);
	case CONFIG_TYPE_BOOL:
		if (setting->type != CONF_BOOL)
			break;
		value->number = config_setting_get_bool(element) != 0;
		return NULL;
	case CONFIG_TYPE_ARRAY:
	case CONFIG_TYPE_LIST:
		if (setting->type != CONF_STRINGS &&
		    setting->type != CONF_SECRETS)
			break;
		return strings_value(conf, setting, element, value);
	case CONFIG_TYPE_INT:
	case CONFIG_TYPE_INT64:
		/* A bare number of bytes needs no unit. */
		if (setting->type != CONF_INT && setting->type != CONF_SIZE)
			break;
		value->number = config_setting_get_int64(element);
		if (setting->type == CONF_SIZE && value->number < 0)
			break;
		return check_bounds(setting, value->number);
	}
	return mem_printf("expects %s", expectations[setting->type]);
}
