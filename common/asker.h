/*
 * Questions to the database that nobody waits for: a few connections of their
 * own, each with one question in hand, and a queue before them. A page that
 * takes long holds up no other one.
 */
#ifndef RECARD_ASKER_H
#define RECARD_ASKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon.h"
#include "db.h"

struct asker;

#define ASK_PARAMS_MOST 12

/*
 * Called once for each question, from the event loop. result (freed by the
 * asker) is set with DB_OK only; with DB_REFUSED, db_error(), db_hint() and
 * db_sqlstate() of db say why. DB_LOST also when the asker closes.
 */
typedef void ask_done(void *arg, enum db_status status,
		      const struct db_result *result, struct db *db);

struct asker_options {
	const char *role;    /* user, unless the conninfo names one */
	const char *program; /* application_name */
	size_t connections;
	int64_t ms; /* deadline of each question, its statement_timeout too */
	const struct db_statement *statements;
	/* After each connect: session settings. May be NULL. */
	enum db_status (*connected)(struct db *db, void *arg);
	void *arg;
};

/* Nothing is connected yet. What options point to is borrowed. */
struct asker *asker_new(struct daemon_context *ctx,
			const struct asker_options *options);
/* Connects what is not; a step of the daemon. */
enum work_outcome asker_keep(struct asker *asker);
bool asker_connected(const struct asker *asker);
/* params: as many texts as the statement wants, NULL is SQL NULL; copied. A
 * question that finds no connection is answered with DB_LOST. */
void asker_ask(struct asker *asker, int statement, const char *const *params,
	       ask_done *done, void *arg);
/* Whether nothing is asked. */
bool asker_idle(const struct asker *asker);
/* Answers what is left with DB_LOST. */
void asker_free(struct asker *asker);

#endif
