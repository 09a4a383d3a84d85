/*
 * Cookies: see cookie.h.
 */
#include <stdio.h>
#include <string.h>

#include "cookie.h"

void
cookie_read(const char *header, const char *name, char *value, size_t size)
{
	size_t name_len = strlen(name), len;

	value[0] = '\0';
	for (const char *at = header; at && *at;) {
		at += strspn(at, "; ");
		len = strcspn(at, ";");
		if (strncmp(at, name, name_len) == 0 && at[name_len] == '=') {
			at += name_len + 1;
			len -= name_len + 1;
			if (len >= size)
				return;
			memcpy(value, at, len);
			value[len] = '\0';
			return;
		}
		at += len;
	}
}

bool
cookie_is_secret(const char *value)
{
	return strlen(value) == COOKIE_SECRET - 1 &&
	       strspn(value, "0123456789abcdef") == COOKIE_SECRET - 1;
}

void
cookie_write(const char *name, const char *value, char out[COOKIE_HEADER])
{
	snprintf(out, COOKIE_HEADER,
		 "%s=%s; Path=/; Secure; HttpOnly; SameSite=Lax%s", name, value,
		 *value ? "" : "; Max-Age=0");
}
