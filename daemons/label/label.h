/*
 * recard-label's own: its settings, statements and the parts of its work,
 * one file each.
 */
#ifndef RECARD_LABEL_H
#define RECARD_LABEL_H

#include "daemon.h"

struct label_settings {
	char *outbox;
	char *layout;
	int64_t start_cell;
	char *font;
	int64_t run_max, run_min, run_wait;
	int64_t list_max, list_min, list_wait;
	char *list_encoding;
};
extern struct label_settings label_settings;

/* In the order of the statement table. */
enum {
	CUT_RUN,
	CLAIM_RUN,
	RUN_CONTENT,
	SEAL_RUN,
	DROP_RUN,
	PUBLISH_RUN,
	CUT_LIST,
	CLAIM_LIST,
	LIST_CONTENT,
	SEAL_LIST,
	PUBLISH_LIST
};

/* Cuts, renders and publishes one label run, or takes up one left behind. */
enum work_outcome run_step(struct daemon_context *ctx);
/* The same for posting lists. */
enum work_outcome list_step(struct daemon_context *ctx);
/* Says what a failed call means for a document. */
enum work_outcome label_call_failed(struct daemon_context *ctx,
				    enum db_status status,
				    const char *document);
/*
 * Publishes bytes as name in the outbox once their digest is the one that
 * was sealed. WORK_MORE: it is there and may be confirmed.
 */
enum work_outcome label_publish(const char *name, const char *sealed_digest,
				const void *bytes, size_t len);

#endif
