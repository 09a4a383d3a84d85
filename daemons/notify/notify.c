/*
 * recard-notify: sends the mail that the outbox holds, and takes in what came
 * back. Which notices are due, and which are not so any more, the database
 * says; see notice_claim().
 */
#include <errno.h>
#include <string.h>

#include "exit_code.h"
#include "log.h"
#include "mail_notice.h"
#include "mem.h"
#include "notify.h"
#include "pool.h"
#include "spool.h"

struct mail_settings notify_settings;

static const struct db_statement statements[] = {
	[NOTIFY_CLAIM] =
		{"notice_claim",
		 "SELECT notice_id, epoch, kind, moot, mark, "
		 "extract(epoch FROM due_at)::bigint, tries, email, name, "
		 "language, order_no, amount, happened_at, pay_by, "
		 "tracking_no, posted_on, promised_on "
		 "FROM recard.notice_claim($1, " DB_MS_INTERVAL("$2") ")",
		 2},
	[NOTIFY_DUE] = {"notice_due",
			"SELECT notice_id, kind, order_no, language, "
			"recipient, due_at "
			"FROM recard.notice_due($1, " DB_MS_INTERVAL("$2") ")",
			2},
	[NOTIFY_SETTLE] = {"notice_settle",
			   "SELECT settled, failed FROM recard.notice_settle("
			   "$1, $2, $3, $4, $5, " DB_MS_INTERVAL("$6") ", $7)",
			   7},
	[NOTIFY_BOUNCE] = {"notice_bounce",
			   "SELECT recard.notice_bounce($1, $2::uuid, $3)", 3},
	[NOTIFY_SERVER] = {"mail_server_seen",
			   "SELECT recard.mail_server_seen($1, $2)", 2},
	{0}};

static int
refused(char *error)
{
	log_error("notify.settings.refused", kv_str(error, error),
		  kv_str(hint, "see recard-notify(8)"));
	mem_free(error);
	return EXIT_CONFIG;
}

static char *
open_server(struct daemon_context *ctx, struct notify *notify)
{
	struct smtp_server *server;
	char *error;

	if (notify_settings.outbox)
		return spool_make_folder(notify_settings.outbox) == 0
			       ? NULL
			       : mem_printf("notify.outbox: %s: %s",
					    notify_settings.outbox,
					    strerror(errno));
	server = smtp_server_new(ctx->base, &notify_settings, &error);
	if (server)
		notify->pool = pool_new(ctx->base, server);
	return error;
}

static int
init(struct daemon_context *ctx)
{
	static struct notify notify;
	char *error = mail_settings_objection(&notify_settings);

	ctx->state = &notify;
	if (!error)
		notify.texts = mail_texts_read(&notify_settings, &error);
	if (!error && spool_make_inbox(notify_settings.bounces) != 0)
		error = mem_printf("notify.bounces: %s: %s",
				   notify_settings.bounces, strerror(errno));
	if (!error)
		error = open_server(ctx, &notify);
	if (!error)
		return EXIT_DONE;
	mail_texts_free(notify.texts);
	return refused(error);
}

static void
fini(struct daemon_context *ctx)
{
	struct notify *notify = ctx->state;

	pool_free(notify->pool);
	mail_texts_free(notify->texts);
}

/* Texts are read anew, all or nothing. */
static void
reloaded(struct daemon_context *ctx)
{
	struct notify *notify = ctx->state;
	char *error = mail_settings_objection(&notify_settings);
	struct mail_texts *texts = NULL;

	/* The settings are in force already: no mail may go out by them. */
	notify->unfit = error;
	if (error)
		log_error("notify.settings.refused", kv_str(error, error),
			  kv_str(hint, "no mail goes out until they are right "
				       "and reloaded"));
	else if (!(texts = mail_texts_read(&notify_settings, &error)))
		log_error("notify.texts.refused", kv_str(error, error),
			  kv_str(hint, "the old texts stay in force"));
	mem_free(error);
	if (!texts)
		return;
	mail_texts_free(notify->texts);
	notify->texts = texts;
}

enum work_outcome
notify_call_failed(struct daemon_context *ctx, enum db_status status)
{
	if (status == DB_LOST)
		return WORK_LOST;
	log_error("notify.call.refused", kv_db(ctx->db));
	return WORK_FAILED;
}

static const char *
folder(struct daemon_context *ctx, size_t nth)
{
	return nth == 0 && !ctx->dry_run ? notify_settings.bounces : NULL;
}

static const struct daemon_work works[] = {
	{.name = "mail", .kind = WORK_STEP, .step = notify_send_step},
	{.name = "bounces",
	 .kind = WORK_INBOX,
	 .folder = folder,
	 .take = notify_take_bounce},
	{.name = "forget",
	 .kind = WORK_STEP,
	 .always = true,
	 .step = notify_forget_step},
	{0}};

static const struct daemon notify_daemon = {
	.name = "notify",
	.summary = "sends mail to applicants, and takes in what came back",
	.settings = mail_setting_table,
	.values = &notify_settings,
	.values_size = sizeof notify_settings,
	.statements = statements,
	.works = works,
	.wake = "recard_notify",
	.has_dry_run = true,
	.init = init,
	.reloaded = reloaded,
	.fini = fini,
};

int
main(int argc, char **argv)
{
	return daemon_main(&notify_daemon, argc, argv);
}
