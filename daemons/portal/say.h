/*
 * How a call ends: each of these but call_refuse() and call_show() sends an
 * answer, after which the call is gone; those two end with one in time.
 */
#ifndef RECARD_PORTAL_SAY_H
#define RECARD_PORTAL_SAY_H

#include "call.h"

/* Every answer leaves here; type and body may be NULL. */
void call_say(struct call *call, int status, const char *type,
	      const char *body);
/* What was done: a page goes on to location, a call says result (taken). */
void call_done(struct call *call, int status, json_t *result,
	       const char *location);
/* What stands against it: as problem+json, or on the page. text and way_out:
 * of the database; NULL: ours, by the code. */
void call_refuse(struct call *call, int status, const char *code,
		 const char *text, const char *way_out);
/* A question was not answered with DB_OK. */
void call_failed(struct call *call, enum db_status status, struct db *db);
/* No page of its own: an error's. */
void call_error(struct call *call, int status, const char *code);
/* Asks what the route asks, and says or draws it. */
void call_show(struct call *call);
/* Nobody has logged in, or no longer. */
void call_login_first(struct call *call);

#endif
