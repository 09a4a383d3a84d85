/*
 * ZIP archives that may be hostile, read in place by libarchive: members one
 * by one, their bytes in pieces, nothing on disk. An archive is first read
 * through as a whole, which finds the password that opens it and everything
 * that is wrong with it; only then does it give its members.
 */
#ifndef RECARD_ZIP_ARCHIVE_H
#define RECARD_ZIP_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Why an archive is refused. */
#define ZIP_UNREADABLE "unreadable"
#define ZIP_DAMAGED "archive_damaged"
#define ZIP_TRUNCATED "archive_truncated"
#define ZIP_EMPTY "archive_empty"         /* no file in it */
#define ZIP_METHOD "archive_method"       /* neither stored nor deflated */
#define ZIP_ENCRYPTED "archive_encrypted" /* and no password is known */
#define ZIP_PASSWORD "archive_password"   /* none of the passwords is right */
#define ZIP_MEMBERS "archive_members"     /* too many */
#define ZIP_SIZE "archive_size"           /* too large unpacked */
#define ZIP_RATIO "archive_ratio"         /* for so small a file */
#define ZIP_NAME "archive_name"           /* a member's, unusable */
#define ZIP_LINK "archive_link"           /* a member that is no file */
#define ZIP_NESTED "archive_nested"       /* an archive in the archive */

struct zip_options {
	int64_t members; /* most entries, folders included */
	int64_t size;    /* most bytes unpacked, of all members */
	int64_t ratio;   /* most bytes unpacked for each of the archive's */
	const char *name_encoding;    /* of names that are not UTF-8 */
	const char *const *passwords; /* each is tried; ends with NULL */
};

struct zip_archive;

/* Whether the file begins as a ZIP archive does, whatever its name. */
bool zip_archive_begins(int fd);
/* Opens and reads through; never NULL. fd and options are borrowed. */
struct zip_archive *zip_archive_open(int fd, const struct zip_options *options);
/* The code of what is wrong with the archive, since it was opened or while it
 * was read; NULL when nothing is. text, in words, names the member. */
const char *zip_archive_fault(const struct zip_archive *archive,
			      const char **text);
/* The next member's name, in UTF-8, fit to be shown: valid until the next
 * call. NULL after the last, and upon a fault. Folders are passed over. */
const char *zip_archive_next(struct zip_archive *archive);
/* Reads on in the member, as read(2); -1 with EIO upon a fault. A struct
 * zip_archive as arg of lines_open_reader(). */
ssize_t zip_archive_read(void *archive, void *bytes, size_t size);
void zip_archive_close(struct zip_archive *archive);

#endif
