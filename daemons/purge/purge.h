/*
 * recard-purge's own: its statements and the parts of its work, one file
 * each.
 */
#ifndef RECARD_PURGE_H
#define RECARD_PURGE_H

#include "daemon.h"

/* In the order of the statement table. */
enum {
	PURGE_ASK,
	PURGE_DUE,
	PURGE_STRAY,
	PURGE_SUMMARY,
	PURGE_FEEDS,
	REMIND_DUE
};

/* Logs what holds deletion up: feeds that are silent or behind, and orders
 * that wait for something else. */
enum work_outcome purge_alarm(struct daemon_context *ctx);
/* Prints what would be deleted, and what not and why; changes nothing. */
enum work_outcome purge_dry_run(struct daemon_context *ctx);
/* Says what a failed call means for the loop. */
enum work_outcome purge_call_failed(struct daemon_context *ctx,
				    enum db_status status);

#endif
