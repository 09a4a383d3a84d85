/*
 * recard-label's own: its settings, statements and the parts of its work,
 * one file each.
 */
#ifndef RECARD_LABEL_H
#define RECARD_LABEL_H

#include "daemon.h"
#include "label_forms.h"
#include "label_settings.h"
#include "printer.h"
#include "spool.h"

struct buffer;
struct font_set;

extern struct label_settings label_settings;
/* Opened at start. */
extern struct font_set *label_fonts;
extern struct label_forms label_forms;
extern struct printers label_printers;
/* What the postal codes of the area begin with, as an array literal. Ends with
 * buffer_free(). */
struct buffer label_local_codes(void);
/* What is printed in the blocks of a form. */
struct label_texts label_texts(void);

/* In the order of the statement table. */
enum {
	CUT_RUN,
	CLAIM_RUN,
	RUN_CONTENT,
	SEAL_RUN,
	DROP_RUN,
	PUBLISH_RUN,
	CLAIM_PRINT,
	RECORD_PRINT,
	CUT_LIST,
	CLAIM_LIST,
	LIST_CONTENT,
	SEAL_LIST,
	PUBLISH_LIST
};

/* Cuts, renders and publishes one label run, or takes up one left behind. */
enum work_outcome run_step(struct daemon_context *ctx);
/* Sends a run to its printer, or asks what became of it. */
enum work_outcome printing_step(struct daemon_context *ctx);
/* Ends a call to a printer that is under way. */
void printing_end(void);
/* Cuts, writes and publishes a posting list. */
enum work_outcome list_step(struct daemon_context *ctx);
/* Says what a failed call means for a document. */
enum work_outcome label_call_failed(struct daemon_context *ctx,
				    enum db_status status,
				    const char *document);
/* Whether a document came out again with the digest it was sealed with. */
bool label_same_bytes(const char *name, const char *sealed_digest,
		      const char *digest);
/* Says what publishing name in the outbox came to. WORK_MORE: it is there
 * and may be confirmed. errno is read. */
enum work_outcome label_published(const char *name,
				  enum spool_published published);

#endif
