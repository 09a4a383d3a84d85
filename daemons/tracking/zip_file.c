/*
 * An archive of postal files into the database: see zip_file.h.
 */
#include "booking.h"
#include "buffer.h"
#include "failpoint.h"
#include "lines.h"
#include "log.h"
#include "mem.h"
#include "postal_import.h"
#include "report.h"
#include "seal.h"
#include "sources.h"
#include "spool.h"
#include "tracking.h"
#include "zip_archive.h"
#include "zip_file.h"
#include "zip_passwords.h"

/* One archive on its way into the database. */
struct archive_import {
	struct daemon_context *ctx;
	const struct spool_file *file;
	struct zip_archive *archive;
	struct report *report; /* of the archive */
	int64_t import_id;
	struct buffer members; /* their imports, as an array */
	struct buffer known;   /* names of those that were booked before */
	bool unready;          /* no layout to read by; logged */
};

/* A member's bytes on their way to its lines. */
struct member_bytes {
	struct zip_archive *archive;
	struct seal_sha256 *digest;
	size_t size;
};

static ssize_t
read_member(void *arg, void *bytes, size_t size)
{
	struct member_bytes *member = arg;
	ssize_t got = zip_archive_read(member->archive, bytes, size);

	if (got > 0) {
		seal_sha256_add(member->digest, bytes, (size_t)got);
		member->size += (size_t)got;
	}
	return got;
}

/* Books what was copied, and reports it before it is committed. */
static enum db_status
book_rows(struct archive_import *whole, const char *name,
	  const struct postal_import *import, const char *digest, size_t size)
{
	struct daemon_context *ctx = whole->ctx;
	struct db_result *result;
	enum db_status status =
		postal_import_book(ctx, import, digest, size, &result);
	enum inbox_outcome outcome;

	if (status != DB_OK)
		return status;
	/* The database has the unreadable rows too: it tells all. */
	report_free(import->report);
	outcome = booking_done(ctx, REMARKS, result, import->report);
	if (db_is_null(result, 0, 0))
		buffer_printf(&whole->known, "%s%s",
			      whole->known.len ? ", " : "", name);
	else
		db_array_add_int(&whole->members, db_int64(result, 0, 0));
	db_result_free(result);
	FAILPOINT("archive.member.booked");
	if (outcome == INBOX_DONE)
		return DB_OK;
	return outcome == INBOX_LOST ? DB_LOST : DB_REFUSED;
}

/* Refuses the archive when something is wrong with it. */
static void
note_fault(struct archive_import *whole)
{
	const char *text, *code = zip_archive_fault(whole->archive, &text);

	if (code)
		report_refuse(whole->report, code, "%s", text);
}

static enum db_status
book_member(struct archive_import *whole, const char *name)
{
	char *full_name = mem_printf("%s/%s", whole->file->name, name);
	struct member_bytes bytes = {.archive = whole->archive,
				     .digest = seal_sha256_begin()};
	struct report report = {0};
	struct postal_import import = {
		.name = full_name,
		.layout = postal_sources_folder(&tracking_sources,
						whole->file->folder)
				  ->layout,
		.report = &report};
	enum db_status status = DB_REFUSED;
	char digest[SEAL_SHA256_HEX];

	whole->unready = !postal_import_open(&import, whole->file->mtime_ns);
	if (!whole->unready) {
		import.lines =
			lines_open_reader(read_member, &bytes,
					  (size_t)tracking_settings.max_line);
		status = postal_import_copy(whole->ctx, &import);
		lines_close(import.lines);
	}
	seal_sha256_end(bytes.digest, digest);
	if (status == DB_OK && !import.refused)
		status = book_rows(whole, name, &import, digest, bytes.size);
	/* Rather than what its lost lines looked like. */
	note_fault(whole);
	report_add_member(whole->report, name, &report);
	postal_import_close(&import);
	mem_free(full_name);
	return status;
}

