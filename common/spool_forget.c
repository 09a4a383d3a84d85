/*
 * Deletes what was taken in, for files that are somebody's personal data: the
 * reports beside them stay.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "spool_private.h"

#define REPORT ".report.json"

static bool
is_report(const char *name)
{
	size_t len = strlen(name), end = strlen(REPORT);

	return len >= end && strcmp(name + len - end, REPORT) == 0;
}

static int
forget_in(DIR *dir, int64_t before)
{
	struct dirent *entry;
	struct stat st;

	/* Reading ends with NULL and errno as it was. */
	for (errno = 0; (entry = readdir(dir)); errno = 0) {
		if (*entry->d_name == '.' || is_report(entry->d_name))
			continue;
		if (fstatat(dirfd(dir), entry->d_name, &st,
			    AT_SYMLINK_NOFOLLOW) != 0 ||
		    S_ISDIR(st.st_mode) || st.st_ctime >= before)
			continue;
		if (unlinkat(dirfd(dir), entry->d_name, 0) != 0 &&
		    errno != ENOENT)
			return -1;
	}
	return errno ? -1 : 0;
}

int
spool_forget(const char *folder, bool accepted, int64_t before)
{
	int above = spool_open_folder(folder), fd, saved, result = -1;
	DIR *dir;

	if (above < 0)
		return -1;
	fd = openat(above, accepted ? "done" : "rejected",
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	saved = errno;
	spool_close(above);
	errno = saved;
	if (fd < 0)
		return -1;
	dir = fdopendir(fd);
	if (!dir) {
		spool_close(fd);
		return -1;
	}
	result = forget_in(dir, before);
	saved = errno;
	closedir(dir);
	errno = saved;
	return result;
}
