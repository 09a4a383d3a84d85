/*
 * zip_archive: what real tools make is read, member by member; what is
 * damaged, cut, hostile or too large is refused for its reason.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buffer.h"
#include "mem.h"
#include "run_tool.h"
#include "zip_archive.h"
#include "zip_passwords.h"

static char folder[] = "/tmp/test_zip_archive.XXXXXX";

static int
set_up(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static void
tool(const char *const argv[])
{
	struct buffer out = {0};

	run_tool(folder, argv, &out);
	buffer_free(&out);
}

static int
tear_down(void **state)
{
	(void)state;
	tool((const char *const[]){"rm", "-rf", folder, NULL});
	return 0;
}

static char *
place(const char *name)
{
	return mem_printf("%s/%s", folder, name);
}

static void
put(const char *name, const void *bytes, size_t len)
{
	char *path = place(name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
	mem_free(path);
}

static void
put_text(const char *name, const char *text)
{
	put(name, text, strlen(text));
}

static struct buffer
get(const char *name)
{
	struct buffer bytes = {0};
	char *path = place(name);

	assert_int_equal(buffer_read_file(&bytes, path, 64 << 20), 0);
	mem_free(path);
	return bytes;
}

static const struct zip_options usual = {
	.members = 10, .size = 1 << 20, .ratio = 200, .name_encoding = "CP950"};

/* Reads an archive: "name=bytes;" of each member, or "!code" (text in
 * *why, which may be NULL). */
static char *
read_all(int fd, const struct zip_options *options, char **why)
{
	struct zip_archive *archive = zip_archive_open(fd, options);
	struct buffer got = {0};
	const char *name, *code, *text;
	char piece[100];
	ssize_t len;

	buffer_puts(&got, "");
	while ((name = zip_archive_next(archive))) {
		buffer_printf(&got, "%s=", name);
		while ((len = zip_archive_read(archive, piece, sizeof piece)) >
		       0)
			buffer_append(&got, piece, (size_t)len);
		if (len < 0)
			assert_int_equal(errno, EIO);
		buffer_putc(&got, ';');
	}
	code = zip_archive_fault(archive, &text);
	assert_true((code == NULL) == (text == NULL));
	if (why)
		*why = mem_strdup(text);
	if (code) {
		buffer_clear(&got);
		buffer_printf(&got, "!%s", code);
		assert_null(zip_archive_next(archive));
		assert_int_equal(zip_archive_read(archive, piece, 1), -1);
	}
	zip_archive_close(archive);
	return got.data;
}

static char *
read_named(const char *name, const struct zip_options *options, char **why)
{
	char *path = place(name), *got;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	got = read_all(fd, options, why);
	close(fd);
	mem_free(path);
	return got;
}

/* Of bytes that need no file. */
static char *
read_bytes(const void *bytes, size_t len, const struct zip_options *options)
{
	int fd = memfd_create("archive", MFD_CLOEXEC);
	char *got;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	got = read_all(fd, options, NULL);
	close(fd);
	return got;
}

static void
expect(const char *name, const struct zip_options *options, const char *wanted)
{
	char *why, *got = read_named(name, options, &why);

	if (strcmp(got, wanted) != 0)
		fail_msg("%s: %s (%s), not %s", name, got, why ? why : "",
			 wanted);
	mem_free(got);
	mem_free(why);
}

#define ONE "order_no,tracking_no\n1,2\n1,2\n1,2\n1,2\n1,2\n1,2\n1,2\n1,2\n"
#define TWO "two\n"
#define BOTH "one.txt=" ONE ";two.txt=" TWO ";"

/* The archives of this file: `zip` or `7z` of one.txt and two.txt. */
static void
make(const char *name, const char *const *options)
{
	const char *argv[16];
	size_t count = 0;
	char *path = place(name);

	unlink(path);
	mem_free(path);
	while (*options)
		argv[count++] = *options++;
	argv[count++] = name;
	argv[count++] = "one.txt";
	argv[count++] = "two.txt";
	argv[count] = NULL;
	put_text("one.txt", ONE);
	put_text("two.txt", TWO);
	tool(argv);
}

#define MAKE(name, ...) make(name, (const char *const[]){__VA_ARGS__, NULL})
#define PASSWORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static struct zip_options
with_passwords(const char *const *passwords)
{
	struct zip_options options = usual;

	options.passwords = passwords;
	return options;
}

