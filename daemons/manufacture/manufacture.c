/*
 * recard-manufacture: freezes paid orders and queues their cards and labels,
 * hands sealed batches to the card line, and books what the line answers.
 */
#include <errno.h>
#include <string.h>

#include "booking.h"
#include "exit_code.h"
#include "log.h"
#include "manufacture.h"
#include "mem.h"
#include "spool.h"

struct manufacture_settings manufacture_settings;

#define FIELD(name) offsetof(struct manufacture_settings, name)

static const struct conf_setting settings[] = {
	{"address_key", CONF_SECRET, FIELD(address_key), NULL, 0, 0, false,
	 "Key file of the digest under which addresses are frozen."},
	{"freeze_batch", CONF_INT, FIELD(freeze_batch), "500", 1, 100000, true,
	 "Orders frozen and queued in one transaction, at most."},
	{"outbox", CONF_PATH, FIELD(outbox), "/var/spool/recard/line/out", 0, 0,
	 false, "Folder where sealed batches are handed to the card line."},
	{"inbox", CONF_PATH, FIELD(inbox), "/var/spool/recard/line/in", 0, 0,
	 false, "Folder where the line's answers appear."},
	{"our_certificate", CONF_PATH, FIELD(our_certificate),
	 "/etc/recard/recard.crt", 0, 0, false,
	 "Certificate (PEM) with which batches are signed."},
	{"our_key", CONF_SECRET, FIELD(our_key), NULL, 0, 0, false,
	 "Private key (PEM) of our_certificate."},
	{"line_certificate", CONF_PATH, FIELD(line_certificate),
	 "/etc/recard/line.crt", 0, 0, false,
	 "Certificates (PEM) of the card line: batches are encrypted to the "
	 "first, answers may be signed by any."},
	{"batch_max", CONF_INT, FIELD(batch_max), "10000", 1, 100000, true,
	 "Cards in a batch, at most."},
	{"batch_min", CONF_INT, FIELD(batch_min), "500", 1, 100000, true,
	 "A batch is cut when so many cards wait."},
	{"batch_wait", CONF_DURATION, FIELD(batch_wait), "4h", 0, 604800000,
	 true, "A batch is cut when a card has waited so long."},
	{"ack_patience", CONF_DURATION, FIELD(ack_patience), "24h", 1000,
	 2592000000, true,
	 "A batch that is not acknowledged by then raises an alarm."},
	{"alarm_every", CONF_DURATION, FIELD(alarm_every), "1h", 1000,
	 604800000, true, "How often an alarm is said again."},
	{0}};

static const struct db_statement statements[] = {
	[FREEZE] = {"freeze_and_queue",
		    "SELECT recard.freeze_and_queue($1, $2, $3)", 3},
	[CUT_BATCH] = {"cut_batch",
		       "SELECT recard.cut_batch($1, $2, " DB_MS_INTERVAL(
			       "$3") ", "
				     "$4)",
		       4},
	[CLAIM_BATCH] = {"claim_batch",
			 "SELECT batch_no, state, epoch, product, "
			 "extract(epoch FROM created_at)::bigint, file_digest "
			 "FROM recard.claim_batch()",
			 0},
	[BATCH_CONTENT] = {"batch_content",
			   "SELECT job_no, attempt, reason, order_no, "
			   "print_name, valid_from, valid_to, address_digest "
			   "FROM recard.batch_content($1)",
			   1},
	[SEAL_BATCH] = {"seal_batch",
			"SELECT recard.seal_batch($1, $2, $3, $4, $5, $6, $7, "
			"$8)",
			8},
	[BATCH_FILE] = {"batch_file", "SELECT recard.batch_file($1)", 1},
	[PUBLISH_BATCH] = {"publish_batch",
			   "SELECT recard.publish_batch($1, $2, $3)", 3},
	[DROP_BATCH] = {"drop_empty_batch",
			"SELECT recard.drop_empty_batch($1, $2)", 2},
	[OVERDUE_ACKS] =
		{"overdue_acks",
		 "SELECT batch_no FROM recard.overdue_acks(" DB_MS_INTERVAL(
			 "$1") ")",
		 1},
	[BOOK_ACK] = {"book_ack",
		      "SELECT recard.book_ack($1, $2, $3, $4, $5, $6, $7)", 7},
	[BOOK_RESULTS] = {"book_results",
			  "SELECT " BOOKING_COLUMNS " FROM recard.book_results("
			  "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, "
			  "$12::timestamptz[], $13, $14, $15, $16, $17)",
			  17},
	[REMARKS] = {"import_remarks", BOOKING_REMARKS_SQL, 1},
	[REFUSE] = {"import_refuse", BOOKING_REFUSE_SQL, 7},
	{0}};

