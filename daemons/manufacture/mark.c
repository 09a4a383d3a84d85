/*
 * The mark: which batch of a line was handed out last, kept beside its
 * answers and outside the database. A database that does not know that batch
 * was restored from before it, and would use its number again.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "buffer.h"
#include "log.h"
#include "manufacture.h"
#include "mem.h"
#include "result.h"

#define MARK ".handed-out"
#define MARK_NEW ".handed-out.new"
#define DIGEST_HEX 64

struct mark {
	char batch_no[RESULT_BATCH_NO];
	char digest[DIGEST_HEX + 1];
};

static int
open_inbox(const struct card_line *line)
{
	return open(line->settings->inbox, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* 1: read, 0: there is none yet, -1 with errno; EINVAL: it is none. */
static int
read_mark(const struct card_line *line, struct mark *mark)
{
	char text[RESULT_BATCH_NO + DIGEST_HEX + 2] = "";
	int folder = open_inbox(line), fd = -1, saved;
	ssize_t n = -1;

	if (folder >= 0)
		fd = openat(folder, MARK, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0)
		n = read(fd, text, sizeof(text) - 1);
	saved = errno;
	if (fd >= 0)
		close(fd);
	if (folder >= 0)
		close(folder);
	errno = saved;
	if (n < 0)
		return folder >= 0 && fd < 0 && saved == ENOENT ? 0 : -1;
	if (sscanf(text, "%18s %64[0-9a-f]\n", mark->batch_no, mark->digest) !=
		    2 ||
	    strlen(mark->digest) != DIGEST_HEX ||
	    !result_batch_no_ok(mark->batch_no)) {
		errno = EINVAL;
		return -1;
	}
	return 1;
}

static bool
write_whole(int fd, const char *text, size_t len)
{
	return write(fd, text, len) == (ssize_t)len && fsync(fd) == 0;
}

static int
write_mark(const struct card_line *line, const struct claim *claim)
{
	char *text =
		mem_printf("%s %s\n", claim->batch_no, claim->chain_digest);
	int folder = open_inbox(line), fd = -1, result = -1, saved;

	if (folder >= 0)
		fd = openat(folder, MARK_NEW,
			    O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW |
				    O_CLOEXEC,
			    0640);
	if (fd >= 0 && write_whole(fd, text, strlen(text)) &&
	    renameat(folder, MARK_NEW, folder, MARK) == 0 && fsync(folder) == 0)
		result = 0;
	saved = errno;
	if (fd >= 0)
		close(fd);
	if (folder >= 0)
		close(folder);
	mem_free(text);
	errno = saved;
	return result;
}

static void
unreadable(const struct card_line *line)
{
	log_error("line.mark.refused", kv_str(line, line->settings->name),
		  kv_str(path, line->settings->inbox), kv_str(file, MARK),
		  kv_str(error, errno == EINVAL ? "not the mark of a batch"
						: strerror(errno)),
		  kv_str(hint, "it tells a restored database from the right "
			       "one: see recard-manufacture(8)"));
}

/* The six digits at the end; those of a line only go up. */
static int
later(const char *a, const char *b)
{
	return strcmp(a + strlen(a) - 6, b + strlen(b) - 6);
}

int
mark_put(const struct card_line *line, const struct claim *claim)
{
	struct mark mark;
	int known = read_mark(line, &mark);

	if (known < 0) {
		unreadable(line);
		return -1;
	}
	/* One that is handed out again is older. */
	if (known > 0 && later(mark.batch_no, claim->batch_no) >= 0)
		return 0;
	if (write_mark(line, claim) == 0)
		return 0;
	unreadable(line);
	return -1;
}

bool
mark_agrees(struct daemon_context *ctx, struct card_line *line,
	    enum work_outcome *outcome)
{
	struct db_result *result;
	struct mark mark;
	enum db_status status;
	bool agrees = true;
	int known;

	if (line->checked)
		return true;
	*outcome = WORK_FAILED;
	known = read_mark(line, &mark);
	if (known < 0) {
		unreadable(line);
		return false;
	}
	if (known > 0) {
		status = db_call(
			ctx->db, LINE_CHECK,
			(const struct db_param[]){db_text(line->settings->name),
						  db_text(mark.batch_no),
						  db_text(mark.digest),
						  db_text(ctx->actor)},
			&result);
		if (status != DB_OK) {
			*outcome = call_failed(ctx, status, line, NULL);
			return false;
		}
		agrees = db_bool(result, 0, 0);
		db_result_free(result);
	}
	line->checked = true;
	if (!agrees) {
		ctx->exceptions++;
		log_error("line.restored.refused",
			  kv_str(line, line->settings->name),
			  kv_str(batch, mark.batch_no),
			  kv_str(error, "it was handed out, but this database "
					"does not know it: it was restored "
					"from before"),
			  kv_str(hint, "recardctl line resume, once it is "
				       "known what the line has"));
	}
	return true;
}
