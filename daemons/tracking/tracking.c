/*
 * recard-tracking: imports tracking numbers and events of letters from postal
 * files. Each file is one transaction, and so is each archive of files; see
 * postal_import.h and zip_file.h.
 */
#include <errno.h>
#include <string.h>

#include "booking.h"
#include "daemon.h"
#include "exit_code.h"
#include "fetch.h"
#include "lines.h"
#include "log.h"
#include "mem.h"
#include "postal_file.h"
#include "postal_import.h"
#include "postal_layout.h"
#include "report.h"
#include "sources.h"
#include "spool.h"
#include "tracking.h"
#include "zip_archive.h"
#include "zip_file.h"
#include "zip_passwords.h"

struct tracking_settings tracking_settings;
struct postal_layouts tracking_layouts;
struct postal_sources tracking_sources;

static const struct db_statement statements[] = {
	{"book_tracking",
	 "SELECT " BOOKING_COLUMNS " FROM recard.book_tracking($1, $2, $3, "
	 "$4, $5, $6, $7)",
	 7},
	{"import_remarks", BOOKING_REMARKS_SQL, 1},
	{"import_refuse", BOOKING_REFUSE_SQL, 7},
	[ARCHIVE_OPEN] = {"archive_open",
			  "SELECT recard.archive_open($1, $2, $3, $4)", 4},
	[ARCHIVE_MEMBERS] = {"archive_members",
			     "SELECT recard.archive_members($1, $2)", 2},
	[REGISTER_SOURCES] = {"register_sources",
			      "SELECT recard.register_sources($1, $2, $3, $4, "
			      "$5, $6)",
			      POSTAL_SOURCE_COLUMNS + 1},
	[SOURCE_ARRIVAL] = {"source_arrival",
			    "SELECT recard.source_arrival($1, $2, $3, $4, $5)",
			    5},
	[SOURCE_WATCH] = {"source_watch",
			  "SELECT source, news, to_char(expected_at "
			  "AT TIME ZONE 'Asia/Taipei', "
			  "'YYYY-MM-DD\"T\"HH24:MI\"+08:00\"'), "
			  "extract(epoch FROM age)::bigint, detail "
			  "FROM recard.source_watch($1::interval, $2)",
			  2},
	[FETCH + FETCH_CLAIM] = {"source_claim",
				 "SELECT recard.source_claim($1, $2, $3)", 3},
	[FETCH + FETCH_RELEASE] = {"source_release",
				   "SELECT recard.source_release($1, $2)", 2},
	[FETCH + FETCH_KNOWN] = {"fetch_known", FETCH_KNOWN_SQL, 3},
	[FETCH + FETCH_RECORD] = {"fetch_record", FETCH_RECORD_SQL, 4},
	[FETCH + FETCH_REMOVED] = {"fetch_removed", FETCH_REMOVED_SQL, 3},
	{0}};

static int
init(struct daemon_context *ctx)
{
	const struct postal_options options = {
		.layouts = &tracking_layouts,
		.layout = tracking_settings.layout,
		.list_encoding = tracking_settings.list_encoding,
		.default_date = ""};
	struct postal_reader *reader;
	static const char *const kinds[] = {TRACKING_KIND, NULL};
	char *error, **passwords;

	if (!postal_layouts_new(&tracking_settings.layouts, &tracking_layouts,
				&error)) {
		log_error("tracking.layout.refused", kv_str(error, error),
			  kv_str(hint, "see recard.conf(5)"));
		mem_free(error);
		return EXIT_CONFIG;
	}
	reader = postal_open(&options);

	if (!reader) {
		log_error("tracking.layout.refused",
			  kv_str(setting, "tracking.layout, "
					  "tracking.list_encoding"),
			  kv_str(hint, "see recard.conf(5)"));
		return EXIT_CONFIG;
	}
	postal_close(reader);
	if (spool_make_inbox(tracking_settings.inbox) != 0) {
		log_error("tracking.inbox.refused",
			  kv_str(path, tracking_settings.inbox),
			  kv_str(error, strerror(errno)));
		return EXIT_CONFIG;
	}
	passwords = zip_passwords_read(tracking_settings.zip_passwords, &error);
	if (!passwords) {
		log_error("tracking.password.refused", kv_str(error, error),
			  kv_str(hint, "tracking.zip_passwords names it"));
		mem_free(error);
		return EXIT_CONFIG;
	}
	zip_passwords_free(passwords);
	if (!postal_sources_new(&tracking_settings.sources,
				tracking_settings.inbox, kinds,
				&tracking_layouts, &tracking_sources, &error)) {
		log_error("tracking.source.refused", kv_str(error, error));
		mem_free(error);
		return EXIT_CONFIG;
	}
	return EXIT_DONE;
}

