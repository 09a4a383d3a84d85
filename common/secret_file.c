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
