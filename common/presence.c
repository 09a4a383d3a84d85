/*
 * Presence of a daemon, and its paused works: see presence.h. Which of them
 * are paused is asked seldom and on notice, so that an idle daemon costs the
 * database next to nothing; `recardctl pause` waits until each one was told.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "daemon_private.h"
#include "mem.h"
#include "presence.h"

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "unversioned"
#endif

/* doctor takes an instance without a connection that is silent three times as
 * long for gone. */
#define BEAT_MS 60000

const struct db_statement presence_statements[PRESENCE_STATEMENTS] = {
	[PRESENCE_BEAT] = {"heartbeat",
			   "SELECT stage FROM recard.heartbeat($1, $2, $3,"
			   " to_timestamp($4), $5, $6)",
			   6},
	[PRESENCE_END] = {"heartbeat_end",
			  "SELECT recard.heartbeat_end($1, $2, $3,"
			  " to_timestamp($4))",
			  4},
};

void
presence_init(struct presence *presence, int first_statement)
{
	*presence = (struct presence){.started_s = clock_now_s(),
				      .first = first_statement};
	if (gethostname(presence->host, sizeof(presence->host) - 1))
		snprintf(presence->host, sizeof(presence->host), "unknown");
}

void
presence_renew(struct presence *presence)
{
	presence->due = 0;
}

/* Whether a stage, "label" or "label.print", is or holds the work. */
static bool
is_stage_of(const char *stage, const char *daemon, const char *work)
{
	size_t len = strlen(daemon);

	if (strncmp(stage, daemon, len) != 0)
		return false;
	return stage[len] == '\0' ||
	       (stage[len] == '.' && strcmp(stage + len + 1, work) == 0);
}

static bool
is_paused(const struct db_result *stages, const char *daemon,
	  const struct daemon_work *work)
{
	int row;

	for (row = 0; !work->always && row < db_rows(stages); row++)
		if (is_stage_of(db_value(stages, row, 0), daemon, work->name))
			return true;
	return false;
}

static void
mark_paused(struct service *service, const struct db_result *stages)
{
	const struct daemon *daemon = service->ctx.daemon;
	const struct daemon_work *work = daemon->works;
	struct work_state *state = service->works;
	bool paused;

	for (; work && work->name; work++, state++) {
		paused = is_paused(stages, daemon->name, work);
		if (paused && !state->paused)
			log_info("work.pause.begun", kv_str(work, work->name));
		else if (!paused && state->paused)
			log_info("work.pause.ended", kv_str(work, work->name));
		state->paused = paused;
		/* Nor does anybody wait for its next try. */
		if (paused)
			state->not_before = 0;
	}
}

/* The parameters that say who we are. */
static void
name_ourselves(const struct service *service, struct db_param params[4])
{
	params[0] = db_text(service->ctx.daemon->name);
	params[1] = db_text(service->presence.host);
	params[2] = db_int(getpid());
	params[3] = db_int(service->presence.started_s);
}

bool
presence_keep(struct service *service)
{
	struct presence *presence = &service->presence;
	struct daemon_context *ctx = &service->ctx;
	struct db_result *stages = NULL;
	struct db_param params[6];
	int64_t now = clock_monotonic_ms();

	/* Who only looks is not there, and nothing stops him. */
	if (ctx->dry_run || presence->due > now)
		return true;
	name_ourselves(service, params);
	params[4] = db_text(PACKAGE_VERSION);
	params[5] = db_text(ctx->once ? "true" : "false");
	switch (db_call(ctx->db, presence->first + PRESENCE_BEAT, params,
			&stages)) {
	case DB_OK:
		break;
	case DB_LOST:
		return false;
	case DB_REFUSED:
		/* Otherwise it is an outage, which is told once. */
		log_at(presence->told ? LOG_WARN : LOG_DEBUG,
		       "daemon.presence.refused", kv_db(ctx->db));
		presence->due = now + ctx->common->retry_max;
		return presence->told;
	}
	mark_paused(service, stages);
	db_result_free(stages);
	presence->told = true;
	presence->due = now + BEAT_MS;
	return true;
}

void
presence_end(struct service *service)
{
	struct db_param params[4];

	if (!service->presence.told || !db_connected(service->ctx.db))
		return;
	name_ourselves(service, params);
	db_call(service->ctx.db, service->presence.first + PRESENCE_END, params,
		NULL);
}
