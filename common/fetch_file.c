/*
 * What is done with one file of a source: see fetch.h. Each step comes after
 * the one that it needs is durable, so that a crash repeats and never skips.
 */
#include <errno.h>
#include <string.h>

#include "failpoint.h"
#include "fetch_private.h"
#include "inbox.h"
#include "log.h"
#include "mem.h"
#include "report.h"
#include "spool.h"

/* One file's trouble that may pass. */
static void
trouble(struct fetch_look *look, const char *name, const char *why)
{
	look->troubles++;
	if (look->ctx->stopping)
		return;
	log_warn("fetch.file.failed", kv_str(source, look->source->name),
		 kv_str(file, name), kv_str(error, why));
}

static void
refuse(struct fetch_look *look, const char *name, const char *why)
{
	look->ctx->exceptions++;
	log_warn("fetch.file.refused", kv_str(source, look->source->name),
		 kv_str(file, name), kv_str(error, why));
}

static bool
record(struct fetch_look *look, const char *name, const char *digest,
       size_t size)
{
	const struct db_param params[] = {db_text(look->key), db_text(name),
					  db_text(digest), db_int(size)};

	return fetch_call(look, FETCH_RECORD, params, NULL);
}

/* Its very content is booked: it may go. */
static void
take_away(struct fetch_look *look, const char *name, const char *digest,
	  size_t size)
{
	const struct db_param params[] = {db_text(look->key), db_text(name),
					  db_text(digest)};

	switch (transfer_remove(look->transfer, name)) {
	case TRANSFER_OK:
		FAILPOINT("fetch.file.removed");
		if (fetch_call(look, FETCH_REMOVED, params, NULL))
			log_info("fetch.file.removed",
				 kv_str(source, look->source->name),
				 kv_str(file, name));
		return;
	case TRANSFER_REFUSED:
	case TRANSFER_TOO_LARGE:
	case TRANSFER_ABSENT:
	case TRANSFER_EXISTS:
		log_warn("fetch.file.kept", kv_str(source, look->source->name),
			 kv_str(file, name),
			 kv_str(error, transfer_error(look->transfer)),
			 kv_str(hint, "let us delete there, or it is fetched "
				      "again each hour"));
		(void)record(look, name, digest, size);
		return;
	case TRANSFER_FAILED:
		trouble(look, name, transfer_error(look->transfer));
		return;
	}
}

/* Other content waits in the inbox under this name. */
static bool
quarantine(struct fetch_look *look, struct spool_part *part, const char *name,
	   const char *digest)
{
	struct report report = {0};
	bool filed;
	char *json;

	report_refuse(&report, "name_conflict",
		      "the inbox holds other content under this name");
	json = report_json(&report, name, digest, false);
	report_free(&report);
	filed = spool_part_reject(part, json) == 0;
	mem_free(json);
	if (filed)
		refuse(look, name, "the inbox holds other content");
	else
		trouble(look, name, strerror(errno));
	return filed;
}

static void
bring_in(struct fetch_look *look, struct spool_part *part, const char *name,
	 const char *digest, size_t size)
{
	FAILPOINT("fetch.file.written");
	switch (spool_part_publish(part)) {
	case SPOOL_PUBLISHED:
		FAILPOINT("fetch.file.published");
		look->published++;
		break;
	case SPOOL_CONFLICT:
		if (quarantine(look, part, name, digest))
			(void)record(look, name, digest, size);
		return;
	case SPOOL_ERROR:
		trouble(look, name, strerror(errno));
		return;
	}
	if (!record(look, name, digest, size))
		return;
	FAILPOINT("fetch.file.recorded");
	log_info("fetch.file.done", kv_str(source, look->source->name),
		 kv_str(file, name), kv_int(bytes, size),
		 kv_str(digest, digest));
}

/* What is on our disk is compared with what is known. True, with its digest
 * and size, when it may go over there. */
static bool
judge(struct fetch_look *look, struct spool_part *part,
      const struct fetch_wanted *wanted, char digest[SPOOL_DIGEST_HEX],
      size_t *size)
{
	bool same;

	if (spool_part_whole(part, digest, size) != 0) {
		trouble(look, wanted->name, strerror(errno));
		return false;
	}
	same = wanted->digest && strcmp(wanted->digest, digest) == 0;
	if (same && wanted->booked)
		return true;
	if (same && wanted->refused)
		(void)record(look, wanted->name, digest, *size);
	else
		bring_in(look, part, wanted->name, digest, *size);
	return false;
}

void
fetch_file(struct fetch_look *look, const struct fetch_wanted *wanted)
{
	struct spool_part *part =
		spool_part_open(look->source->inbox, wanted->name);
	char digest[SPOOL_DIGEST_HEX];
	bool done_with = false;
	size_t size = 0;

	if (!part) {
		trouble(look, wanted->name, strerror(errno));
		return;
	}
	switch (transfer_get_fd(look->transfer, wanted->name, INBOX_MAX_BYTES,
				spool_part_fd(part))) {
	case TRANSFER_OK:
		done_with = judge(look, part, wanted, digest, &size);
		break;
	case TRANSFER_REFUSED:
	case TRANSFER_TOO_LARGE:
	case TRANSFER_ABSENT:
	case TRANSFER_EXISTS:
		refuse(look, wanted->name, transfer_error(look->transfer));
		break;
	case TRANSFER_FAILED:
		trouble(look, wanted->name, transfer_error(look->transfer));
		break;
	}
	/* First: once it is gone over there, nobody comes by any more to
	 * clear what a crash left. */
	spool_part_close(part);
	if (done_with)
		take_away(look, wanted->name, digest, size);
}
