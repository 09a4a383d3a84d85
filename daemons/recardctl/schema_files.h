/*
 * The parts of the schema that are in this program, in the order in which
 * they are run.
 */
#ifndef RECARD_SCHEMA_FILES_H
#define RECARD_SCHEMA_FILES_H

#include "embedded.h"

/* The first file under a folder ("functions/", or a whole name "roles.sql")
 * of common/sql, and the one after it; NULL at the end. */
const struct embedded_file *schema_files_first(const char *folder);
const struct embedded_file *schema_files_next(const struct embedded_file *file,
					      const char *folder);
/* "common/sql/migrations/0001_belt.sql": 1; and "0001_belt", which
 * mem_free() frees. */
int schema_files_version(const struct embedded_file *file);
char *schema_files_migration(const struct embedded_file *file);
/* The postal areas, or NULL. */
const struct embedded_file *schema_files_postal_areas(void);

#endif
