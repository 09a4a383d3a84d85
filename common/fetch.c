/*
 * Looking at other houses' folders: see fetch.h.
 */
#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include "buffer.h"
#include "clock.h"
#include "fetch_private.h"
#include "log.h"
#include "mem.h"
#include "spool.h"

/* Most bytes of a listing. */
#define LISTING_MAX ((size_t)1024 * 1024)
/* Files taken in one call: other works want their turn. */
#define FILES_MAX 100

bool
fetch_call(struct fetch_look *look, enum fetch_statement which,
	   const struct db_param *params, struct db_result **result)
{
	struct db *db = look->ctx->db;

	switch (db_call(db, look->first + (int)which, params, result)) {
	case DB_OK:
		return true;
	case DB_LOST:
		look->lost = true;
		return false;
	case DB_REFUSED:
		break;
	}
	log_error("fetch.call.refused", kv_str(source, look->source->name),
		  kv_db(db));
	look->troubles = FETCH_TROUBLES_MAX;
	return false;
}

/* Takes what is due of the names that the database was asked about. */
static void
take_due(struct fetch_look *look, const struct db_result *known)
{
	for (int row = 0; row < db_rows(known); row++) {
		const struct fetch_wanted wanted = {
			.name = db_value(known, row, 0),
			.digest = db_is_null(known, row, 1)
					  ? NULL
					  : db_value(known, row, 1),
			.booked = db_bool(known, row, 2),
			.refused = db_bool(known, row, 3)};

		if (look->ctx->stopping || look->lost ||
		    look->troubles >= FETCH_TROUBLES_MAX ||
		    look->published >= FILES_MAX)
			return;
		if (db_bool(known, row, 4))
			fetch_file(look, &wanted);
	}
}

static void
take_listed(struct fetch_look *look, const struct transfer_names *names)
{
	const struct fetch_source *source = look->source;
	struct buffer array = {0}, kinds = {0};
	struct db_result *known;

	if (names->bad > 0)
		log_warn("fetch.name.ignored", kv_str(source, source->name),
			 kv_int(count, names->bad),
			 kv_str(file, names->bad_name));
	for (size_t i = 0; i < names->count; i++)
		if (fnmatch(source->pattern, names->names[i], FNM_PERIOD) == 0)
			db_array_add(&array, names->names[i]);
	for (size_t i = 0; source->kinds[i]; i++)
		db_array_add(&kinds, source->kinds[i]);
	if (array.len > 0 &&
	    fetch_call(look, FETCH_KNOWN,
		       (const struct db_param[]){db_text(look->key),
						 db_text(db_array_end(&kinds)),
						 db_text(db_array_end(&array))},
		       &known)) {
		take_due(look, known);
		db_result_free(known);
	}
	buffer_free(&array);
	buffer_free(&kinds);
}

/* Others put their files there: the inbox takes them. */
static void
look_at_inbox(struct fetch_look *look)
{
	const char *inbox = look->source->inbox;
	char **names;
	size_t count;

	if (spool_list(inbox, &names, &count) == 0) {
		spool_names_free(names, count);
		return;
	}
	look->refused = true;
	log_error("fetch.look.refused", kv_str(source, look->source->name),
		  kv_str(path, inbox), kv_str(error, strerror(errno)));
}

/* Lists the folder and takes what is there. */
static void
look_around(struct fetch_look *look)
{
	struct transfer_names names;
	char *error;

	look->transfer = transfer_new(look->ctx->base, &look->source->remote,
				      &look->ctx->stopping, &error);
	if (!look->transfer) {
		/* A file of the configuration that is gone, say. */
		look->refused = true;
		log_error("fetch.look.refused",
			  kv_str(source, look->source->name),
			  kv_str(error, error));
		mem_free(error);
		return;
	}
	switch (transfer_list(look->transfer, LISTING_MAX, &names)) {
	case TRANSFER_OK:
		take_listed(look, &names);
		break;
	case TRANSFER_REFUSED:
	case TRANSFER_TOO_LARGE:
	case TRANSFER_ABSENT:
	case TRANSFER_EXISTS:
		look->refused = true;
		log_error("fetch.look.refused",
			  kv_str(source, look->source->name),
			  kv_str(error, transfer_error(look->transfer)));
		break;
	case TRANSFER_FAILED:
		look->troubles = FETCH_TROUBLES_MAX;
		log_warn("fetch.look.failed",
			 kv_str(source, look->source->name),
			 kv_str(error, transfer_error(look->transfer)));
		break;
	}
	transfer_names_free(&names);
	transfer_free(look->transfer);
}

