/*
 * Which address is whose, and what it does: routes.def as a table. Pure.
 */
#ifndef RECARD_PORTAL_ROUTE_H
#define RECARD_PORTAL_ROUTE_H

#include <stdbool.h>

#include "questions.h"

struct call;
struct page;

enum route_whose { VISITORS, CITIZENS, PARTNERS };
enum route_says { PAGE, CALL };

struct route {
	const char *method, *path;
	enum route_whose whose;
	enum route_says says;
	enum question_id asks;
	/* Ends with one of say.h. */
	void (*act)(struct call *call);
	void (*draw)(struct call *call, struct page *page);
};

#define ROUTE_ORDER 15 /* 14 digits and a NUL */

/*
 * The route of a path; HEAD is GET. order gets the number in the path, "" when
 * it has none; a number whose check digit is wrong is nobody's path. NULL:
 * none; then *other tells whether there is one with another method.
 */
const struct route *route_find(const char *method, const char *path,
			       bool partners, char order[ROUTE_ORDER],
			       bool *other);

#endif
