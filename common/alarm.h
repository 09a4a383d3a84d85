/*
 * Alarms: what somebody should look at, as an SQL function lists it, asked for
 * from time to time and told in the log row by row.
 */
#ifndef RECARD_ALARM_H
#define RECARD_ALARM_H

#include "daemon.h"

/*
 * Asks statement `statement` once every every_ms and hands each row to
 * `tell`. *due_ms is when to ask next (CLOCK_MONOTONIC), and starts with 0. A
 * refusal is logged and gives WORK_FAILED.
 */
enum work_outcome
alarm_ask(struct daemon_context *ctx, int statement,
	  const struct db_param *params, int64_t every_ms, int64_t *due_ms,
	  void (*tell)(struct daemon_context *ctx, const struct db_result *rows,
		       int row));

#endif
