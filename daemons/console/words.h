/*
 * What the pages say, in the two languages of the desk. Pure.
 */
#ifndef RECARD_WORDS_H
#define RECARD_WORDS_H

#include "language.h"

/* The words for a key of words.def; the key itself when there are none, for
 * what the data calls by a name of its own. */
const char *word(enum language language, const char *key);

#endif
