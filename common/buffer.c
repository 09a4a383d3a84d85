/*
 * A growing run of bytes: see buffer.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "buffer.h"
#include "hex.h"
#include "mem.h"

#define FIRST_SIZE 64
#define READ_SIZE 65536

/* Room for `more` bytes and the NUL, at least doubling. */
static void
grow(struct buffer *buffer, size_t more)
{
	size_t size = buffer->size ? buffer->size : FIRST_SIZE;
	size_t need;

	if (__builtin_add_overflow(buffer->len, more, &need) ||
	    __builtin_add_overflow(need, 1, &need))
		need = SIZE_MAX; /* fatal in mem_resize() */
	if (buffer->data && need <= buffer->size)
		return;
	while (size < need)
		size = size > SIZE_MAX / 2 ? SIZE_MAX : size * 2;
	buffer->data = mem_resize(buffer->data, size, 1);
	buffer->size = size;
	buffer->data[buffer->len] = '\0';
}

void
buffer_reserve(struct buffer *buffer, size_t len)
{
	grow(buffer, len > buffer->len ? len - buffer->len : 0);
}

void
buffer_append(struct buffer *buffer, const void *bytes, size_t len)
{
	grow(buffer, len);
	if (len)
		memcpy(buffer->data + buffer->len, bytes, len);
	buffer->len += len;
	buffer->data[buffer->len] = '\0';
}

void
buffer_puts(struct buffer *buffer, const char *text)
{
	buffer_append(buffer, text, strlen(text));
}

void
buffer_putc(struct buffer *buffer, char c)
{
	buffer_append(buffer, &c, 1);
}

void
buffer_printf(struct buffer *buffer, const char *format, ...)
{
	va_list args, again;
	int len;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len > 0) {
		grow(buffer, (size_t)len);
		vsnprintf(buffer->data + buffer->len, (size_t)len + 1, format,
			  again);
		buffer->len += (size_t)len;
	}
	va_end(again);
}

void
buffer_put_csv(struct buffer *buffer, const char *field)
{
	if (!field)
		return;
	if (!strpbrk(field, ",\"\r\n")) {
		buffer_puts(buffer, field);
		return;
	}
	buffer_putc(buffer, '"');
	for (; *field; field++) {
		if (*field == '"')
			buffer_putc(buffer, '"');
		buffer_putc(buffer, *field);
	}
	buffer_putc(buffer, '"');
}

void
buffer_put_hex(struct buffer *buffer, const void *bytes, size_t len)
{
	if (len > SIZE_MAX / 2)
		grow(buffer, SIZE_MAX);
	grow(buffer, len * 2);
	hex_encode(bytes, len, buffer->data + buffer->len);
	buffer->len += len * 2;
}

void
buffer_clear(struct buffer *buffer)
{
	buffer->len = 0;
	if (buffer->data)
		buffer->data[0] = '\0';
}

void
buffer_free(struct buffer *buffer)
{
	mem_free(buffer->data);
	*buffer = (struct buffer){0};
}

/* Back to what was there before a failed read; errno stays. */
static int
read_failed(struct buffer *buffer, size_t start, int error)
{
	buffer->len = start;
	if (buffer->data)
		buffer->data[start] = '\0';
	errno = error;
	return -1;
}

int
buffer_read_fd(struct buffer *buffer, int fd, size_t limit)
{
	size_t start = buffer->len;
	ssize_t got;

	for (;;) {
		/* One byte more than allowed tells a file that is too big
		 * from one that just fits. */
		size_t left = limit - (buffer->len - start);
		size_t want = left < READ_SIZE ? left + 1 : READ_SIZE;

		grow(buffer, want);
		got = read(fd, buffer->data + buffer->len, want);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return read_failed(buffer, start, errno);
		if (got == 0)
			break;
		if ((size_t)got > left)
			return read_failed(buffer, start, EFBIG);
		buffer->len += (size_t)got;
	}
	buffer->data[buffer->len] = '\0';
	return 0;
}

int
buffer_read_file(struct buffer *buffer, const char *path, size_t limit)
{
	int fd, result, saved;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return -1;
	result = buffer_read_fd(buffer, fd, limit);
	saved = errno;
	close(fd);
	errno = saved;
	return result;
}
