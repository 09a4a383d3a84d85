/*
 * Files that hold a secret: regular, and closed to others. The group may
 * read them, but no more.
 */
#ifndef RECARD_SECRET_FILE_H
#define RECARD_SECRET_FILE_H

#include <stddef.h>

/* NULL when such a file is at path, else in words what is wrong, beginning
 * with the path (mem_free). */
char *secret_file_objection(const char *path);
/* Opens it for reading; refused also when larger than limit bytes. -1 with
 * *error (mem_free), which names the path. */
int secret_file_open(const char *path, size_t limit, char **error);
/* Reads a password or token: one line, printable. mem_free_secret() it. NULL
 * with *error (mem_free), which names the file. */
char *secret_file_line(const char *path, char **error);

#endif
