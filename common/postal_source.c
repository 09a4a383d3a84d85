/*
 * Sources of postal files from their configuration: see postal_source.h.
 */
#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "clock.h"
#include "db.h"
#include "mem.h"
#include "postal_layout.h"
#include "postal_source.h"
#include "spool.h"

#define AT(field) offsetof(struct postal_source_settings, field)

const struct conf_setting postal_source_settings[] = {
	SOURCE_SETTINGS(AT(source)),
	{"inbox", CONF_PATH, AT(inbox), NULL, 0, 0, false,
	 "Folder where its files appear; not set: tracking.inbox."},
	{"layout", CONF_STRING, AT(layout), NULL, 0, 0, false,
	 "Layout of its files, which needs an inbox of its own; not set: "
	 "tracking.layout."},
	{"days", CONF_STRING, AT(days), "all", 0, 0, false,
	 "Days on which it is looked at and files are expected: all or "
	 "working."},
	{"at", CONF_STRINGS, AT(at), NULL, 0, 0, false,
	 "Times of day (Asia/Taipei, HH:MM) at which it is looked at, instead "
	 "of every so often."},
	{"expect_by", CONF_STRINGS, AT(expect_by), NULL, 0, 0, false,
	 "Times of day (Asia/Taipei, HH:MM) by which a file must have been "
	 "taken."},
	{0}};

static char *
times_objection(const char *setting, char *const *times)
{
	for (; times && *times; times++)
		if (!clock_time_of_day_ok(*times))
			return mem_printf("%s: \"%s\" is no time of day like "
					  "16:30",
					  setting, *times);
	return NULL;
}

static char *
plain_objection(const struct postal_source_settings *s,
		const struct postal_layouts *layouts)
{
	char *words;

	if (!s->source.url && !s->inbox)
		return mem_strdup("url or inbox must be set: where do its "
				  "files come from?");
	if (!s->source.url && s->at)
		return mem_strdup("at: is for a source with a url; files of a "
				  "folder of ours are taken at once");
	if (s->layout && strcmp(s->layout, "auto") != 0 &&
	    !postal_layouts_find(layouts, s->layout))
		return mem_printf("layout: there is no layout \"%s\"",
				  s->layout);
	if (strcmp(s->days, "all") != 0 && strcmp(s->days, "working") != 0)
		return mem_printf("days: \"%s\" is neither all nor working",
				  s->days);
	words = times_objection("at", s->at);
	return words ? words : times_objection("expect_by", s->expect_by);
}

