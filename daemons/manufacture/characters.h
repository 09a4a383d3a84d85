/*
 * What a card line can print: a file that its maker publishes and both sides
 * keep (recard-files(5)). Pure.
 *
 *	# Latin letters, blank, the dot between parts of a name
 *	U+0020 U+0041-U+005A U+0061-U+007A U+00B7
 *	encoding CP950
 *	characters 堃喆煊
 */
#ifndef RECARD_CHARACTERS_H
#define RECARD_CHARACTERS_H

#include <stddef.h>

/*
 * Reads the file's bytes: lines of code points and ranges, of characters, or
 * of the name of an encoding (as iconv knows it), all of whose printable
 * characters are meant. Returns the set as PostgreSQL writes an
 * int4multirange (mem_free), or NULL with *error: "3: what is wrong"
 * (mem_free).
 */
char *characters_read(const char *bytes, size_t len, char **error);

#endif
