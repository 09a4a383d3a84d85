/*
 * What the pages for citizens say, in their two languages. Pure.
 */
#ifndef RECARD_PORTAL_WORDS_H
#define RECARD_PORTAL_WORDS_H

#include "language.h"

/* The words for a key of words.def; NULL when there are none. {1}, {2} … in
 * them stand for values. */
const char *portal_word(enum language language, const char *key);

#endif
