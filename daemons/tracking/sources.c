/*
 * Sources of postal files and the database: see sources.h.
 */
#include <string.h>

#include "alarm.h"
#include "log.h"
#include "mem.h"
#include "sources.h"
#include "spool.h"
#include "tracking.h"

enum db_status
sources_register(struct daemon_context *ctx)
{
	struct buffer columns[POSTAL_SOURCE_COLUMNS] = {{0}};
	struct db_param params[POSTAL_SOURCE_COLUMNS + 1];
	enum db_status status;

	postal_sources_columns(&tracking_sources, columns);
	for (size_t i = 0; i < POSTAL_SOURCE_COLUMNS; i++)
		params[i] = db_text(db_array_end(&columns[i]));
	params[POSTAL_SOURCE_COLUMNS] = db_text(ctx->actor);
	status = db_call(ctx->db, REGISTER_SOURCES, params, NULL);
	for (size_t i = 0; i < POSTAL_SOURCE_COLUMNS; i++)
		buffer_free(&columns[i]);
	return status;
}

enum db_status
sources_note(struct daemon_context *ctx, const struct spool_file *file,
	     const char *what)
{
	const struct postal_folder *folder =
		postal_sources_folder(&tracking_sources, file->folder);

	if (folder->sources == 0)
		return DB_OK;
	return db_call(ctx->db, SOURCE_ARRIVAL,
		       (const struct db_param[]){
			       db_text(file->digest), db_text(file->name),
			       db_text(what), db_text(folder->names.data),
			       db_text(folder->alone ? "true" : "false")},
		       NULL);
}

static void
tell(struct daemon_context *ctx, const struct db_result *rows, int row)
{
	const char *source = db_value(rows, row, 0);
	const char *news = db_value(rows, row, 1);
	const char *expected = db_value(rows, row, 2);
	int64_t age = db_int64(rows, row, 3);
	const char *detail =
		db_is_null(rows, row, 4) ? NULL : db_value(rows, row, 4);

	if (strcmp(news, "came") == 0) {
		log_info("tracking.source.back", kv_str(source, source),
			 kv_str(expected, expected), kv_int(age_s, age),
			 kv_str(file, detail));
		return;
	}
	if (strcmp(news, "calendar_missing") == 0) {
		log_warn("tracking.calendar.missing", kv_str(source, source),
			 kv_str(reason, detail),
			 kv_str(hint, "the working days of that year are not "
				      "known: Monday to Friday are taken; "
				      "recardctl calendar import"));
		return;
	}
	ctx->exceptions++;
	log_error("tracking.source.absent", kv_str(source, source),
		  kv_str(reason, news), kv_str(expected, expected),
		  kv_int(age_s, age), kv_str(file, detail),
		  kv_str(hint, strcmp(news, "rejected") == 0
				       ? "the report beside it under rejected/ "
					 "says why; ask for a right one"
			       : detail ? "its bytes were booked before; ask "
					  "for the right one"
					: "recardctl tracking sources, then "
					  "ask who sends the files"));
}

enum work_outcome
sources_watch(struct daemon_context *ctx)
{
	static int64_t due_ms;
	char *again_after;
	struct db_param params[2];
	enum work_outcome outcome;

	if (tracking_sources.count == 0)
		return WORK_IDLE;
	again_after = mem_printf("%lld milliseconds",
				 (long long)tracking_settings.alarm_every);
	params[0] = db_text(again_after);
	params[1] = db_text(ctx->actor);
	outcome = alarm_ask(ctx, SOURCE_WATCH, params, ctx->common->poll,
			    &due_ms, tell);
	mem_free(again_after);
	return outcome;
}
