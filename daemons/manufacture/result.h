/*
 * What the card line sends back, after its signature has been verified:
 * acknowledgements and results (recard-files(5)). Pure.
 */
#ifndef RECARD_RESULT_H
#define RECARD_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct report;

/* What a file's name says it is: "CB-….ack.p7m" or "CB-….<n>.result.p7m". */
enum result_file { RESULT_FILE_OTHER, RESULT_FILE_ACK, RESULT_FILE_RESULT };
#define RESULT_BATCH_NO 19 /* "CB-20261123-000001" and NUL */
/* "CB-", eight digits, "-", six digits. */
bool result_batch_no_ok(const char *text);
enum result_file result_file_kind(const char *name,
				  char batch_no[RESULT_BATCH_NO]);

struct ack {
	char *batch_no;
	bool accepted;
	char *reason; /* "" when accepted */
};
/* Reads the one A line. On trouble the report refuses the file. */
bool ack_read(const char *bytes, size_t len, struct ack *ack,
	      struct report *report);
void ack_free(struct ack *ack);

struct result {
	unsigned long line;
	int64_t job_no;
	int64_t attempt;
	char *outcome; /* MADE, REJECTED, SPOILED, ON_HOLD */
	char *card_no; /* NULL unless MADE, as the three below */
	char *serial;
	char *not_after;  /* ISO date */
	char *made_at;    /* ISO time */
	char *error_code; /* "" when none */
};
struct results {
	struct result *rows;
	size_t count, size;
};
/*
 * Reads R lines. A line that cannot be understood is rejected in the report
 * and the others stay; only bytes that are no lines at all refuse the file.
 */
bool results_read(const char *bytes, size_t len, struct results *results,
		  struct report *report);
void results_free(struct results *results);

#endif
