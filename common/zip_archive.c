/*
 * ZIP archives by libarchive: see zip_archive.h. No other format is turned
 * on, and no filter. Limits hold for the bytes that come out, whatever the
 * archive says of their number.
 */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <inttypes.h>
#include <locale.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buffer.h"
#include "charset.h"
#include "mem.h"
#include "spool.h"
#include "zip_archive.h"
#include "zip_directory.h"

#define BLOCK_BYTES 65536
#define NAME_BYTES_MAX 200
#define MEMBER "PK\003\004" /* begins a member's header, and the file */
#define END "PK\005\006"    /* begins an archive of nothing */

struct zip_archive {
	int fd;
	int64_t size; /* of the file */
	const struct zip_options *options;
	locale_t utf8; /* for names that the archive says are UTF-8 */
	struct archive *reader;
	const char *password; /* in use; NULL: none */
	/* The member at hand. */
	unsigned long number;
	char *name;
	bool encrypted;
	bool begun;       /* its first bytes were looked at */
	int64_t unpacked; /* bytes, of all members so far */
	const char *code; /* of the fault */
	char *text;
};

bool
zip_archive_begins(int fd)
{
	char magic[4];

	return pread(fd, magic, sizeof(magic), 0) == (ssize_t)sizeof(magic) &&
	       (memcmp(magic, MEMBER, 4) == 0 || memcmp(magic, END, 4) == 0);
}

