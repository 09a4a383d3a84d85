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

#endif
