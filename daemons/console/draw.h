/*
 * How answers of the database look: tables, and sections of names and values.
 * A column's name says what it is: *_s is a time in seconds, order_no a link to
 * an order, ways links to acts.
 */
#ifndef RECARD_DRAW_H
#define RECARD_DRAW_H

#include <stdbool.h>

struct db_result;
struct visit;

/* Columns section, name, value. */
void draw_sections(struct visit *visit, const struct db_result *result);
/* A link to the page that decides an act, when it is his to do. */
void draw_act_link(struct visit *visit, const char *act, const char *subject);
/* A value as its name says. */
void draw_value(struct visit *visit, const char *name, const char *value);
/* Whether it is set to the right. */
bool is_numeric(const char *name, const char *value);
/* Why the database refused something: code, words, way out. */
void draw_refusal(struct visit *visit, const char *code, const char *says,
		  const char *way_out);
/* Code 404 and a word when nothing was found. */
void draw_nothing(struct visit *visit);

#endif
