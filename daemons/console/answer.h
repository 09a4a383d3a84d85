/*
 * How a visit ends: each of these sends an answer, after which the visit is
 * gone.
 */
#ifndef RECARD_ANSWER_H
#define RECARD_ANSWER_H

#include <stdbool.h>

#include "db.h"

struct visit;

/* Every answer of the site leaves here; type and text may be NULL. */
void answer(struct visit *visit, int code, const char *type, const char *text);
/* The page as it was drawn. */
void answer_page(struct visit *visit);
/* A page that says why there is none: a key of words.def. */
void answer_refusal(struct visit *visit, int code, const char *key);
/* The database refused it, and says why: code, words, way out. */
void answer_not_done(struct visit *visit, const char *code, const char *says,
		     const char *way_out);
/* A question was not answered with DB_OK. */
void answer_failure(struct visit *visit, enum db_status status, struct db *db);
/* A page in place of the one that was asked for, and the way there. */
void answer_session_over(struct visit *visit);
/* Of a list nothing was chosen; the way back to it. */
void answer_none_chosen(struct visit *visit);
/* He goes: what the browser has kept of it goes too. */
void answer_left(struct visit *visit);
/* The files that pages name. False, and no answer: none has that path. */
bool answer_file(struct visit *visit, const char *path);

#endif