/* The import that all members are tied to; seen when there is one. */
static enum db_status
open_import(struct archive_import *whole)
{
	const struct spool_file *file = whole->file;
	const struct db_param params[] = {
		db_text(file->name), db_text(file->digest), db_int(file->size),
		db_text(whole->ctx->actor)};
	struct db_result *result;
	enum db_status status =
		db_call(whole->ctx->db, ARCHIVE_OPEN, params, &result);

	if (status != DB_OK)
		return status;
	whole->report->seen = db_is_null(result, 0, 0);
	whole->import_id = db_int64(result, 0, 0);
	db_result_free(result);
	return DB_OK;
}

static enum db_status
tie_members(struct archive_import *whole)
{
	const struct db_param params[] = {
		db_int(whole->import_id),
		db_text(db_array_end(&whole->members))};
	enum db_status status =
		db_call(whole->ctx->db, ARCHIVE_MEMBERS, params, NULL);

	FAILPOINT("archive.tied");
	return status;
}

/* All of it, or nothing: when the report has a reason then, or the archive a
 * fault, or it was seen before, nothing was committed. */
static enum db_status
book_archive(struct archive_import *whole)
{
	const struct report *report = whole->report;
	enum db_status status = db_begin(whole->ctx->db);
	const char *name, *text;

	if (status == DB_OK)
		status = open_import(whole);
	if (report->seen) {
		if (status == DB_OK)
			status = sources_note(whole->ctx, whole->file, "known");
		return status == DB_OK ? db_commit(whole->ctx->db) : status;
	}
	while (status == DB_OK && !report->reason &&
	       (name = zip_archive_next(whole->archive)))
		status = book_member(whole, name);
	if (status != DB_OK || report->reason ||
	    zip_archive_fault(whole->archive, &text))
		return status;
	status = tie_members(whole);
	if (status == DB_OK)
		status = sources_note(whole->ctx, whole->file, "done");
	return status == DB_OK ? db_commit(whole->ctx->db) : status;
}

/* Judges what book_archive() left. */
static enum inbox_outcome
conclude(struct archive_import *whole, enum db_status status)
{
	struct report *report = whole->report;

	note_fault(whole);
	if (report->reason || status != DB_OK)
		db_rollback(whole->ctx->db);
	if (status == DB_LOST)
		return INBOX_LOST;
	if (whole->unready)
		return INBOX_FAILED;
	if (report->reason)
		return booking_refused(whole->ctx, REFUSE, TRACKING_KIND,
				       whole->file, report);
	if (status != DB_OK)
		return booking_failed(whole->ctx, REFUSE, TRACKING_KIND,
				      whole->file, status, report);
	if (whole->known.len)
		report->note =
			mem_printf("booked before: %s", whole->known.data);
	return INBOX_DONE;
}

enum inbox_outcome
zip_file_take(struct daemon_context *ctx, const struct spool_file *file,
	      struct report *report)
{
	struct archive_import whole = {
		.ctx = ctx, .file = file, .report = report};
	char *error, **passwords = zip_passwords_read(
			     tracking_settings.zip_passwords, &error);
	const struct zip_options options = {
		.members = tracking_settings.zip_members,
		.size = tracking_settings.zip_size,
		.ratio = tracking_settings.zip_ratio,
		.name_encoding = tracking_settings.list_encoding,
		.passwords = (const char *const *)passwords};
	enum inbox_outcome outcome;
	enum db_status status = DB_OK;
	const char *text;

	if (!passwords) {
		log_error("tracking.password.refused", kv_str(error, error),
			  kv_str(hint, "tracking.zip_passwords names it"));
		mem_free(error);
		return INBOX_FAILED;
	}
	whole.archive = zip_archive_open(file->fd, &options);
	if (!zip_archive_fault(whole.archive, &text))
		status = book_archive(&whole);
	outcome = conclude(&whole, status);
	zip_archive_close(whole.archive);
	zip_passwords_free(passwords);
	buffer_free(&whole.members);
	buffer_free(&whole.known);
	return outcome;
}
