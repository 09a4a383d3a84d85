/*
 * recard-notify's own: its settings, its statements, and the parts of its
 * work, one file each.
 */
#ifndef RECARD_NOTIFY_H
#define RECARD_NOTIFY_H

#include "daemon.h"
#include "mail_settings.h"

struct mail_texts;
struct pool;
struct report;
struct spool_file;

extern struct mail_settings notify_settings;

/* In the order of the statement table. */
enum { NOTIFY_CLAIM, NOTIFY_DUE, NOTIFY_SETTLE, NOTIFY_BOUNCE, NOTIFY_SERVER };

struct notify {
	struct mail_texts *texts;
	struct pool *pool; /* NULL: there is an outbox */
	bool down;         /* the server, and that was told */
	bool told_well;    /* that it is not */
	bool unfit;        /* settings were reloaded that cannot be used */
};

/* Claims what is due, sends it, says what became of it. */
enum work_outcome notify_send_step(struct daemon_context *ctx);
/* Prints what would be sent; changes nothing. */
enum work_outcome notify_dry_run(struct daemon_context *ctx);
/* One mail that came back. */
enum inbox_outcome notify_take_bounce(struct daemon_context *ctx,
				      struct spool_file *file,
				      struct report *report);
/* Deletes mail that came back: it shows to whom it had gone. */
enum work_outcome notify_forget_step(struct daemon_context *ctx);
/* Says what a failed call means for the loop. */
enum work_outcome notify_call_failed(struct daemon_context *ctx,
				     enum db_status status);

#endif
