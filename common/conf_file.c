/*
 * A configuration file against the tables: every name in it must be known,
 * every value must be one of its setting's. What the file does not set gets
 * its default.
 */
#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "buffer.h"
#include "conf_private.h"
#include "conf_scan.h"
#include "mem.h"
#include "suggestion.h"

#define FILE_LIMIT (1024 * 1024)

/* "FILE:LINE: SECTION.NAME: WORDS"; line 0, section and name NULL are left
 * out. Returns -1 for its callers to return. */
static int __attribute__((format(printf, 6, 7)))
fail(const struct conf *conf, unsigned long line, const char *section,
     const char *name, char **error, const char *format, ...)
{
	struct buffer message = {0};
	va_list args;
	char *words;

	va_start(args, format);
	words = mem_vprintf(format, args);
	va_end(args);
	buffer_puts(&message, conf->path ? conf->path : "default");
	if (line)
		buffer_printf(&message, ":%lu", line);
	buffer_puts(&message, ": ");
	if (section)
		buffer_puts(&message, section);
	if (section && name)
		buffer_puts(&message, ".");
	if (name)
		buffer_puts(&message, name);
	if (section || name)
		buffer_puts(&message, ": ");
	buffer_puts(&message, words);
	mem_free(words);
	*error = message.data;
	return -1;
}

static int
fail_unknown(const struct conf *conf, const config_setting_t *element,
	     const char *section, const char *what,
	     const struct suggestion *suggestion, char **error)
{
	unsigned line = config_setting_source_line(element);
	const char *name = config_setting_name(element);

	if (!suggestion->best)
		return fail(conf, line, section, name, error, "unknown %s",
			    what);
	return fail(conf, line, section, name, error,
		    "unknown %s (did you mean \"%s\"?)", what,
		    suggestion->best);
}

/* The file's text, ready for libconfig. */
static int
read_text(const struct conf *conf, struct buffer *text, char **error)
{
	struct buffer raw = {0};
	struct conf_place place;
	const char *wrong;
	int result = 0;

	if (buffer_read_file(&raw, conf->path, FILE_LIMIT) < 0) {
		result =
			fail(conf, 0, NULL, NULL, error, "%s", strerror(errno));
		goto out;
	}
	wrong = conf_scan(&raw, text, &place);
	if (wrong)
		result = fail(
			conf, place.line, *place.group ? place.group : NULL,
			*place.name ? place.name : NULL, error, "%s", wrong);
out:
	buffer_free(&raw);
	return result;
}

/* Index of the section of a group (NULL: top level), or count. */
static size_t
find_section(const struct conf *conf, const char *name)
{
	size_t i;

	for (i = 0; i < conf->count; i++) {
		const char *known = conf->sections[i].name;

		if (name && known ? strcmp(name, known) == 0 : name == known)
			break;
	}
	return i;
}

static int read_records(struct conf *conf, const struct conf_setting *setting,
			struct conf_value *value, const char *prefix,
			const config_setting_t *list, char **error);

/* One setting of a table; prefix is what its name stands in. */
static int
read_into(struct conf *conf, const struct conf_setting *settings,
	  struct conf_value *values, const char *prefix,
	  const config_setting_t *element, char **error)
{
	const char *name = config_setting_name(element);
	struct suggestion suggestion = {.wrong = name};
	char *wrong;
	size_t i;

	for (i = 0; settings[i].name; i++) {
		if (strcmp(settings[i].name, name) == 0)
			break;
		suggestion_consider(&suggestion, settings[i].name);
	}
	if (!settings[i].name)
		return fail_unknown(conf, element, prefix, "setting",
				    &suggestion, error);
	if (settings[i].type == CONF_RECORDS && config_setting_is_list(element))
		return read_records(conf, &settings[i], &values[i], prefix,
				    element, error);
	wrong = conf_value_read(conf, &settings[i], element, &values[i]);
	if (wrong) {
		fail(conf, config_setting_source_line(element), prefix, name,
		     error, "%s", wrong);
		mem_free(wrong);
		return -1;
	}
	values[i].set = true;
	return 0;
}

static int
read_setting(struct conf *conf, size_t section_at, const char *group,
	     const config_setting_t *element, char **error)
{
	static const struct conf_setting none[] = {{.name = NULL}};

	if (section_at == conf->count)
		return read_into(conf, none, NULL, group, element, error);
	return read_into(conf, conf->sections[section_at].settings,
			 conf->values[section_at], group, element, error);
}

static bool
belongs_to_others(const struct conf *conf, const char *name)
{
	for (char **other = conf->others; *other; other++)
		if (strcmp(*other, name) == 0)
			return true;
	return false;
}

