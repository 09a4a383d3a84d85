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
	char line[256];
	size_t nth;

	for (nth = 1; fgets(line, sizeof(line), file); nth++) {
		line[strcspn(line, ", \t\r\n")] = '\0';
		if (line[0] == '\0' ||
		    (nth == 1 && strcmp(line, "order_no") == 0))
			continue;
		if (add(orders, line))
			continue;
		ctl_say("%s, line %zu: nothing was done", path, nth);
		return false;
	}
	if (!ferror(file))
		return true;
	ctl_say("%s: %s", path, strerror(errno));
	return false;
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
