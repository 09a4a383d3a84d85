/*
 * Folders of other houses from which files are fetched into an inbox, as the
 * configuration names them.
 */
#ifndef RECARD_SOURCE_H
#define RECARD_SOURCE_H

#include "conf.h"
#include "fetch.h"
#include "transfer_settings.h"

/* One block. */
struct source_settings {
	char *name, *url, *pattern;
	struct transfer_settings transfer;
};
extern const struct conf_setting source_settings[];

/*
 * Checks the blocks. NULL with *error (mem_free), which names the block and
 * the setting; an array of records->count sources otherwise (mem_free).
 * records, inbox, where the files go, and kinds, what they are booked as (NULL
 * ends), are borrowed. section: "payment".
 */
struct fetch_source *sources_new(const struct conf_records *records,
				 const char *inbox, const char *const *kinds,
				 const char *section, char **error);

/* For blocks that have more settings than these: makes the source of one,
 * without a URL a folder of ours. NULL, or what is wrong with it
 * (mem_free). */
char *source_fill(struct fetch_source *source,
		  const struct source_settings *settings, const char *inbox,
		  const char *const *kinds);
/* The same, when the last source has a name that one before it has. */
char *source_name_clash(const struct fetch_source *sources, size_t last);

/* Rows of a settings table whose struct has struct source_settings at
 * `where`. */
#define SOURCE_SETTINGS(where)                                        \
	{"name",                                                      \
	 CONF_STRING,                                                 \
	 (where) + offsetof(struct source_settings, name),            \
	 NULL,                                                        \
	 0,                                                           \
	 0,                                                           \
	 false,                                                       \
	 "What the source is called in the database and the log."},   \
		{"url",                                               \
		 CONF_STRING,                                         \
		 (where) + offsetof(struct source_settings, url),     \
		 NULL,                                                \
		 0,                                                   \
		 0,                                                   \
		 false,                                               \
		 "The folder: sftp://user@host:port/path/ or "        \
		 "https://host:port/path/."},                         \
		{"pattern",                                           \
		 CONF_STRING,                                         \
		 (where) + offsetof(struct source_settings, pattern), \
		 "*.csv",                                             \
		 0,                                                   \
		 0,                                                   \
		 false,                                               \
		 "Names of the files to take, as for the shell."},    \
		TRANSFER_SETTINGS((where) +                           \
				  offsetof(struct source_settings, transfer))

#endif
