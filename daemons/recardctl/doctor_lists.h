/*
 * Lists of revoked certificates that the portal goes by: with one missing or
 * over, nobody is let in.
 */
#ifndef RECARD_DOCTOR_LISTS_H
#define RECARD_DOCTOR_LISTS_H

#include <stdbool.h>
#include <stddef.h>

#include "doctor.h"

#define DOCTOR_LISTS_MOST 16

struct doctor_lists {
	struct doctor_list {
		char *name; /* as configured: of the file that is kept */
		char *path; /* of a file that others keep up to date */
	} lists[DOCTOR_LISTS_MOST];
	size_t count;
	char *folder; /* where those that are fetched are kept, if set */
};

/* Takes note of a setting of the configuration if it is of such a list; as
 * conf_files_each() tells it. */
void doctor_lists_setting(struct doctor_lists *lists, const char *setting,
			  const char *name, const char *path);
/* Looks at all of them, and frees. True when something was noted. */
bool doctor_lists_look(struct doctor_lists *lists, struct doctor *doctor);

#endif
