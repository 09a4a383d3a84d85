/*
 * Names and entries of a shared folder: see spool_private.h. Nothing here
 * follows a link or replaces a file.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "spool_private.h"

bool
spool_name_byte_ok(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

bool
spool_name_ok(const char *name)
{
	size_t len = 0;

	if (name[0] == '.')
		return false;
	for (; name[len] != '\0'; len++)
		if (len == SPOOL_NAME_BYTES_MAX ||
		    !spool_name_byte_ok(name[len]))
			return false;
	return len > 0;
}

void
spool_close(int fd)
{
	int saved = errno;

	if (fd >= 0)
		close(fd);
	errno = saved;
}

void
spool_unlink(int folder_fd, const char *name)
{
	int saved = errno;

	unlinkat(folder_fd, name, 0);
	errno = saved;
}

int
spool_open_folder(const char *folder)
{
	return open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/*
 * Kernels (and sandboxes) without openat2() get what O_NOFOLLOW gives, which
 * for a name without slashes is the same.
 */
int
spool_open_entry(int folder_fd, const char *name)
{
	const struct open_how how = {
		.flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK |
			 O_NOCTTY,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS |
			   RESOLVE_NO_MAGICLINKS,
	};
	long fd = syscall(SYS_openat2, folder_fd, name, &how, sizeof(how));

	if (fd >= 0 || (errno != ENOSYS && errno != EPERM && errno != EAGAIN))
		return (int)fd;
	return openat(folder_fd, name, (int)how.flags);
}

bool
spool_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

int
spool_still_there(int folder_fd, const char *name, const struct stat *st)
{
	struct stat now;

	if (fstatat(folder_fd, name, &now, AT_SYMLINK_NOFOLLOW) != 0)
		return -1;
	if (spool_same_file(&now, st))
		return 0;
	errno = ENOENT;
	return -1;
}

int
spool_rename_new(int from_fd, const char *from, int to_fd, const char *to)
{
	if (syscall(SYS_renameat2, from_fd, from, to_fd, to,
		    RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	/* Some file systems cannot; linking refuses a taken name as well. */
	if (linkat(from_fd, from, to_fd, to, 0) != 0)
		return -1;
	if (unlinkat(from_fd, from, 0) == 0 || errno == ENOENT)
		return 0;
	spool_unlink(to_fd, to);
	return -1;
}

int
spool_fail_if(bool asked)
{
	if (!asked)
		return 0;
	errno = EIO;
	return -1;
}
