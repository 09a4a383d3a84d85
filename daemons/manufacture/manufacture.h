/*
 * recard-manufacture's own: its settings, statements and the parts of its
 * work, one file each.
 */
#ifndef RECARD_MANUFACTURE_H
#define RECARD_MANUFACTURE_H

#include "daemon.h"
#include "seal.h"

struct manufacture_settings {
	char *address_key;
	int64_t freeze_batch;
	char *outbox, *inbox;
	char *our_certificate, *our_key, *line_certificate;
	int64_t batch_max, batch_min, batch_wait;
	int64_t ack_patience, alarm_every;
};
extern struct manufacture_settings manufacture_settings;

/* In the order of the statement table. */
enum {
	FREEZE,
	CUT_BATCH,
	CLAIM_BATCH,
	BATCH_CONTENT,
	SEAL_BATCH,
	BATCH_FILE,
	PUBLISH_BATCH,
	DROP_BATCH,
	OVERDUE_ACKS,
	BOOK_ACK,
	BOOK_RESULTS,
	REMARKS,
	REFUSE
};

struct manufacture {
	unsigned char *key;
	size_t key_len;
	struct seal_identity *us;
	struct seal_peer *line;
	int64_t alarm_due; /* monotonic ms */
	bool freezing;     /* the last look found paid orders */
};

/* Cuts, seals and publishes one batch, or takes up one that was left. */
enum work_outcome handover_step(struct daemon_context *ctx);
/* Alarms for batches that the line has not acknowledged. */
enum work_outcome overdue_step(struct daemon_context *ctx);
/* Books what the line sent. */
bool line_file_wanted(const char *name);
enum inbox_outcome line_file_take(struct daemon_context *ctx,
				  struct spool_file *file,
				  struct report *report);

#endif
