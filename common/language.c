/*
 * Languages: see language.h.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "language.h"

const char *
language_tag(enum language language)
{
	return language == LANGUAGE_ZH ? "zh-Hant" : "en";
}

enum language
language_of(const char *chosen, const char *accepted)
{
	double best = -1, weight;
	enum language language = LANGUAGE_ZH;

	if (chosen && strcmp(chosen, "en") == 0)
		return LANGUAGE_EN;
	if (chosen && strcmp(chosen, "zh") == 0)
		return LANGUAGE_ZH;
	/* "zh-TW,zh;q=0.9,en;q=0.8": the one of ours that weighs most, the
	 * first of equals. */
	for (const char *at = accepted; at && *at;) {
		const char *comma = strchr(at, ',');
		const char *q = strstr(at, ";q=");

		at += strspn(at, " \t");
		weight = q && (!comma || q < comma) ? strtod(q + 3, NULL) : 1;
		if (weight > best && strncasecmp(at, "en", 2) == 0) {
			best = weight;
			language = LANGUAGE_EN;
		} else if (weight > best && strncasecmp(at, "zh", 2) == 0) {
			best = weight;
			language = LANGUAGE_ZH;
		}
		at = comma ? comma + 1 : NULL;
	}
	return language;
}

static int
compare(const void *key, const void *word)
{
	return strcmp(key, ((const struct language_word *)word)->key);
}

const char *
language_find(const struct language_word *words, size_t count,
	      enum language language, const char *key)
{
	const struct language_word *found =
		bsearch(key, words, count, sizeof(*words), compare);

	if (!found)
		return NULL;
	return language == LANGUAGE_ZH ? found->zh : found->en;
}
