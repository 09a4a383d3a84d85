/*
 * "Did you mean": the known name that is nearest to a wrong one. Pure.
 *
 *	struct suggestion s = {.wrong = name};
 *
 *	for (i = 0; i < n; i++)
 *		suggestion_consider(&s, known[i]);
 *	if (s.best) …
 */
#ifndef RECARD_SUGGESTION_H
#define RECARD_SUGGESTION_H

#include <stddef.h>

struct suggestion {
	const char *wrong;
	const char *best; /* NULL: none is near enough */
	size_t distance;
};

/* Keeps name as the best one if it is nearer than those before. */
void suggestion_consider(struct suggestion *suggestion, const char *name);

#endif
