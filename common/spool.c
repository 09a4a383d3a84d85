/*
 * Files handed out and taken in. The folders are shared with programs that
 * are not ours: every name in them is looked at without following links, and
 * whatever is moved is checked to be what was opened.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "buffer.h"
#include "failpoint.h"
#include "mem.h"
#include "seal.h"
#include "spool.h"

#define NAME_BYTES_MAX 200
#define FOLDER_MODE 0750
#define FILE_MODE 0640
#define PART ".part"
#define REPORT ".report.json"
#define REPORT_BYTES_MAX (64 * 1024 * 1024)
/* How long to wait for another instance that writes the same file. */
#define BUSY_TRIES 200
#define BUSY_WAIT_NS 10000000L
/* So many files of one name and digest may lie in one folder. */
#define TARGETS_MAX 9999

static bool
name_byte_ok(char c)
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
		if (len == NAME_BYTES_MAX || !name_byte_ok(name[len]))
			return false;
	return len > 0;
}

static bool
ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), end_len = strlen(end);

	return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

static bool
same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* close() for clean-up paths: errno stays what it was. */
static void
close_quietly(int fd)
{
	int saved = errno;

	if (fd >= 0)
		close(fd);
	errno = saved;
}

static void
unlink_quietly(int folder_fd, const char *name)
{
	int saved = errno;

	unlinkat(folder_fd, name, 0);
	errno = saved;
}

/* The folder itself is the operator's choice and may be behind a link. */
static int
open_folder(const char *folder)
{
	return open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/*
 * Opens the entry itself for reading: no link is followed, a FIFO does not
 * block. Kernels (and sandboxes) without openat2() get what O_NOFOLLOW
 * gives, which for a name without slashes is the same.
 */
static int
open_entry(int folder_fd, const char *name)
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

/* 0 when name still is the very file that st describes; -1 with errno,
 * ENOENT also when another one has taken its place. */
static int
still_there(int folder_fd, const char *name, const struct stat *st)
{
	struct stat now;

	if (fstatat(folder_fd, name, &now, AT_SYMLINK_NOFOLLOW) != 0)
		return -1;
	if (same_file(&now, st))
		return 0;
	errno = ENOENT;
	return -1;
}

/* Renames without replacing: EEXIST when to is taken. */
static int
rename_new(int from_fd, const char *from, int to_fd, const char *to)
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
	unlink_quietly(to_fd, to);
	return -1;
}

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
	fd = open_folder(slash != NULL ? parent : ".");
	mem_free(parent);
	if (fd < 0)
		return -1;
	result = fsync(fd);
	close_quietly(fd);
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
	fd = open_entry(folder_fd, part);
	if (fd < 0)
		return errno == ENOENT ? 1 : -1;
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		result = errno == EWOULDBLOCK ? 0 : -1;
	} else if (fstat(fd, &st) == 0) {
		/* Only the lock's holder may remove or rename it. */
		if (still_there(folder_fd, part, &st) == 0)
			result = unlinkat(folder_fd, part, 0) == 0 ? 1 : -1;
		else
			result = errno == ENOENT ? 0 : -1;
	}
	close_quietly(fd);
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
	    still_there(folder_fd, part, st) == 0)
		return fd;
	if (errno == ENOENT || errno == EWOULDBLOCK)
		errno = EAGAIN;
	else
		unlink_quietly(folder_fd, part);
	close_quietly(fd);
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

static int
fail_if(bool asked)
{
	if (!asked)
		return 0;
	errno = EIO;
	return -1;
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
	fd = open_entry(folder_fd, name);
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
	close_quietly(fd);
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
	    fail_if(FAILPOINT_FAILS("spool.publish.written")) != 0 ||
	    fsync(fd) != 0 ||
	    fail_if(FAILPOINT_FAILS("spool.publish.synced")) != 0 ||
	    rename_new(folder_fd, part, folder_fd, name) != 0) {
		unlink_quietly(folder_fd, part);
		close_quietly(fd);
		return -1;
	}
	/* The lock goes with the descriptor, so that readers may start. */
	closed = close_checked(fd);
	if (closed == 0 &&
	    fail_if(FAILPOINT_FAILS("spool.publish.renamed")) == 0 &&
	    fsync(folder_fd) == 0)
		return 0;
	if (errno == EEXIST)
		errno = EIO;
	closed = errno;
	if (still_there(folder_fd, name, st) == 0)
		unlinkat(folder_fd, name, 0);
	errno = closed;
	return -1;
}

