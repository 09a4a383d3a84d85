/*
 * What the parts of recard-payment share: its settings in force, its
 * statements, and what each part gives to the daemon's table of works.
 */
#ifndef RECARD_PAYMENT_H
#define RECARD_PAYMENT_H

#include "channel.h"
#include "daemon.h"
#include "http_server.h"
#include "source.h"

struct payment_settings {
	char *inbox;
	int64_t max_line;
	struct http_server_options server;
	struct conf_records channels; /* struct channel_settings */
	struct conf_records sources;  /* struct source_settings */
	int64_t answer_time;
	int64_t batch;
	int64_t keep_refused;
	int64_t unconfirmed_after;
	int64_t alarm_every;
};
extern struct payment_settings payment_settings;

enum payment_statement {
	PAYMENT_BOOK,
	PAYMENT_REMARKS,
	PAYMENT_REFUSE,
	PAYMENT_NOTICES,
	PAYMENT_FEEDS,
	PAYMENT_UNCONFIRMED,
	PAYMENT_CLAIM_QUESTIONS,
	PAYMENT_ANSWER_QUESTION,
	PAYMENT_FETCH /* and those that follow: enum fetch_statement */
};

struct payment {
	struct channel *channels;
	size_t channel_count;
	struct intake *intake; /* NULL: no server */
	struct ask *asks;      /* channels that can be asked */
	size_t ask_count;
	struct fetch_source *sources;
	int64_t unconfirmed_due; /* monotonic ms */
};

/* One settlement file from the inbox into the ledger. */
enum inbox_outcome settle_take(struct daemon_context *ctx,
			       struct spool_file *file, struct report *report);

/* Opens the server; the exit code, everything said. */
int intake_open(struct daemon_context *ctx);
/* Keeps its database connection up. */
enum work_outcome intake_step(struct daemon_context *ctx);
/* Certificate and key anew. */
void intake_renew(struct daemon_context *ctx);
/* Answers what is in hand, and closes. */
void intake_close(struct daemon_context *ctx);

#endif
