/*
 * The lists of revoked certificates that the portal goes by: fetched when due,
 * checked, kept as files that all portals of a host share, and loaded from
 * there. What cannot be fetched, is not good, or is older than what we have
 * changes nothing: the list that is there serves until its successor has been
 * due for the grace time.
 */
#ifndef RECARD_REVOCATION_H
#define RECARD_REVOCATION_H

#include <stddef.h>
#include <stdint.h>

#include "conf.h"
#include "daemon.h"

struct revoked_set;

/* One block of portal.revocations: one authority's list. */
struct revocation_settings {
	char *name;   /* in the log, and of its file: NAME.crl */
	char *issuer; /* PEM */
	char *url;    /* https://host/path/FILE; or */
	char *path;   /* a file that others put there */
	char *ca;     /* PEM: of the host; NULL: the system's */
	int64_t every;
	int64_t file_time;
	int64_t max_size;
};
extern const struct conf_setting revocation_settings[];

struct revocation;

/*
 * lists (of struct revocation_settings), folder and the strings in them are
 * borrowed; folder, where fetched lists are kept, is made. grace_ms: how
 * long a list serves after its successor is due. What is there is loaded. With
 * ctx->check nothing is opened but the issuers. NULL with *error (mem_free),
 * which names the list and what is wrong with it.
 */
struct revocation *revocation_open(struct daemon_context *ctx,
				   const struct conf_records *lists,
				   const char *folder, int64_t grace_ms,
				   char **error);
void revocation_close(struct revocation *revocation);

/*
 * A step of the daemon's work (daemon.h): takes in files that changed, and
 * fetches what is due; the loop turns meanwhile, also while a long list is
 * taken in. With ctx->once each list is fetched whether it is due or not. A
 * list that nobody can be let in by is told once, and when it is good again.
 * Failpoint spool.replace.written.
 */
enum work_outcome revocation_step(struct revocation *revocation);

/* The sets in force now, for struct card_claim: some may be NULL. Good until
 * the loop turns. */
const struct revoked_set *const *
revocation_sets(const struct revocation *revocation, size_t *count);

/* How many lists are missing, or too old to let anybody in; now: seconds since
 * 1970. */
size_t revocation_unfit(const struct revocation *revocation, int64_t now);

#endif
