/*
 * Strict character conversion by iconv: a byte sequence that is no character
 * is an error with its place, never a replacement.
 */
#ifndef RECARD_CHARSET_H
#define RECARD_CHARSET_H

#include <stdbool.h>
#include <stddef.h>

struct buffer;
struct charset;

/* Converter between encodings (iconv names: "CP950", "BIG5-HKSCS",
 * "UTF-8"). NULL when there is none. */
struct charset *charset_open(const char *from, const char *to);
/* Converts len bytes, appending to out. 0; or -1 with *offset at the first
 * byte that could not be converted (out then ends before it). */
int charset_convert(struct charset *charset, const char *bytes, size_t len,
		    struct buffer *out, size_t *offset);
void charset_close(struct charset *charset);

/* Well-formed UTF-8 (no overlong forms, surrogates, or beyond U+10FFFF);
 * *offset at the first bad byte otherwise. */
bool charset_utf8_ok(const char *bytes, size_t len, size_t *offset);
/* Decodes the character at *text and moves past it; -1 at the end or on a
 * malformed byte. */
long charset_utf8_next(const char **text, const char *end);
/* Control characters (also C1), bidi controls, zero-width characters, tags
 * and non-characters: nothing that may be printed on a card or a label. */
bool charset_forbidden(long codepoint);

#endif
