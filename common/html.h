/*
 * Writes HTML that says what it is told and nothing else: text and the values
 * of attributes are escaped here and nowhere else, every element is closed,
 * and a link leads to this site only, unless it is opened as one that leaves.
 * Pure.
 *
 * Names of elements and attributes are the program's own; whatever comes from
 * outside is text or a value.
 */
#ifndef RECARD_HTML_H
#define RECARD_HTML_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"

#define HTML_DEPTH 32

struct html {
	struct buffer *out;
	const char *open[HTML_DEPTH];
	int depth;
};

/* Starts a document in a language ("zh-Hant") at the end of out. */
void html_begin(struct html *html, struct buffer *out, const char *lang);
/* Closes what is open. */
void html_end(struct html *html);

/*
 * Opens an element. Attributes follow as name, value, name, value … NULL; one
 * whose value is NULL is left out. The value of href and action is an address
 * of this site, "/orders?x=1" or "#part": anything else becomes "#".
 */
void html_open(struct html *html, const char *element, ...)
	__attribute__((sentinel));
/* The same for an element that has no end: input, link, meta. */
void html_void(struct html *html, const char *element, ...)
	__attribute__((sentinel));
/* A picture that stands in the page itself: PNG, and what it shows in words. */
void html_png(struct html *html, const void *png, size_t len, const char *alt);
void html_close(struct html *html);
/* Opens a link that leaves this site, and tells that one nothing of it. url
 * comes from the configuration, where html_outside_ok() has been asked; one
 * that is not is no link. Close it as any element. */
void html_open_outside(struct html *html, const char *class, const char *url);
/* Whether it is an address that may be linked to: https, a host's name,
 * nobody's name or password, and nothing that needs escaping. */
bool html_outside_ok(const char *url);
/* Text that others wrote: escaped; bytes that are no UTF-8, and characters
 * that cannot be seen or turn the reading around, become U+FFFD. */
void html_text(struct html *html, const char *text);
/* An element with nothing but text in it; class may be NULL. */
void html_say(struct html *html, const char *element, const char *class,
	      const char *text);

#endif
