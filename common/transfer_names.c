/*
 * The listing of a folder somewhere else: names that may be hostile.
 */
#include <string.h>

#include "mem.h"
#include "spool.h"
#include "transfer.h"

#define PART ".part"

static bool
passed_over(const char *name, size_t len)
{
	if (len == 0 || memchr(name, '/', len))
		return len == 0;
	return name[0] == '.' ||
	       (len >= strlen(PART) &&
		memcmp(name + len - strlen(PART), PART, strlen(PART)) == 0);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
add(struct transfer_names *names, const char *line, size_t len, size_t *size)
{
	char *name = mem_strndup(line, len);

	/* A NUL would hide what follows it. */
	if (strlen(name) != len || !spool_name_ok(name)) {
		names->bad++;
		if (!names->bad_name)
			names->bad_name = spool_name_sanitised(name);
		mem_free(name);
		return;
	}
	if (names->count == *size) {
		*size = *size ? 2 * *size : 64;
		names->names =
			mem_resize(names->names, *size, sizeof(*names->names));
	}
	names->names[names->count++] = name;
}

/* Of sorted names; a file said twice would be fetched twice. */
static void
drop_repeats(struct transfer_names *names)
{
	size_t kept = 1;

	for (size_t i = 1; i < names->count; i++)
		if (strcmp(names->names[i], names->names[kept - 1]) == 0)
			mem_free(names->names[i]);
		else
			names->names[kept++] = names->names[i];
	names->count = kept;
}

void
transfer_names_read(struct transfer_names *names, const char *bytes, size_t len)
{
	const char *end = bytes + len, *line = bytes, *next;
	size_t size = 0;

	*names = (struct transfer_names){0};
	for (; line < end; line = next + 1) {
		size_t n;

		next = memchr(line, '\n', (size_t)(end - line));
		if (!next)
			next = end;
		n = (size_t)(next - line);
		if (n > 0 && line[n - 1] == '\r')
			n--;
		if (!passed_over(line, n))
			add(names, line, n, &size);
	}
	if (names->count < 2)
		return;
	qsort(names->names, names->count, sizeof(*names->names), by_name);
	drop_repeats(names);
}

void
transfer_names_free(struct transfer_names *names)
{
	spool_names_free(names->names, names->count);
	mem_free(names->bad_name);
	*names = (struct transfer_names){0};
}
