/*
 * Changing the schema to this program's, within one transaction of the
 * administrator. What was applied before is never run again; functions,
 * moves, views, triggers and rights are replaced each time.
 */
#ifndef RECARD_SCHEMA_CHANGE_H
#define RECARD_SCHEMA_CHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "db.h"
#include "output.h"

struct ctl;

struct schema_change {
	struct ctl *ctl;
	struct db *db;
	bool dry_run;
	int64_t version; /* of the database; 0: empty */
	struct output out;
};

/* Everything between BEGIN and COMMIT; what was done is noted in out. 0 or
 * an exit code, said. */
int schema_change(struct schema_change *m);
/* Adds a row to out; subject is freed. */
void schema_change_note(struct schema_change *m, const char *step,
			char *subject, const char *outcome);
/* Says why a call failed; the exit code. */
int schema_change_failed(struct schema_change *m, const char *what,
			 enum db_status status);

#endif
