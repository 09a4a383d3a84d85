/*
 * Keeping lists of revoked certificates: see revocation.h.
 */
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "buffer.h"
#include "clock.h"
#include "log.h"
#include "mem.h"
#include "revocation_private.h"
#include "spool.h"

/* After a fetch, whatever came of it. */
#define AGAIN_MS (5 * 60 * 1000)
/* An authority's clock may be ahead of ours. */
#define AHEAD_S 300

/* Servers, timers and signals have their turn. */
static void
turn_loop(void *arg)
{
	const struct revocation *r = arg;

	event_base_loop(r->ctx->base, EVLOOP_NONBLOCK);
}

static void
refuse(const struct revocation_kept *list, const char *from, const char *reason)
{
	log_error("revocation.list.refused",
		  kv_str(source, list->settings->name), kv_str(path, from),
		  kv_str(code, reason));
}

/* The number and time of what we have say whether a list is a newer one. */
static const char *
age_objection(const struct revoked_set *set, const struct revoked_set *before)
{
	struct revoked_facts facts, had;

	revoked_set_facts(set, &facts);
	if (facts.this_update > clock_now_s() + AHEAD_S)
		return "from_the_future";
	if (!before)
		return NULL;
	revoked_set_facts(before, &had);
	if (revoked_number_order(facts.number, had.number) < 0 ||
	    facts.this_update < had.this_update)
		return "older_list";
	return NULL;
}

static bool
is_same(const struct revoked_set *set, const struct revoked_set *before)
{
	struct revoked_facts facts, had;

	if (!before)
		return false;
	revoked_set_facts(set, &facts);
	revoked_set_facts(before, &had);
	return strcmp(facts.number, had.number) == 0 &&
	       facts.this_update == had.this_update &&
	       facts.entries == had.entries;
}

/* The set of these bytes when it is good and not older than the one in force;
 * else NULL, logged. */
static struct revoked_set *
judge(struct revocation *r, const struct revocation_kept *list,
      const char *from, const struct buffer *bytes)
{
	struct revoked_pause pause = {turn_loop, r};
	const char *reason;
	struct revoked_set *set = revoked_set_build(
		list->issuer, bytes->data, bytes->len, &pause, &reason);

	if (set)
		reason = age_objection(set, r->sets[list - r->lists]);
	if (!reason)
		return set;
	refuse(list, from, reason);
	revoked_set_free(set);
	return NULL;
}

static void
put_in_force(struct revocation *r, const struct revocation_kept *list,
	     struct revoked_set *set)
{
	struct revoked_set **place = &r->sets[list - r->lists];
	struct revoked_facts facts;

	revoked_set_facts(set, &facts);
	if (!is_same(set, *place))
		log_info("revocation.list.loaded",
			 kv_str(source, list->settings->name),
			 kv_int(count, facts.entries));
	revoked_set_free(*place);
	*place = set;
}

static bool
has_changed(const struct revocation_kept *list, const struct stat *st)
{
	return st->st_ino != list->seen.st_ino ||
	       st->st_dev != list->seen.st_dev ||
	       st->st_size != list->seen.st_size ||
	       st->st_mtim.tv_sec != list->seen.st_mtim.tv_sec ||
	       st->st_mtim.tv_nsec != list->seen.st_mtim.tv_nsec;
}

void
revocation_look_at_file(struct revocation *r, struct revocation_kept *list)
{
	struct buffer bytes = {0};
	struct revoked_set *set;
	struct stat st;
	int fd = open(list->file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    has_changed(list, &st)) {
		list->seen = st;
		buffer_reserve(&bytes, st.st_size < list->settings->max_size
					       ? (size_t)st.st_size
					       : 0);
		if (buffer_read_fd(&bytes, fd,
				   (size_t)list->settings->max_size)) {
			refuse(list, list->file,
			       errno == EFBIG ? "too_large" : "unreadable");
		} else {
			set = judge(r, list, list->file, &bytes);
			if (set)
				put_in_force(r, list, set);
		}
		buffer_free(&bytes);
	}
	close(fd);
}

/* The last time that the kept file was written or found to be the newest. */
static bool
is_due(const struct revocation *r, const struct revocation_kept *list)
{
	const struct revoked_set *set = r->sets[list - r->lists];
	struct revoked_facts facts;
	int64_t age_ms;

	if (list->due_ms > clock_monotonic_ms())
		return false;
	if (r->ctx->once || !set)
		return true;
	revoked_set_facts(set, &facts);
	age_ms = (clock_now_s() - (int64_t)list->seen.st_mtim.tv_sec) * 1000;
	return age_ms >= list->settings->every ||
	       clock_now_s() >= facts.next_update;
}

/* A list that was fetched and is good: kept for all portals. Of one that we
 * have, only the time is news. */
static bool
keep(struct revocation *r, struct revocation_kept *list, bool is_new,
     const struct buffer *bytes)
{
	char *name = mem_printf("%s.crl", list->settings->name);
	bool kept =
		(!is_new && utimensat(AT_FDCWD, list->file, NULL, 0) == 0) ||
		spool_replace(r->folder, name, bytes->data, bytes->len) == 0;

	if (!kept)
		log_error("revocation.list.unkept",
			  kv_str(source, list->settings->name),
			  kv_str(path, list->file),
			  kv_str(error, strerror(errno)));
	else if (stat(list->file, &list->seen) != 0)
		list->seen = (struct stat){0};
	mem_free(name);
	return kept;
}

