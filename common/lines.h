/*
 * Lines of a file that may be hostile: bounded length, exact numbers. A line
 * ends with LF; a CR before it is dropped; the last line may lack its LF. A
 * UTF-8 byte order mark at the start of the file is skipped.
 */
#ifndef RECARD_LINES_H
#define RECARD_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct lines;

/* As read(2): how many bytes it put there, 0 at the end, -1 with errno. */
typedef ssize_t lines_read(void *arg, void *bytes, size_t size);

struct line {
	unsigned long number; /* from 1 */
	uint64_t offset;      /* of its first byte in the file, from 0 */
	const char *data;     /* NUL-terminated; valid until the next call */
	size_t len;
	bool has_nul; /* a NUL byte is inside */
	bool unended; /* the file ended before a LF */
};

enum lines_result {
	LINES_LINE,
	LINES_TOO_LONG, /* line.number is set, its content is skipped */
	LINES_END,
	LINES_ERROR /* errno */
};

/* fd is borrowed and read from its position. */
struct lines *lines_open(int fd, size_t max_len);
/* From whatever gives bytes; arg is borrowed. */
struct lines *lines_open_reader(lines_read *reader, void *arg, size_t max_len);
/* Over bytes in memory, which are borrowed. */
struct lines *lines_open_memory(const void *bytes, size_t len, size_t max_len);
enum lines_result lines_next(struct lines *lines, struct line *line);
void lines_close(struct lines *lines);

#endif
