/*
 * The orders that a command is about: its arguments, and what --file lists.
 */
#ifndef RECARD_ORDER_NUMBERS_H
#define RECARD_ORDER_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>

struct ctl;

struct order_numbers {
	char **numbers;
	size_t count, size;
};

/*
 * Reads them all before anything is done: false after saying that one is no
 * order number, that a file cannot be read, or that there are none. A line of
 * the file counts up to its first comma or blank, and a first line "order_no"
 * is passed over, so that `order list --format csv` is such a file. To be
 * freed either way.
 */
bool order_numbers_read(struct ctl *ctl, struct order_numbers *orders);
void order_numbers_free(struct order_numbers *orders);

#endif