static void
test_real_tools(void **state)
{
	(void)state;
	MAKE("zip.zip", "zip", "-q");
	expect("zip.zip", &usual, BOTH);
	MAKE("stored.zip", "zip", "-q", "-0");
	expect("stored.zip", &usual, BOTH);
	MAKE("zip64.zip", "zip", "-q", "-fz");
	expect("zip64.zip", &usual, BOTH);
	MAKE("7z.zip", "7z", "a", "-tzip");
	expect("7z.zip", &usual, BOTH);
	/* Sizes come after the data. */
	put_text("one.txt", ONE);
	tool((const char *const[]){"sh", "-c",
				   "zip -q - one.txt two.txt | cat >stream.zip",
				   NULL});
	expect("stream.zip", &usual, BOTH);
	tool((const char *const[]){
		"sh", "-c",
		"mkdir -p day && cp one.txt two.txt day && "
		"zip -q folders.zip day day/one.txt day/two.txt two.txt",
		NULL});
	expect("folders.zip", &usual,
	       "day/one.txt=" ONE ";day/two.txt=" TWO ";two.txt=" TWO ";");
	tool((const char *const[]){"sh", "-c",
				   "cp zip.zip remark.zip && "
				   "echo a remark | zip -qz remark.zip",
				   NULL});
	expect("remark.zip", &usual, BOTH);
}

/* No password opens it: one of 256 wrong ones for ZipCrypto seems to, and
 * then what it decrypts is damaged. */
static void
expect_locked(const char *name, const struct zip_options *options)
{
	char *why, *got = read_named(name, options, &why);

	if (strcmp(got, "!" ZIP_DAMAGED) == 0)
		assert_non_null(strstr(why, "; or the password is wrong"));
	else
		assert_string_equal(got, "!" ZIP_PASSWORD);
	for (size_t i = 0; options->passwords[i]; i++)
		assert_true(strlen(options->passwords[i]) < 2 ||
			    !strstr(why, options->passwords[i]));
	mem_free(got);
	mem_free(why);
}

static void
test_passwords(void **state)
{
	struct zip_options right = with_passwords(PASSWORDS("sesame")),
			   wrong = with_passwords(PASSWORDS("simsim")),
			   turn = with_passwords(PASSWORDS("new", "sesame")),
			   turned = with_passwords(PASSWORDS("sesame", "new")),
			   none = with_passwords(PASSWORDS("a", "b", "c"));
	static const char *const names[] = {"crypto.zip", "aes256.zip",
					    "aes128.zip", "stored_aes.zip"};

	(void)state;
	MAKE("crypto.zip", "zip", "-q", "-P", "sesame");
	MAKE("aes256.zip", "7z", "a", "-tzip", "-psesame", "-mem=AES256");
	MAKE("aes128.zip", "7z", "a", "-tzip", "-psesame", "-mem=AES128");
	MAKE("stored_aes.zip", "7z", "a", "-tzip", "-psesame", "-mem=AES256",
	     "-mx=0");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		expect(names[i], &right, BOTH);
		expect(names[i], &turn, BOTH);
		expect(names[i], &turned, BOTH);
		expect(names[i], &usual, "!" ZIP_ENCRYPTED);
		expect_locked(names[i], &none);
		expect_locked(names[i], &wrong);
	}
	expect("zip.zip", &right, BOTH);
	/* Only a member is encrypted. */
	tool((const char *const[]){"sh", "-c",
				   "zip -q some.zip one.txt && "
				   "zip -q -P sesame some.zip two.txt",
				   NULL});
	expect("some.zip", &right, BOTH);
	expect("some.zip", &usual, "!" ZIP_ENCRYPTED);
	expect_locked("some.zip", &none);
}

/* A wrong ZipCrypto password passes the first look once in 256 times: what is
 * unpacked then is noticed, and a right one after it still opens it. */