static void fail(struct zip_archive *archive, const char *code,
		 const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The first fault stays. */
static void
fail(struct zip_archive *archive, const char *code, const char *format, ...)
{
	char *words;
	va_list args;

	if (archive->code)
		return;
	va_start(args, format);
	words = mem_vprintf(format, args);
	va_end(args);
	archive->code = code;
	if (archive->name)
		archive->text = mem_printf("%s: %s", archive->name, words);
	else if (archive->number)
		archive->text =
			mem_printf("member %lu: %s", archive->number, words);
	else
		archive->text = mem_strdup(words);
	mem_free(words);
}

/* What libarchive says went wrong in the member at hand. A wrong password is
 * not always noticed at once: then what it decrypts is damaged. */
static void
fail_member(struct zip_archive *archive)
{
	const char *words =
		archive->reader ? archive_error_string(archive->reader) : NULL;

	if (!words)
		words = "it cannot be unpacked";
	if (!archive->encrypted)
		fail(archive, ZIP_DAMAGED, "%s", words);
	else if (strcasestr(words, "passphrase"))
		fail(archive, ZIP_PASSWORD,
		     "no password of zip_passwords opens it");
	else
		fail(archive, ZIP_DAMAGED, "%s; or the password is wrong",
		     words);
}

/* A name's bytes as characters; NULL when they are none that can be shown. */
static char *
name_text(const struct zip_archive *archive, const char *raw)
{
	struct charset *charset;
	struct buffer text = {0};
	size_t offset;

	for (const char *c = raw; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return NULL;
	if (charset_utf8_ok(raw, strlen(raw), &offset))
		return mem_strdup(raw);
	charset = charset_open(archive->options->name_encoding, "UTF-8");
	if (charset &&
	    charset_convert(charset, raw, strlen(raw), &text, &offset) == 0) {
		charset_close(charset);
		return text.data;
	}
	if (charset)
		charset_close(charset);
	buffer_free(&text);
	return spool_name_sanitised(raw);
}

/* Whether a name could lead anywhere, or mislead who reads it. */
static bool
name_hostile(const char *name)
{
	const char *end = name + strlen(name), *part = name, *text = name;

	if (name == end || end - name > NAME_BYTES_MAX || name[1] == ':' ||
	    strchr(name, '\\'))
		return true;
	while (text < end)
		if (charset_forbidden(charset_utf8_next(&text, end)))
			return true;
	while (part) {
		size_t len = strcspn(part, "/");

		if (len == 0 || (len == 1 && part[0] == '.') ||
		    (len == 2 && part[0] == '.' && part[1] == '.'))
			return true;
		part = part[len] ? part + len + 1 : NULL;
	}
	return false;
}

/* Looks whether the entry is one that may be read. */
static void
check_member(struct zip_archive *archive, struct archive_entry *entry)
{
	const char *raw = archive_entry_pathname(entry);
	char *name = raw ? name_text(archive, raw) : NULL;

	if (!name || name_hostile(name)) {
		mem_free(name);
		fail(archive, ZIP_NAME, "its name cannot be used");
		return;
	}
	archive->name = name;
	archive->encrypted = archive_entry_is_encrypted(entry);
	if (archive_entry_filetype(entry) != AE_IFREG ||
	    archive_entry_symlink(entry) || archive_entry_hardlink(entry))
		fail(archive, ZIP_LINK, "it is a link or a device");
	else if (archive->encrypted && !archive->password)
		fail(archive, ZIP_ENCRYPTED,
		     "it is encrypted, and zip_passwords is not set");
}

/* Moves to the next entry. Only here does libarchive convert names. */
static int
next_entry(struct zip_archive *archive, struct archive_entry **entry,
	   bool *folder)
{
	locale_t old = uselocale(archive->utf8);
	int got = archive_read_next_header(archive->reader, entry);

	/* It keeps the converted name. */
	if (got == ARCHIVE_OK || got == ARCHIVE_WARN) {
		(void)archive_entry_pathname(*entry);
		*folder = archive_entry_filetype(*entry) == AE_IFDIR;
	}
	uselocale(old);
	return got;
}

const char *
zip_archive_next(struct zip_archive *archive)
{
	struct archive_entry *entry;
	bool folder = true;

	while (folder && !archive->code) {
		mem_free(archive->name);
		archive->name = NULL;
		archive->encrypted = archive->begun = false;
		archive->number++;
		switch (next_entry(archive, &entry, &folder)) {
		case ARCHIVE_EOF:
			archive->number = 0;
			return NULL;
		case ARCHIVE_OK:
			if (!folder)
				check_member(archive, entry);
			break;
		default:
			fail_member(archive);
		}
	}
	return archive->code ? NULL : archive->name;
}

/* Looks at what came out of the member. */
static void
check_bytes(struct zip_archive *archive, const void *bytes, size_t len)
{
	const struct zip_options *options = archive->options;

	archive->unpacked += (int64_t)len;
	if (archive->unpacked > options->size)
		fail(archive, ZIP_SIZE,
		     "more than %" PRId64
		     " bytes are unpacked; zip_size allows no more",
		     options->size);
	else if (archive->unpacked / options->ratio > archive->size)
		fail(archive, ZIP_RATIO,
		     "more than %" PRId64 " times the archive's %" PRId64
		     " bytes are unpacked; zip_ratio allows no more",
		     options->ratio, archive->size);
	else if (!archive->begun && len >= 4 && memcmp(bytes, MEMBER, 4) == 0)
		fail(archive, ZIP_NESTED, "it is an archive itself");
	archive->begun = true;
}

ssize_t
zip_archive_read(void *arg, void *bytes, size_t size)
{
	struct zip_archive *archive = arg;
	la_ssize_t got = 0;

	if (!archive->code) {
		got = archive_read_data(archive->reader, bytes, size);
		if (got < 0)
			fail_member(archive);
		else if (got > 0)
			check_bytes(archive, bytes, (size_t)got);
	}
	if (!archive->code)
		return (ssize_t)got;
	errno = EIO;
	return -1;
}

/* From the beginning, with another password. */
static void
begin(struct zip_archive *archive, const char *password)
{
	if (archive->reader)
		archive_read_free(archive->reader);
	mem_free(archive->name);
	mem_free(archive->text);
	archive->name = archive->text = NULL;
	archive->code = NULL;
	archive->number = 0;
	archive->unpacked = 0;
	archive->encrypted = false;
	archive->password = password;
	archive->reader = archive_read_new();
	if (lseek(archive->fd, 0, SEEK_SET) != 0)
		fail(archive, ZIP_UNREADABLE, "%s", strerror(errno));
	else if (!archive->reader ||
		 archive_read_support_format_zip_seekable(archive->reader) !=
			 ARCHIVE_OK ||
		 (password &&
		  archive_read_add_passphrase(archive->reader, password) !=
			  ARCHIVE_OK) ||
		 archive_read_open_fd(archive->reader, archive->fd,
				      BLOCK_BYTES) != ARCHIVE_OK)
		fail_member(archive);
}

/* Reads all of it. Whether it went wrong where another password might help. */
static bool
read_through(struct zip_archive *archive)
{
	char *block = mem_alloc(BLOCK_BYTES, 1);
	unsigned long members = 0;

	while (zip_archive_next(archive)) {
		members++;
		while (zip_archive_read(archive, block, BLOCK_BYTES) > 0)
			;
	}
	mem_free(block);
	if (!archive->code && members == 0)
		fail(archive, ZIP_EMPTY, "it holds no file");
	return archive->code && archive->encrypted;
}

/* Finds the password. When none fits, what went wrong behind one that seemed
 * to fit says more than that another did not. */
static void
survey(struct zip_archive *archive)
{
	static const char *const none[] = {NULL};
	const char *const *password = archive->options->passwords;
	const char *code = NULL;
	char *text = NULL;

	if (!password)
		password = none;
	do {
		begin(archive, *password);
		if (!read_through(archive)) {
			mem_free(text);
			return;
		}
		if (!code || strcmp(code, ZIP_PASSWORD) == 0) {
			mem_free(text);
			code = archive->code;
			text = archive->text;
			archive->text = NULL;
		}
	} while (*password && *++password);
	mem_free(archive->text);
	archive->code = code;
	archive->text = text;
}

struct zip_archive *
zip_archive_open(int fd, const struct zip_options *options)
{
	struct zip_archive *archive = mem_alloc(1, sizeof(*archive));
	const char *code;
	struct stat st;

	archive->fd = fd;
	archive->options = options;
	archive->utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	if (fstat(fd, &st) != 0) {
		fail(archive, ZIP_UNREADABLE, "%s", strerror(errno));
		return archive;
	}
	archive->size = st.st_size;
	code = zip_directory_check(fd, (uint64_t)st.st_size, options->members,
				   &archive->text);
	if (code) {
		archive->code = code;
		return archive;
	}
	survey(archive);
	if (!archive->code)
		begin(archive, archive->password);
	return archive;
}

const char *
zip_archive_fault(const struct zip_archive *archive, const char **text)
{
	*text = archive->text;
	return archive->code;
}

void
zip_archive_close(struct zip_archive *archive)
{
	if (!archive)
		return;
	if (archive->reader)
		archive_read_free(archive->reader);
	if (archive->utf8)
		freelocale(archive->utf8);
	mem_free(archive->name);
	mem_free(archive->text);
	mem_free(archive);
}
