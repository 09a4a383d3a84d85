/*
 * Lists: what they are narrowed down to, their rows, what can be done to
 * several of them, and where they go on.
 */
#ifndef RECARD_LIST_H
#define RECARD_LIST_H

struct db_result;
struct visit;

/* A table of at most as many rows as the page has, and a link to more. */
void draw_table(struct visit *visit, const struct db_result *result);
/* The form of the page's filters, if it has any. */
void draw_filters(struct visit *visit);

#endif