static void
test_password_that_seems_right(void **state)
{
	char password[600][8];
	const char *many[602];
	struct zip_options options = with_passwords(many);
	bool seemed = false;

	(void)state;
	for (size_t i = 0; i < 600; i++) {
		snprintf(password[i], sizeof password[i], "w%zu", i);
		many[i] = password[i];
	}
	for (size_t stored = 0; stored < 2; stored++) {
		char *why, *got;

		if (stored)
			MAKE("seems.zip", "zip", "-q", "-0", "-P", "sesame");
		else
			MAKE("seems.zip", "zip", "-q", "-P", "sesame");
		many[600] = "sesame";
		many[601] = NULL;
		expect("seems.zip", &options, BOTH);
		many[600] = NULL;
		got = read_named("seems.zip", &options, &why);
		seemed |= strcmp(got, "!" ZIP_DAMAGED) == 0 &&
			  strstr(why, "or the password is wrong");
		if (strcmp(got, "!" ZIP_DAMAGED) != 0)
			assert_string_equal(got, "!" ZIP_PASSWORD);
		mem_free(got);
		mem_free(why);
	}
	/* 1200 tries: a chance of one in a hundred to see none. */
	assert_true(seemed);
}

/* Cut anywhere, it is refused; so is what has bytes after its end. */
static void
test_every_cut(void **state)
{
	static const char *const names[] = {"zip.zip",    "zip64.zip",
					    "stream.zip", "crypto.zip",
					    "aes256.zip", "remark.zip"};
	struct zip_options options = with_passwords(PASSWORDS("sesame"));

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct buffer bytes = get(names[i]);

		for (size_t len = 4; len < bytes.len; len++) {
			char *got;

			got = read_bytes(bytes.data, len, &options);
			if (strcmp(got, "!" ZIP_TRUNCATED) != 0)
				fail_msg("%s cut at %zu: %s", names[i], len,
					 got);
			mem_free(got);
		}
		buffer_putc(&bytes, '\n');
		put("cut.zip", bytes.data, bytes.len);
		expect("cut.zip", &options, "!" ZIP_DAMAGED);
		buffer_free(&bytes);
	}
}

/* Members' bytes in what read_all() gave, whatever their names. */
static bool
same_bytes(const char *got)
{
	const char *first = strstr(got, "=" ONE ";"), *second;

	second = first ? strstr(first, "=" TWO ";") : NULL;
	return second && second[strlen("=" TWO ";")] == '\0';
}

/* A changed byte is noticed, or it stands where it changes no row: in a
 * member's name, time or rights, or in the archive's remark. */
static void
test_every_byte_flipped(void **state)
{
	static const char *const names[] = {"zip.zip", "zip64.zip",
					    "stream.zip", "crypto.zip",
					    "aes256.zip"};
	static const unsigned char masks[] = {0x01, 0x20, 0x80, 0xff};
	struct zip_options options = with_passwords(PASSWORDS("sesame"));
	size_t refused = 0, passed = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct buffer bytes = get(names[i]);

		for (size_t at = 4; at < bytes.len * 4; at++) {
			char *got;

			bytes.data[at / 4] ^= (char)masks[at % 4];
			got = read_bytes(bytes.data, bytes.len, &options);
			bytes.data[at / 4] ^= (char)masks[at % 4];
			if (*got == '!')
				refused++;
			else if (same_bytes(got))
				passed++;
			else
				fail_msg("%s, byte %zu ^ %02x: %s", names[i],
					 at / 4, masks[at % 4], got);
			mem_free(got);
		}
		buffer_free(&bytes);
	}
	assert_true(refused > 1000);
	assert_true(passed > 100);
}

/* Archives that no tool makes ------------------------------------------- */

struct entry {
	const char *name;
	const char *data;
	uint32_t mode; /* of Unix; 0: made under DOS */
	uint16_t flags, method;
};

static void
put_number(struct buffer *out, uint64_t number, int count)
{
	for (; count > 0; count--, number >>= 8)
		buffer_putc(out, (char)(number & 0xff));
}

