/*
 * Exit codes, one table for every program of recard. exit_codes.def-like
 * lists in man pages are checked against this enum.
 */
#ifndef RECARD_EXIT_CODE_H
#define RECARD_EXIT_CODE_H

enum exit_code {
	EXIT_DONE = 0,       /* done, nothing wrong */
	EXIT_EXCEPTIONS = 1, /* some items went to exceptions */
	EXIT_USAGE = 2,      /* wrong options or arguments */
	EXIT_CONFIG = 3,     /* configuration is wrong */
	EXIT_DATABASE = 4,   /* database unreachable */
	EXIT_LOCKED = 5,     /* somebody else holds the lock */
	EXIT_SCHEMA = 6,     /* schema version does not fit this program */
	EXIT_INVARIANT = 7,  /* an invariant is broken */
	EXIT_RETRY = 75      /* try again later */
};

struct exit_meaning {
	enum exit_code code;
	const char *meaning; /* NULL ends the table */
};
extern const struct exit_meaning exit_meanings[];

#endif
