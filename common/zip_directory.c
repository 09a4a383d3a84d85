/*
 * A ZIP archive's end and its directory: see zip_directory.h.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mem.h"
#include "zip_archive.h"
#include "zip_directory.h"

#define END "PK\005\006"
#define END_BYTES 22
#define MOST_COMMENT 65535
#define END64 "PK\006\006"
#define END64_BYTES 56
#define LOCATOR64 "PK\006\007"
#define LOCATOR64_BYTES 20
#define ENTRY "PK\001\002"
#define ENTRY_BYTES 46
#define HEADER "PK\003\004"
#define HEADER_BYTES 30
#define AES_EXTRA 0x9901u

enum { METHOD_STORED = 0, METHOD_DEFLATE = 8, METHOD_AES = 99 };

/* Where the directory says that it is. */
struct directory {
	uint64_t entries, size, at;
	uint64_t end; /* what must follow it is here */
};

static uint64_t
little(const unsigned char *bytes, int count)
{
	uint64_t number = 0;

	while (count-- > 0)
		number = number << 8 | bytes[count];
	return number;
}

static bool
read_at(int fd, void *bytes, size_t len, uint64_t at)
{
	size_t done = 0;

	while (done < len) {
		ssize_t got = pread(fd, (char *)bytes + done, len - done,
				    (off_t)(at + done));

		if (got > 0)
			done += (size_t)got;
		else if (got == 0 || errno != EINTR)
			return false;
	}
	return true;
}

static const char *
refuse(char **text, const char *code, const char *words)
{
	*text = mem_strdup(words);
	return code;
}

static const char *
unreadable(char **text)
{
	return refuse(text, ZIP_UNREADABLE, "it cannot be read");
}

/* The end's record: the last of its signatures, so that libarchive finds the
 * same one. The comment after it must end with the file. */
static const char *
find_end(int fd, uint64_t size, unsigned char end[END_BYTES], uint64_t *at,
	 char **text)
{
	size_t len = size < END_BYTES + MOST_COMMENT ? (size_t)size
						     : END_BYTES + MOST_COMMENT;
	unsigned char *tail = mem_alloc(len + 1, 1);
	const char *code = NULL;
	size_t i = len;

	if (!read_at(fd, tail, len, size - len)) {
		mem_free(tail);
		return unreadable(text);
	}
	while (i >= 4 && memcmp(tail + i - 4, END, 4) != 0)
		i--;
	if (i < 4 || len - (i - 4) < END_BYTES ||
	    len - (i - 4) - END_BYTES < little(tail + i - 4 + 20, 2)) {
		code = refuse(text, ZIP_TRUNCATED,
			      "its end is missing: send the whole of it");
	} else if (len - (i - 4) - END_BYTES > little(tail + i - 4 + 20, 2)) {
		code = refuse(text, ZIP_DAMAGED, "bytes follow its end");
	} else {
		memcpy(end, tail + i - 4, END_BYTES);
		*at = size - len + i - 4;
	}
	mem_free(tail);
	return code;
}

/* The longer record of Zip64 stands before the end's, when there is one. */
static const char *
find_directory(int fd, uint64_t size, struct directory *directory, char **text)
{
	unsigned char end[END_BYTES], locator[LOCATOR64_BYTES];
	unsigned char end64[END64_BYTES];
	uint64_t at;
	const char *code = find_end(fd, size, end, &at, text);

	if (code)
		return code;
	*directory = (struct directory){.entries = little(end + 10, 2),
					.size = little(end + 12, 4),
					.at = little(end + 16, 4),
					.end = at};
	if (little(end + 4, 2) != 0 || little(end + 6, 2) != 0)
		return refuse(text, ZIP_DAMAGED,
			      "it is one part of an archive in several parts");
	if (at < LOCATOR64_BYTES + END64_BYTES)
		return NULL;
	if (!read_at(fd, locator, LOCATOR64_BYTES, at - LOCATOR64_BYTES))
		return unreadable(text);
	if (memcmp(locator, LOCATOR64, 4) != 0)
		return NULL;
	directory->end = little(locator + 8, 8);
	if (directory->end > at - LOCATOR64_BYTES - END64_BYTES)
		return refuse(text, ZIP_DAMAGED, "its end points beyond it");
	if (!read_at(fd, end64, END64_BYTES, directory->end))
		return unreadable(text);
	if (memcmp(end64, END64, 4) != 0)
		return refuse(text, ZIP_DAMAGED, "its end points elsewhere");
	directory->entries = little(end64 + 32, 8);
	directory->size = little(end64 + 40, 8);
	directory->at = little(end64 + 48, 8);
	return NULL;
}

/* How an entry is compressed beneath its encryption; -1 when nothing says. */
static int
method_beneath(const unsigned char *extra, size_t len)
{
	while (len >= 4) {
		size_t size = (size_t)little(extra + 2, 2);

		if (size > len - 4)
			return -1;
		if (little(extra, 2) == AES_EXTRA)
			return size >= 7 ? (int)little(extra + 4 + 5, 2) : -1;
		extra += 4 + size;
		len -= 4 + size;
	}
	return -1;
}

