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

/* What a file is to hold: its bytes, or the digest of len bytes. */
struct spool_content {
	const void *bytes;
	size_t len;
	const char *digest; /* NULL: of bytes */
};
/* What lies under name already. Returns true with *published when that
 * settles the matter, false when the name is free. */
bool spool_published_already(int folder_fd, const char *name,
			     const struct spool_content *content,
			     enum spool_published *published);

/* Takes a NAME.part that somebody left behind out of the way. 1 when the
 * name is free, 0 when its writer is still at it, -1 with errno. */
int spool_part_clear(int folder_fd, const char *part);
/* Creates NAME.part and locks it. A descriptor; -1 with errno, EAGAIN when
 * another instance has it, or had it left behind. */
int spool_part_create(int folder_fd, const char *part, struct stat *st);
/* Syncs the part's content and renames it to name. 0, or -1 with errno:
 * EEXIST when name is taken. */
int spool_part_settle(int folder_fd, int fd, const char *part,
		      const char *name);
/* Closes what has been renamed and syncs the folder; on failure the file is
 * taken away again. 0 or -1 with errno. */
int spool_part_renamed(int folder_fd, int fd, const char *name,
		       const struct stat *st);

/* Moves an entry under rejected/ as base, with its report beside it; the
 * digest is that of its content. 0 or -1 with errno. */
int spool_reject_as(int folder_fd, const char *entry, const struct stat *st,
		    const char *base, const char *digest, const char *report);

/* -1 with EIO when a failpoint asked for it, else 0. */
int spool_fail_if(bool asked);

#endif
