/*
 * Sources of files from their configuration: see source.h.
 */
#include <string.h>

#include "mem.h"
#include "source.h"

const struct conf_setting source_settings[] = {SOURCE_SETTINGS(0), {0}};

char *
source_fill(struct fetch_source *source, const struct source_settings *s,
	    const char *inbox, const char *const *kinds)
{
	if (!s->name || !*s->name)
		return mem_strdup("name is not set");
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

char *
source_name_clash(const struct fetch_source *sources, size_t last)
{
	for (size_t i = 0; i < last; i++)
		if (strcmp(sources[i].name, sources[last].name) == 0)
			return mem_printf("name \"%s\" is another block's",
					  sources[last].name);
	return NULL;
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
			source_fill(&sources[i], &settings[i], inbox, kinds);

		if (!words && !settings[i].url)
			words = mem_strdup("url is not set");
		if (!words)
			words = source_name_clash(sources, i);
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
