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
		conf->values[i] = mem_alloc(table_size(sections[i].settings),
					    sizeof(**conf->values));
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

/* Lets the values land in the structs. */
static void
fill_structs(const struct conf *conf)
{
	for (size_t i = 0; i < conf->count; i++) {
		const struct conf_section *section = &conf->sections[i];

		for (size_t j = 0; section->settings[j].name; j++) {
			const struct conf_setting *setting =
				&section->settings[j];
			const struct conf_value *value = &conf->values[i][j];
			char *field = (char *)section->values + setting->offset;
			bool flag = value->number != 0;
			const void *bytes = &value->number;
			size_t len = sizeof(value->number);

			if (setting->type == CONF_BOOL) {
				bytes = &flag;
				len = sizeof(flag);
			} else if (setting->type == CONF_STRING ||
				   setting->type == CONF_PATH ||
				   setting->type == CONF_SECRET) {
				bytes = &value->text;
				len = sizeof(value->text);
			}
			assert(setting->offset + len <= section->values_size);
			memcpy(field, bytes, len);
		}
	}
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
same_value(const struct conf_value *a, const struct conf_value *b)
{
	if (a->set != b->set || a->number != b->number)
		return false;
	if (!a->text || !b->text)
		return a->text == b->text;
	return strcmp(a->text, b->text) == 0;
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
			if (!same_value(was, is))
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
	for (size_t i = 0; i < conf->count; i++) {
		size_t count = table_size(conf->sections[i].settings);

		for (size_t j = 0; j < count; j++)
			mem_free(conf->values[i][j].text);
		mem_free(conf->values[i]);
	}
	for (char **other = conf->others; *other; other++)
		mem_free(*other);
	mem_free(conf->others);
	mem_free(conf->values);
	mem_free(conf->sections);
	mem_free(conf->folder);
	mem_free(conf->path);
	mem_free(conf);
}
