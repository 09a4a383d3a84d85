/*
 * What the pages say, in the two languages of the desk: 繁體中文 and English.
 * Pure.
 */
#ifndef RECARD_WORDS_H
#define RECARD_WORDS_H

enum language { LANGUAGE_ZH, LANGUAGE_EN };

/* The words for a key of words.def; the key itself when there are none, for
 * what the data calls by a name of its own. */
const char *word(enum language language, const char *key);
/* "zh-Hant" and "en", for the lang attribute. */
const char *language_tag(enum language language);
/* By ?lang= ("zh", "en") or else by an Accept-Language header; NULL or ""
 * when there is none. Chinese when neither says English first. */
enum language language_of(const char *chosen, const char *accepted);

#endif