static bool
same_layout(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Also by another path. */
static bool
same_folder(const char *a, const char *b)
{
	struct stat at_a, at_b;

	if (strcmp(a, b) == 0)
		return true;
	return stat(a, &at_a) == 0 && stat(b, &at_b) == 0 &&
	       at_a.st_dev == at_b.st_dev && at_a.st_ino == at_b.st_ino;
}

static size_t
find_folder(const struct postal_sources *sources, const char *path)
{
	for (size_t i = 0; i < sources->folder_count; i++)
		if (same_folder(sources->folders[i].path, path))
			return i;
	return sources->folder_count;
}

/* What the last source may not share with those before it. */
static char *
folder_clash(const struct postal_sources *sources, size_t last, size_t folder)
{
	const struct postal_source_settings *s = &sources->settings[last];

	if (folder == 0) {
		if (!s->source.url)
			return mem_strdup("inbox is tracking.inbox: a source "
					  "without a url needs another folder");
		return s->layout ? mem_strdup("layout needs an inbox of its "
					      "own: tracking.inbox is read by "
					      "tracking.layout")
				 : NULL;
	}
	for (size_t i = 0; i < last; i++) {
		const struct postal_source_settings *other =
			&sources->settings[i];

		if (find_folder(sources, sources->fetch[i].inbox) != folder)
			continue;
		if (!s->source.url || !other->source.url)
			return mem_printf("inbox is that of source \"%s\": a "
					  "source without a url needs a "
					  "folder of its own",
					  other->source.name);
		if (!same_layout(s->layout, other->layout))
			return mem_printf("layout of \"%s\" is %s, that of "
					  "\"%s\" %s: they share an inbox",
					  s->source.name,
					  s->layout ? s->layout : "not set",
					  other->source.name,
					  other->layout ? other->layout
							: "not set");
	}
	return NULL;
}

static void
join_folder(struct postal_sources *sources, size_t at, size_t source)
{
	const struct postal_source_settings *s = &sources->settings[source];
	struct postal_folder *folder = &sources->folders[at];

	if (at == sources->folder_count) {
		sources->folder_count++;
		folder->path = s->inbox;
		folder->layout = s->layout;
	}
	folder->sources++;
	folder->alone = at > 0 && folder->sources == 1;
	db_array_add(&folder->names, s->source.name);
}

/* NULL, or what is wrong with the block. */
static char *
add_source(struct postal_sources *sources, size_t nth,
	   const struct postal_layouts *layouts, const char *const *kinds)
{
	const struct postal_source_settings *s = &sources->settings[nth];
	struct fetch_source *fetch = &sources->fetch[nth];
	const char *inbox = s->inbox ? s->inbox : sources->folders[0].path;
	char *words = source_fill(fetch, &s->source, inbox, kinds);
	size_t folder;

	if (!words)
		words = source_name_clash(sources->fetch, nth);
	if (!words)
		words = plain_objection(s, layouts);
	if (words)
		return words;
	if (spool_make_inbox(inbox) != 0)
		return mem_printf("inbox: %s: %s", inbox, strerror(errno));
	folder = find_folder(sources, inbox);
	words = folder_clash(sources, nth, folder);
	if (words)
		return words;
	fetch->timed = s->at != NULL;
	join_folder(sources, folder, nth);
	return NULL;
}

bool
postal_sources_new(const struct conf_records *records, const char *inbox,
		   const char *const *kinds,
		   const struct postal_layouts *layouts,
		   struct postal_sources *sources, char **error)
{
	*sources = (struct postal_sources){
		.settings = records->items,
		.count = records->count,
		.fetch = mem_alloc(records->count + 1, sizeof(*sources->fetch)),
		.folders = mem_alloc(records->count + 1,
				     sizeof(*sources->folders)),
		.folder_count = 1};
	sources->folders[0].path = inbox;
	for (size_t i = 0; i < records->count; i++) {
		char *words = add_source(sources, i, layouts, kinds);

		if (!words)
			continue;
		*error = mem_printf("tracking.sources[%zu]: %s", i + 1, words);
		mem_free(words);
		postal_sources_free(sources);
		return false;
	}
	for (size_t i = 0; i < sources->folder_count; i++)
		(void)db_array_end(&sources->folders[i].names);
	return true;
}

void
postal_sources_free(struct postal_sources *sources)
{
	for (size_t i = 0; i < sources->folder_count; i++)
		buffer_free(&sources->folders[i].names);
	mem_free(sources->folders);
	mem_free(sources->fetch);
	*sources = (struct postal_sources){0};
}

const struct postal_folder *
postal_sources_folder(const struct postal_sources *sources, const char *path)
{
	size_t i = 0;

	while (strcmp(sources->folders[i].path, path) != 0) {
		i++;
		assert(i < sources->folder_count);
	}
	return &sources->folders[i];
}

/* Nothing of a URL but its scheme and host: the rest may be nobody's
 * business. */
static char *
place(const struct postal_source_settings *s)
{
	const char *url = s->source.url, *host, *end, *user;

	if (!url)
		return mem_strdup(s->inbox);
	host = strstr(url, "://");
	host = host ? host + 3 : url;
	end = host + strcspn(host, "/?#");
	user = memrchr(host, '@', (size_t)(end - host));
	return mem_printf("%.*s%.*s", (int)(host - url), url,
			  (int)(end - (user ? user + 1 : host)),
			  user ? user + 1 : host);
}

void
postal_sources_columns(const struct postal_sources *sources,
		       struct buffer columns[POSTAL_SOURCE_COLUMNS])
{
	for (size_t i = 0; i < sources->count; i++) {
		const struct postal_source_settings *s = &sources->settings[i];
		char *where = place(s);

		db_array_add(&columns[0], s->source.name);
		db_array_add(&columns[1], where);
		db_array_add(&columns[2], strcmp(s->days, "working") == 0
						  ? "true"
						  : "false");
		db_array_add_list(&columns[3], s->at);
		db_array_add_list(&columns[4], s->expect_by);
		mem_free(where);
	}
}
