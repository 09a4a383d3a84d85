/*
 * Passwords of ZIP archives: see zip_passwords.h.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "buffer.h"
#include "mem.h"
#include "secret_file.h"
#include "zip_passwords.h"

#define MOST_BYTES 1024

/* The only line of a file; NULL with *error. */
static char *
read_password(const char *path, char **error)
{
	int fd = secret_file_open(path, MOST_BYTES, error);
	struct buffer text = {0};
	char *password = NULL;
	size_t len;

	if (fd < 0)
		return NULL;
	/* So that no copy is left behind by growing. */
	buffer_reserve(&text, MOST_BYTES + 2);
	if (buffer_read_fd(&text, fd, MOST_BYTES) != 0) {
		*error = mem_printf("%s: %s", path, strerror(errno));
	} else {
		len = text.len ? strcspn(text.data, "\r\n") : 0;
		if (len == 0 ||
		    text.data[len + strspn(text.data + len, "\r\n")] != '\0' ||
		    strlen(text.data) != text.len)
			*error = mem_printf("%s: expects one line with the "
					    "password",
					    path);
		else
			password = mem_strndup(text.data, len);
	}
	close(fd);
	mem_free_secret(text.data, text.size);
	return password;
}

char **
zip_passwords_read(char *const *paths, char **error)
{
	size_t count = 0;
	char **passwords;

	while (paths && paths[count])
		count++;
	passwords = mem_alloc(count + 1, sizeof(*passwords));
	for (size_t i = 0; i < count; i++) {
		passwords[i] = read_password(paths[i], error);
		if (!passwords[i]) {
			zip_passwords_free(passwords);
			return NULL;
		}
	}
	return passwords;
}

void
zip_passwords_free(char **passwords)
{
	for (char **password = passwords; password && *password; password++)
		mem_free_secret(*password, strlen(*password));
	mem_free(passwords);
}