/* spool_publish() in an open folder, for any name without a slash. */
static enum spool_published
publish_at(int folder_fd, const char *name, const void *bytes, size_t len)
{
	const struct timespec wait = {0, BUSY_WAIT_NS};
	enum spool_published published = SPOOL_ERROR;
	char *part = mem_printf("%s" PART, name);
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
	folder_fd = open_folder(folder);
	if (folder_fd < 0)
		return SPOOL_ERROR;
	published = publish_at(folder_fd, name, bytes, len);
	close_quietly(folder_fd);
	return published;
}

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
	file->fd = open_entry(folder_fd, name);
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
	if (still_there(folder_fd, name, &st) != 0)
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
	folder_fd = open_folder(folder);
	if (folder_fd < 0)
		return SPOOL_FAILED;
	opened = take_entry(folder_fd, name, limit, file, reason);
	close_quietly(folder_fd);
	if (opened != SPOOL_OPENED) {
		close_quietly(file->fd);
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
	close_quietly(file->fd);
	mem_free(file->name);
	mem_free(file->folder);
	*file = (struct spool_file){.fd = -1};
}

/* True for a name that could be taken; folders are left out. */
static bool
is_candidate(int folder_fd, const struct dirent *entry)
{
	struct stat st;

	if (entry->d_name[0] == '.' || ends_with(entry->d_name, PART))
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

/* An entry on its way out of the inbox. */
struct leaving {
	int folder_fd;
	const char *name;
	struct stat st;     /* what it is */
	int target_fd;      /* done/ or rejected/ */
	const char *base;   /* name wanted there */
	const char *digest; /* makes another name when that is taken */
	bool of_content;    /* digest is of the file, so reports name it */
};

/* The i-th name to try: NAME, NAME-<8 hex>, NAME-<8 hex>-2 … */
static char *
target_name(const struct leaving *leaving, int i)
{
	if (i == 0)
		return mem_strdup(leaving->base);
	if (i == 1)
		return mem_printf("%s-%.8s", leaving->base, leaving->digest);
	return mem_printf("%s-%.8s-%d", leaving->base, leaving->digest, i);
}

/*
 * True when the report under this name speaks of this very content. Then a
 * crash came between report and move, and the report that is there tells
 * what was applied; today's would only say "known already".
 */
static bool
is_own_report(const struct leaving *leaving, const char *report_name)
{
	struct buffer text = {0};
	bool own = false;
	struct stat st;
	int fd;

	if (!leaving->of_content)
		return false;
	fd = open_entry(leaving->target_fd, report_name);
	if (fd < 0)
		return false;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    buffer_read_fd(&text, fd, REPORT_BYTES_MAX) == 0 && text.len > 0)
		own = strstr(text.data, leaving->digest) != NULL;
	close_quietly(fd);
	buffer_free(&text);
	return own;
}

enum filed {
	FILED,       /* moved, or no longer ours to move */
	FILED_TAKEN, /* that name is in use: try another */
	FILED_ERROR  /* errno */
};

/* Moves the entry to target; what is not ours goes back. */
static enum filed
move_entry(const struct leaving *leaving, const char *target)
{
	if (still_there(leaving->folder_fd, leaving->name, &leaving->st) != 0)
		return errno == ENOENT ? FILED : FILED_ERROR;
	if (rename_new(leaving->folder_fd, leaving->name, leaving->target_fd,
		       target) != 0) {
		if (errno == EEXIST)
			return FILED_TAKEN;
		return errno == ENOENT ? FILED : FILED_ERROR;
	}
	if (still_there(leaving->target_fd, target, &leaving->st) == 0)
		return FILED;
	if (errno != ENOENT)
		return FILED_ERROR;
	/* The sender put a new file there in this very moment: it has not
	 * been worked on yet. */
	if (rename_new(leaving->target_fd, target, leaving->folder_fd,
		       leaving->name) != 0 &&
	    errno != ENOENT)
		return FILED_ERROR;
	return FILED;
}

