/*
 * Takes in the files of a folder. Booking comes first, moving the file
 * second: after a crash in between the file is booked again, which the
 * database knows and answers with no change.
 */
#include <errno.h>
#include <string.h>

#include "failpoint.h"
#include "inbox.h"
#include "log.h"
#include "mem.h"
#include "report.h"
#include "spool.h"

static void
log_file(const struct daemon_context *ctx, const char *name,
	 const struct report *report, bool accepted)
{
	char *event = mem_printf("%s.file.%s", ctx->daemon->name,
				 accepted ? "done" : "rejected");
	bool clean = accepted && report->rejected == 0;

	log_at(clean ? LOG_INFO : LOG_WARN, event, kv_str(file, name),
	       kv_int(rows, report->rows), kv_int(applied, report->applied),
	       kv_int(duplicate, report->duplicate),
	       kv_int(rejected, report->rejected),
	       kv_str(code, report->reason));
	mem_free(event);
}

static void
log_trouble(const struct daemon_context *ctx, const char *folder,
	    const char *name, int error)
{
	char *event = mem_printf("%s.file.failed", ctx->daemon->name);

	log_at(LOG_ERROR, event, kv_str(path, folder), kv_str(file, name),
	       kv_str(error, error ? strerror(error) : NULL));
	mem_free(event);
}

static enum work_outcome
finish(struct daemon_context *ctx, struct spool_file *file,
       const struct report *report, bool accepted)
{
	enum work_outcome outcome = WORK_MORE;
	char *json, *name = mem_strdup(file->name);

	json = report_json(report, name, file->digest, accepted);
	if (spool_file_finish(file, accepted, json)) {
		log_trouble(ctx, file->folder, name, errno);
		outcome = WORK_FAILED;
	} else {
		log_file(ctx, name, report, accepted);
		if (!accepted || report->rejected > 0)
			ctx->exceptions++;
	}
	mem_free(json);
	mem_free(name);
	return outcome;
}

static enum work_outcome
take(struct daemon_context *ctx, const struct daemon_work *work,
     struct spool_file *file)
{
	struct report report = {0};
	enum work_outcome outcome = WORK_FAILED;

	switch (work->take(ctx, file, &report)) {
	case INBOX_DONE:
		FAILPOINT("inbox.booked");
		outcome = finish(ctx, file, &report, true);
		break;
	case INBOX_REJECTED:
		FAILPOINT("inbox.booked");
		outcome = finish(ctx, file, &report, false);
		break;
	case INBOX_FAILED:
		log_trouble(ctx, file->folder, file->name, 0);
		break;
	case INBOX_LOST:
		outcome = WORK_LOST;
		break;
	}
	report_free(&report);
	return outcome;
}

/* What is no file that could be opened safely. */
static enum work_outcome
refuse(struct daemon_context *ctx, const char *folder, const char *name,
       const char *reason)
{
	struct report report = {0};
	enum work_outcome outcome = WORK_MORE;
	char *json;

	report_refuse(&report, reason, "not taken in: %s", reason);
	json = report_json(&report, name, NULL, false);
	if (spool_name_reject(folder, name, json)) {
		log_trouble(ctx, folder, name, errno);
		outcome = WORK_FAILED;
	} else {
		log_file(ctx, name, &report, false);
		ctx->exceptions++;
	}
	mem_free(json);
	report_free(&report);
	return outcome;
}

static enum work_outcome
one_name(struct daemon_context *ctx, const struct daemon_work *work,
	 const char *folder, const char *name)
{
	struct spool_file file = {.fd = -1};
	const char *reason = "refused";
	enum work_outcome outcome;

	switch (spool_file_open(folder, name, INBOX_MAX_BYTES, &file,
				&reason)) {
	case SPOOL_OPENED:
		break;
	case SPOOL_GONE:
		return WORK_IDLE;
	case SPOOL_REFUSED:
		return refuse(ctx, folder, name, reason);
	case SPOOL_FAILED:
		log_trouble(ctx, folder, name, errno);
		return WORK_FAILED;
	}
	outcome = take(ctx, work, &file);
	spool_file_close(&file);
	return outcome;
}

/* One file's failure, or one folder's, neither stops nor hides behind the
 * others. */
static enum work_outcome
both(enum work_outcome so_far, enum work_outcome one)
{
	return one == WORK_FAILED || so_far == WORK_IDLE ? one : so_far;
}

static enum work_outcome
one_folder(struct daemon_context *ctx, const struct daemon_work *work,
	   const char *folder)
{
	enum work_outcome outcome = WORK_IDLE, one;
	char **names = NULL;
	size_t count = 0, i;

	if (spool_list(folder, &names, &count)) {
		log_trouble(ctx, folder, NULL, errno);
		return WORK_FAILED;
	}
	for (i = 0; i < count && !ctx->stopping; i++) {
		if (work->wants && !work->wants(names[i]))
			continue;
		one = one_name(ctx, work, folder, names[i]);
		if (one == WORK_LOST) {
			outcome = WORK_LOST;
			break;
		}
		outcome = both(outcome, one);
	}
	spool_names_free(names, count);
	return outcome;
}

enum work_outcome
inbox_run(struct daemon_context *ctx, const struct daemon_work *work)
{
	enum work_outcome outcome = WORK_IDLE, one;
	const char *folder;

	if (ctx->dry_run)
		return WORK_IDLE;
	for (size_t nth = 0;
	     !ctx->stopping && (folder = work->folder(ctx, nth)); nth++) {
		one = one_folder(ctx, work, folder);
		if (one == WORK_LOST)
			return WORK_LOST;
		outcome = both(outcome, one);
	}
	return outcome;
}
