/*
 * The settings in force, printed as a file that reads the same.
 */
#include <inttypes.h>
#include <stdio.h>

#include "conf_private.h"

static void
print_string(FILE *file, const char *text)
{
	putc('"', file);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			fprintf(file, "\\%c", c);
		else if (c == '\n')
			fputs("\\n", file);
		else if (c < ' ' || c == 0x7f)
			fprintf(file, "\\x%02x", c);
		else
			putc(c, file);
	}
	putc('"', file);
}

static void print_settings(FILE *file, const struct conf_setting *settings,
			   const struct conf_value *values, const char *indent);

static void
print_strings(FILE *file, char **texts)
{
	putc('[', file);
	for (char **text = texts; *text; text++) {
		if (text != texts)
			fputs(", ", file);
		print_string(file, *text);
	}
	putc(']', file);
}

static void
print_records(FILE *file, const struct conf_setting *setting,
	      const struct conf_value *value, const char *indent)
{
	char deeper[16];

	snprintf(deeper, sizeof(deeper), "%s\t", indent);
	putc('(', file);
	for (size_t i = 0; i < value->landed.count; i++) {
		fputs(i ? ", {\n" : "{\n", file);
		print_settings(file, setting->record, value->records[i],
			       deeper);
		fprintf(file, "%s}", indent);
	}
	putc(')', file);
}

static void
print_value(FILE *file, const struct conf_setting *setting,
	    const struct conf_value *value, const char *indent)
{
	char number[32];

	switch (setting->type) {
	case CONF_STRING:
	case CONF_PATH:
	case CONF_SECRET:
		print_string(file, value->text);
		return;
	case CONF_STRINGS:
	case CONF_SECRETS:
		print_strings(file, value->texts);
		return;
	case CONF_RECORDS:
		print_records(file, setting, value, indent);
		return;
	case CONF_BOOL:
		fputs(value->number ? "true" : "false", file);
		return;
	case CONF_INT:
		/* L: also right for a libconfig that reads 32 bits. */
		fprintf(file, "%" PRId64 "%s", value->number,
			value->number > INT32_MAX || value->number < INT32_MIN
				? "L"
				: "");
		return;
	case CONF_DURATION:
	case CONF_SIZE:
	case CONF_LENGTH:
		conf_format_number(setting->type, value->number, number);
		print_string(file, number);
		return;
	}
}

static void
print_settings(FILE *file, const struct conf_setting *settings,
	       const struct conf_value *values, const char *indent)
{
	for (size_t i = 0; settings[i].name; i++) {
		fprintf(file, "%s# %s\n", indent, settings[i].help);
		if (!values[i].set) {
			fprintf(file, "%s# %s is not set\n", indent,
				settings[i].name);
			continue;
		}
		fprintf(file, "%s%s = ", indent, settings[i].name);
		print_value(file, &settings[i], &values[i], indent);
		fputs(";\n", file);
	}
}

void
conf_print(const struct conf *conf, void *stdio_file)
{
	FILE *file = stdio_file;

	for (size_t i = 0; i < conf->count; i++) {
		const struct conf_section *section = &conf->sections[i];

		if (i > 0)
			putc('\n', file);
		if (section->name)
			fprintf(file, "%s: {\n", section->name);
		print_settings(file, section->settings, conf->values[i],
			       section->name ? "\t" : "");
		if (section->name)
			fputs("};\n", file);
	}
}
