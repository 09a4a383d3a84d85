/*
 * An inbox: a folder whose files are taken in one by one. Each ends under
 * done/ or rejected/ with a report beside it, or stays for another try.
 */
#ifndef RECARD_INBOX_H
#define RECARD_INBOX_H

#include "daemon.h"

/* Larger files are refused. */
#define INBOX_MAX_BYTES ((size_t)256 * 1024 * 1024)

/* One pass over the work's folders. WORK_MORE when files were taken: others may
 * have come meanwhile. Failpoint inbox.booked: after the file is booked,
 * before it is moved. */
enum work_outcome inbox_run(struct daemon_context *ctx,
			    const struct daemon_work *work);

#endif
