/*
 * Card lines as the configuration names them: how each gets its batches and
 * gives its answers, and when a batch is cut for it.
 */
#ifndef RECARD_CARD_LINE_H
#define RECARD_CARD_LINE_H

#include "backoff.h"
#include "buffer.h"
#include "conf.h"
#include "seal.h"
#include "transfer_settings.h"

struct event_base;

/* One block. */
struct card_line_settings {
	char *name;
	int64_t series;
	char **products;
	char *line_certificate, *characters;
	char *outbox, *url, *answers, *inbox;
	struct transfer_settings transfer;
	int64_t batch_max, batch_min, batch_wait;
	char **cut_at;
	int64_t ack_time, result_time;
};
extern const struct conf_setting card_line_settings[];

struct card_line {
	const struct card_line_settings *settings;
	struct seal_peer *peer;
	struct transfer_remote remote; /* when the settings have a URL */
	char *characters;              /* int4multirange, or NULL */
	bool checked;           /* its mark was compared with this database */
	struct backoff backoff; /* its failed hand-overs */
	int64_t not_before;     /* monotonic ms: the next try */
};

/*
 * Checks the blocks, loads certificates and character sets. NULL with *error
 * (mem_free), which names the block and the setting; an array of
 * records->count lines otherwise (card_lines_free). records are borrowed.
 */
struct card_line *card_lines_new(const struct conf_records *records,
				 char **error);
void card_lines_free(struct card_line *lines, size_t count);

/* Whether its batches go by SFTP. */
bool card_line_sftp(const struct card_line *line);

/* The lines' settings as PostgreSQL arrays, a column each, in the order of
 * recard.register_lines()'s parameters. */
#define CARD_LINE_COLUMNS 10
void card_lines_columns(const struct card_line *lines, size_t count,
			struct buffer columns[CARD_LINE_COLUMNS]);

/* Where a line's answers are fetched from: one fetch_source for each line
 * that has `answers`, *count of them (mem_free). */
struct fetch_source *card_lines_sources(const struct card_line *lines,
					size_t count, size_t *source_count);

#endif
