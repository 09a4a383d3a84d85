/*
 * Files that hold a secret: see secret_file.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mem.h"
#include "secret_file.h"

#define LINE_MOST 4096
#define MODE_FORBIDDEN (S_IWGRP | S_IXGRP | S_IRWXO)

static char *
objection(const char *path, const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		return mem_printf("%s: not a regular file", path);
	if (st->st_mode & MODE_FORBIDDEN)
		return mem_printf("%s: mode %04o lets others in, use 0600 "
				  "or 0640",
				  path, (unsigned)st->st_mode & 07777);
	return NULL;
}

char *
secret_file_objection(const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return mem_printf("%s: %s", path, strerror(errno));
	return objection(path, &st);
}

int
secret_file_open(const char *path, size_t limit, char **error)
{
	/* A FIFO must not make us wait for its writer. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0) {
		*error = mem_printf("%s: %s", path, strerror(errno));
		return -1;
	}
	if (fstat(fd, &st) != 0)
		*error = mem_printf("%s: %s", path, strerror(errno));
	else
		*error = objection(path, &st);
	if (*error == NULL && (uintmax_t)st.st_size > limit)
		*error = mem_printf("%s: too large for a key", path);
	if (*error == NULL)
		return fd;
	close(fd);
	return -1;
}

char *
secret_file_line(const char *path, char **error)
{
	char text[LINE_MOST + 1], *secret = NULL;
	int fd = secret_file_open(path, LINE_MOST, error);
	size_t len = 0, i;
	ssize_t n;

	if (fd < 0)
		return NULL;
	while ((n = read(fd, text + len, LINE_MOST - len)) > 0)
		len += (size_t)n;
	close(fd);
	if (len > 0 && text[len - 1] == '\n')
		len--;
	/* Anything else could end a header's line, or a protocol's string. */
	for (i = 0; i < len; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			break;
	if (n < 0 || len == 0 || i < len)
		*error = mem_printf("%s: not one line with a secret", path);
	else
		secret = mem_strndup(text, len);
	explicit_bzero(text, sizeof(text));
	return secret;
}
