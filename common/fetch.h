/*
 * Files of another house's folder, fetched into an inbox of ours. Each one
 * is downloaded to NAME.part, published under its own name as spool.h does,
 * and recorded; it is deleted over there only when the database says that
 * this very content was booked. A file that was refused stays there; it is
 * looked at once an hour, so that a corrected one gets in under its name.
 * After a crash anywhere the next look repeats what was not recorded, and
 * what is booked twice is booked once.
 */
#ifndef RECARD_FETCH_H
#define RECARD_FETCH_H

#include "daemon.h"
#include "transfer.h"

struct fetch_source {
	/* In the log; in the database behind the program's name:
	 * "payment.bank". */
	const char *name;
	/* Without a URL the inbox itself is the folder, which others fill: a
	 * look shows whether it can be read. */
	struct transfer_remote remote;
	const char *inbox;        /* folder, with rejected/ in it */
	const char *const *kinds; /* of import, NULL ends: "settlement" */
	const char *pattern;      /* glob (fnmatch(3)) of the names to take */
	int64_t every_ms;         /* between two looks */
	bool timed; /* the database knows its times: it is asked each poll */
	/* The fetch's own; start with zeroes. */
	int64_t due_ms; /* next look, CLOCK_MONOTONIC; 0: at once */
	bool again;     /* this look comes early, for what was published */
};

/* What is wrong with a source, for the check of a configuration; NULL when
 * nothing is. mem_free() it. */
char *fetch_objection(const struct fetch_source *source);

/*
 * Statements that stand in the daemon's table in this order, one after the
 * other, with as many parameters as are named. A daemon whose sources have
 * their times in the database puts others in the places of two: FETCH_CLAIM
 * is given also whether the look goes on with the last one and whether it is
 * --once, and tells whether to look; FETCH_RELEASE is given also what the look
 * came to: "done", "more" or "failed".
 */
enum fetch_statement {
	FETCH_CLAIM,
	FETCH_RELEASE,
	FETCH_KNOWN,
	FETCH_RECORD,
	FETCH_REMOVED,
	FETCH_STATEMENTS
};
#define FETCH_CLAIM_SQL "SELECT recard.fetch_claim($1)"
#define FETCH_RELEASE_SQL "SELECT recard.fetch_release($1)"
#define FETCH_KNOWN_SQL                                   \
	"SELECT name, digest, booked, refused, due FROM " \
	"recard.fetch_known($1, $2::text[], $3)"
#define FETCH_RECORD_SQL "SELECT recard.fetch_record($1, $2, $3, $4)"
#define FETCH_REMOVED_SQL "SELECT recard.fetch_removed($1, $2, $3)"

/*
 * Looks at the sources that are due; `first` is the index of FETCH_CLAIM's
 * statement in the daemon's table. WORK_MORE when files were published:
 * the inbox has work, and the next call looks whether they are booked.
 * WORK_FAILED when a source could not be reached; one that refuses us is
 * logged, counted as an exception and asked again when its time comes.
 * Failpoints fetch.file.written, .published, .recorded, .removed.
 */
enum work_outcome fetch_step(struct daemon_context *ctx, int first,
			     struct fetch_source *sources, size_t count);

#endif
