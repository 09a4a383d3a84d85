/*
 * Log lines: see log.h. Nothing here takes memory from the heap, because
 * mem.c logs when there is none.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "charset.h"
#include "log.h"
#include "mem.h"

/* A pipe takes PIPE_BUF bytes in one piece, so lines of several processes
 * never mix. */
#define LINE_SIZE 4096
#define TAIL_SIZE 8 /* kept free for the mark of a cut, a quote and LF */
#define CUT_MARK "\xe2\x80\xa6"

struct log_line {
	char text[LINE_SIZE];
	size_t len;
};

static const struct {
	const char *name;
	const char *meaning;
} keys[] = {
#define LOG_KEY(name, meaning) {#name, meaning},
#include "log_keys.def"
#undef LOG_KEY
};

static const char *log_program;
static enum log_level log_threshold = LOG_INFO;
static bool log_journal;
static int log_file = -1;
static bool log_echo;

void
log_open(const char *program, enum log_level threshold)
{
	log_program = program;
	log_threshold = threshold;
	log_journal = getenv("JOURNAL_STREAM") != NULL;
}

void
log_set_threshold(enum log_level threshold)
{
	log_threshold = threshold;
}

/* What root makes in a folder of the daemons is theirs: they must be able to
 * write to it, too. */
static void
give_to_owner_of_folder(int fd, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? mem_strndup(path, (size_t)(slash - path) + 1)
			     : mem_strdup(".");
	struct stat st;

	/* Should it fail, root's log is root's. */
	if (stat(folder, &st) || fchown(fd, st.st_uid, st.st_gid))
		errno = 0;
	mem_free(folder);
}

int
log_file_open(const char *path)
{
	/* A FIFO must not make us wait for its reader. */
	int fd = open(path,
		      O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW |
			      O_NONBLOCK | O_NOCTTY,
		      0640);
	struct stat st;

	if (fd < 0)
		return fd;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		if (geteuid() == 0 && st.st_uid == 0 && st.st_size == 0)
			give_to_owner_of_folder(fd, path);
		return fd;
	}
	close(fd);
	errno = EINVAL;
	return -1;
}

void
log_file_use(int fd, bool echo)
{
	if (log_file >= 0)
		close(log_file);
	log_file = fd;
	log_echo = echo;
}

const char *
log_key_name(enum log_key key)
{
	return keys[key].name;
}

const char *
log_key_meaning(enum log_key key)
{
	return keys[key].meaning;
}

static bool
line_add(struct log_line *line, const char *bytes, size_t len)
{
	if (len > LINE_SIZE - TAIL_SIZE - line->len)
		return false;
	memcpy(line->text + line->len, bytes, len);
	line->len += len;
	return true;
}

/* What TAIL_SIZE is kept for. */
static void
line_add_tail(struct log_line *line, const char *bytes)
{
	size_t len = strlen(bytes);

	if (len > LINE_SIZE - line->len)
		return;
	memcpy(line->text + line->len, bytes, len);
	line->len += len;
}

/* Length of the character at text; *plain when it can stand as it is. */
static size_t
character(const char *text, const char *end, bool *plain)
{
	const char *next = text;
	long codepoint = charset_utf8_next(&next, end);

	*plain = codepoint >= 0 && !charset_forbidden(codepoint);
	return codepoint < 0 ? 1 : (size_t)(next - text);
}

static bool
needs_quotes(const char *text, const char *end)
{
	bool plain;

	if (text == end)
		return true;
	while (text < end) {
		if (strchr(" \"=", *text))
			return true;
		text += character(text, end, &plain);
		if (!plain)
			return true;
	}
	return false;
}

static bool
line_add_escaped(struct log_line *line, const char *text, size_t len)
{
	char escaped[4 * 4 + 1];
	size_t used = 0;

	switch (*text) {
	case '\n':
		return line_add(line, "\\n", 2);
	case '\r':
		return line_add(line, "\\r", 2);
	case '\t':
		return line_add(line, "\\t", 2);
	}
	for (size_t i = 0; i < len; i++)
		used += (size_t)snprintf(escaped + used, sizeof(escaped) - used,
					 "\\x%02x", (unsigned char)text[i]);
	return line_add(line, escaped, used);
}

static void
line_add_value(struct log_line *line, const char *text)
{
	const char *end = text + strlen(text);
	bool quotes = needs_quotes(text, end);
	bool fits = true;

	if (quotes)
		fits = line_add(line, "\"", 1);
	while (fits && text < end) {
		bool plain;
		size_t len = character(text, end, &plain);

		if (!plain)
			fits = line_add_escaped(line, text, len);
		else if (quotes && (*text == '"' || *text == '\\'))
			fits = line_add(line, (char[]){'\\', *text}, 2);
		else
			fits = line_add(line, text, len);
		text += len;
	}
	if (!fits)
		line_add_tail(line, CUT_MARK);
	if (quotes)
		line_add_tail(line, "\"");
}

static void
line_add_field(struct log_line *line, const char *key, const char *value)
{
	size_t len = strlen(key);

	/* A field without room for key and a bit of value is left out. */
	if (line->len + len + 2 + TAIL_SIZE * 2 > LINE_SIZE)
		return;
	if (line->len && line->text[line->len - 1] != '>')
		line_add(line, " ", 1);
	line_add(line, key, len);
	line_add(line, "=", 1);
	line_add_value(line, value);
}

static bool
line_write(const struct log_line *line, int fd)
{
	const char *text = line->text;
	size_t left = line->len;

	while (left > 0) {
		ssize_t put = write(fd, text, left);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		text += put;
		left -= (size_t)put;
	}
	return true;
}

static void
line_add_time(struct log_line *line)
{
	struct timespec now;
	struct tm utc;
	char text[48];
	size_t len;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	len = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &utc);
	snprintf(text + len, sizeof(text) - len, ".%03ldZ",
		 now.tv_nsec / 1000000);
	line_add_field(line, "time", text);
}

static void
line_compose(struct log_line *line, const char *event,
	     const struct log_field *fields, unsigned count)
{
	char number[24];

	line_add_field(line, "event", event);
	if (log_program)
		line_add_field(line, "prog", log_program);
	for (unsigned i = 0; i < count; i++) {
		const char *text = fields[i].text;

		if (fields[i].kind == LOG_FIELD_INT) {
			snprintf(number, sizeof(number), "%" PRId64,
				 fields[i].number);
			text = number;
		}
		if (text)
			line_add_field(line, keys[fields[i].key].name, text);
	}
	line_add_tail(line, "\n");
}

void
log_write(enum log_level level, const char *event,
	  const struct log_field *fields, unsigned count)
{
	struct log_line line;
	bool filed = false;
	int saved = errno;

	if (level > log_threshold)
		return;
	if (log_file >= 0) {
		line.len = 0;
		line_add_time(&line);
		line_compose(&line, event, fields, count);
		filed = line_write(&line, log_file);
	}
	if (!filed || log_echo) {
		line.len = 0;
		if (log_journal)
			line.len =
				(size_t)snprintf(line.text, sizeof(line.text),
						 "<%d>", (int)level);
		line_compose(&line, event, fields, count);
		line_write(&line, STDERR_FILENO); /* the last to complain to */
	}
	errno = saved;
}
