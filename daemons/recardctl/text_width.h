/*
 * Text in a terminal: how many columns it takes, and what must not get
 * there. Counts by the C library's table of widths, which needs a UTF-8
 * LC_CTYPE: call setlocale(LC_CTYPE, "C.UTF-8") first.
 */
#ifndef RECARD_TEXT_WIDTH_H
#define RECARD_TEXT_WIDTH_H

#include <stddef.h>

struct buffer;

/* Columns of a UTF-8 text: 0 for combining characters, 2 for CJK. */
size_t text_width(const char *text);
/* Appends text with control and invisible characters written as \u{…} and
 * bytes that are no UTF-8 as \x{…}: nothing in it can move the cursor. */
void text_put_visible(struct buffer *out, const char *text);

#endif
