/*
 * The statements: see questions.h.
 */
#include "questions.h"

const struct db_statement questions[] = {
#define QUESTION(id, name, params, sql) [ASK_##id] = {name, sql, params},
#include "questions.def"
#undef QUESTION
	{0}};
