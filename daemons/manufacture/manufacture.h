/*
 * recard-manufacture's own: its settings, statements and the parts of its
 * work, one file each.
 */
#ifndef RECARD_MANUFACTURE_H
#define RECARD_MANUFACTURE_H

#include "daemon.h"
#include "fetch.h"
#include "card_line.h"
#include "signer.h"

struct manufacture_settings {
	char *address_key;
	int64_t freeze_batch;
	struct conf_records signers, lines;
	int64_t warn_before;
	int64_t alarm_every;
};
extern struct manufacture_settings manufacture_settings;

/* In the order of the statement table. */
enum {
	FREEZE,
	CORRECTIONS,
	REGISTER_LINES,
	LINE_CHECK,
	LINE_STOP,
	LINE_ALARMS,
	CUT_BATCH,
	CLAIM_BATCH,
	BATCH_CONTENT,
	SEAL_BATCH,
	BATCH_FILE,
	OFFER_BATCH,
	PUBLISH_BATCH,
	EMPTY_BATCH,
	BOOK_ACK,
	BOOK_RESULTS,
	REMARKS,
	REFUSE,
	FETCH
};

struct manufacture {
	unsigned char *key;
	size_t key_len;
	struct signer *signers;
	struct card_line *lines;
	struct fetch_source *sources; /* of the lines' answers */
	size_t source_count;
	int64_t alarm_due; /* monotonic ms */
	bool freezing;     /* the last look found paid orders */
};

/* A batch that this session has claimed. */
struct claim {
	char *batch_no;
	char *product;
	int64_t epoch;
	int64_t created_at;
	char *file_digest;  /* of a sealed one */
	char *chain_digest; /* the same */
	char *link;         /* what one that is cut follows */
	bool sealed, offered;
	char *resend_no; /* NULL: for the first time */
};

/* Logs that the database refused something about the batch (may be NULL);
 * what the step comes to. */
enum work_outcome call_failed(struct daemon_context *ctx, enum db_status status,
			      const struct card_line *line,
			      const char *batch_no);

/* Cuts, seals and hands over one batch of each line, or takes up one that was
 * left (handover.c). */
enum work_outcome handover_step(struct daemon_context *ctx);
/* Renders, seals and stores a batch that is cut: from then on its bytes are
 * fixed (sealing.c). */
enum work_outcome seal_step(struct daemon_context *ctx, struct card_line *line,
			    const struct claim *claim);
/* Hands the stored bytes over and confirms (delivery.c). */
enum work_outcome deliver_step(struct daemon_context *ctx,
			       struct card_line *line,
			       const struct claim *claim);
/* Compares the mark of what was handed out with the database, once for each
 * connection. False: logged, the line stands still. */
bool mark_agrees(struct daemon_context *ctx, struct card_line *line,
		 enum work_outcome *outcome);
/* Notes durably that the batch is about to be handed out. 0, or -1 after
 * logging. */
int mark_put(const struct card_line *line, const struct claim *claim);

/* Alarms for what somebody should look at (alarm.c). */
enum work_outcome alarm_step(struct daemon_context *ctx);

/* Books what a line sent (line_file.c). */
bool line_file_wanted(const char *name);
enum inbox_outcome line_file_take(struct daemon_context *ctx,
				  struct spool_file *file,
				  struct report *report);

#endif
