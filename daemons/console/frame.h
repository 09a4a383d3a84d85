/*
 * What stands around every page: head, menu, search, and who is here.
 */
#ifndef RECARD_FRAME_H
#define RECARD_FRAME_H

struct visit;

/* Starts the page; title is a key of words.def. */
void frame_begin(struct visit *visit, const char *title);
void frame_end(struct visit *visit);

#endif
