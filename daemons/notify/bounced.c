/*
 * The folder of mail that came back: a file each.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "bounce.h"
#include "buffer.h"
#include "clock.h"
#include "log.h"
#include "notify.h"
#include "report.h"
#include "spool.h"

/* What could not be read stays for somebody to look at, not for long: it may
 * name people whose data we have deleted. */
#define REJECTED_KEPT_S (7 * 86400)

/* In words for the report beside the file. */
static const char *
words_of(const char *code)
{
	static const struct {
		const char *code, *words;
	} known[] = {
		{"not_a_mail", "no mail can be read"},
		{"too_complex", "a line of it could not be read safely"},
		{"not_a_bounce", "no mail server says that something failed"},
		{"not_failed", "the mail is late, or did arrive"},
		{"not_ours", "no mail of ours is named"},
	};
	size_t i = 0;

	while (i + 1 < sizeof(known) / sizeof(known[0]) &&
	       strcmp(known[i].code, code) != 0)
		i++;
	return known[i].words;
}

static enum inbox_outcome
book(struct daemon_context *ctx, const struct bounce *bounce,
     struct report *report)
{
	const struct db_param params[] = {db_int(bounce->number),
					  db_text(bounce->mark),
					  db_text(bounce->status)};
	enum inbox_outcome outcome = INBOX_DONE;
	struct db_result *result;
	const char *found;

	switch (db_call(ctx->db, NOTIFY_BOUNCE, params, &result)) {
	case DB_OK:
		break;
	case DB_LOST:
		return INBOX_LOST;
	case DB_REFUSED:
		log_error("notify.call.refused", kv_db(ctx->db));
		return INBOX_FAILED;
	}
	found = db_value(result, 0, 0);
	report->rows = 1;
	if (strcmp(found, "bounced") == 0) {
		report->applied = 1;
		ctx->exceptions++;
		log_warn("notify.mail.bounced", kv_int(notice, bounce->number),
			 kv_str(code, bounce->status));
	} else if (strcmp(found, "known") == 0) {
		report->duplicate = 1;
	} else {
		report->rows = 0;
		report_refuse(report, "unknown_notice",
			      "there is no such notice, or no more");
		outcome = INBOX_REJECTED;
	}
	db_result_free(result);
	return outcome;
}

enum inbox_outcome
notify_take_bounce(struct daemon_context *ctx, struct spool_file *file,
		   struct report *report)
{
	enum inbox_outcome outcome = INBOX_REJECTED;
	struct buffer bytes = {0};
	struct bounce bounce;
	const char *why;

	if (file->size > BOUNCE_MAX) {
		report_refuse(report, "too_large", "more than %zu bytes",
			      BOUNCE_MAX);
		return INBOX_REJECTED;
	}
	if (buffer_read_fd(&bytes, file->fd, BOUNCE_MAX) != 0)
		return INBOX_FAILED;
	why = bounce_read(bytes.data ? bytes.data : "", bytes.len,
			  mail_settings_domain(&notify_settings), &bounce);
	if (why)
		report_refuse(report, why, "%s", words_of(why));
	else
		outcome = book(ctx, &bounce, report);
	buffer_free(&bytes);
	return outcome;
}

enum work_outcome
notify_forget_step(struct daemon_context *ctx)
{
	int64_t now = clock_now_s();

	if (ctx->dry_run)
		return WORK_IDLE;
	/* One second ahead: what was filed just now goes too. */
	if (spool_forget(notify_settings.bounces, true, now + 1) == 0 &&
	    spool_forget(notify_settings.bounces, false,
			 now - REJECTED_KEPT_S) == 0)
		return WORK_IDLE;
	log_error("notify.file.failed", kv_str(path, notify_settings.bounces),
		  kv_str(error, strerror(errno)));
	return WORK_FAILED;
}
