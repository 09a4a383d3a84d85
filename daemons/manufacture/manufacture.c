/*
 * recard-manufacture: freezes paid orders and queues their cards and labels,
 * hands sealed batches to the card lines, and books what the lines answer.
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
	{"freeze_batch", CONF_INT, FIELD(freeze_batch), "1000", 1, 100000, true,
	 "Orders frozen and queued in one transaction, at most."},
	{"signers", CONF_RECORDS, FIELD(signers), NULL, 0, 0, false,
	 "Our certificates, the first that is valid signs the batches; two "
	 "while one replaces the other.",
	 signer_settings, sizeof(struct signer_settings)},
	{"lines", CONF_RECORDS, FIELD(lines), NULL, 0, 0, false,
	 "Card lines, a block each.", card_line_settings,
	 sizeof(struct card_line_settings)},
	{"warn_before", CONF_DURATION, FIELD(warn_before), "42d", 0,
	 31536000000, true,
	 "How long before its end a certificate without a successor is told."},
	{"alarm_every", CONF_DURATION, FIELD(alarm_every), "1h", 1000,
	 604800000, true, "How often an alarm is said again."},
	{0}};

static const struct db_statement statements[] = {
	[FREEZE] = {"freeze_and_queue",
		    "SELECT recard.freeze_and_queue($1, $2, $3)", 3},
	[CORRECTIONS] = {"freeze_corrections",
			 "SELECT recard.freeze_corrections($1, $2, $3)", 3},
	[REGISTER_LINES] = {"register_lines",
			    "SELECT recard.register_lines($1, $2, $3, $4, $5, "
			    "$6::interval[], $7, $8::interval[], "
			    "$9::interval[], $10)",
			    CARD_LINE_COLUMNS},
	[LINE_CHECK] = {"line_check",
			"SELECT recard.line_check($1, $2, $3, $4)", 4},
	[LINE_STOP] = {"line_stop", "SELECT recard.line_stop($1, $2, $3)", 3},
	[LINE_ALARMS] = {"line_alarms",
			 "SELECT kind, line, subject, coalesce(extract(epoch "
			 "FROM now() - since)::bigint, 0), coalesce(cards, 0) "
			 "FROM recard.line_alarms()",
			 0},
	[CUT_BATCH] = {"cut_batch", "SELECT recard.cut_batch($1, $2, $3, $4)",
		       4},
	[CLAIM_BATCH] = {"claim_batch",
			 "SELECT batch_no, state, epoch, product, "
			 "extract(epoch FROM created_at)::bigint, file_digest, "
			 "chain_digest, link, offered, resend_no "
			 "FROM recard.claim_batch($1)",
			 1},
	[BATCH_CONTENT] = {"batch_content",
			   "SELECT job_no, attempt, reason, order_no, "
			   "print_name, valid_from, valid_to, address_digest "
			   "FROM recard.batch_content($1)",
			   1},
	[SEAL_BATCH] = {"seal_batch",
			"SELECT recard.seal_batch($1, $2, $3, $4, $5, $6, $7, "
			"$8, $9, $10)",
			10},
	[BATCH_FILE] = {"batch_file", "SELECT recard.batch_file($1)", 1},
	[OFFER_BATCH] = {"offer_batch", "SELECT recard.offer_batch($1, $2, $3)",
			 3},
	[PUBLISH_BATCH] = {"publish_batch",
			   "SELECT recard.publish_batch($1, $2, $3)", 3},
	[EMPTY_BATCH] = {"empty_batch", "SELECT recard.empty_batch($1, $2)", 2},
	[BOOK_ACK] = {"book_ack",
		      "SELECT recard.book_ack($1, $2, $3, $4, $5, $6, $7, $8)",
		      8},
	[BOOK_RESULTS] = {"book_results",
			  "SELECT " BOOKING_COLUMNS " FROM recard.book_results("
			  "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, "
			  "$13::timestamptz[], $14, $15, $16, $17, $18)",
			  18},
	[REMARKS] = {"import_remarks", BOOKING_REMARKS_SQL, 1},
	[REFUSE] = {"import_refuse", BOOKING_REFUSE_SQL, 7},
	[FETCH + FETCH_CLAIM] = {"fetch_claim", FETCH_CLAIM_SQL, 1},
	[FETCH + FETCH_RELEASE] = {"fetch_release", FETCH_RELEASE_SQL, 1},
	[FETCH + FETCH_KNOWN] = {"fetch_known", FETCH_KNOWN_SQL, 3},
	[FETCH + FETCH_RECORD] = {"fetch_record", FETCH_RECORD_SQL, 4},
	[FETCH + FETCH_REMOVED] = {"fetch_removed", FETCH_REMOVED_SQL, 3},
	{0}};

static int
refused(char *error)
{
	log_error("manufacture.setting.refused", kv_str(error, error),
		  kv_str(hint, "see recard.conf(5)"));
	mem_free(error);
	return EXIT_CONFIG;
}

static bool
make_folders(const struct card_line_settings *s)
{
	const char *path = s->inbox;

	if (spool_make_inbox(path) == 0) {
		path = s->outbox;
		if (!path || spool_make_folder(path) == 0)
			return true;
	}
	log_error("manufacture.folder.refused", kv_str(line, s->name),
		  kv_str(path, path), kv_str(error, strerror(errno)));
	return false;
}

static int
init(struct daemon_context *ctx)
{
	static struct manufacture m;
	struct manufacture_settings *set = &manufacture_settings;
	char *error = NULL;

	ctx->state = &m;
	if (!set->address_key)
		return refused(mem_strdup("manufacture.address_key is not "
					  "set"));
	m.key = seal_read_key(set->address_key, &m.key_len, &error);
	if (!m.key)
		return refused(error);
	m.signers = signers_new(&set->signers, &error);
	if (!m.signers)
		return refused(error);
	m.lines = card_lines_new(&set->lines, &error);
	if (!m.lines)
		return refused(error);
	m.sources =
		card_lines_sources(m.lines, set->lines.count, &m.source_count);
	for (size_t i = 0; i < set->lines.count; i++)
		if (!make_folders(m.lines[i].settings))
			return EXIT_CONFIG;
	return EXIT_DONE;
}

static void
fini(struct daemon_context *ctx)
{
	struct manufacture *m = ctx->state;

	if (m->key)
		mem_free_secret(m->key, m->key_len);
	signers_free(m->signers, manufacture_settings.signers.count);
	card_lines_free(m->lines, manufacture_settings.lines.count);
	mem_free(m->sources);
}

/* The database learns the lines as they are configured, and is looked at
 * anew: it may have been restored meanwhile. */
