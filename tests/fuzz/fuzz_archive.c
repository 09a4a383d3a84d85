/*
 * ZIP archives of any bytes: what is given of them keeps the limits and has
 * names that can be shown; what is refused has its reason; and a second
 * reading gives the same.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "charset.h"
#include "fuzz_target.h"
#include "seal.h"
#include "zip_archive.h"

static const char *const passwords[] = {"wrong", "sesame", NULL};

static const struct zip_options settings[] = {
	{.members = 20,
	 .size = 1 << 20,
	 .ratio = 200,
	 .name_encoding = "CP950",
	 .passwords = passwords},
	{.members = 3, .size = 5000, .ratio = 10, .name_encoding = "none"},
};

static void
check_name(const char *name)
{
	const char *end = name + strlen(name);
	size_t offset;

	PROMISE(name < end && *name != '/' && end[-1] != '/');
	PROMISE(!strchr(name, '\\') && !strstr(name, "//"));
	PROMISE(strncmp(name, "../", 3) != 0 && !strstr(name, "/../"));
	PROMISE(charset_utf8_ok(name, strlen(name), &offset));
	while (name < end)
		PROMISE(!charset_forbidden(charset_utf8_next(&name, end)));
}

/* Reads an archive to its end; the digest of all that it gives. */
static void
read_archive(int fd, size_t size, const struct zip_options *options,
	     char digest[SEAL_SHA256_HEX])
{
	struct zip_archive *archive = zip_archive_open(fd, options);
	struct seal_sha256 *all = seal_sha256_begin();
	int64_t members = 0, bytes = 0;
	const char *name, *code, *text;
	char piece[1000];
	ssize_t got;

	while ((name = zip_archive_next(archive))) {
		check_name(name);
		members++;
		seal_sha256_add(all, name, strlen(name) + 1);
		while ((got = zip_archive_read(archive, piece, sizeof piece)) >
		       0) {
			bytes += got;
			seal_sha256_add(all, piece, (size_t)got);
		}
		PROMISE(got == 0 || zip_archive_fault(archive, &text));
	}
	code = zip_archive_fault(archive, &text);
	/* It was read through before: nothing is found later. */
	PROMISE(code ? members == 0 && strlen(code) > 0 && strlen(text) > 0
		     : members > 0);
	PROMISE(members <= options->members && bytes <= options->size);
	PROMISE(bytes / options->ratio <= (int64_t)size);
	if (code)
		seal_sha256_add(all, code, strlen(code));
	seal_sha256_end(all, digest);
	zip_archive_close(archive);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("archive", MFD_CLOEXEC);

	PROMISE(fd >= 0);
	PROMISE(write(fd, data, size) == (ssize_t)size);
	(void)zip_archive_begins(fd);
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		char first[SEAL_SHA256_HEX], second[SEAL_SHA256_HEX];

		read_archive(fd, size, &settings[i], first);
		read_archive(fd, size, &settings[i], second);
		PROMISE(strcmp(first, second) == 0);
	}
	close(fd);
	return 0;
}
