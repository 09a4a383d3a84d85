/*
 * NAME.part, what a file is before it is published. Two instances may write
 * the same file; a lock on the part tells a living writer from what a dead
 * one left behind. Whoever gets a file piece by piece (a download) holds one
 * as a struct spool_part and publishes it when it is whole.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "failpoint.h"
#include "mem.h"
#include "seal.h"
#include "spool_private.h"

#define FILE_MODE 0640

struct spool_part {
	int folder_fd;
	int fd; /* locked; -1 once it is closed */
	char *name;
	char *part; /* NAME.part */
	struct stat st;
	char digest[SPOOL_DIGEST_HEX]; /* "" until the part is whole */
	size_t size;
};

int
spool_part_clear(int folder_fd, const char *part)
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

int
spool_part_create(int folder_fd, const char *part, struct stat *st)
{
	int fd, cleared;

	fd = openat(folder_fd, part,
		    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		    FILE_MODE);
	if (fd < 0 && errno == EEXIST) {
		cleared = spool_part_clear(folder_fd, part);
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

/* Linux closes the descriptor even when it reports a signal. */
static int
close_checked(int fd)
{
	return close(fd) == 0 || errno == EINTR ? 0 : -1;
}

int
spool_part_settle(int folder_fd, int fd, const char *part, const char *name)
{
	if (fsync(fd) != 0 ||
	    spool_fail_if(FAILPOINT_FAILS("spool.publish.synced")) != 0)
		return -1;
	return spool_rename_new(folder_fd, part, folder_fd, name);
}

int
spool_part_renamed(int folder_fd, int fd, const char *name,
		   const struct stat *st)
{
	/* The lock goes with the descriptor, so that readers may start. */
	int saved = close_checked(fd);

	if (saved == 0 &&
	    spool_fail_if(FAILPOINT_FAILS("spool.publish.renamed")) == 0 &&
	    fsync(folder_fd) == 0)
		return 0;
	if (errno == EEXIST)
		errno = EIO;
	saved = errno;
	if (spool_still_there(folder_fd, name, st) == 0)
		unlinkat(folder_fd, name, 0);
	errno = saved;
	return -1;
}

static void
free_part(struct spool_part *part)
{
	int saved = errno;

	spool_close(part->fd);
	spool_close(part->folder_fd);
	mem_free(part->name);
	mem_free(part->part);
	mem_free(part);
	errno = saved;
}

struct spool_part *
spool_part_open(const char *folder, const char *name)
{
	struct spool_part *part;

	if (!spool_name_ok(name)) {
		errno = EINVAL;
		return NULL;
	}
	part = mem_alloc(1, sizeof(*part));
	part->fd = -1;
	part->folder_fd = spool_open_folder(folder);
	part->name = mem_strdup(name);
	part->part = mem_printf("%s" SPOOL_PART, name);
	/* The first time a leftover may have had to be cleared. */
	for (int try = 0; try < 2 && part->folder_fd >= 0; try++) {
		part->fd = spool_part_create(part->folder_fd, part->part,
					     &part->st);
		if (part->fd >= 0)
			return part;
		if (errno != EAGAIN)
			break;
		errno = EBUSY;
	}
	free_part(part);
	return NULL;
}

int
spool_part_fd(const struct spool_part *part)
{
	return part->fd;
}

int
spool_part_whole(struct spool_part *part, char digest[SPOOL_DIGEST_HEX],
		 size_t *size)
{
	struct stat st;

	if (spool_fail_if(FAILPOINT_FAILS("spool.publish.written")) != 0 ||
	    lseek(part->fd, 0, SEEK_SET) != 0 ||
	    seal_sha256_fd(part->fd, part->digest) != 0 ||
	    fstat(part->fd, &st) != 0)
		return -1;
	part->size = (size_t)st.st_size;
	memcpy(digest, part->digest, SPOOL_DIGEST_HEX);
	*size = part->size;
	return 0;
}

/* Nothing of our own lies about afterwards, unless the caller wants to file
 * what is in conflict. */
static enum spool_published
publish(struct spool_part *part)
{
	const struct spool_content content = {NULL, part->size, part->digest};
	enum spool_published published = SPOOL_ERROR;
	int fd = part->fd;

	/* Free, or taken between the look and the renaming. */
	for (int try = 0; try < 2; try++) {
		if (spool_published_already(part->folder_fd, part->name,
					    &content, &published))
			return published;
		if (spool_part_settle(part->folder_fd, fd, part->part,
				      part->name) == 0) {
			part->fd = -1;
			return spool_part_renamed(part->folder_fd, fd,
						  part->name, &part->st) == 0
				       ? SPOOL_PUBLISHED
				       : SPOOL_ERROR;
		}
		if (errno != EEXIST)
			return SPOOL_ERROR;
	}
	errno = EBUSY;
	return SPOOL_ERROR;
}

enum spool_published
spool_part_publish(struct spool_part *part)
{
	if (part->digest[0] == '\0' || part->fd < 0) {
		errno = EINVAL;
		return SPOOL_ERROR;
	}
	return publish(part);
}

int
spool_part_reject(struct spool_part *part, const char *report_json)
{
	if (part->digest[0] == '\0' || part->fd < 0) {
		errno = EINVAL;
		return -1;
	}
	if (fsync(part->fd) != 0)
		return -1;
	return spool_reject_as(part->folder_fd, part->part, &part->st,
			       part->name, part->digest, report_json);
}

void
spool_part_close(struct spool_part *part)
{
	if (part == NULL)
		return;
	/* Published or filed it has another name by now. */
	if (part->fd >= 0 &&
	    spool_still_there(part->folder_fd, part->part, &part->st) == 0)
		spool_unlink(part->folder_fd, part->part);
	free_part(part);
}