static uint32_t
crc_of(const char *bytes, size_t len)
{
	uint32_t crc = 0xffffffff;

	for (size_t i = 0; i < len; i++) {
		crc ^= (unsigned char)bytes[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	}
	return ~crc;
}

/* What header and directory have in common. */
static void
put_common(struct buffer *out, const struct entry *entry)
{
	size_t len = strlen(entry->data);

	put_number(out, 20, 2);
	put_number(out, entry->flags, 2);
	put_number(out, entry->method, 2);
	put_number(out, 0x5a6f6000, 4);
	put_number(out, crc_of(entry->data, len), 4);
	put_number(out, len, 4);
	put_number(out, len, 4);
	put_number(out, strlen(entry->name), 2);
	put_number(out, 0, 2);
}

static void
put_name(struct buffer *out, const struct entry *entry)
{
	buffer_puts(out, entry->name);
}

/* The directory, and the end. */
static void
put_end(struct buffer *out, struct buffer *directory, size_t count)
{
	size_t at = out->len;

	buffer_append(out, directory->data ? directory->data : "",
		      directory->len);
	buffer_puts(out, "PK\005\006");
	put_number(out, 0, 4);
	put_number(out, count, 2);
	put_number(out, count, 2);
	put_number(out, directory->len, 4);
	put_number(out, at, 4);
	put_number(out, 0, 2);
	buffer_free(directory);
}

static struct buffer
build(const struct entry *entries, size_t count)
{
	struct buffer out = {0}, directory = {0};

	for (size_t i = 0; i < count; i++) {
		const struct entry *entry = &entries[i];

		buffer_puts(&directory, "PK\001\002");
		put_number(&directory, entry->mode ? 0x031e : 0x001e, 2);
		put_common(&directory, entry);
		put_number(&directory, 0, 6);
		put_number(&directory, (uint64_t)entry->mode << 16, 4);
		put_number(&directory, out.len, 4);
		put_name(&directory, entry);
		buffer_puts(&out, "PK\003\004");
		put_common(&out, entry);
		put_name(&out, entry);
		buffer_puts(&out, entry->data);
	}
	put_end(&out, &directory, count);
	return out;
}

static void
expect_built(const struct entry *entries, size_t count,
	     const struct zip_options *options, const char *wanted)
{
	struct buffer bytes = build(entries, count);

	put("built.zip", bytes.data, bytes.len);
	expect("built.zip", options, wanted);
	buffer_free(&bytes);
}

static void
test_names(void **state)
{
	static const struct {
		struct entry entry;
		const char *wanted;
	} cases[] = {
		{{"a.txt", "x", 0}, "a.txt=x;"},
		{{"day/a.txt", "x", 0100644}, "day/a.txt=x;"},
		{{"12:30.txt", "x", 0100644}, "12:30.txt=x;"},
		/* As Windows here writes it: the second byte of 功 is a
		 * backslash. */
		{{"\xa6\xa8\xa5\x5c.txt", "x", 0}, "成功.txt=x;"},
		{{"\xa6\xa8\xa5\x5c.txt", "x", 0100644}, "成功.txt=x;"},
		{{"成功.txt", "x", 0, 0x800}, "成功.txt=x;"},
		{{"成功.txt", "x", 0100644, 0x800}, "成功.txt=x;"},
		{{"\xff\xfe.txt", "x", 0100644}, "__.txt=x;"},
		{{"/etc/passwd", "x", 0}, "!" ZIP_NAME},
		{{"../a.txt", "x", 0}, "!" ZIP_NAME},
		{{"day/../../a.txt", "x", 0}, "!" ZIP_NAME},
		{{"day/..", "x", 0100644}, "!" ZIP_NAME},
		{{"./a.txt", "x", 0}, "!" ZIP_NAME},
		{{"day//a.txt", "x", 0}, "!" ZIP_NAME},
		{{"..\\a.txt", "x", 0}, "!" ZIP_NAME},
		{{"..\\a.txt", "x", 0100644}, "!" ZIP_NAME},
		{{"day\\a.txt", "x", 0100644}, "day/a.txt=x;"},
		{{"day\\a.txt", "x", 0}, "day/a.txt=x;"},
		{{"C:a.txt", "x", 0}, "!" ZIP_NAME},
		{{"a\n.txt", "x", 0}, "!" ZIP_NAME},
		{{"a\x1b[2J.txt", "x", 0100644}, "!" ZIP_NAME},
		{{"a\x7f.txt", "x", 0}, "!" ZIP_NAME},
		{{"a\xe2\x80\xae.txt", "x", 0100644, 0x800}, "!" ZIP_NAME},
		{{"a\xc2\x85.txt", "x", 0100644, 0x800}, "!" ZIP_NAME},
		{{"", "x", 0100644}, "!" ZIP_NAME},
	};
	char long_name[300];
	struct entry entry = {long_name, "x", 0};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect_built(&cases[i].entry, 1, &usual, cases[i].wanted);
	memset(long_name, 'n', sizeof long_name - 1);
	long_name[sizeof long_name - 1] = '\0';
	entry.name = long_name;
	expect_built(&entry, 1, &usual, "!" ZIP_NAME);
}

static void
test_what_is_no_file(void **state)
{
	const struct entry link = {"a.txt", "/etc/passwd", 0120777},
			   pipe_end = {"a.txt", "x", 0010644},
			   unix_socket = {"a.txt", "x", 0140644},
			   device = {"a.txt", "x", 0060644},
			   nested = {"a.txt", "PK\003\004 and more", 0},
			   folder_only = {"day/", "", 0040755};
	char *why, *got;

	(void)state;
	expect_built(&link, 1, &usual, "!" ZIP_LINK);
	expect_built(&unix_socket, 1, &usual, "!" ZIP_LINK);
	/* So tools call what they were given through a pipe. */
	expect_built(&pipe_end, 1, &usual, "a.txt=x;");
	expect_built(&device, 1, &usual, "!" ZIP_LINK);
	expect_built(&nested, 1, &usual, "!" ZIP_NESTED);
	got = read_named("built.zip", &usual, &why);
	assert_string_equal(why, "a.txt: it is an archive itself");
	mem_free(got);
	mem_free(why);
	expect_built(&folder_only, 1, &usual, "!" ZIP_EMPTY);
	expect_built(NULL, 0, &usual, "!" ZIP_EMPTY);
	put_text("built.zip", "PK\003\004 and nothing of the kind");
	expect("built.zip", &usual, "!" ZIP_TRUNCATED);
	put_text("built.zip", "");
	expect("built.zip", &usual, "!" ZIP_TRUNCATED);
}

static void
test_methods(void **state)
{
	static const uint16_t others[] = {1, 6, 9, 12, 14, 93, 95, 98, 99};
	struct entry entry = {"a.txt", "x", 0, 0, 0};

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		entry.method = others[i];
		expect_built(&entry, 1, &usual, "!" ZIP_METHOD);
	}
	entry.method = 0;
	/* The directory says another one than the member. */
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct buffer bytes = build(&entry, 1);

		bytes.data[8] = (char)others[i];
		put("built.zip", bytes.data, bytes.len);
		expect("built.zip", &usual, "!" ZIP_METHOD);
		bytes.data[8] = 0;
		bytes.data[7] = 0x20;
		put("built.zip", bytes.data, bytes.len);
		expect("built.zip", &usual, "!" ZIP_METHOD);
		buffer_free(&bytes);
	}
	entry.flags = 0x41;
	expect_built(&entry, 1, &usual, "!" ZIP_METHOD);
	MAKE("lzma.zip", "7z", "a", "-tzip", "-mm=LZMA", "-mx=9");
	put_text("one.txt", ONE);
	expect("lzma.zip", &usual, "!" ZIP_METHOD);
}

