/*
 * A loaded configuration: see conf.h. Values are gathered aside and land in
 * the structs only when the whole file is good.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "conf_private.h"
#include "mem.h"

static size_t
table_size(const struct conf_setting *settings)
{
	size_t count = 0;

	while (settings[count].name)
		count++;
	return count;
}

struct conf_value *
conf_values_new(const struct conf_setting *settings)
{
	return mem_alloc(table_size(settings) + 1, sizeof(struct conf_value));
}

static void
value_free(const struct conf_setting *setting, struct conf_value *value)
{
	mem_free(value->text);
	for (char **text = value->texts; text && *text; text++)
		mem_free(*text);
	mem_free(value->texts);
	for (size_t i = 0; i < value->landed.count; i++)
		conf_values_free(setting->record, value->records[i]);
	mem_free(value->records);
	mem_free(value->landed.items);
}

void
conf_values_free(const struct conf_setting *settings, struct conf_value *values)
{
	for (size_t i = 0; settings[i].name; i++)
		value_free(&settings[i], &values[i]);
	mem_free(values);
}

static bool
folder_of(struct conf *conf)
{
	const char *slash = conf->path ? strrchr(conf->path, '/') : NULL;
	char *folder, *real;

	if (!slash)
		folder = mem_strdup(".");
	else if (slash == conf->path)
		folder = mem_strdup("/");
	else
		folder = mem_strndup(conf->path, (size_t)(slash - conf->path));
	real = realpath(folder, NULL);
	mem_free(folder);
	conf->folder = mem_strdup(real);
	free(real);
	return conf->folder != NULL;
}

/* Reads the file into values; no struct is touched. */
static struct conf *
conf_new(const char *path, const struct conf_section *sections, size_t count,
	 const char *const *others, char **error)
{
	struct conf *conf = mem_alloc(1, sizeof(*conf));
	size_t names = 0;

	conf->path = mem_strdup(path);
	conf->count = count;
	conf->sections = mem_alloc(count, sizeof(*conf->sections));
	conf->values = mem_alloc(count, sizeof(*conf->values));
	for (size_t i = 0; i < count; i++) {
		conf->sections[i] = sections[i];
		conf->values[i] = conf_values_new(sections[i].settings);
	}
	while (others && others[names])
		names++;
	conf->others = mem_alloc(names + 1, sizeof(*conf->others));
	for (size_t i = 0; i < names; i++)
		conf->others[i] = mem_strdup(others[i]);
	if (!folder_of(conf))
		*error = mem_printf("%s: %s",
				    conf->path ? conf->path : "default",
				    strerror(errno));
	else if (conf_read(conf, error) == 0)
		return conf;
	conf_free(conf);
	return NULL;
}

static void fill_struct(const struct conf_setting *settings,
			struct conf_value *values, void *to, size_t size);

/* The bytes of a value as its field holds them. */
static const void *
landed_bytes(const struct conf_setting *setting, struct conf_value *value,
	     bool *flag, size_t *len)
{
	struct conf_records *landed = &value->landed;

	switch (setting->type) {
	case CONF_STRING:
	case CONF_PATH:
	case CONF_SECRET:
		*len = sizeof(value->text);
		return &value->text;
	case CONF_INT:
	case CONF_DURATION:
	case CONF_SIZE:
	case CONF_LENGTH:
		break;
	case CONF_BOOL:
		*flag = value->number != 0;
		*len = sizeof(*flag);
		return flag;
	case CONF_STRINGS:
	case CONF_SECRETS:
		*len = sizeof(value->texts);
		return &value->texts;
	case CONF_RECORDS:
		/* Those that a reload left as they were have landed. */
		if (!landed->items)
			landed->items = mem_alloc(landed->count + 1,
						  setting->record_size);
		for (size_t i = 0; i < landed->count; i++)
			fill_struct(setting->record, value->records[i],
				    (char *)landed->items +
					    i * setting->record_size,
				    setting->record_size);
		*len = sizeof(*landed);
		return landed;
	}
	*len = sizeof(value->number);
	return &value->number;
}

static void
fill_struct(const struct conf_setting *settings, struct conf_value *values,
	    void *to, size_t size)
{
	for (size_t i = 0; settings[i].name; i++) {
		bool flag;
		size_t len;
		const void *bytes =
			landed_bytes(&settings[i], &values[i], &flag, &len);

		assert(settings[i].offset + len <= size);
		memcpy((char *)to + settings[i].offset, bytes, len);
	}
}

/* Lets the values land in the structs. */
static void
fill_structs(const struct conf *conf)
{
	for (size_t i = 0; i < conf->count; i++)
		fill_struct(conf->sections[i].settings, conf->values[i],
			    conf->sections[i].values,
			    conf->sections[i].values_size);
}

struct conf *
conf_load(const char *path, const struct conf_section *sections,
	  const char *const *others, char **error)
{
	struct conf *conf;
	size_t count = 0;

	while (sections[count].settings)
		count++;
	conf = conf_new(path, sections, count, others, error);
	if (conf)
		fill_structs(conf);
	return conf;
}

static bool
same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool
same_texts(char **a, char **b)
{
	if (!a || !b)
		return a == b;
	for (; *a && *b; a++, b++)
		if (strcmp(*a, *b) != 0)
			return false;
	return !*a && !*b;
}

static bool
same_value(const struct conf_setting *setting, const struct conf_value *a,
	   const struct conf_value *b)
{
	if (a->set != b->set || a->number != b->number ||
	    !same_text(a->text, b->text) || !same_texts(a->texts, b->texts) ||
	    a->landed.count != b->landed.count)
		return false;
	for (size_t i = 0; i < a->landed.count; i++)
		for (size_t j = 0; setting->record[j].name; j++)
			if (!same_value(&setting->record[j], &a->records[i][j],
					&b->records[i][j]))
				return false;
	return true;
}

/* Settings that a reload may not change stay as they are in old; their names
 * are listed when the file has changed them. */
static void
keep_fixed(struct conf *old, struct conf *conf, struct buffer *restart)
{
	for (size_t i = 0; i < conf->count; i++) {
		const struct conf_section *section = &conf->sections[i];

		for (size_t j = 0; section->settings[j].name; j++) {
			struct conf_value *was = &old->values[i][j];
			struct conf_value *is = &conf->values[i][j];
			struct conf_value swap = *was;

			if (section->settings[j].reload)
				continue;
			if (!same_value(&section->settings[j], was, is))
				buffer_printf(restart, "%s%s%s%s",
					      restart->len ? ", " : "",
					      section->name ? section->name
							    : "",
					      section->name ? "." : "",
					      section->settings[j].name);
			*was = *is;
			*is = swap;
		}
	}
}

struct conf *
conf_reload(struct conf *old, char **restart, char **error)
{
	struct buffer names = {0};
	struct conf *conf;

	conf = conf_new(old->path, old->sections, old->count,
			(const char *const *)old->others, error);
	if (!conf)
		return NULL;
	keep_fixed(old, conf, &names);
	fill_structs(conf);
	conf_free(old);
	*restart = names.data;
	return conf;
}

void
conf_free(struct conf *conf)
{
	if (!conf)
		return;
	for (size_t i = 0; i < conf->count; i++)
		conf_values_free(conf->sections[i].settings, conf->values[i]);
	for (char **other = conf->others; *other; other++)
		mem_free(*other);
	mem_free(conf->others);
	mem_free(conf->values);
	mem_free(conf->sections);
	mem_free(conf->folder);
	mem_free(conf->path);
	mem_free(conf);
}
