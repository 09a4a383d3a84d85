/*
 * The lists of revoked certificates that the portal goes by: fetched when due,
 * checked, kept as files that all portals of a host share, and loaded from
 * there. What cannot be fetched or is not good changes nothing: the list that
 * is there serves until its successor has been due for the grace time.
 */
#ifndef RECARD_REVOCATION_H
#define RECARD_REVOCATION_H

#include <stddef.h>
#include <stdint.h>

#include "conf.h"
#include "daemon.h"
#include "transfer_settings.h"

struct revoked_set;

/* One block of portal.revocations: one authority's list. */
struct revocation_settings {
	char *name;   /* in the log, and of its file */
	char *issuer; /* PEM */
	char *url;    /* https://host/path/NAME; or */
	char *path;   /* a file that others put there */
	int64_t max_size;
	struct transfer_settings transfer;
};
extern const struct conf_setting revocation_settings[];

struct revocation;

/*
 * lists (of struct revocation_settings), folder and the strings in them are
 * borrowed; folder is where the files are kept, and is made. grace_ms: how
 * long a list serves after its successor is due. With ctx->check nothing is
 * opened but what must be there. NULL with *error (mem_free), which names the
 * block and the setting.
 */
struct revocation *revocation_open(struct daemon_context *ctx,
				   const struct conf_records *lists,
				   const char *folder, int64_t grace_ms,
				   char **error);
void revocation_close(struct revocation *revocation);

/*
 * A step of the daemon's work (daemon.h): takes in files that changed, and
 * fetches what is due; the loop turns meanwhile. WORK_FAILED when a list could
 * not be had; with ctx->once each list is fetched whether it is due or not.
 */
enum work_outcome revocation_step(struct revocation *revocation);

/* The sets in force now, for struct card_claim; good until the next
 * revocation_step(). */
const struct revoked_set *const *
revocation_sets(const struct revocation *revocation, size_t *count);

/* How many lists are missing, or too old to let anybody in: 0 is good. */
size_t revocation_unfit(const struct revocation *revocation, int64_t now);

#endif