static int
read_group(struct conf *conf, const config_setting_t *group, char **error)
{
	const char *name = config_setting_name(group);
	struct suggestion suggestion = {.wrong = name};
	size_t at = find_section(conf, name);
	int count = config_setting_length(group);

	if (at == conf->count) {
		if (belongs_to_others(conf, name))
			return 0;
		for (size_t i = 0; i < conf->count; i++)
			if (conf->sections[i].name)
				suggestion_consider(&suggestion,
						    conf->sections[i].name);
		for (char **other = conf->others; *other; other++)
			suggestion_consider(&suggestion, *other);
		return fail_unknown(conf, group, NULL, "section", &suggestion,
				    error);
	}
	for (int i = 0; i < count; i++)
		if (read_setting(conf, at, name,
				 config_setting_get_elem(group, (unsigned)i),
				 error) < 0)
			return -1;
	return 0;
}

static int
read_tree(struct conf *conf, const config_t *tree, char **error)
{
	const config_setting_t *root = config_root_setting(tree);
	size_t top = find_section(conf, NULL);
	int count = config_setting_length(root);

	for (int i = 0; i < count; i++) {
		const config_setting_t *element =
			config_setting_get_elem(root, (unsigned)i);
		const char *name = config_setting_name(element);
		int result;

		if (config_setting_is_group(element))
			result = read_group(conf, element, error);
		else if (find_section(conf, name) < conf->count ||
			 belongs_to_others(conf, name))
			result = fail(conf, config_setting_source_line(element),
				      NULL, name, error,
				      "expects a group: %s: { ... };", name);
		else
			result = read_setting(conf, top, NULL, element, error);
		if (result < 0)
			return -1;
	}
	return 0;
}

static int
set_table_fallbacks(struct conf *conf, const char *prefix,
		    const struct conf_setting *settings,
		    struct conf_value *values, char **error)
{
	for (size_t j = 0; settings[j].name; j++) {
		char *wrong;

		if (values[j].set || !settings[j].fallback)
			continue;
		wrong = conf_value_fallback(conf, &settings[j], &values[j]);
		/* What is outside may make a default secret wrong; any other
		 * wrong default is a bug. */
		assert(!wrong || settings[j].type == CONF_SECRET);
		if (wrong) {
			fail(conf, 0, prefix, settings[j].name, error, "%s",
			     wrong);
			mem_free(wrong);
			return -1;
		}
		values[j].set = true;
	}
	return 0;
}

static int
set_fallbacks(struct conf *conf, char **error)
{
	for (size_t i = 0; i < conf->count; i++)
		if (set_table_fallbacks(conf, conf->sections[i].name,
					conf->sections[i].settings,
					conf->values[i], error) < 0)
			return -1;
	return 0;
}

/* One group of a list. */
static int
read_record(struct conf *conf, const struct conf_setting *record,
	    struct conf_value *values, const char *prefix,
	    const config_setting_t *group, char **error)
{
	int count = config_setting_length(group);

	for (int i = 0; i < count; i++)
		if (read_into(conf, record, values, prefix,
			      config_setting_get_elem(group, (unsigned)i),
			      error) < 0)
			return -1;
	return set_table_fallbacks(conf, prefix, record, values, error);
}

static int
read_records(struct conf *conf, const struct conf_setting *setting,
	     struct conf_value *value, const char *prefix,
	     const config_setting_t *list, char **error)
{
	unsigned count = (unsigned)config_setting_length(list);
	int result = 0;

	value->records = mem_alloc(count + 1, sizeof(*value->records));
	for (unsigned i = 0; i < count && result == 0; i++) {
		const config_setting_t *group =
			config_setting_get_elem(list, i);
		char *place =
			mem_printf("%s%s%s[%u]", prefix ? prefix : "",
				   prefix ? "." : "", setting->name, i + 1);

		value->records[i] = conf_values_new(setting->record);
		value->landed.count++;
		if (config_setting_is_group(group))
			result = read_record(conf, setting->record,
					     value->records[i], place, group,
					     error);
		else
			result = fail(conf, config_setting_source_line(group),
				      place, NULL, error,
				      "expects a group: { ... }");
		mem_free(place);
	}
	value->set = true;
	return result;
}

int
conf_read(struct conf *conf, char **error)
{
	struct buffer text = {0};
	config_t tree;
	int result;

	config_init(&tree);
	result = conf->path ? read_text(conf, &text, error) : 0;
	if (result == 0 && conf->path) {
		if (!config_read_string(&tree, text.data))
			result = fail(conf,
				      (unsigned long)config_error_line(&tree),
				      NULL, NULL, error, "%s",
				      config_error_text(&tree));
		else
			result = read_tree(conf, &tree, error);
	}
	if (result == 0)
		result = set_fallbacks(conf, error);
	config_destroy(&tree);
	buffer_free(&text);
	return result;
}
