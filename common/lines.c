/*
 * Lines of a file: see lines.h.
 */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "buffer.h"
#include "lines.h"
#include "mem.h"

#define CHUNK_SIZE 65536
#define BOM "\xef\xbb\xbf"
#define BOM_LEN 3

struct lines {
	lines_read *reader; /* NULL: memory, all of it in the first chunk */
	void *arg;          /* of the reader */
	int fd;             /* for the reader of a descriptor */
	size_t max_len;
	char *own_chunk;   /* what chunk points into; NULL: borrowed */
	const char *chunk; /* bytes not taken yet */
	size_t left;
	unsigned long number;
	uint64_t taken; /* bytes before chunk */
	bool begun;     /* the byte order mark has been dealt with */
	struct buffer text;
};

struct lines *
lines_open_reader(lines_read *reader, void *arg, size_t max_len)
{
	struct lines *lines = mem_alloc(1, sizeof(*lines));

	lines->reader = reader;
	lines->arg = arg;
	lines->max_len = max_len;
	lines->own_chunk = mem_alloc(CHUNK_SIZE, 1);
	lines->chunk = lines->own_chunk;
	return lines;
}

static ssize_t
read_fd(void *fd, void *bytes, size_t size)
{
	ssize_t got;

	do {
		got = read(*(int *)fd, bytes, size);
	} while (got < 0 && errno == EINTR);
	return got;
}

struct lines *
lines_open(int fd, size_t max_len)
{
	struct lines *lines = lines_open_reader(read_fd, NULL, max_len);

	lines->fd = fd;
	lines->arg = &lines->fd;
	return lines;
}

struct lines *
lines_open_memory(const void *bytes, size_t len, size_t max_len)
{
	struct lines *lines = mem_alloc(1, sizeof(*lines));

	lines->max_len = max_len;
	lines->chunk = bytes;
	lines->left = len;
	return lines;
}

/* Adds bytes to a chunk that has room at its end. 1, 0 at the end, -1. */
static int
fill(struct lines *lines)
{
	size_t used;
	ssize_t got;

	if (!lines->reader)
		return 0;
	if (lines->left == 0)
		lines->chunk = lines->own_chunk;
	used = (size_t)(lines->chunk - lines->own_chunk) + lines->left;
	got = lines->reader(lines->arg, lines->own_chunk + used,
			    CHUNK_SIZE - used);
	if (got <= 0)
		return (int)got;
	lines->left += (size_t)got;
	return 1;
}

static void
take(struct lines *lines, size_t len)
{
	lines->chunk += len;
	lines->left -= len;
	lines->taken += len;
}

static int
skip_bom(struct lines *lines)
{
	while (lines->left < BOM_LEN) {
		int more = fill(lines);

		if (more < 0)
			return -1;
		if (more == 0)
			break;
	}
	if (lines->left >= BOM_LEN && memcmp(lines->chunk, BOM, BOM_LEN) == 0)
		take(lines, BOM_LEN);
	lines->begun = true;
	return 0;
}

/*
 * Gathers bytes up to LF into text: one more than max_len at most, for the
 * CR that may stand before the LF; *over when there were still more.
 * 1 with LF, 0 at the end of the file, -1.
 */
static int
gather(struct lines *lines, bool *over)
{
	*over = false;
	for (;;) {
		const char *lf;
		size_t len, room;

		if (lines->left == 0) {
			int more = fill(lines);

			if (more <= 0)
				return more;
		}
		lf = memchr(lines->chunk, '\n', lines->left);
		len = lf ? (size_t)(lf - lines->chunk) : lines->left;
		room = lines->max_len - lines->text.len;
		if (room < SIZE_MAX)
			room++;
		if (lines->text.len > lines->max_len)
			room = 0;
		if (len > room)
			*over = true;
		buffer_append(&lines->text, lines->chunk,
			      len > room ? room : len);
		take(lines, len);
		if (lf) {
			take(lines, 1);
			return 1;
		}
	}
}

enum lines_result
lines_next(struct lines *lines, struct line *line)
{
	struct buffer *text = &lines->text;
	bool over;
	int ended;

	*line = (struct line){.number = lines->number, .data = ""};
	if (!lines->begun && skip_bom(lines) < 0)
		return LINES_ERROR;
	line->offset = lines->taken;
	buffer_clear(text);
	ended = gather(lines, &over);
	if (ended < 0)
		return LINES_ERROR;
	if (!ended && text->len == 0)
		return LINES_END;
	line->number = ++lines->number;
	line->unended = !ended;
	if (over)
		return LINES_TOO_LONG;
	if (ended && text->len > 0 && text->data[text->len - 1] == '\r')
		text->data[--text->len] = '\0';
	if (text->len > lines->max_len)
		return LINES_TOO_LONG;
	if (text->data)
		line->data = text->data;
	line->len = text->len;
	line->has_nul = memchr(line->data, '\0', line->len) != NULL;
	return LINES_LINE;
}

void
lines_close(struct lines *lines)
{
	if (!lines)
		return;
	buffer_free(&lines->text);
	mem_free(lines->own_chunk);
	mem_free(lines);
}
