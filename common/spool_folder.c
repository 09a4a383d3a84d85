/*
 * The folders of the spool: made with the parents they lack, and listed.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "spool_private.h"

#define FOLDER_MODE 0750

static int
make_one_folder(const char *folder)
{
	struct stat st;
	char *slash, *parent;
	int fd, result;

	if (mkdir(folder, FOLDER_MODE) != 0) {
		if (errno != EEXIST || stat(folder, &st) != 0)
			return -1;
		if (S_ISDIR(st.st_mode))
			return 0;
		errno = ENOTDIR;
		return -1;
	}
	/* New: make the entry in its parent last. */
	parent = mem_strdup(folder);
	slash = strrchr(parent, '/');
	if (slash != NULL)
		slash[slash == parent ? 1 : 0] = '\0';
	fd = spool_open_folder(slash != NULL ? parent : ".");
	mem_free(parent);
	if (fd < 0)
		return -1;
	result = fsync(fd);
	spool_close(fd);
	return result;
}

int
spool_make_folder(const char *folder)
{
	char *path = mem_strdup(folder);
	size_t len = strlen(path);
	int result = 0, saved;

	while (len > 1 && path[len - 1] == '/')
		path[--len] = '\0';
	for (size_t i = 1; i < len && result == 0; i++) {
		if (path[i] != '/' || path[i - 1] == '/')
			continue;
		path[i] = '\0';
		result = make_one_folder(path);
		path[i] = '/';
	}
	if (result == 0)
		result = make_one_folder(path);
	saved = errno;
	mem_free(path);
	errno = saved;
	return result;
}

int
spool_make_inbox(const char *folder)
{
	static const char *const parts[] = {"done", "rejected"};
	int result = spool_make_folder(folder);

	for (size_t i = 0; i < 2 && result == 0; i++) {
		char *path = mem_printf("%s/%s", folder, parts[i]);
		int saved;

		result = make_one_folder(path);
		saved = errno;
		mem_free(path);
		errno = saved;
	}
	return result;
}

static bool
ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), end_len = strlen(end);

	return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

/* True for a name that could be taken; folders are left out. */
static bool
is_candidate(int folder_fd, const struct dirent *entry)
{
	struct stat st;

	if (entry->d_name[0] == '.' || ends_with(entry->d_name, SPOOL_PART))
		return false;
	if (entry->d_type != DT_UNKNOWN)
		return entry->d_type != DT_DIR;
	return fstatat(folder_fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) ==
		       0 &&
	       !S_ISDIR(st.st_mode);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int
spool_list(const char *folder, char ***names, size_t *count)
{
	size_t size = 0;
	struct dirent *entry;
	DIR *dir;
	int saved;

	*names = NULL;
	*count = 0;
	dir = opendir(folder);
	if (dir == NULL)
		return -1;
	for (;;) {
		errno = 0;
		entry = readdir(dir);
		if (entry == NULL)
			break;
		if (!is_candidate(dirfd(dir), entry))
			continue;
		if (*count == size) {
			size = size ? 2 * size : 64;
			*names = mem_resize(*names, size, sizeof(**names));
		}
		(*names)[(*count)++] = mem_strdup(entry->d_name);
	}
	saved = errno;
	closedir(dir);
	if (saved != 0) {
		spool_names_free(*names, *count);
		*names = NULL;
		*count = 0;
		errno = saved;
		return -1;
	}
	if (*count > 1)
		qsort(*names, *count, sizeof(**names), by_name);
	return 0;
}

void
spool_names_free(char **names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		mem_free(names[i]);
	mem_free(names);
}
