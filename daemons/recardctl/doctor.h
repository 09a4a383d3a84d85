/*
 * What recardctl doctor and status find: rows of topic, severity, subject,
 * finding and advice.
 */
#ifndef RECARD_DOCTOR_H
#define RECARD_DOCTOR_H

#include <stdbool.h>

#include "output.h"

struct ctl;

enum doctor_severity { DOCTOR_OK, DOCTOR_WARNING, DOCTOR_CRITICAL };

struct doctor {
	struct output out;
	int worst;    /* enum doctor_severity */
	bool damaged; /* an invariant, or durability */
	bool all;     /* what is well is listed, too */
	bool seen;    /* what this user may not look at is passed over */
};

/* Looks at everything: 0, or the exit code of not being told by the database,
 * everything said and noted. */
int doctor_look(struct ctl *ctl, struct doctor *doctor);
/* A line each finding on stderr, and where to read more; frees them. */
void doctor_say(struct doctor *doctor);
/* The exit code that the findings make. */
int doctor_code(const struct doctor *doctor);

/* Notes a finding; subject and advice may be NULL. */
void doctor_note(struct doctor *doctor, const char *topic,
		 enum doctor_severity severity, const char *subject,
		 const char *finding, const char *advice);
/*
 * Looks at what the configuration file names: certificates that end, keys that
 * others can read, what is not there, folders without space, and files that
 * lie in inboxes for too long. config NULL: nothing but state_dir.
 */
void doctor_files(struct doctor *doctor, const char *config,
		  const char *state_dir);

#endif
