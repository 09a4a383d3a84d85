/*
 * What the pages ask the database: questions.def as a table of statements.
 */
#ifndef RECARD_QUESTIONS_H
#define RECARD_QUESTIONS_H

#include "db.h"

enum question_id {
#define QUESTION(id, name, params, sql) ASK_##id,
#include "questions.def"
#undef QUESTION
};
extern const struct db_statement questions[];

#endif
