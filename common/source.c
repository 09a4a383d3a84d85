/*
 * Sources of files from their configuration: see source.h.
 */
#include <string.h>

#include "mem.h"
#include "source.h"

#define AT(field) offsetof(struct source_settings, field)

const struct conf_setting source_settings[] = {
	{"name", CONF_STRING, AT(name), NULL, 0, 0, false,
	 "What the source is called in the database and the log."},
	{"url", CONF_STRING, AT(url), NULL, 0, 0, false,
	 "The folder: sftp://user@host:port/path/ or https://host:port/path/."},
	{"pattern", CONF_STRING, AT(pattern), "*.csv", 0, 0, false,
	 "Names of the files to take, as for the shell."},
	TRANSFER_SETTINGS(AT(transfer)),
	{0}};

/* NULL, or what is wrong with the block. */
static char *
fill_source(struct fetch_source *source, const struct source_settings *s,
	    const char *inbox, const char *const *kinds)
{
	if (!s->name || !*s->name)
		return mem_strdup("name is not set");
	if (!s->url)
		return mem_strdup("url is not set");
	*source = (struct fetch_source){
		.name = s->name,
		.remote = transfer_settings_remote(&s->transfer, s->url),
		.inbox = inbox,
		.kinds = kinds,
		.pattern = s->pattern,
		.every_ms = s->transfer.every,
	};
	return fetch_objection(source);
}

static bool
name_taken(const struct source_settings *settings, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (strcmp(settings[i].name, settings[at].name) == 0)
			return true;
	return false;
}

struct fetch_source *
sources_new(const struct conf_records *records, const char *inbox,
	    const char *const *kinds, const char *section, char **error)
{
	const struct source_settings *settings = records->items;
	struct fetch_source *sources =
		mem_alloc(records->count + 1, sizeof(*sources));

	*error = NULL;
	for (size_t i = 0; i < records->count; i++) {
		char *words =
			fill_source(&sources[i], &settings[i], inbox, kinds);

		if (!words && name_taken(settings, i))
			words = mem_printf("name \"%s\" is another block's",
					   settings[i].name);
		if (!words)
			continue;
		*error = mem_printf("%s.sources[%zu]: %s", section, i + 1,
				    words);
		mem_free(words);
		mem_free(sources);
		return NULL;
	}
	return sources;
}
