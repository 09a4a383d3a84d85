/*
 * What the modules behind spool.h share: looking at and moving the entries
 * of a folder that programs other than ours write to as well.
 */
#ifndef RECARD_SPOOL_PRIVATE_H
#define RECARD_SPOOL_PRIVATE_H

#include <sys/stat.h>

#include "spool.h"

#define SPOOL_NAME_BYTES_MAX 200
#define SPOOL_PART ".part" /* ends the name of what is being written */

bool spool_name_byte_ok(char c);

/* close() and unlink for clean-up paths: errno stays what it was, and a
 * negative descriptor is passed over. */
void spool_close(int fd);
void spool_unlink(int folder_fd, const char *name);

/* A descriptor or -1. The folder itself is the operator's choice and may be
 * behind a link. */
int spool_open_folder(const char *folder);
/* Opens the entry itself for reading: no link is followed, a FIFO does not
 * block. A descriptor or -1. */
int spool_open_entry(int folder_fd, const char *name);

bool spool_same_file(const struct stat *a, const struct stat *b);
/* 0 when name still is the very file that st describes; -1 with errno,
 * ENOENT also when another one has taken its place. */
int spool_still_there(int folder_fd, const char *name, const struct stat *st);
/* Renames without replacing: EEXIST when to is taken. 0 or -1. */
int spool_rename_new(int from_fd, const char *from, int to_fd, const char *to);

/* spool_publish() in an open folder, for any name without a slash. */
enum spool_published spool_publish_at(int folder_fd, const char *name,
				      const void *bytes, size_t len);

/* -1 with EIO when a failpoint asked for it, else 0. */
int spool_fail_if(bool asked);

#endif
