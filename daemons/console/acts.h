/*
 * What can be done on the console, and when a page offers it. Whether somebody
 * may, and whether it is possible, is the database's to say. Pure.
 */
#ifndef RECARD_ACTS_H
#define RECARD_ACTS_H

#include <stdbool.h>

struct act {
	const char *name;    /* as in console_right; NULL ends the table */
	const char *subject; /* "order", "claim", "exception", "request" */
	const char *offered; /* statuses of an order, blanks around each; NULL:
				a list offers it */
	const char *back;    /* path of the subject's page: "/orders/" */
	const char *post;    /* where its form goes */
	bool danger;         /* cannot be taken back */
};
#define ACTS_MOST 16
extern const struct act acts[ACTS_MOST];

/* NULL when there is none. */
const struct act *act_find(const char *name);
/* Whether the page of an order in a status offers it. */
bool act_offered(const struct act *act, const char *status, bool held);

#endif
