/*
 * The nearest known name: see suggestion.h.
 */
#include <string.h>

#include "suggestion.h"

#define NAME_LIMIT 64 /* longer names get no suggestion */
#define NEAR_ENOUGH 3 /* edits between a wrong name and a suggested one */

/* Levenshtein's distance of two names shorter than NAME_LIMIT. */
static size_t
distance(const char *a, const char *b)
{
	size_t row[NAME_LIMIT];
	size_t b_len = strlen(b);

	for (size_t j = 0; j <= b_len; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			size_t best = corner + (a[i - 1] != b[j - 1]);

			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			corner = row[j];
			row[j] = best;
		}
	}
	return row[b_len];
}

void
suggestion_consider(struct suggestion *suggestion, const char *name)
{
	size_t len = strlen(suggestion->wrong), edits;

	if (len >= NAME_LIMIT || strlen(name) >= NAME_LIMIT)
		return;
	edits = distance(suggestion->wrong, name);
	/* Names that share no letter are not near, however short. */
	if (edits > NEAR_ENOUGH || edits >= len || edits >= strlen(name))
		return;
	if (suggestion->best && suggestion->distance <= edits)
		return;
	suggestion->best = name;
	suggestion->distance = edits;
}
