/*
 * What every daemon that books files does with the database's answer: the
 * counts and the rejected rows go into the report, a refusal of the whole
 * file is recorded.
 */
#ifndef RECARD_BOOKING_H
#define RECARD_BOOKING_H

#include "daemon.h"

struct buffer;

/* Both statements stand in the daemon's table under these texts. */
#define BOOKING_REMARKS_SQL \
	"SELECT line, code, words FROM recard.import_remarks($1)"
#define BOOKING_REFUSE_SQL \
	"SELECT recard.import_refuse($1, $2, $3, $4, $5, $6, $7)"

/* Rows that were refused before the database saw them: appends their lines,
 * codes and texts to three array literals. */
void booking_add_rejects(const struct report *report, struct buffer *lines,
			 struct buffer *codes, struct buffer *texts);

/* The columns that every booking function returns, in this order. */
#define BOOKING_COLUMNS "import_id, rows, applied, duplicate, rejected"

/*
 * Reads row 0 of a booking function's result into the report, and the
 * remarks of the import by statement `remarks`. A NULL import_id means that
 * the file was booked before.
 */
enum inbox_outcome booking_done(struct daemon_context *ctx, int remarks,
				const struct db_result *result,
				struct report *report);
/*
 * Records by statement `refuse` that the file is refused for the report's
 * reason, and gives INBOX_REJECTED.
 */
enum inbox_outcome booking_refused(struct daemon_context *ctx, int refuse,
				   const char *kind,
				   const struct spool_file *file,
				   struct report *report);
/*
 * What a failed call means for the file: RC030 and RC040 refuse it (message
 * "code: text" into the report, recorded by statement `refuse`), a lost
 * connection or a passing trouble leaves it for another try.
 */
enum inbox_outcome booking_failed(struct daemon_context *ctx, int refuse,
				  const char *kind,
				  const struct spool_file *file,
				  enum db_status status, struct report *report);

#endif
