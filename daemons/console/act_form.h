/*
 * The page on which an act is decided: what will happen to how many, why, and
 * one button; and what came of it when they were several.
 */
#ifndef RECARD_ACT_FORM_H
#define RECARD_ACT_FORM_H

#include <stdbool.h>

struct act;
struct db_result;
struct query;
struct visit;

/* Whether an address names an act and nothing that it is done to. */
bool act_form_chose_none(const struct query *query);
/* Whether an address or a form names an act and what it can be done to. */
bool act_form_takes(const struct query *query);
/* NULL, or the word for what is missing in a form that was sent. */
const char *act_form_objection(const struct query *form);
void act_form_draw(struct visit *visit);
/* What was done to each of several. */
void act_form_draw_results(struct visit *visit, const struct act *act,
			   const struct db_result *result);
/* Subjects joined by commas, and inputs as JSON; mem_free() them. */
char *act_form_subjects(const struct query *form);
char *act_form_inputs(const struct query *form);
/* Where to go when it is done: mem_free() it. */
char *act_form_back(const struct visit *visit, const struct act *act,
		    const char *made);

#endif