static void
fini(struct daemon_context *ctx)
{
	(void)ctx;
	postal_sources_free(&tracking_sources);
	postal_layouts_free(&tracking_layouts);
}

static enum work_outcome
fetch(struct daemon_context *ctx)
{
	return fetch_step(ctx, FETCH, tracking_sources.fetch,
			  tracking_sources.count);
}

static const char *
folder(struct daemon_context *ctx, size_t nth)
{
	return nth < tracking_sources.folder_count
		       ? tracking_sources.folders[nth].path
		       : NULL;
}

/* Copies and books in one transaction. */
static enum db_status
book(struct daemon_context *ctx, const struct spool_file *file,
     struct postal_import *import, struct db_result **result)
{
	enum db_status status = db_begin(ctx->db);

	if (status == DB_OK)
		status = postal_import_copy(ctx, import);
	if (status == DB_OK && !import->refused)
		status = postal_import_book(ctx, import, file->digest,
					    file->size, result);
	if (status != DB_OK || import->refused)
		return status;
	status = sources_note(ctx, file,
			      db_is_null(*result, 0, 0) ? "known" : "done");
	if (status == DB_OK)
		status = db_commit(ctx->db);
	if (status != DB_OK)
		db_result_free(*result);
	return status;
}

/* Should we die before this, the file is still there and is refused again. */
static enum inbox_outcome
note_refusal(struct daemon_context *ctx, const struct spool_file *file)
{
	switch (sources_note(ctx, file, "rejected")) {
	case DB_OK:
		break;
	case DB_LOST:
		return INBOX_LOST;
	case DB_REFUSED:
		log_error("booking.refusal.unrecorded", kv_db(ctx->db));
		return INBOX_FAILED;
	}
	return INBOX_REJECTED;
}

static enum inbox_outcome
take_rows(struct daemon_context *ctx, struct spool_file *file,
	  struct report *report)
{
	struct postal_import import = {
		.name = file->name,
		.layout = postal_sources_folder(&tracking_sources, file->folder)
				  ->layout,
		.report = report};
	enum inbox_outcome outcome;
	struct db_result *result;
	enum db_status status;

	if (zip_archive_begins(file->fd))
		return zip_file_take(ctx, file, report);
	/* Settings that were reloaded since the start may name no layout. */
	if (!postal_import_open(&import, file->mtime_ns))
		return INBOX_FAILED;
	import.lines = lines_open(file->fd, (size_t)tracking_settings.max_line);
	status = book(ctx, file, &import, &result);
	if (import.refused || status != DB_OK)
		db_rollback(ctx->db);
	if (import.refused) {
		outcome = booking_refused(ctx, REFUSE, TRACKING_KIND, file,
					  report);
	} else if (status != DB_OK) {
		outcome = booking_failed(ctx, REFUSE, TRACKING_KIND, file,
					 status, report);
	} else {
		/* The database has the unreadable rows too: it tells all. */
		report_free(report);
		outcome = booking_done(ctx, REMARKS, result, report);
		db_result_free(result);
	}
	lines_close(import.lines);
	postal_import_close(&import);
	return outcome;
}

static enum inbox_outcome
take(struct daemon_context *ctx, struct spool_file *file, struct report *report)
{
	enum inbox_outcome outcome = take_rows(ctx, file, report);

	return outcome == INBOX_REJECTED ? note_refusal(ctx, file) : outcome;
}

static const struct daemon_work works[] = {
	{.name = "fetch", .kind = WORK_STEP, .step = fetch},
	{.name = "postal_files",
	 .kind = WORK_INBOX,
	 .folder = folder,
	 .take = take},
	{.name = "alarms",
	 .kind = WORK_STEP,
	 .always = true,
	 .step = sources_watch},
	{0}};

static const struct daemon tracking = {
	.name = "tracking",
	.summary = "imports tracking numbers and events from postal files",
	.settings = tracking_setting_table,
	.values = &tracking_settings,
	.values_size = sizeof tracking_settings,
	.statements = statements,
	.works = works,
	.init = init,
	.connected = sources_register,
	.fini = fini,
};

int
main(int argc, char **argv)
{
	return daemon_main(&tracking, argc, argv);
}