static void
test_limits(void **state)
{
	static const struct entry three[] = {
		{"a", "aaaa", 0}, {"b", "bbbb", 0}, {"c/", "", 0}};
	struct zip_options options = usual;
	char *why, *got;

	(void)state;
	options.members = 3;
	options.size = 8;
	expect_built(three, 3, &options, "a=aaaa;b=bbbb;");
	options.members = 2;
	expect_built(three, 3, &options, "!" ZIP_MEMBERS);
	options.members = 3;
	options.size = 7;
	expect_built(three, 3, &options, "!" ZIP_SIZE);
	got = read_named("built.zip", &options, &why);
	assert_string_equal(why, "b: more than 7 bytes are unpacked; zip_size "
				 "allows no more");
	mem_free(got);
	mem_free(why);

	/* 300 kB of one character in some hundred bytes. */
	tool((const char *const[]){
		"sh", "-c",
		"head -c 300000 /dev/zero >zeros && zip -q zeros.zip zeros",
		NULL});
	options = usual;
	expect("zeros.zip", &options, "!" ZIP_RATIO);
	options.ratio = 1100;
	options.size = 299999;
	expect("zeros.zip", &options, "!" ZIP_SIZE);
	options.size = 300000;
	got = read_named("zeros.zip", &options, NULL);
	/* buffer.h holds NULs; what stands before them is enough. */
	assert_string_equal(got, "zeros=");
	mem_free(got);
}

