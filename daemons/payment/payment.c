/*
 * recard-payment: takes notices of payment services (intake.c) and their
 * settlement files (settle.c) into the ledger. What each means is decided by
 * recard.book_staged().
 */
#include <errno.h>
#include <string.h>

#include "ask.h"
#include "booking.h"
#include "buffer.h"
#include "clock.h"
#include "exit_code.h"
#include "log.h"
#include "mem.h"
#include "payment.h"
#include "spool.h"

struct payment_settings payment_settings;

#define AT(field) offsetof(struct payment_settings, field)

static const struct conf_setting settings[] = {
	{"inbox", CONF_PATH, AT(inbox), "/var/spool/recard/settlement", 0, 0,
	 false, "Folder where settlement files appear."},
	{"max_line", CONF_SIZE, AT(max_line), "4k", 256, 1048576, true,
	 "Longest line of a settlement file."},
	HTTP_SERVER_SETTINGS(AT(server)),
	{"answer_time", CONF_DURATION, AT(answer_time), "10s", 100, 300000,
	 false,
	 "How long a notice may wait to be stored; then its sender is told to "
	 "come again."},
	{"batch", CONF_INT, AT(batch), "500", 1, 10000, true,
	 "Notices stored, and booked, in one transaction, at most."},
	{"keep_refused", CONF_INT, AT(keep_refused), "1000", 0, 1000000, true,
	 "Forged or unreadable notices kept for an hour and channel."},
	{"unconfirmed_after", CONF_DURATION, AT(unconfirmed_after), "3d", 60000,
	 7776000000, true,
	 "Age at which a notice without its settlement line is told."},
	{"alarm_every", CONF_DURATION, AT(alarm_every), "1h", 1000, 604800000,
	 true, "How often it is told again."},
	{"channels", CONF_RECORDS, AT(channels), NULL, 0, 0, false,
	 "Payment channels whose notices are taken, a block each.",
	 channel_settings, sizeof(struct channel_settings)},
	{"sources", CONF_RECORDS, AT(sources), NULL, 0, 0, false,
	 "Folders from which settlement files are fetched, a block each.",
	 source_settings, sizeof(struct source_settings)},
	{0}};

static const struct db_statement statements[] = {
	[PAYMENT_BOOK] =
		{"book_settlement",
		 "SELECT " BOOKING_COLUMNS ", exceptions, missing_sequence, "
		 "covered_until FROM recard.book_settlement($1, $2, $3, $4, "
		 "$5::date, $6, $7::timestamptz, $8)",
		 8},
	[PAYMENT_REMARKS] = {"import_remarks", BOOKING_REMARKS_SQL, 1},
	[PAYMENT_REFUSE] = {"import_refuse", BOOKING_REFUSE_SQL, 7},
	[PAYMENT_NOTICES] = {"book_notices",
			     "SELECT booked, settled, exceptions, duplicate "
			     "FROM recard.book_notices($1, $2)",
			     2},
	[PAYMENT_FEEDS] = {"register_feeds",
			   "SELECT recard.register_feeds($1, $2)", 2},
	[PAYMENT_UNCONFIRMED] =
		{"payments_unconfirmed",
		 "SELECT channel, count(*), min(payment_id) "
		 "FROM recard.payments_unconfirmed(" DB_MS_INTERVAL(
			 "$1") ", NULL) "
			       "GROUP BY channel ORDER BY channel",
		 1},
	[PAYMENT_CLAIM_QUESTIONS] =
		{"claim_questions",
		 "SELECT question_no, channel, order_ref, reference "
		 "FROM recard.claim_questions($1, $2, " DB_MS_INTERVAL(
			 "$3") ")",
		 3},
	[PAYMENT_ANSWER_QUESTION] =
		{"answer_question",
		 "SELECT recard.answer_question($1, $2, $3, $4, $5, $6, "
		 "$7::timestamptz, $8, $9)",
		 9},
	[PAYMENT_FETCH + FETCH_CLAIM] = {"fetch_claim", FETCH_CLAIM_SQL, 1},
	[PAYMENT_FETCH +
		FETCH_RELEASE] = {"fetch_release", FETCH_RELEASE_SQL, 1},
	[PAYMENT_FETCH + FETCH_KNOWN] = {"fetch_known", FETCH_KNOWN_SQL, 3},
	[PAYMENT_FETCH + FETCH_RECORD] = {"fetch_record", FETCH_RECORD_SQL, 4},
	[PAYMENT_FETCH +
		FETCH_REMOVED] = {"fetch_removed", FETCH_REMOVED_SQL, 3},
	{0}};

