/*
 * Runs on their way through printers: claim, ask or send, record. What came
 * of it is in the table before anything is tried again, and a job whose
 * answer was lost is looked up by its name.
 */
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "failpoint.h"
#include "label.h"
#include "log.h"
#include "mem.h"
#include "print_call.h"
#include "printer.h"
#include "seal.h"

/* How long printers keep jobs that are over at least (RFC 8011 4.3.7.2 asks
 * for a minute). */
#define MEMORY_MS 55000
/* Longer than any call of the printer; then somebody else may claim it. */
#define LEASE_MORE_MS 5000
#define LOOK_MS 2000
/* After failures in vain. */
#define PAUSE_MS 10000

/* The call under way. */
static struct {
	struct print_call *call;
	struct event *answered, *due;
	char *run_no, *printer;
	int64_t epoch;
} now;

static const char *const state_names[PRINT_STATES] = {
	[PRINT_REFUSED] = "waiting",
	[PRINT_LOST] = "sending",
	[PRINT_PENDING] = "pending",
	[PRINT_HELD] = "held",
	[PRINT_PROCESSING] = "processing",
	[PRINT_STOPPED] = "stopped",
	[PRINT_SENT] = "sent",
	[PRINT_UNKNOWN] = "unknown",
	[PRINT_CANCELLED] = "cancelled",
	[PRINT_FAILED] = "failed",
	[PRINT_COMPLETED] = "printed"};

static void
on_news(evutil_socket_t fd, short what, void *target)
{
	struct daemon_context *ctx = target;

	(void)fd, (void)what;
	ctx->woken = true;
}

/* Has the daemon look again after a while. */
static void
look_again(struct daemon_context *ctx, int64_t ms)
{
	const struct timeval pause = {ms / 1000, ms % 1000 * 1000};

	if (!now.due)
		now.due = event_new(ctx->base, -1, 0, on_news, ctx);
	if (now.due)
		event_add(now.due, &pause);
}

static void
forget(void)
{
	if (now.answered)
		event_free(now.answered);
	print_call_close(now.call);
	mem_free(now.run_no);
	mem_free(now.printer);
	now.answered = NULL;
	now.call = NULL;
	now.run_no = now.printer = NULL;
}

void
printing_end(void)
{
	forget();
	if (now.due)
		event_free(now.due);
	now.due = NULL;
}

static enum work_outcome
record(struct daemon_context *ctx, const struct print_report *report)
{
	bool vain = report->state == PRINT_REFUSED ||
		    report->state == PRINT_LOST ||
		    report->state == PRINT_STOPPED;
	int64_t again = vain ? PAUSE_MS : LOOK_MS;
	const struct db_param params[] = {db_text(now.run_no),
					  db_int(now.epoch),
					  db_text(state_names[report->state]),
					  report->job > 0 ? db_int(report->job)
							  : db_text(NULL),
					  db_text(report->says),
					  db_int(again),
					  db_text(ctx->actor)};
	enum db_status status;

	FAILPOINT("print.answered");
	status = db_call(ctx->db, RECORD_PRINT, params, NULL);
	if (status != DB_OK) {
		enum work_outcome outcome =
			label_call_failed(ctx, status, now.run_no);

		forget();
		return outcome;
	}
	if (vain || report->state >= PRINT_SENT)
		log_info("print.job.state", kv_str(run, now.run_no),
			 kv_str(printer, now.printer),
			 kv_str(outcome, state_names[report->state]),
			 kv_str(reason, report->says));
	if (report->state >= PRINT_UNKNOWN && report->state < PRINT_COMPLETED)
		ctx->exceptions++;
	look_again(ctx, again);
	forget();
	return WORK_MORE;
}

/* Whether the file is what was sealed. */
static bool
file_whole(const char *path, const char *digest)
{
	char found[SEAL_SHA256_HEX];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool whole = fd >= 0 && seal_sha256_fd(fd, found) == 0 &&
		     strcmp(found, digest) == 0;

	if (fd >= 0)
		close(fd);
	return whole;
}

/* Begins with the job of the row. *report: why there is nothing to wait for. */
static bool
begin(struct daemon_context *ctx, const struct db_result *row,
      struct print_report *report)
{
	const char *format = db_value(row, 0, 5);
	char *path = mem_printf("%s/%s.%s", label_settings.outbox, now.run_no,
				format);
	const struct printer *printer =
		printers_find(&label_printers, now.printer);
	/* A raw port cannot be asked what it has. */
	bool raw = printer && printer->kind == PRINTER_RAW;
	const struct print_request request = {
		.printer = printer,
		.job_name = now.run_no,
		.path = path,
		.type = strcmp(format, "pdf") == 0 ? "application/pdf"
						   : "application/octet-stream",
		.may_send = db_bool(row, 0, raw ? 4 : 3)};

	*report = (struct print_report){0};
	if (!request.printer)
		print_report_set(report, PRINT_REFUSED,
				 "not in label.printers");
	else if (request.may_send && !file_whole(path, db_value(row, 0, 6)))
		print_report_set(report, PRINT_FAILED,
				 "the file is not there as it was sealed");
	else if (!(now.call = print_call_start(&request)))
		print_report_set(report, PRINT_REFUSED, strerror(errno));
	else
		now.answered = event_new(ctx->base, print_call_fd(now.call),
					 EV_READ, on_news, ctx);
	mem_free(path);
	if (now.answered)
		event_add(now.answered, NULL);
	if (now.call)
		look_again(ctx, request.printer->settings->timeout);
	return now.call != NULL;
}

/* How long nobody else may claim a job that is claimed. */
static int64_t
lease(void)
{
	int64_t longest = 0;

	for (size_t i = 0; i < label_printers.count; i++) {
		int64_t timeout = label_printers.printers[i].settings->timeout;

		longest = timeout > longest ? timeout : longest;
	}
	return longest + LEASE_MORE_MS;
}

static enum work_outcome
claim(struct daemon_context *ctx)
{
	const struct db_param params[] = {db_int(lease()), db_int(MEMORY_MS)};
	struct print_report report;
	struct db_result *row;
	enum db_status status = db_call(ctx->db, CLAIM_PRINT, params, &row);
	bool begun;

	if (status != DB_OK)
		return label_call_failed(ctx, status, NULL);
	if (db_rows(row) == 0) {
		db_result_free(row);
		return WORK_IDLE;
	}
	now.run_no = mem_strdup(db_value(row, 0, 0));
	now.epoch = db_int64(row, 0, 1);
	now.printer = mem_strdup(db_value(row, 0, 2));
	begun = begin(ctx, row, &report);
	db_result_free(row);
	return begun ? WORK_MORE : record(ctx, &report);
}

enum work_outcome
printing_step(struct daemon_context *ctx)
{
	struct print_report report;

	if (!now.call)
		return label_printers.count > 0 && !ctx->stopping ? claim(ctx)
								  : WORK_IDLE;
	if (ctx->once || ctx->stopping)
		print_call_wait(now.call, &report);
	else if (!print_call_over(now.call, &report))
		return WORK_IDLE;
	return record(ctx, &report);
}