/* 200 MB take no more memory than a little does. */
static void
test_memory_is_flat(void **state)
{
	enum { MOST_KB = 4096 };
	struct zip_options options = with_passwords(PASSWORDS("sesame"));
	struct rusage before, after;
	struct zip_archive *archive;
	char *path = place("large.zip"), piece[BUFSIZ];
	int64_t bytes = 0;
	const char *text;
	ssize_t got;
	int fd;

	(void)state;
	tool((const char *const[]){
		"sh", "-c",
		"yes 26112300000012,01489424103631303002,2026-11-24,18,20,28 | "
		"head -c 200000000 | "
		"7z a -tzip -psesame -mem=AES256 -mx=1 -silarge large.zip",
		NULL});
	options.size = 200000000;
	options.ratio = 1100;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(getrusage(RUSAGE_SELF, &before), 0);
	archive = zip_archive_open(fd, &options);
	assert_null(zip_archive_fault(archive, &text));
	assert_string_equal(zip_archive_next(archive), "large");
	while ((got = zip_archive_read(archive, piece, sizeof piece)) > 0)
		bytes += got;
	assert_int_equal(bytes, 200000000);
	zip_archive_close(archive);
	assert_int_equal(getrusage(RUSAGE_SELF, &after), 0);
	assert_true(after.ru_maxrss - before.ru_maxrss < MOST_KB);
	close(fd);
	mem_free(path);
}

/* Many members with one run of data: before it stand all their headers, and
 * each one's extra field covers the headers after its own. */
static struct buffer
overlapping(size_t count, const char *data)
{
	enum { HEADER = 30 + 4 + 4 }; /* with name, and begin of extra */
	struct buffer out = {0}, directory = {0};
	struct entry entry = {"", data};
	char name[8];

	entry.name = name;
	for (size_t i = 0; i < count; i++) {
		size_t covered = (count - 1 - i) * HEADER;

		snprintf(name, sizeof name, "n%03u", (unsigned)i % 1000);
		buffer_puts(&directory, "PK\001\002");
		put_number(&directory, 0x001e, 2);
		put_common(&directory, &entry);
		put_number(&directory, 0, 10);
		put_number(&directory, out.len, 4);
		put_name(&directory, &entry);
		buffer_puts(&out, "PK\003\004");
		put_common(&out, &entry);
		out.len -= 2;
		put_number(&out, 4 + covered, 2);
		put_name(&out, &entry);
		put_number(&out, 0x9999, 2);
		put_number(&out, covered, 2);
	}
	buffer_puts(&out, data);
	put_end(&out, &directory, count);
	return out;
}

/* The sums count what comes out, each time that it does. */
static void
test_overlapping_entries(void **state)
{
	struct zip_options options = usual;
	char data[20001];
	struct buffer bytes;

	(void)state;
	memset(data, 'd', sizeof data - 1);
	data[sizeof data - 1] = '\0';
	bytes = overlapping(50, data);
	put("built.zip", bytes.data, bytes.len);
	buffer_free(&bytes);
	options.members = 50;
	options.size = 999999;
	expect("built.zip", &options, "!" ZIP_SIZE);
	options.size = 1000000;
	options.ratio = 30;
	expect("built.zip", &options, "!" ZIP_RATIO);
	options.ratio = 200;
	options.members = 49;
	expect("built.zip", &options, "!" ZIP_MEMBERS);
}

/* A directory that says less than it has is not given to libarchive. */
static void
test_directory_that_lies(void **state)
{
	static const struct entry three[] = {
		{"a", "x", 0}, {"b", "y", 0}, {"c", "z", 0}};
	struct buffer bytes = build(three, 3);
	size_t end = bytes.len - 22;

	(void)state;
	bytes.data[end + 8] = bytes.data[end + 10] = 1;
	put("built.zip", bytes.data, bytes.len);
	expect("built.zip", &usual, "!" ZIP_DAMAGED);
	bytes.data[end + 8] = bytes.data[end + 10] = 4;
	put("built.zip", bytes.data, bytes.len);
	expect("built.zip", &usual, "!" ZIP_DAMAGED);
	bytes.data[end + 8] = bytes.data[end + 10] = 3;
	bytes.data[end + 4] = 1;
	put("built.zip", bytes.data, bytes.len);
	expect("built.zip", &usual, "!" ZIP_DAMAGED);
	bytes.data[end + 4] = 0;
	put("built.zip", bytes.data, bytes.len);
	expect("built.zip", &usual, "a=x;b=y;c=z;");
	/* An end in the remark, which libarchive would take for the end. */
	bytes.data[end + 20] = 22;
	buffer_append(&bytes, bytes.data + end, 22);
	put("built.zip", bytes.data, bytes.len);
	expect("built.zip", &usual, "!" ZIP_TRUNCATED);
	buffer_free(&bytes);
}

