/*
 * Sources of postal files as the configuration names them: folders of other
 * houses that are fetched from, and folders of ours that others fill; each
 * with the layout of its files, the times at which it is looked at, and the
 * hours by which it must have given a file.
 */
#ifndef RECARD_POSTAL_SOURCE_H
#define RECARD_POSTAL_SOURCE_H

#include "buffer.h"
#include "conf.h"
#include "source.h"

struct postal_layouts;

/* One block. */
struct postal_source_settings {
	struct source_settings source;
	char *inbox, *layout, *days;
	char **at, **expect_by;
};
extern const struct conf_setting postal_source_settings[];

/* A folder from which files are taken. */
struct postal_folder {
	const char *path;
	const char *layout;  /* NULL: tracking.layout */
	struct buffer names; /* of its sources, an array literal */
	size_t sources;      /* how many */
	bool alone;          /* one source's, and nobody else's */
};

struct postal_sources {
	const struct postal_source_settings *settings;
	struct fetch_source *fetch; /* one for each block */
	size_t count;
	struct postal_folder *folders; /* the first is tracking.inbox */
	size_t folder_count;
};

/*
 * Checks the blocks, and makes folders that are missing. False with *error
 * (mem_free), which names the block and the setting, and nothing to free;
 * otherwise postal_sources_free(). records, inbox (tracking.inbox), kinds and
 * layouts are borrowed.
 */
bool postal_sources_new(const struct conf_records *records, const char *inbox,
			const char *const *kinds,
			const struct postal_layouts *layouts,
			struct postal_sources *sources, char **error);
void postal_sources_free(struct postal_sources *sources);

/* The folder of that path, which is one of them. */
const struct postal_folder *
postal_sources_folder(const struct postal_sources *sources, const char *path);

/* The sources as PostgreSQL arrays, a column each, in the order of
 * recard.register_sources()'s parameters. */
#define POSTAL_SOURCE_COLUMNS 5
void postal_sources_columns(const struct postal_sources *sources,
			    struct buffer columns[POSTAL_SOURCE_COLUMNS]);

#endif
