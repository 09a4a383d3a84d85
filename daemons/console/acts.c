/*
 * The acts: see acts.h.
 */
#include <string.h>

#include "acts.h"

#define OPEN " unpaid paid queued produced mailed delivered returned "

const struct act acts[] = {
	{"hold", "order", OPEN, "/orders/", false},
	{"release", "order", OPEN " producing ", "/orders/", false},
	{"cancel", "order", " unpaid paid queued ", "/orders/", true},
	{"retry", "order", " queued ", "/orders/", false},
	{"remail", "order", " returned ", "/orders/", false},
	{"close", "order", " returned ", "/orders/", true},
	{"claim_open", "order", " mailed delivered returned activated ",
	 "/orders/", false},
	{"reveal", "order", OPEN " producing activated cancelled closed ",
	 "/orders/", false},
	{"claim_note", "claim", NULL, "/claims/", false},
	{"claim_close", "claim", NULL, "/claims/", false},
	{"exception_close", "exception", NULL, "/exceptions", false},
	{"approve", "request", NULL, "/requests", true},
	{"decline", "request", NULL, "/requests", false},
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