/* True when a good list came. *failed: may pass. */
static bool
take_over(struct revocation *r, struct revocation_kept *list,
	  struct transfer *transfer, bool *failed)
{
	struct buffer bytes = {0};
	struct revoked_set *set = NULL;
	bool kept = false;

	switch (transfer_get(transfer, list->url_name,
			     (size_t)list->settings->max_size, &bytes)) {
	case TRANSFER_OK:
		set = judge(r, list, list->settings->url, &bytes);
		break;
	case TRANSFER_TOO_LARGE:
		refuse(list, list->settings->url, "too_large");
		break;
	case TRANSFER_FAILED:
		*failed = !r->ctx->stopping;
		__attribute__((fallthrough));
	case TRANSFER_REFUSED:
	case TRANSFER_ABSENT:
	case TRANSFER_EXISTS:
		if (!r->ctx->stopping)
			log_warn("revocation.fetch.failed",
				 kv_str(source, list->settings->name),
				 kv_str(error, transfer_error(transfer)));
		break;
	}
	if (set) {
		/* In force also when it cannot be kept. */
		kept = keep(r, list, !is_same(set, r->sets[list - r->lists]),
			    &bytes);
		put_in_force(r, list, set);
	}
	buffer_free(&bytes);
	return kept;
}

/* One portal of a host fetches at a time; -1 while another one does. */
static int
lock(const struct revocation *r, const struct revocation_kept *list)
{
	char *path = mem_printf("%s/%s.lock", r->folder, list->settings->name);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);

	if (fd < 0)
		log_error("revocation.list.unkept",
			  kv_str(source, list->settings->name),
			  kv_str(path, path), kv_str(error, strerror(errno)));
	mem_free(path);
	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	close(fd);
	return -1;
}

static bool
fetch_locked(struct revocation *r, struct revocation_kept *list, bool *failed)
{
	struct transfer_remote remote = revocation_remote(list);
	struct transfer *transfer;
	bool good = false;
	char *error;

	/* Another one may have been here between our look and the lock. */
	revocation_look_at_file(r, list);
	if (!is_due(r, list))
		return true;
	transfer =
		transfer_new(r->ctx->base, &remote, &r->ctx->stopping, &error);
	if (transfer) {
		good = take_over(r, list, transfer, failed);
	} else {
		log_warn("revocation.fetch.failed",
			 kv_str(source, list->settings->name),
			 kv_str(error, error));
		mem_free(error);
	}
	transfer_free(transfer);
	return good;
}

static enum work_outcome
fetch(struct revocation *r, struct revocation_kept *list)
{
	int fd = lock(r, list);
	bool failed = false, good;
	int64_t again = AGAIN_MS;

	if (fd < 0)
		return WORK_IDLE;
	good = fetch_locked(r, list, &failed);
	close(fd);
	/* Such as failed come again by the back-off of works. */
	if (list->settings->every < again)
		again = list->settings->every;
	list->due_ms = failed ? 0 : clock_monotonic_ms() + again;
	if (!good && !r->ctx->stopping)
		r->ctx->exceptions++;
	return failed ? WORK_FAILED : WORK_IDLE;
}

/* NULL when people can be let in by this list. */
static const char *
unfit_reason(const struct revocation *r, size_t i, int64_t now)
{
	struct revoked_facts facts;

	if (!r->sets[i])
		return "missing";
	revoked_set_facts(r->sets[i], &facts);
	return now > facts.next_update + r->grace_s ? "stale" : NULL;
}

static void
tell_fitness(struct revocation *r, size_t i)
{
	struct revocation_kept *list = &r->lists[i];
	const char *reason = unfit_reason(r, i, clock_now_s());

	if (reason == list->unfit)
		return;
	if (reason)
		log_error("revocation.list.unfit",
			  kv_str(source, list->settings->name),
			  kv_str(reason, reason),
			  kv_str(hint, "nobody whose card this authority made "
				       "is let in"));
	else
		log_info("revocation.list.fit",
			 kv_str(source, list->settings->name));
	list->unfit = reason;
}

enum work_outcome
revocation_step(struct revocation *r)
{
	enum work_outcome outcome = WORK_IDLE;

	for (size_t i = 0; i < r->count && !r->ctx->stopping; i++) {
		struct revocation_kept *list = &r->lists[i];

		revocation_look_at_file(r, list);
		if (list->settings->url && is_due(r, list) &&
		    fetch(r, list) == WORK_FAILED)
			outcome = WORK_FAILED;
		tell_fitness(r, i);
	}
	return outcome;
}

const struct revoked_set *const *
revocation_sets(const struct revocation *r, size_t *count)
{
	*count = r->count;
	return (const struct revoked_set *const *)r->sets;
}

size_t
revocation_unfit(const struct revocation *r, int64_t now)
{
	size_t unfit = 0;

	for (size_t i = 0; i < r->count; i++)
		unfit += unfit_reason(r, i, now) != NULL;
	return unfit;
}
