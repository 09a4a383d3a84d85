/*
 * Files: see files.h.
 */
#include <string.h>

#include "call.h"
#include "embedded.h"
#include "files.h"
#include "say.h"

#define FOLDER "daemons/portal"

static const struct {
	const char *ending, *type;
} types[] = {{".css", "text/css; charset=utf-8"},
	     {".js", "text/javascript; charset=utf-8"},
	     {".json", "application/json"},
	     {".svg", "image/svg+xml"}};

static const char *
type_of(const char *path)
{
	const char *ending = strrchr(path, '.');

	for (size_t i = 0; ending && i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(types[i].ending, ending) == 0)
			return types[i].type;
	return NULL;
}

bool
files_say(struct call *call, const char *path)
{
	const char *type = type_of(path);

	for (const struct embedded_file *file = embedded_files;
	     type && file->name; file++)
		if (strncmp(file->name, FOLDER, strlen(FOLDER)) == 0 &&
		    strcmp(file->name + strlen(FOLDER), path) == 0) {
			call->new_language = false;
			call_say(call, 200, type, file->data);
			return true;
		}
	return false;
}