static enum filed
file_as(const struct leaving *leaving, const char *target, const char *report)
{
	char *report_name;
	enum spool_published published;
	enum filed filed = FILED_ERROR;
	struct stat st;
	int saved;

	if (still_there(leaving->folder_fd, leaving->name, &leaving->st) != 0)
		return errno == ENOENT ? FILED : FILED_ERROR;
	if (fstatat(leaving->target_fd, target, &st, AT_SYMLINK_NOFOLLOW) ==
	    0) {
		if (!same_file(&st, &leaving->st))
			return FILED_TAKEN;
		/* Moved by linking, and cut off before the unlinking. */
		return unlinkat(leaving->folder_fd, leaving->name, 0) == 0
			       ? FILED
			       : FILED_ERROR;
	}
	if (errno != ENOENT)
		return FILED_ERROR;

	report_name = mem_printf("%s" REPORT, target);
	published = publish_at(leaving->target_fd, report_name, report,
			       strlen(report));
	switch (published) {
	case SPOOL_PUBLISHED:
		break;
	case SPOOL_CONFLICT:
		if (is_own_report(leaving, report_name))
			break;
		filed = FILED_TAKEN;
		goto out;
	case SPOOL_ERROR:
		goto out;
	}
	if (fail_if(FAILPOINT_FAILS("spool.file.reported")) != 0)
		goto out;
	filed = move_entry(leaving, target);
out:
	saved = errno;
	mem_free(report_name);
	errno = saved;
	return filed;
}

/* Report and entry to target_fd under the first free name; both folders
 * synced. 0 or -1 with errno. */
static int
leave(const struct leaving *leaving, const char *report)
{
	enum filed filed = FILED_TAKEN;

	for (int i = 0; filed == FILED_TAKEN && i < TARGETS_MAX; i++) {
		char *target = target_name(leaving, i);
		int saved;

		filed = file_as(leaving, target, report);
		saved = errno;
		mem_free(target);
		errno = saved;
	}
	if (filed == FILED_TAKEN)
		errno = EEXIST;
	if (filed != FILED || fail_if(FAILPOINT_FAILS("spool.file.moved")) != 0)
		return -1;
	/* First where it is, then where it was: never in neither. */
	if (fsync(leaving->target_fd) != 0 || fsync(leaving->folder_fd) != 0)
		return -1;
	return 0;
}

static int
open_outcome(int folder_fd, bool accepted)
{
	return openat(folder_fd, accepted ? "done" : "rejected",
		      O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

int
spool_file_finish(struct spool_file *file, bool accepted,
		  const char *report_json)
{
	struct leaving leaving = {
		.folder_fd = -1,
		.name = file->name,
		.target_fd = -1,
		.base = file->name,
		.digest = file->digest,
		.of_content = true,
	};
	int result = -1;

	leaving.folder_fd = open_folder(file->folder);
	if (leaving.folder_fd < 0)
		goto out;
	leaving.target_fd = open_outcome(leaving.folder_fd, accepted);
	if (leaving.target_fd < 0 || fstat(file->fd, &leaving.st) != 0)
		goto out;
	result = leave(&leaving, report_json);
out:
	close_quietly(leaving.target_fd);
	close_quietly(leaving.folder_fd);
	return result;
}

/* A name that may stand in a path, a report and a shell. */
static char *
sanitised(const char *name)
{
	char *clean = mem_strndup(name, strnlen(name, NAME_BYTES_MAX));

	for (char *c = clean; *c != '\0'; c++)
		if (!name_byte_ok(*c) || (c == clean && *c == '.'))
			*c = '_';
	return clean;
}

int
spool_name_reject(const char *folder, const char *name, const char *report_json)
{
	char digest[SEAL_SHA256_HEX];
	struct leaving leaving = {
		.folder_fd = -1,
		.name = name,
		.target_fd = -1,
		.digest = digest,
	};
	char *base = NULL;
	int result = -1, saved;

	if (name[0] == '\0' || strchr(name, '/') != NULL ||
	    strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
		errno = EINVAL;
		return -1;
	}
	leaving.folder_fd = open_folder(folder);
	if (leaving.folder_fd < 0)
		goto out;
	if (fstatat(leaving.folder_fd, name, &leaving.st,
		    AT_SYMLINK_NOFOLLOW) != 0) {
		result = errno == ENOENT ? 0 : -1;
		goto out;
	}
	if (S_ISDIR(leaving.st.st_mode)) {
		errno = EISDIR;
		goto out;
	}
	leaving.target_fd = open_outcome(leaving.folder_fd, false);
	if (leaving.target_fd < 0)
		goto out;
	seal_sha256_hex(name, strlen(name), digest);
	base = sanitised(name);
	leaving.base = base;
	result = leave(&leaving, report_json);
out:
	saved = errno;
	mem_free(base);
	errno = saved;
	close_quietly(leaving.target_fd);
	close_quietly(leaving.folder_fd);
	return result;
}
