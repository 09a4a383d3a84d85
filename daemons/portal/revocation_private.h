/*
 * What the parts of revocation.h share.
 */
#ifndef RECARD_REVOCATION_PRIVATE_H
#define RECARD_REVOCATION_PRIVATE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "revocation.h"
#include "revoked_set.h"
#include "transfer.h"

/* One list, and the file that it is read from. */
struct revocation_kept {
	const struct revocation_settings *settings;
	struct revoked_issuer *issuer;
	char *file; /* where it is read from */
	/* url, taken apart. */
	char *url_folder;
	const char *url_name;
	struct stat seen;  /* of the file that was looked at last */
	int64_t due_ms;    /* next fetch, CLOCK_MONOTONIC; 0: by file's age */
	const char *unfit; /* the reason that was told; NULL: it is fit */
};

struct revocation {
	struct daemon_context *ctx;
	char *folder;
	int64_t grace_s;
	size_t count;
	struct revocation_kept *lists;
	struct revoked_set **sets; /* one a list, or NULL */
};

/* How its host is reached; all is borrowed. */
struct transfer_remote revocation_remote(const struct revocation_kept *list);
/* Takes the file in when it is another one than before. A bad one is told
 * once. */
void revocation_look_at_file(struct revocation *r,
			     struct revocation_kept *list);

#endif