static enum db_status
connected(struct daemon_context *ctx)
{
	struct manufacture *m = ctx->state;
	size_t count = manufacture_settings.lines.count;
	struct buffer columns[CARD_LINE_COLUMNS] = {{0}};
	struct db_param params[CARD_LINE_COLUMNS];
	enum db_status status;

	card_lines_columns(m->lines, count, columns);
	for (size_t i = 0; i < CARD_LINE_COLUMNS; i++)
		params[i] = db_text(db_array_end(&columns[i]));
	status = db_call(ctx->db, REGISTER_LINES, params, NULL);
	for (size_t i = 0; i < CARD_LINE_COLUMNS; i++)
		buffer_free(&columns[i]);
	for (size_t i = 0; i < count; i++)
		m->lines[i].checked = false;
	return status;
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

static void
corrections_done(struct daemon_context *ctx, const struct db_result *result)
{
	int64_t count = db_int64(result, 0, 0);

	(void)ctx;
	if (count > 0)
		log_info("order.remail.done", kv_int(count, count));
}

static const char *
line_inbox(struct daemon_context *ctx, size_t nth)
{
	const struct manufacture *m = ctx->state;

	return nth < manufacture_settings.lines.count
		       ? m->lines[nth].settings->inbox
		       : NULL;
}

static enum work_outcome
fetch(struct daemon_context *ctx)
{
	const struct manufacture *m = ctx->state;

	return fetch_step(ctx, FETCH, m->sources, m->source_count);
}

static const struct daemon_work works[] = {
	{.name = "fetch", .kind = WORK_STEP, .step = fetch},
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
	{.name = "corrections",
	 .kind = WORK_TICK,
	 .seldom = true,
	 .statement = CORRECTIONS,
	 .bind = freeze_bind,
	 .done = corrections_done},
	{.name = "handover", .kind = WORK_STEP, .step = handover_step},
	{.name = "alarms",
	 .kind = WORK_STEP,
	 .always = true,
	 .step = alarm_step},
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
	.connected = connected,
	.fini = fini,
};

int
main(int argc, char **argv)
{
	return daemon_main(&manufacture, argc, argv);
}
