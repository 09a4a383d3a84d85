/*
 * A growing run of bytes. data is NUL-terminated whenever it is not NULL, so
 * it can be read as a string; len does not count that NUL. Start from
 * `struct buffer b = {0}`; end with buffer_free().
 */
#ifndef RECARD_BUFFER_H
#define RECARD_BUFFER_H

#include <stdarg.h>
#include <stddef.h>

struct buffer {
	char *data;
	size_t len;
	size_t size;
};

/* Makes room for len bytes in all, so that appending moves nothing. */
void buffer_reserve(struct buffer *buffer, size_t len);
void buffer_append(struct buffer *buffer, const void *bytes, size_t len);
void buffer_puts(struct buffer *buffer, const char *text);
void buffer_putc(struct buffer *buffer, char c);
void buffer_printf(struct buffer *buffer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Appends one RFC 4180 field: quoted only when it must be. */
void buffer_put_csv(struct buffer *buffer, const char *field);
/* Appends len bytes as lower-case hex. */
void buffer_put_hex(struct buffer *buffer, const void *bytes, size_t len);
/* Empties without giving the memory back. */
void buffer_clear(struct buffer *buffer);
void buffer_free(struct buffer *buffer);
/* Reads fd to its end, at most limit bytes. 0, or -1 with errno (EFBIG). */
int buffer_read_fd(struct buffer *buffer, int fd, size_t limit);
/* Reads a whole file, at most limit bytes. 0, or -1 with errno. */
int buffer_read_file(struct buffer *buffer, const char *path, size_t limit);

#endif
