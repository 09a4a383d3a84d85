/*
 * A tick: one SQL function that handles a bounded batch of rows and returns
 * how many.
 */
#ifndef RECARD_TICK_H
#define RECARD_TICK_H

#include "daemon.h"

/* WORK_MORE when it handled something. Dead-locks and serialization
 * failures are tried again; any other refusal is logged. */
enum work_outcome tick_run(struct daemon_context *ctx,
			   const struct daemon_work *work);

#endif
