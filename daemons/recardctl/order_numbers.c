/*
 * Orders by argument and file: see order_numbers.h.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "mem.h"
#include "option_value.h"
#include "order_numbers.h"

static bool
add(struct order_numbers *orders, const char *number)
{
	if (!option_order_ok(number))
		return false;
	if (orders->count == orders->size) {
		orders->size = orders->size ? orders->size * 2 : 16;
		orders->numbers = mem_resize(orders->numbers, orders->size,
					     sizeof(*orders->numbers));
	}
	orders->numbers[orders->count++] = mem_strdup(number);
	return true;
}

static bool
read_lines(FILE *file, const char *path, struct order_numbers *orders)
{
	char *line = NULL;
	size_t size = 0, nth;
	ssize_t len = 0;
	bool ok = true;

	for (nth = 1; ok && (len = getline(&line, &size, file)) >= 0; nth++) {
		char *number = line + strspn(line, " \t");

		/* Nobody saw what stands behind a NUL. */
		if (strlen(line) != (size_t)len) {
			ctl_say("%s, line %zu: a NUL byte; nothing was done",
				path, nth);
			ok = false;
			break;
		}
		number[strcspn(number, ", \t\r\n")] = '\0';
		if (number[0] == '\0' ||
		    (nth == 1 && strcmp(number, "order_no") == 0))
			continue;
		ok = add(orders, number);
		if (!ok)
			ctl_say("%s, line %zu: nothing was done", path, nth);
	}
	if (ok && ferror(file)) {
		ctl_say("%s: %s", path, strerror(errno));
		ok = false;
	}
	free(line);
	return ok;
}

static bool
read_file(const char *path, struct order_numbers *orders)
{
	bool from_stdin = strcmp(path, "-") == 0, ok;
	FILE *file = from_stdin ? stdin : fopen(path, "re");

	if (!file) {
		ctl_say("%s: %s", path, strerror(errno));
		return false;
	}
	ok = read_lines(file, path, orders);
	if (!from_stdin)
		fclose(file);
	return ok;
}

bool
order_numbers_read(struct ctl *ctl, struct order_numbers *orders)
{
	const char *path = ctl->options[OPTION_FILE];
	int i;

	for (i = 0; i < ctl->arg_count; i++)
		if (!add(orders, ctl->args[i]))
			return false;
	if (path && !read_file(path, orders))
		return false;
	if (orders->count > 0)
		return true;
	ctl_say("%s %s: no order is named%s", ctl->command->noun,
		ctl->command->verb, path ? "" : ", and no --file");
	return false;
}

void
order_numbers_free(struct order_numbers *orders)
{
	size_t i;

	for (i = 0; i < orders->count; i++)
		mem_free(orders->numbers[i]);
	mem_free(orders->numbers);
	*orders = (struct order_numbers){0};
}
