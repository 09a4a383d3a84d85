/*
 * What the portal asks the database: questions.def as a table of statements.
 */
#ifndef RECARD_PORTAL_QUESTIONS_H
#define RECARD_PORTAL_QUESTIONS_H

#include "db.h"

enum question_id {
#define QUESTION(id, name, params, sql) ASK_##id,
#include "questions.def"
#undef QUESTION
	ASK_NOTHING
};
extern const struct db_statement questions[];

#endif
