/*
 * What many commands share: a list of rows, and an act that is recorded with
 * operator and reason.
 */
#ifndef RECARD_ACT_H
#define RECARD_ACT_H

#include "ctl.h"

/* Connects, asks and prints rows; what: "batches". rows (may be NULL) gets
 * their number. 0 or an exit code, everything said. */
int act_list(struct ctl *ctl, const char *doing, const char *sql, int count,
	     const struct db_param *params, const struct output_column *columns,
	     const char *what, int *rows);
/* The same for sections of names and values; *what: "batch CB-…" is said when
 * there are none. */
int act_show(struct ctl *ctl, const char *doing, const char *sql,
	     const char *what);

/* What an act is done to, and with. */
struct act {
	const char *doing; /* "batch hold" */
	const char *sql;   /* its last two parameters: operator, reason */
	const struct db_param *params; /* those before */
	int count;                     /* at most 6 */
};
/* Demands --reason, connects and carries out; *result (may be NULL) is the
 * caller's. */
int act_run(struct ctl *ctl, const struct act *act, struct db_result **result);

#endif
