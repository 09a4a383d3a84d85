/*
 * The page of one thing: what can be done to it now, and all that is known.
 */
#ifndef RECARD_SUBJECT_H
#define RECARD_SUBJECT_H

struct db_result;
struct visit;

/* Columns section, name, value. Offers the acts that its facts allow. */
void draw_subject(struct visit *visit, const struct db_result *result);
#endif