/* Whether an entry that was made under Unix is neither file nor folder. Tools
 * may leave its kind out, or call a pipe what came to them through one. */
static bool
is_special(const unsigned char *entry)
{
	enum { UNIX = 3, DARWIN = 19 };
	mode_t mode = (mode_t)little(entry + 40, 2);

	return (entry[5] == UNIX || entry[5] == DARWIN) &&
	       (mode & S_IFMT) != 0 && !S_ISREG(mode) && !S_ISDIR(mode) &&
	       !S_ISFIFO(mode);
}

/* Whether the flags and the method of an entry, whose extra fields are at a
 * place of the file, are such as tools use that people send files with. */
static const char *
check_method(int fd, unsigned flags, int method, uint64_t extra_at,
	     size_t extra, char **text)
{
	enum { STRONG = 1 << 6, MASKED = 1 << 13 };
	unsigned char *fields;

	if (method == METHOD_AES) {
		fields = mem_alloc(extra + 1, 1);
		method = read_at(fd, fields, extra, extra_at)
				 ? method_beneath(fields, extra)
				 : -1;
		mem_free(fields);
	}
	if (flags & (STRONG | MASKED))
		return refuse(
			text, ZIP_METHOD,
			"it is encrypted in an unusual way: use ZipCrypto "
			"or AES");
	if (method != METHOD_STORED && method != METHOD_DEFLATE)
		return refuse(
			text, ZIP_METHOD,
			"it is compressed in an unusual way: use deflate");
	return NULL;
}

/* The member's own header, which libarchive goes by. */
static const char *
check_header(int fd, const struct directory *directory, uint64_t at,
	     char **text)
{
	unsigned char header[HEADER_BYTES];
	size_t name, extra;

	if (directory->at < HEADER_BYTES || at > directory->at - HEADER_BYTES)
		return refuse(text, ZIP_DAMAGED, "a member is beyond its end");
	if (!read_at(fd, header, HEADER_BYTES, at))
		return unreadable(text);
	if (memcmp(header, HEADER, 4) != 0)
		return refuse(text, ZIP_DAMAGED,
			      "a member is not where its directory says");
	name = (size_t)little(header + 26, 2);
	extra = (size_t)little(header + 28, 2);
	return check_method(fd, (unsigned)little(header + 6, 2),
			    (int)little(header + 8, 2),
			    at + HEADER_BYTES + name, extra, text);
}

/* One entry; *at moves past it. */
static const char *
check_entry(int fd, const struct directory *directory, uint64_t *at,
	    char **text)
{
	unsigned char entry[ENTRY_BYTES];
	size_t name, extra, comment;
	const char *code;

	if (directory->end - *at < ENTRY_BYTES)
		return refuse(text, ZIP_DAMAGED, "its directory is cut off");
	if (!read_at(fd, entry, ENTRY_BYTES, *at))
		return unreadable(text);
	name = (size_t)little(entry + 28, 2);
	extra = (size_t)little(entry + 30, 2);
	comment = (size_t)little(entry + 32, 2);
	if (memcmp(entry, ENTRY, 4) != 0 ||
	    directory->end - *at - ENTRY_BYTES < name + extra + comment)
		return refuse(text, ZIP_DAMAGED, "its directory is broken");
	if (is_special(entry))
		return refuse(text, ZIP_LINK, "it holds a link or a device");
	code = check_method(fd, (unsigned)little(entry + 8, 2),
			    (int)little(entry + 10, 2),
			    *at + ENTRY_BYTES + name, extra, text);
	*at += ENTRY_BYTES + name + extra + comment;
	return code ? code
		    : check_header(fd, directory, little(entry + 42, 4), text);
}

const char *
zip_directory_check(int fd, uint64_t size, int64_t most, char **text)
{
	struct directory directory;
	const char *code = find_directory(fd, size, &directory, text);
	uint64_t at = 0;

	if (!code && directory.entries == 0)
		code = refuse(text, ZIP_EMPTY, "it holds no file");
	if (!code && directory.entries > (uint64_t)most) {
		*text = mem_printf("it has %" PRIu64
				   " entries; zip_members allows %" PRId64,
				   directory.entries, most);
		code = ZIP_MEMBERS;
	}
	if (!code && (directory.size > directory.end ||
		      directory.end - directory.size != directory.at))
		code = refuse(text, ZIP_DAMAGED,
			      "its directory is not where its end says");
	if (code)
		return code;
	at = directory.at;
	for (uint64_t i = 0; i < directory.entries && !code; i++)
		code = check_entry(fd, &directory, &at, text);
	if (!code && at != directory.end)
		code = refuse(text, ZIP_DAMAGED,
			      "its directory has more entries than it says");
	return code;
}
