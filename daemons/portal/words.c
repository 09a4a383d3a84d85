/*
 * Words: see words.h.
 */
#include "words.h"

static const struct language_word entries[] = {
#define WORD(key, en, zh) {key, en, zh},
#include "words.def"
#undef WORD
};

const char *
portal_word(enum language language, const char *key)
{
	return language_find(entries, sizeof(entries) / sizeof(entries[0]),
			     language, key);
}
