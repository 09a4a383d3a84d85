/*
 * Files handed out: written beside their name, synced, then renamed to it.
 * Two instances may write the same file; see spool_part.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "failpoint.h"
#include "mem.h"
#include "seal.h"
#include "spool_private.h"

/* How long to wait for another instance that writes the same file. */
#define BUSY_TRIES 200
#define BUSY_WAIT_NS 10000000L

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

bool
spool_published_already(int folder_fd, const char *name,
			const struct spool_content *content,
			enum spool_published *published)
{
	char want[SEAL_SHA256_HEX], have[SEAL_SHA256_HEX];
	struct stat st;
	int fd;

	if (fstatat(folder_fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
		*published = SPOOL_ERROR;
		return errno != ENOENT;
	}
	*published = SPOOL_CONFLICT;
	if (!S_ISREG(st.st_mode) || st.st_size != (off_t)content->len)
		return true;
	fd = spool_open_entry(folder_fd, name);
	if (fd < 0) {
		/* Unreadable or swapped for a link: not ours in any case. */
		if (errno != EACCES && errno != ELOOP && errno != EPERM)
			*published = SPOOL_ERROR;
		return errno != ENOENT;
	}
	if (content->digest != NULL)
		memcpy(want, content->digest, sizeof(want));
	else
		seal_sha256_hex(content->bytes, content->len, want);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) ||
	    seal_sha256_fd(fd, have) != 0)
		*published = SPOOL_ERROR;
	else if (st.st_size != (off_t)content->len || strcmp(want, have) != 0)
		*published = SPOOL_CONFLICT;
	else if (fsync(fd) != 0 || fsync(folder_fd) != 0)
		*published = SPOOL_ERROR;
	else
		*published = SPOOL_PUBLISHED;
	spool_close(fd);
	return true;
}

/* Fills the locked part and brings it out; closes fd. Nothing is left behind
 * on failure. EEXIST when name is taken. */
static int
fill_part(int folder_fd, int fd, const char *part, const char *name,
	  const struct spool_content *content, const struct stat *st)
{
	if (write_all(fd, content->bytes, content->len) == 0 &&
	    spool_fail_if(FAILPOINT_FAILS("spool.publish.written")) == 0 &&
	    spool_part_settle(folder_fd, fd, part, name) == 0)
		return spool_part_renamed(folder_fd, fd, name, st);
	spool_unlink(folder_fd, part);
	spool_close(fd);
	return -1;
}

enum spool_published
spool_publish_at(int folder_fd, const char *name, const void *bytes, size_t len)
{
	const struct timespec wait = {0, BUSY_WAIT_NS};
	const struct spool_content content = {bytes, len, NULL};
	enum spool_published published = SPOOL_ERROR;
	char *part = mem_printf("%s" SPOOL_PART, name);
	struct stat st;
	int fd, saved;

	for (int try = 0; try < BUSY_TRIES; try++) {
		if (spool_published_already(folder_fd, name, &content,
					    &published)) {
			saved = errno;
			/* A crash may have left the part as well. */
			if (published == SPOOL_PUBLISHED)
				spool_part_clear(folder_fd, part);
			errno = saved;
			goto out;
		}
		fd = spool_part_create(folder_fd, part, &st);
		if (fd >= 0) {
			if (fill_part(folder_fd, fd, part, name, &content,
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

/* Fills the locked part and puts it in name's place. */
static int
put_in_place(int folder_fd, int fd, const char *part, const char *name,
	     const void *bytes, size_t len)
{
	if (write_all(fd, bytes, len) == 0 &&
	    spool_fail_if(FAILPOINT_FAILS("spool.replace.written")) == 0 &&
	    fsync(fd) == 0 && renameat(folder_fd, part, folder_fd, name) == 0)
		return fsync(folder_fd);
	spool_unlink(folder_fd, part);
	return -1;
}

int
spool_replace(const char *folder, const char *name, const void *bytes,
	      size_t len)
{
	int folder_fd, fd = -1, result = -1;
	struct stat st;
	char *part;

	if (!spool_name_ok(name)) {
		errno = EINVAL;
		return -1;
	}
	folder_fd = spool_open_folder(folder);
	if (folder_fd < 0)
		return -1;
	part = mem_printf("%s" SPOOL_PART, name);
	/* The first time a leftover may have had to be cleared. */
	for (int try = 0; try < 2 && fd < 0; try++) {
		fd = spool_part_create(folder_fd, part, &st);
		if (fd < 0 && errno != EAGAIN)
			break;
	}
	if (fd >= 0)
		result = put_in_place(folder_fd, fd, part, name, bytes, len);
	else if (errno == EAGAIN)
		errno = EBUSY;
	spool_close(fd);
	spool_close(folder_fd);
	mem_free(part);
	return result;
}
