/*
 * Files taken in: opened, locked, checked to be what an inbox may hold, and
 * digested.
 */
#include <errno.h>
#include <stdint.h>
#include <sys/file.h>
#include <unistd.h>

#include "mem.h"
#include "seal.h"
#include "spool_private.h"

static enum spool_open
refused(const char **reason, const char *why)
{
	*reason = why;
	return SPOOL_REFUSED;
}

/* Why a file of this kind is not taken, or NULL. */
static const char *
objection(const struct stat *st, const struct stat *folder, size_t limit)
{
	if (!S_ISREG(st->st_mode))
		return "not_a_regular_file";
	if (st->st_nlink > 1)
		return "several_links";
	if (st->st_uid != geteuid() && st->st_uid != 0 &&
	    st->st_uid != folder->st_uid)
		return "foreign_owner";
	if ((uintmax_t)st->st_size > limit)
		return "too_large";
	return NULL;
}

/* GONE for what only means that somebody else was faster. */
static enum spool_open
gone_or_failed(void)
{
	return errno == ENOENT || errno == EWOULDBLOCK ? SPOOL_GONE
						       : SPOOL_FAILED;
}

/* Opens, locks, checks and digests; *fd is the caller's to close. */
static enum spool_open
take_entry(int folder_fd, const char *name, size_t limit,
	   struct spool_file *file, const char **reason)
{
	struct stat folder, st, after;
	const char *why;

	if (fstat(folder_fd, &folder) != 0)
		return SPOOL_FAILED;
	/* Looked at before it is opened: opening a device may do things. */
	if (fstatat(folder_fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return gone_or_failed();
	if (!S_ISREG(st.st_mode))
		return refused(reason, "not_a_regular_file");
	file->fd = spool_open_entry(folder_fd, name);
	if (file->fd < 0 && errno == ELOOP)
		return refused(reason, "not_a_regular_file");
	/* A foreign file that we may not read is refused, not retried. */
	if (file->fd < 0 && errno == EACCES &&
	    (why = objection(&st, &folder, limit)) != NULL)
		return refused(reason, why);
	if (file->fd < 0)
		return gone_or_failed();
	if (flock(file->fd, LOCK_EX | LOCK_NB) != 0)
		return gone_or_failed();
	/* The former holder may have filed it before we got the lock. */
	if (fstat(file->fd, &st) != 0)
		return SPOOL_FAILED;
	if (spool_still_there(folder_fd, name, &st) != 0)
		return gone_or_failed();
	why = objection(&st, &folder, limit);
	if (why != NULL)
		return refused(reason, why);

	if (seal_sha256_fd(file->fd, file->digest) != 0 ||
	    lseek(file->fd, 0, SEEK_SET) != 0 || fstat(file->fd, &after) != 0)
		return SPOOL_FAILED;
	if ((uintmax_t)after.st_size > limit)
		return refused(reason, "too_large");
	/* Still being written to, without .part: later. */
	if (after.st_size != st.st_size ||
	    after.st_mtim.tv_sec != st.st_mtim.tv_sec ||
	    after.st_mtim.tv_nsec != st.st_mtim.tv_nsec)
		return SPOOL_GONE;
	file->size = (size_t)st.st_size;
	file->mtime_ns =
		(int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
	return SPOOL_OPENED;
}

enum spool_open
spool_file_open(const char *folder, const char *name, size_t limit,
		struct spool_file *file, const char **reason)
{
	enum spool_open opened;
	int folder_fd;

	*file = (struct spool_file){.fd = -1};
	if (!spool_name_ok(name))
		return refused(reason, "bad_name");
	folder_fd = spool_open_folder(folder);
	if (folder_fd < 0)
		return SPOOL_FAILED;
	opened = take_entry(folder_fd, name, limit, file, reason);
	spool_close(folder_fd);
	if (opened != SPOOL_OPENED) {
		spool_close(file->fd);
		*file = (struct spool_file){.fd = -1};
		return opened;
	}
	file->name = mem_strdup(name);
	file->folder = mem_strdup(folder);
	return opened;
}

void
spool_file_close(struct spool_file *file)
{
	spool_close(file->fd);
	mem_free(file->name);
	mem_free(file->folder);
	*file = (struct spool_file){.fd = -1};
}