/* What changes between the two readings is noticed in the second. */
static void
test_file_that_changes(void **state)
{
	static const struct entry entry = {"a.txt", "content", 0};
	struct buffer bytes = build(&entry, 1);
	char *path = place("built.zip"), piece[100];
	struct zip_archive *archive;
	const char *text;
	int fd;

	(void)state;
	put("built.zip", bytes.data, bytes.len);
	fd = open(path, O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	archive = zip_archive_open(fd, &usual);
	assert_null(zip_archive_fault(archive, &text));
	assert_int_equal(pwrite(fd, "C", 1, 30 + 5), 1);
	assert_string_equal(zip_archive_next(archive), "a.txt");
	while (zip_archive_read(archive, piece, sizeof piece) > 0)
		;
	assert_string_equal(zip_archive_fault(archive, &text), ZIP_DAMAGED);
	assert_null(zip_archive_next(archive));
	zip_archive_close(archive);
	close(fd);
	mem_free(path);
	buffer_free(&bytes);
}

static void
test_first_bytes(void **state)
{
	static const struct {
		const char *bytes;
		bool begins;
	} cases[] = {{"PK\003\004", true},
		     {"PK\005\006 ...", true},
		     {"PK\001\002", false},
		     {"PK\003", false},
		     {"", false},
		     {"order_no", false},
		     {"\nPK\003\004", false}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *path = place("begin");
		int fd;

		put_text("begin", cases[i].bytes);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		assert_true(fd >= 0);
		assert_int_equal(zip_archive_begins(fd), cases[i].begins);
		assert_int_equal(lseek(fd, 0, SEEK_CUR), 0);
		close(fd);
		mem_free(path);
	}
}

static void
test_password_files(void **state)
{
	static const struct {
		const char *text, *password;
	} cases[] = {{"sesame\n", "sesame"},
		     {"sesame", "sesame"},
		     {"sesame\r\n", "sesame"},
		     {" se same \n", " se same "},
		     {"芝麻\n", "芝麻"},
		     {"", NULL},
		     {"\n", NULL},
		     {"one\ntwo\n", NULL}};
	char *path = place("password"), *gone = place("gone"), *error = NULL;
	char *const paths[] = {path, path, NULL};
	char *const missing[] = {path, gone, NULL};
	char **passwords;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		put_text("password", cases[i].text);
		assert_int_equal(chmod(path, 0600), 0);
		passwords = zip_passwords_read(paths, &error);
		assert_int_equal(passwords != NULL, cases[i].password != NULL);
		if (passwords) {
			assert_string_equal(passwords[0], cases[i].password);
			assert_string_equal(passwords[1], cases[i].password);
			assert_null(passwords[2]);
		} else {
			assert_non_null(strstr(error, path));
			assert_non_null(strstr(error, "expects one line"));
			mem_free(error);
		}
		zip_passwords_free(passwords);
	}
	put("password", "a\0b", 3);
	assert_null(zip_passwords_read(paths, &error));
	mem_free(error);
	put_text("password", "sesame");
	assert_null(zip_passwords_read(missing, &error));
	assert_non_null(strstr(error, "gone: No such file"));
	mem_free(error);
	assert_int_equal(chmod(path, 0644), 0);
	assert_null(zip_passwords_read(paths, &error));
	assert_non_null(strstr(error, "lets others in"));
	mem_free(error);
	passwords = zip_passwords_read(NULL, &error);
	assert_non_null(passwords);
	assert_null(passwords[0]);
	zip_passwords_free(passwords);
	mem_free(path);
	mem_free(gone);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_real_tools),
		cmocka_unit_test(test_passwords),
		cmocka_unit_test(test_password_that_seems_right),
		cmocka_unit_test(test_every_cut),
		cmocka_unit_test(test_every_byte_flipped),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_what_is_no_file),
		cmocka_unit_test(test_methods),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_memory_is_flat),
		cmocka_unit_test(test_overlapping_entries),
		cmocka_unit_test(test_directory_that_lies),
		cmocka_unit_test(test_file_that_changes),
		cmocka_unit_test(test_first_bytes),
		cmocka_unit_test(test_password_files),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