static int
init(struct daemon_context *ctx)
{
	static const char *const kinds[] = {"settlement", NULL};
	static struct payment payment;
	char *error;

	ctx->state = &payment;
	if (spool_make_inbox(payment_settings.inbox) != 0) {
		log_error("payment.inbox.refused",
			  kv_str(path, payment_settings.inbox),
			  kv_str(error, strerror(errno)));
		return EXIT_CONFIG;
	}
	payment.channels = channels_new(&payment_settings.channels, &error);
	if (!payment.channels) {
		log_error("payment.channel.refused", kv_str(error, error));
		mem_free(error);
		return EXIT_CONFIG;
	}
	payment.channel_count = payment_settings.channels.count;
	error = asks_open(ctx);
	if (error) {
		log_error("payment.channel.refused", kv_str(error, error));
		mem_free(error);
		return EXIT_CONFIG;
	}
	payment.sources =
		sources_new(&payment_settings.sources, payment_settings.inbox,
			    kinds, "payment", &error);
	if (!payment.sources) {
		log_error("payment.source.refused", kv_str(error, error));
		mem_free(error);
		return EXIT_CONFIG;
	}
	return intake_open(ctx);
}

static void
fini(struct daemon_context *ctx)
{
	struct payment *payment = ctx->state;

	intake_close(ctx);
	asks_close(ctx);
	mem_free(payment->sources);
	channels_free(payment->channels, payment->channel_count);
}

/* Channels that only the configuration knew are feeds from now on. */
static enum db_status
connected(struct daemon_context *ctx)
{
	const struct payment *payment = ctx->state;
	struct buffer names = {0}, asked = {0};
	enum db_status status;

	for (size_t i = 0; i < payment->channel_count; i++) {
		const struct channel_settings *s =
			payment->channels[i].settings;

		db_array_add(&names, s->name);
		db_array_add(&asked, s->ask_before_purge ? "t" : "f");
	}
	status = db_call(
		ctx->db, PAYMENT_FEEDS,
		(const struct db_param[]){db_text(db_array_end(&names)),
					  db_text(db_array_end(&asked))},
		NULL);
	buffer_free(&names);
	buffer_free(&asked);
	return status;
}

static const char *
folder(struct daemon_context *ctx, size_t nth)
{
	return nth == 0 ? payment_settings.inbox : NULL;
}

static void
bind_notices(struct daemon_context *ctx, struct db_param *params)
{
	params[0] = db_int(payment_settings.batch);
	params[1] = db_text(ctx->actor);
}

static void
notices_done(struct daemon_context *ctx, const struct db_result *r)
{
	int64_t exceptions = db_int64(r, 0, 2);

	if (db_int64(r, 0, 0) == 0)
		return;
	ctx->exceptions += exceptions;
	log_info("payment.notices.booked", kv_int(count, db_int64(r, 0, 0)),
		 kv_int(applied, db_int64(r, 0, 1)),
		 kv_int(exceptions, exceptions),
		 kv_int(duplicate, db_int64(r, 0, 3)));
}

static enum work_outcome
fetch(struct daemon_context *ctx)
{
	const struct payment *payment = ctx->state;

	return fetch_step(ctx, PAYMENT_FETCH, payment->sources,
			  payment_settings.sources.count);
}

/* Says which channels' notices no settlement file has confirmed. */
static enum work_outcome
tell_unconfirmed(struct daemon_context *ctx)
{
	struct payment *payment = ctx->state;
	const struct db_param age = db_int(payment_settings.unconfirmed_after);
	struct db_result *rows;
	enum db_status status;

	if (clock_monotonic_ms() < payment->unconfirmed_due)
		return WORK_IDLE;
	status = db_call(ctx->db, PAYMENT_UNCONFIRMED, &age, &rows);
	if (status == DB_LOST)
		return WORK_LOST;
	if (status == DB_REFUSED) {
		log_error("payment.call.refused", kv_db(ctx->db));
		return WORK_FAILED;
	}
	for (int row = 0; row < db_rows(rows); row++)
		log_warn("payment.notice.unconfirmed",
			 kv_str(channel, db_value(rows, row, 0)),
			 kv_int(count, db_int64(rows, row, 1)),
			 kv_int(payment, db_int64(rows, row, 2)),
			 kv_str(hint, "recardctl payment list --match "
				      "notice_only, then ask the service"));
	db_result_free(rows);
	payment->unconfirmed_due =
		clock_monotonic_ms() + payment_settings.alarm_every;
	return WORK_IDLE;
}

static const struct daemon_work works[] = {
	{.name = "intake",
	 .kind = WORK_STEP,
	 .always = true,
	 .step = intake_step},
	{.name = "notices",
	 .kind = WORK_TICK,
	 .statement = PAYMENT_NOTICES,
	 .bind = bind_notices,
	 .done = notices_done},
	{.name = "questions", .kind = WORK_STEP, .step = ask_step},
	{.name = "fetch", .kind = WORK_STEP, .step = fetch},
	{.name = "settlement",
	 .kind = WORK_INBOX,
	 .folder = folder,
	 .take = settle_take},
	{.name = "unconfirmed",
	 .kind = WORK_STEP,
	 .always = true,
	 .step = tell_unconfirmed},
	{0}};

static const struct daemon payment_daemon = {
	.name = "payment",
	.summary = "takes payment notices and settlement files into the ledger",
	.settings = settings,
	.values = &payment_settings,
	.values_size = sizeof payment_settings,
	.statements = statements,
	.works = works,
	.wake = "recard_payment",
	.init = init,
	.connected = connected,
	.reloaded = intake_renew,
	.fini = fini,
};

int
main(int argc, char **argv)
{
	return daemon_main(&payment_daemon, argc, argv);
}
