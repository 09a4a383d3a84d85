/*
 * The acts: see acts.h.
 */
#include <string.h>

#include "acts.h"

#define OPEN " unpaid paid queued produced mailed delivered returned "

const struct act acts[ACTS_MOST] = {
	{"hold", "order", OPEN, "/orders/", "/act", false},
	{"release", "order", OPEN " producing ", "/orders/", "/act", false},
	{"cancel", "order", " unpaid paid queued ", "/orders/", "/act", true},
	{"retry", "order", " queued ", "/orders/", "/act", false},
	{"remail", "order", " returned ", "/orders/", "/act", false},
	{"close", "order", " returned ", "/orders/", "/act", true},
	{"claim_open", "order", " mailed delivered returned activated ",
	 "/orders/", "/act", false},
	{"reveal", "order", OPEN " producing activated cancelled closed ",
	 "/orders/", "/reveal", false},
	{"claim_note", "claim", NULL, "/claims/", "/act", false},
	{"claim_close", "claim", NULL, "/claims/", "/act", false},
	{"exception_close", "exception", NULL, "/exceptions", "/act", false},
	{"request_reveal", "request", NULL, "/requests/", "/reveal-request",
	 false},
	{"approve", "request", NULL, "/requests", "/act", true},
	{"decline", "request", NULL, "/requests", "/act", false},
	{.name = NULL}};

const struct act *
act_find(const char *name)
{
	for (const struct act *act = acts; act->name; act++)
		if (strcmp(act->name, name) == 0)
			return act;
	return NULL;
}

/* Whether words, with blanks around each, hold one. */
static bool
holds(const char *words, const char *one)
{
	size_t len = strlen(one);

	for (const char *at = words; len > 0 && (at = strstr(at, one)); at++)
		if (at > words && at[-1] == ' ' && at[len] == ' ')
			return true;
	return false;
}

bool
act_offered(const struct act *act, const char *status, bool held)
{
	/* Of these only one makes sense. */
	if (strcmp(act->name, "hold") == 0 && held)
		return false;
	if ((strcmp(act->name, "release") == 0 ||
	     strcmp(act->name, "retry") == 0) &&
	    !held)
		return false;
	return act->offered && holds(act->offered, status);
}
