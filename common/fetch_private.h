/*
 * What the modules behind fetch.h share: one look at one source, and what is
 * done with one of its files.
 */
#ifndef RECARD_FETCH_PRIVATE_H
#define RECARD_FETCH_PRIVATE_H

#include "fetch.h"

/* A source with so much trouble in one look is left for later. */
#define FETCH_TROUBLES_MAX 3

struct fetch_look {
	struct daemon_context *ctx;
	int first; /* of the statements */
	struct fetch_source *source;
	char *key; /* the source in the database */
	struct transfer *transfer;
	int published, troubles;
	bool lost, refused; /* the database; by the other side */
};

/* A name that is due, and what the database knows of it. */
struct fetch_wanted {
	const char *name;
	const char *digest; /* of what was seen last; NULL: nothing was */
	bool booked, refused;
};

/* Calls a statement. False when it failed, which the look remembers. */
bool fetch_call(struct fetch_look *look, enum fetch_statement which,
		const struct db_param *params, struct db_result **result);
/* Downloads the file and does all there is to do with it. */
void fetch_file(struct fetch_look *look, const struct fetch_wanted *wanted);

#endif
