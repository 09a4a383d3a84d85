/*
 * An entry's way out of the inbox: its report is written under done/ or
 * rejected/ first, then the entry is moved beside it. Whatever is moved is
 * checked to be what was worked on.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "buffer.h"
#include "failpoint.h"
#include "mem.h"
#include "seal.h"
#include "spool_private.h"

#define REPORT ".report.json"
#define REPORT_BYTES_MAX (64 * 1024 * 1024)
/* So many files of one name and digest may lie in one folder. */
#define TARGETS_MAX 9999

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
	fd = spool_open_entry(leaving->target_fd, report_name);
	if (fd < 0)
		return false;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    buffer_read_fd(&text, fd, REPORT_BYTES_MAX) == 0 && text.len > 0)
		own = strstr(text.data, leaving->digest) != NULL;
	spool_close(fd);
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
	if (spool_still_there(leaving->folder_fd, leaving->name,
			      &leaving->st) != 0)
		return errno == ENOENT ? FILED : FILED_ERROR;
	if (spool_rename_new(leaving->folder_fd, leaving->name,
			     leaving->target_fd, target) != 0) {
		if (errno == EEXIST)
			return FILED_TAKEN;
		return errno == ENOENT ? FILED : FILED_ERROR;
	}
	if (spool_still_there(leaving->target_fd, target, &leaving->st) == 0)
		return FILED;
	if (errno != ENOENT)
		return FILED_ERROR;
	/* The sender put a new file there in this very moment: it has not
	 * been worked on yet. */
	if (spool_rename_new(leaving->target_fd, target, leaving->folder_fd,
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

	if (spool_still_there(leaving->folder_fd, leaving->name,
			      &leaving->st) != 0)
		return errno == ENOENT ? FILED : FILED_ERROR;
	if (fstatat(leaving->target_fd, target, &st, AT_SYMLINK_NOFOLLOW) ==
	    0) {
		if (!spool_same_file(&st, &leaving->st))
			return FILED_TAKEN;
		/* Moved by linking, and cut off before the unlinking. */
		return unlinkat(leaving->folder_fd, leaving->name, 0) == 0
			       ? FILED
			       : FILED_ERROR;
	}
	if (errno != ENOENT)
		return FILED_ERROR;

	report_name = mem_printf("%s" REPORT, target);
	published = spool_publish_at(leaving->target_fd, report_name, report,
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
	if (spool_fail_if(FAILPOINT_FAILS("spool.file.reported")) != 0)
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
	if (filed != FILED ||
	    spool_fail_if(FAILPOINT_FAILS("spool.file.moved")) != 0)
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

	leaving.folder_fd = spool_open_folder(file->folder);
	if (leaving.folder_fd < 0)
		goto out;
	leaving.target_fd = open_outcome(leaving.folder_fd, accepted);
	if (leaving.target_fd < 0 || fstat(file->fd, &leaving.st) != 0)
		goto out;
	result = leave(&leaving, report_json);
out:
	spool_close(leaving.target_fd);
	spool_close(leaving.folder_fd);
	return result;
}

int
spool_reject_as(int folder_fd, const char *entry, const struct stat *st,
		const char *base, const char *digest, const char *report)
{
	struct leaving leaving = {
		.folder_fd = folder_fd,
		.name = entry,
		.st = *st,
		.target_fd = open_outcome(folder_fd, false),
		.base = base,
		.digest = digest,
		.of_content = true,
	};
	int result = -1;

	if (leaving.target_fd >= 0)
		result = leave(&leaving, report);
	spool_close(leaving.target_fd);
	return result;
}

char *
spool_name_sanitised(const char *name)
{
	char *clean = mem_strndup(name, strnlen(name, SPOOL_NAME_BYTES_MAX));

	for (char *c = clean; *c != '\0'; c++)
		if (!spool_name_byte_ok(*c) || (c == clean && *c == '.'))
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
	leaving.folder_fd = spool_open_folder(folder);
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
	base = spool_name_sanitised(name);
	leaving.base = base;
	result = leave(&leaving, report_json);
out:
	saved = errno;
	mem_free(base);
	errno = saved;
	spool_close(leaving.target_fd);
	spool_close(leaving.folder_fd);
	return result;
}
