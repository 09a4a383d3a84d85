/*
 * Key files: raw bytes, or the same as hex text.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "hex.h"
#include "mem.h"
#include "seal_private.h"
#include "secret_file.h"

#define KEY_BYTES_MIN 32

/* Length of the text when it is hex digits and line ends only, else 0. */
static size_t
hex_text(const unsigned char *bytes, size_t len)
{
	size_t digits = 0;

	while (digits < len && hex_digit((char)bytes[digits]) >= 0)
		digits++;
	for (size_t i = digits; i < len; i++)
		if (strchr(" \t\r\n", bytes[i]) == NULL || bytes[i] == '\0')
			return 0;
	return digits;
}

unsigned char *
seal_read_key(const char *path, size_t *len, char **error)
{
	unsigned char raw[SEAL_KEY_FILE_MAX];
	unsigned char *key = NULL;
	size_t used = 0, digits;
	ssize_t got = 0;
	int fd;

	fd = secret_file_open(path, SEAL_KEY_FILE_MAX, error);
	if (fd < 0)
		return NULL;
	while (used < sizeof(raw)) {
		got = read(fd, raw + used, sizeof(raw) - used);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		used += (size_t)got;
	}
	if (got < 0) {
		*error = mem_printf("%s: %s", path, strerror(errno));
		goto out;
	}

	/* Hex text is never taken for a raw key: it would be a weak one. */
	digits = hex_text(raw, used);
	if (digits % 2 != 0) {
		*error = mem_printf("%s: odd number of hex digits", path);
		goto out;
	}
	*len = digits > 0 ? digits / 2 : used;
	if (*len < KEY_BYTES_MIN) {
		*error = mem_printf("%s: key of %zu bytes, at least %d needed",
				    path, *len, KEY_BYTES_MIN);
		goto out;
	}
	key = mem_alloc(*len, 1);
	if (digits == 0)
		memcpy(key, raw, used);
	for (size_t i = 0; i < digits / 2; i++)
		key[i] = (unsigned char)(hex_digit((char)raw[2 * i]) << 4 |
					 hex_digit((char)raw[2 * i + 1]));
out:
	OPENSSL_cleanse(raw, sizeof(raw));
	close(fd);
	return key;
}
