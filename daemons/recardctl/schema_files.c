/*
 * Finding the schema's files: see schema_files.h.
 */
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "schema_files.h"

#define SQL "common/sql/"
#define POSTAL_AREAS "etc/postal-areas.csv"

static const struct embedded_file *
from(const struct embedded_file *file, const char *folder)
{
	for (; file->name; file++)
		if (strncmp(file->name, SQL, strlen(SQL)) == 0 &&
		    strncmp(file->name + strlen(SQL), folder, strlen(folder)) ==
			    0)
			return file;
	return NULL;
}

const struct embedded_file *
schema_files_first(const char *folder)
{
	return from(embedded_files, folder);
}

const struct embedded_file *
schema_files_next(const struct embedded_file *file, const char *folder)
{
	return from(file + 1, folder);
}

static const char *
base_name(const struct embedded_file *file)
{
	const char *slash = strrchr(file->name, '/');

	return slash ? slash + 1 : file->name;
}

int
schema_files_version(const struct embedded_file *file)
{
	return (int)strtol(base_name(file), NULL, 10);
}

char *
schema_files_migration(const struct embedded_file *file)
{
	const char *name = base_name(file);

	return mem_strndup(name, strcspn(name, "."));
}

const struct embedded_file *
schema_files_postal_areas(void)
{
	const struct embedded_file *file;

	for (file = embedded_files; file->name; file++)
		if (strcmp(file->name, POSTAL_AREAS) == 0)
			return file;
	return NULL;
}
