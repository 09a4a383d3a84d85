/*
 * How answers of the database look: tables, and sections of names and values.
 * A column's name says what it is: *_s is a time in seconds, order_no a link to
 * an order, do_ACT a link to an act about that number.
 */
#ifndef RECARD_DRAW_H
#define RECARD_DRAW_H

struct db_result;
struct visit;

/* A table of at most PAGE_ROWS rows, and a link to more. */
void draw_table(struct visit *visit, const struct db_result *result);
/* Columns section, name, value. */
void draw_sections(struct visit *visit, const struct db_result *result);
/* Code 404 and a word when nothing was found. */
void draw_nothing(struct visit *visit);

#endif
