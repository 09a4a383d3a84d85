/*
 * Files handed out: written beside their name, synced, then renamed to it.
 * Two instances may write the same file; a lock on the part tells a living
 * writer from what a dead one left behind.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "failpoint.h"
#include "mem.h"
#include "seal.h"
#include "spool_private.h"

#define FILE_MODE 0640
/* How long to wait for another instance that writes the same file. */
#define BUSY_TRIES 200
#define BUSY_WAIT_NS 10000000L

/*
 * Takes a NAME.part that somebody left behind out of the way. 1 when the
 * name is free, 0 when its writer is still at it, -1 with errno.
 */
static int
clear_part(int folder_fd, const char *part)
{
	struct stat st;
	int fd, result = -1;

	if (fstatat(folder_fd, part, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT ? 1 : -1;
	/* Not a file: nobody of us writes to it, and unlinking is safe. */
	if (!S_ISREG(st.st_mode))
		return unlinkat(folder_fd, part, 0) == 0 ? 1 : -1;
	fd = spool_open_entry(folder_fd, part);
	if (fd < 0)
		return errno == ENOENT ? 1 : -1;
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		result = errno == EWOULDBLOCK ? 0 : -1;
	} else if (fstat(fd, &st) == 0) {
		/* Only the lock's holder may remove or rename it. */
		if (spool_still_there(folder_fd, part, &st) == 0)
			result = unlinkat(folder_fd, part, 0) == 0 ? 1 : -1;
		else
			result = errno == ENOENT ? 0 : -1;
	}
	spool_close(fd);
	return result;
}

/* Creates NAME.part and locks it. A descriptor; -1 with errno, EAGAIN when
 * another instance has it. */
static int
open_part(int folder_fd, const char *part, struct stat *st)
{
	int fd, cleared;

	fd = openat(folder_fd, part,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		    FILE_MODE);
	if (fd < 0 && errno == EEXIST) {
		cleared = clear_part(folder_fd, part);
		if (cleared >= 0)
			errno = EAGAIN;
		return -1;
	}
	if (fd < 0)
		return -1;
	/* Between creating and locking it another instance may have taken
	 * it for a leftover. */
	if (flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, st) == 0 &&
	    spool_still_there(folder_fd, part, st) == 0)
		return fd;
	if (errno == ENOENT || errno == EWOULDBLOCK)
		errno = EAGAIN;
	else
		spool_unlink(folder_fd, part);
	spool_close(fd);
	return -1;
}

static int
write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		bytes += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Linux closes the descriptor even when it reports a signal. */
static int
close_checked(int fd)
{
	return close(fd) == 0 || errno == EINTR ? 0 : -1;
}

/* What lies under name already. Returns true with *published when that
 * settles the matter, false when the name is free. */
static bool
published_already(int folder_fd, const char *name, const void *bytes,
		  size_t len, enum spool_published *published)
{
	char want[SEAL_SHA256_HEX], have[SEAL_SHA256_HEX];
	struct stat st;
	int fd;

	if (fstatat(folder_fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
		*published = SPOOL_ERROR;
		return errno != ENOENT;
	}
	*published = SPOOL_CONFLICT;
	if (!S_ISREG(st.st_mode) || st.st_size != (off_t)len)
		return true;
	fd = spool_open_entry(folder_fd, name);
	if (fd < 0) {
		/* Unreadable or swapped for a link: not ours in any case. */
		if (errno != EACCES && errno != ELOOP && errno != EPERM)
			*published = SPOOL_ERROR;
		return errno != ENOENT;
	}
	seal_sha256_hex(bytes, len, want);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) ||
	    seal_sha256_fd(fd, have) != 0)
		*published = SPOOL_ERROR;
	else if (st.st_size != (off_t)len || strcmp(want, have) != 0)
		*published = SPOOL_CONFLICT;
	else if (fsync(fd) != 0 || fsync(folder_fd) != 0)
		*published = SPOOL_ERROR;
	else
		*published = SPOOL_PUBLISHED;
	spool_close(fd);
	return true;
}

/* Fills and syncs the locked part, renames it, and syncs the folder; closes
 * fd. Nothing is left behind on failure. EEXIST when name is taken. */
static int
fill_part(int folder_fd, int fd, const char *part, const char *name,
	  const void *bytes, size_t len, const struct stat *st)
{
	int closed;

	if (write_all(fd, bytes, len) != 0 ||
	    spool_fail_if(FAILPOINT_FAILS("spool.publish.written")) != 0 ||
	    fsync(fd) != 0 ||
	    spool_fail_if(FAILPOINT_FAILS("spool.publish.synced")) != 0 ||
	    spool_rename_new(folder_fd, part, folder_fd, name) != 0) {
		spool_unlink(folder_fd, part);
		spool_close(fd);
		return -1;
	}
	/* The lock goes with the descriptor, so that readers may start. */
	closed = close_checked(fd);
	if (closed == 0 &&
	    spool_fail_if(FAILPOINT_FAILS("spool.publish.renamed")) == 0 &&
	    fsync(folder_fd) == 0)
		return 0;
	if (errno == EEXIST)
		errno = EIO;
	closed = errno;
	if (spool_still_there(folder_fd, name, st) == 0)
		unlinkat(folder_fd, name, 0);
	errno = closed;
	return -1;
}

enum spool_published
spool_publish_at(int folder_fd, const char *name, const void *bytes, size_t len)
{
	const struct timespec wait = {0, BUSY_WAIT_NS};
	enum spool_published published = SPOOL_ERROR;
	char *part = mem_printf("%s" SPOOL_PART, name);
	struct stat st;
	int fd, saved;

	for (int try = 0; try < BUSY_TRIES; try++) {
		if (published_already(folder_fd, name, bytes, len,
				      &published)) {
			saved = errno;
			/* A crash may have left the part as well. */
			if (published == SPOOL_PUBLISHED)
				clear_part(folder_fd, part);
			errno = saved;
			goto out;
		}
		fd = open_part(folder_fd, part, &st);
		if (fd >= 0) {
			if (fill_part(folder_fd, fd, part, name, bytes, len,
				      &st) == 0) {
				published = SPOOL_PUBLISHED;
				goto out;
			}
			if (errno != EEXIST) {
				published = SPOOL_ERROR;
				goto out;
			}
			continue;
		}
		published = SPOOL_ERROR;
		if (errno != EAGAIN)
			goto out;
		/* The first time it was most likely just cleared. */
		if (try > 0)
			nanosleep(&wait, NULL);
	}
	published = SPOOL_ERROR;
	errno = EBUSY;
out:
	saved = errno;
	mem_free(part);
	errno = saved;
	return published;
}

enum spool_published
spool_publish(const char *folder, const char *name, const void *bytes,
	      size_t len)
{
	enum spool_published published;
	int folder_fd;

	if (!spool_name_ok(name)) {
		errno = EINVAL;
		return SPOOL_ERROR;
	}
	folder_fd = spool_open_folder(folder);
	if (folder_fd < 0)
		return SPOOL_ERROR;
	published = spool_publish_at(folder_fd, name, bytes, len);
	spool_close(folder_fd);
	return published;
}
