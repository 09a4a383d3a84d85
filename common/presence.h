/*
 * Inside of the daemon frame: what a running daemon and the database tell each
 * other between works. The daemon says that it is there, seldom; the database
 * says which of its works an operator has paused, then and whenever that
 * changes. Nobody else includes this.
 */
#ifndef RECARD_PRESENCE_H
#define RECARD_PRESENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon.h"

struct service;

/* NOTIFY channel of what is paused. */
#define PRESENCE_CHANNEL "recard_stage"

enum { PRESENCE_BEAT, PRESENCE_END, PRESENCE_STATEMENTS };
extern const struct db_statement presence_statements[PRESENCE_STATEMENTS];

struct presence {
	char host[256];
	int64_t started_s; /* since 1970: a number that comes once */
	int64_t due;       /* monotonic ms; 0: at once */
	int first;         /* of its statements among the daemon's */
	bool told;         /* which works are paused is known */
};

void presence_init(struct presence *presence, int first_statement);
/* Asks when it is time, or when the channel said so, and marks the works that
 * are paused. False when the connection is of no use: it is gone, or could
 * not tell even once which works are paused, so that none may run. */
bool presence_keep(struct service *service);
/* Ask again at the next chance: a notification came, or a connection. */
void presence_renew(struct presence *presence);
/* That it ends by itself; failing is of no consequence. */
void presence_end(struct service *service);

#endif
