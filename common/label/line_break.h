/*
 * Breaking a Taiwanese address (or a name) into lines: where it may be
 * broken, how few lines it takes, and which way reads best. Pure; widths are
 * in em and come from whoever has the font.
 */
#ifndef RECARD_LINE_BREAK_H
#define RECARD_LINE_BREAK_H

#include <stdbool.h>
#include <stddef.h>

#define LINE_BREAK_CHARS 200 /* longest text, in characters */
#define LINE_BREAK_LINES 3   /* most lines */

/* A text's characters and the places between them: 0 is before the first
 * character, count after the last. */
struct line_text {
	size_t count;
	double edge[LINE_BREAK_CHARS + 1];     /* distance from the start, em */
	bool blank[LINE_BREAK_CHARS + 1];      /* the character is white */
	bool may_break[LINE_BREAK_CHARS + 1];  /* a line may end here */
	bool good_break[LINE_BREAK_CHARS + 1]; /* and it reads well */
};

/* Whether a line may end between two characters of an address: not inside a
 * number, nor between it and what it counts (號 樓 之 巷 弄 …). */
bool line_break_between(long before, long after);
/* Whether a division of an address (縣 區 路 段 …) ends after c. */
bool line_break_good(long c);

/* Lines of this width (em) the text takes; 0 when a piece without a break is
 * wider than that. Blanks at the ends of a line do not count. */
size_t line_break_needed(const struct line_text *text, double width);
/* Breaks into exactly this many lines, the most even way that ends lines
 * after divisions. [from[i], to[i]) are the characters of line i without the
 * blanks around. False when there is no way. */
bool line_break_choose(const struct line_text *text, double width, size_t lines,
		       size_t from[LINE_BREAK_LINES],
		       size_t to[LINE_BREAK_LINES]);

#endif