static bool
missing(const char *value, const char *setting)
{
	if (value)
		return false;
	log_error("manufacture.setting.missing", kv_str(setting, setting),
		  kv_str(hint, "see recard.conf(5)"));
	return true;
}

static int
refused(char *error)
{
	log_error("manufacture.key.refused", kv_str(error, error));
	mem_free(error);
	return EXIT_CONFIG;
}

static int
init(struct daemon_context *ctx)
{
	static struct manufacture m;
	struct manufacture_settings *set = &manufacture_settings;
	char *error = NULL;

	ctx->state = &m;
	if (missing(set->address_key, "manufacture.address_key") ||
	    missing(set->our_key, "manufacture.our_key"))
		return EXIT_CONFIG;
	m.key = seal_read_key(set->address_key, &m.key_len, &error);
	if (!m.key)
		return refused(error);
	m.us = seal_identity_load(set->our_certificate, set->our_key, &error);
	if (!m.us)
		return refused(error);
	m.line = seal_peer_load(set->line_certificate, &error);
	if (!m.line)
		return refused(error);
	if (spool_make_folder(set->outbox) != 0 ||
	    spool_make_inbox(set->inbox) != 0) {
		log_error("manufacture.folder.refused",
			  kv_str(path, set->outbox),
			  kv_str(error, strerror(errno)));
		return EXIT_CONFIG;
	}
	return EXIT_DONE;
}

static void
fini(struct daemon_context *ctx)
{
	struct manufacture *m = ctx->state;

	if (m->key)
		mem_free_secret(m->key, m->key_len);
	seal_identity_free(m->us);
	seal_peer_free(m->line);
}

static void
freeze_bind(struct daemon_context *ctx, struct db_param *params)
{
	struct manufacture *m = ctx->state;

	params[0] = db_bytes(m->key, m->key_len);
	params[1] = db_int(manufacture_settings.freeze_batch);
	params[2] = db_text(ctx->actor);
}

static void
freeze_done(struct daemon_context *ctx, const struct db_result *result)
{
	struct manufacture *m = ctx->state;
	int64_t count = db_int64(result, 0, 0);

	m->freezing = count > 0;
	if (count > 0)
		log_info("order.freeze.done", kv_int(count, count));
}

static const char *
line_inbox(struct daemon_context *ctx)
{
	return manufacture_settings.inbox;
}

static const struct daemon_work works[] = {
	{.name = "line_files",
	 .kind = WORK_INBOX,
	 .folder = line_inbox,
	 .wants = line_file_wanted,
	 .take = line_file_take},
	{.name = "freeze",
	 .kind = WORK_TICK,
	 .statement = FREEZE,
	 .bind = freeze_bind,
	 .done = freeze_done},
	{.name = "handover", .kind = WORK_STEP, .step = handover_step},
	{.name = "overdue_acks", .kind = WORK_STEP, .step = overdue_step},
	{0}};

static const struct daemon manufacture = {
	.name = "manufacture",
	.summary = "queues cards after payment and hands them to the card line",
	.settings = settings,
	.values = &manufacture_settings,
	.values_size = sizeof manufacture_settings,
	.statements = statements,
	.works = works,
	.wake = "recard_manufacture",
	.init = init,
	.fini = fini,
};

int
main(int argc, char **argv)
{
	return daemon_main(&manufacture, argc, argv);
}
