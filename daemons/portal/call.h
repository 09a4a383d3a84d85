/*
 * One request, from its arrival to its answer, and what may be done for it.
 * Citizens' requests and other portals' are the same thing here.
 */
#ifndef RECARD_PORTAL_CALL_H
#define RECARD_PORTAL_CALL_H

#include <jansson.h>
#include <stdbool.h>

#include "asker.h"
#include "cookie.h"
#include "http_server.h"
#include "language.h"
#include "query.h"
#include "route.h"

struct gate;

#define CALL_SESSION 67 /* "\x" and the digest in hex, as SQL takes bytes */

struct call {
	struct gate *gate;
	struct http_request *request;
	const struct route *route; /* NULL: there is none */
	bool partners;             /* came to the other portals' server */
	enum language language;
	const char *chosen; /* language by the address; "" */
	struct query query;
	struct query input; /* what was posted, as a form or as JSON */
	char order[ROUTE_ORDER];
	/* Who: secrets of the cookies, "" for none. */
	char visitor[COOKIE_SECRET], citizen[COOKIE_SECRET];
	char session[CALL_SESSION]; /* digest of citizen; "" */
	/* Cookies that the answer sets. */
	bool new_visitor, new_citizen, new_language;
	/* While it is worked on. */
	json_t *data;    /* what the database told for it */
	json_t *area;    /* what it told of an address */
	char *code_hash; /* of a user code that is being chosen */
	int64_t attempt; /* number of the try */
	/* What stands against it, and how it is answered then; code NULL:
	 * nothing. The texts may be NULL. */
	int status;
	char *code, *text, *way_out;
};

/* A value that was posted; "". */
const char *call_input(const struct call *call, const char *name);
/* How the browser names us. */
const char *call_host(const struct call *call);
/* Whose forms these are: the token's session. */
const char *call_owner(const struct call *call);
/* Asks the database, for the session and the order ($1, $2) and what follows
 * them (NULL ends). */
void call_ask(struct call *call, enum question_id id, const char *const *more,
	      ask_done *done);
/* The one value of an answer as JSON; NULL for SQL NULL. */
json_t *call_answer(const struct db_result *result);
/* Makes a new secret of 32 random bytes in hex. */
bool call_secret(char out[COOKIE_SECRET]);
/* SHA-256 of a secret, as SQL takes bytes. */
void call_digest(const char *secret, char out[CALL_SESSION]);

/* login.c */
void act_challenge(struct call *call);
void act_login(struct call *call);
void act_logout(struct call *call);
/* apply.c */
void act_check_address(struct call *call);
void act_apply(struct call *call);
void act_edit(struct call *call);
/* activate.c */
void act_activate(struct call *call);
/* partner.c */
void act_submit(struct call *call);
void act_describe(struct call *call);

#endif
