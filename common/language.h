/*
 * The two languages of pages and mail, 繁體中文 and English: which one somebody
 * reads, and tables of words in both. Pure.
 */
#ifndef RECARD_LANGUAGE_H
#define RECARD_LANGUAGE_H

#include <stddef.h>

enum language { LANGUAGE_ZH, LANGUAGE_EN };

struct language_word {
	const char *key, *en, *zh;
};

/* "zh-Hant" and "en", for the lang attribute. */
const char *language_tag(enum language language);
/* By ?lang= ("zh", "en") or else by an Accept-Language header; NULL or ""
 * when there is none. Chinese when neither says English first. */
enum language language_of(const char *chosen, const char *accepted);
/* The words for a key, of a table in the order of strcmp(); NULL when there
 * are none. */
const char *language_find(const struct language_word *words, size_t count,
			  enum language language, const char *key);

#endif