static bool
saw_all(const struct fetch_look *look)
{
	return look->troubles == 0 && look->published < FILES_MAX &&
	       !look->ctx->stopping;
}

static bool
claim(struct fetch_look *look)
{
	const struct db_param params[] = {
		db_text(look->key),
		db_text(look->source->again ? "true" : "false"),
		db_text(look->ctx->once ? "true" : "false")};
	struct db_result *claimed;
	bool ours;

	if (!fetch_call(look, FETCH_CLAIM, params, &claimed))
		return false;
	ours = db_bool(claimed, 0, 0);
	db_result_free(claimed);
	return ours;
}

static void
release(struct fetch_look *look)
{
	bool failed =
		look->refused || (look->troubles > 0 && !look->ctx->stopping);
	const struct db_param params[] = {db_text(look->key),
					  db_text(failed          ? "failed"
						  : saw_all(look) ? "done"
								  : "more")};

	if (!look->lost)
		(void)fetch_call(look, FETCH_RELEASE, params, NULL);
}

/* When to look again, and what the daemon's loop is to know. */
static enum work_outcome
conclude(struct fetch_look *look)
{
	struct fetch_source *source = look->source;
	int64_t pause = source->every_ms;

	if (look->lost)
		return WORK_LOST;
	if (look->refused)
		look->ctx->exceptions++;
	/* Soon again: by the back-off of failed works, or after the inbox. */
	if (look->troubles > 0 || look->published >= FILES_MAX ||
	    (look->published > 0 && !source->again)) {
		source->again =
			look->troubles == 0 && look->published < FILES_MAX;
		source->due_ms = 0;
	} else {
		source->again = false;
		/* A look that was refused is no reason to be a nuisance. */
		if (source->timed && !look->refused)
			pause = look->ctx->common->poll;
		source->due_ms = clock_monotonic_ms() + pause;
	}
	if (look->troubles > 0 && !look->ctx->stopping)
		return WORK_FAILED;
	return look->published > 0 ? WORK_MORE : WORK_IDLE;
}

static enum work_outcome
look_at(struct daemon_context *ctx, int first, struct fetch_source *source)
{
	struct fetch_look look = {.ctx = ctx, .first = first, .source = source};

	look.key = mem_printf("%s.%s", ctx->daemon->name, source->name);
	/* Else it is not its time, or another instance is at it. */
	if (claim(&look)) {
		if (source->remote.url)
			look_around(&look);
		else
			look_at_inbox(&look);
		release(&look);
	}
	mem_free(look.key);
	return conclude(&look);
}

enum work_outcome
fetch_step(struct daemon_context *ctx, int first, struct fetch_source *sources,
	   size_t count)
{
	enum work_outcome outcome = WORK_IDLE, one;

	for (size_t i = 0; i < count && !ctx->stopping && !ctx->dry_run; i++) {
		if (sources[i].due_ms > clock_monotonic_ms())
			continue;
		one = look_at(ctx, first, &sources[i]);
		if (one == WORK_LOST)
			return WORK_LOST;
		/* One source's trouble neither stops nor hides behind the
		 * others. */
		if (one == WORK_FAILED || outcome == WORK_IDLE)
			outcome = one;
	}
	return outcome;
}

char *
fetch_objection(const struct fetch_source *source)
{
	if (!source->name || !spool_name_ok(source->name))
		return mem_strdup("a source needs a name of letters, digits, "
				  "\".\", \"_\" and \"-\"");
	if (!source->pattern || !*source->pattern ||
	    strchr(source->pattern, '/'))
		return mem_strdup("a source needs a pattern of file names");
	return source->remote.url ? transfer_objection(&source->remote) : NULL;
}
