/*
 * What is due, claimed for a while, written, sent, and settled: each mail's
 * fate is told to the database soon after it is known, many at a time. Should
 * we die in between, whoever claims it next sends the same bytes under the
 * same Message-ID.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "backoff.h"
#include "buffer.h"
#include "clock.h"
#include "failpoint.h"
#include "log.h"
#include "mail_notice.h"
#include "mem.h"
#include "notify.h"
#include "pool.h"
#include "smtp_reply.h"
#include "spool.h"

/* Fates are told when so many are known, or the first is so old. */
#define SETTLE_COUNT 250
#define SETTLE_MS 250
/* So many refused and none taken: it is not the recipients. */
#define REFUSALS_MOST 20
#define SETTLE_TRIES 5

/* Columns of notice_claim(). */
enum {
	COLUMN_NUMBER,
	COLUMN_EPOCH,
	COLUMN_KIND,
	COLUMN_MOOT,
	COLUMN_MARK,
	COLUMN_DUE_AT,
	COLUMN_TRIES,
	COLUMN_EMAIL,
	COLUMN_NAME,
	COLUMN_LANGUAGE,
	COLUMN_ORDER,
	COLUMN_AMOUNT,
	COLUMN_HAPPENED_AT,
	COLUMN_PAY_BY,
	COLUMN_TRACKING_NO,
	COLUMN_POSTED_ON,
	COLUMN_PROMISED_ON
};

enum fate { WAITS, UNDER_WAY, KNOWN, SETTLED };

struct letter {
	enum fate fate;
	const char *outcome; /* as notice_settle() takes it */
	char code[SMTP_CODE_LEN];
	char id[64]; /* number and mark, as in the Message-ID */
	struct buffer bytes;
};

struct batch {
	struct daemon_context *ctx;
	struct notify *notify;
	struct db_result *rows;
	struct letter *letters;
	size_t count, next;
	size_t waits;         /* letters that wait */
	size_t known;         /* not settled yet, but refusals */
	size_t refused, sent; /* refused: not settled yet */
	size_t sum_sent, sum_failed;
	int64_t first_known; /* CLOCK_MONOTONIC */
	int64_t until;       /* no mail is begun after it */
	bool lost;           /* the database */
};

static const char *
field(const struct batch *b, size_t i, int column)
{
	return db_is_null(b->rows, (int)i, column)
		       ? NULL
		       : db_value(b->rows, (int)i, column);
}

static int64_t
number(const struct batch *b, size_t i)
{
	return db_int64(b->rows, (int)i, COLUMN_NUMBER);
}

static void
know(struct batch *b, size_t i, const char *outcome, const char *code)
{
	struct letter *letter = &b->letters[i];

	if (b->known + b->refused == 0)
		b->first_known = clock_monotonic_ms();
	letter->fate = KNOWN;
	letter->outcome = outcome;
	snprintf(letter->code, sizeof(letter->code), "%s", code);
	buffer_free(&letter->bytes);
	if (strcmp(outcome, "refused") == 0)
		b->refused++;
	else
		b->known++;
	b->sent += strcmp(outcome, "sent") == 0;
}

/* Writes the mail; a notice without one is refused. */
static bool
write_letter(struct batch *b, size_t i)
{
	const struct mail_notice notice = {
		.number = number(b, i),
		.mark = field(b, i, COLUMN_MARK),
		.kind = field(b, i, COLUMN_KIND),
		.due_at = db_int64(b->rows, (int)i, COLUMN_DUE_AT),
		.email = field(b, i, COLUMN_EMAIL),
		.name = field(b, i, COLUMN_NAME),
		.language = field(b, i, COLUMN_LANGUAGE),
		.order_no = field(b, i, COLUMN_ORDER),
		.amount = db_int64(b->rows, (int)i, COLUMN_AMOUNT),
		.happened_at = field(b, i, COLUMN_HAPPENED_AT),
		.pay_by = field(b, i, COLUMN_PAY_BY),
		.tracking_no = field(b, i, COLUMN_TRACKING_NO),
		.posted_on = field(b, i, COLUMN_POSTED_ON),
		.promised_on = field(b, i, COLUMN_PROMISED_ON)};
	const char *why = mail_notice_write(b->notify->texts, &notify_settings,
					    &notice, &b->letters[i].bytes);

	if (!why)
		return true;
	/* Its fault, and nobody else's: at once, whatever others do. */
	log_warn("notify.mail.unwritten", kv_int(notice, notice.number),
		 kv_str(reason, why));
	know(b, i, why, "");
	return false;
}

/* The next letter that waits, written; false when there is none. */
static bool
take_next(struct batch *b, size_t *i)
{
	for (; b->next < b->count; b->next++) {
		if (b->letters[b->next].fate != WAITS)
			continue;
		b->waits--;
		*i = b->next;
		if (!write_letter(b, b->next))
			continue;
		b->letters[b->next++].fate = UNDER_WAY;
		return true;
	}
	return false;
}

static bool
over(const struct batch *b)
{
	return b->ctx->stopping || b->lost || clock_monotonic_ms() >= b->until;
}

static bool
next_mail(void *arg, struct smtp_mail *mail, size_t *i)
{
	struct batch *b = arg;

	if (over(b) || !take_next(b, i))
		return false;
	snprintf(b->letters[*i].id, sizeof(b->letters[*i].id), "%" PRId64 ".%s",
		 number(b, *i), field(b, *i, COLUMN_MARK));
	*mail = (struct smtp_mail){.from = notify_settings.return_path
						   ? notify_settings.return_path
						   : notify_settings.from,
				   .to = field(b, *i, COLUMN_EMAIL),
				   .id = b->letters[*i].id,
				   .bytes = b->letters[*i].bytes.data,
				   .len = b->letters[*i].bytes.len};
	return true;
}

static void
mail_done(void *arg, size_t i, enum smtp_verdict verdict, const char *code)
{
	struct batch *b = arg;

	switch (verdict) {
	case SMTP_SENT:
		FAILPOINT("notify.accepted");
		know(b, i, "sent", code);
		break;
	case SMTP_REFUSED:
		know(b, i, "refused", code);
		break;
	case SMTP_LATER:
		know(b, i, "later", code);
		break;
	case SMTP_UNTRIED:
		buffer_free(&b->letters[i].bytes);
		b->letters[i].fate = WAITS;
		b->waits++;
		if (i < b->next)
			b->next = i;
		break;
	}
}

static size_t
mails_left(void *arg)
{
	const struct batch *b = arg;

	return over(b) ? 0 : b->waits;
}

static const struct pool_source source = {next_mail, mail_done, mails_left};

/* How long until the next try. */
static int64_t
wait_of(const struct batch *b, size_t i)
{
	struct backoff tries = {
		(unsigned)db_int64(b->rows, (int)i, COLUMN_TRIES)};

	if (strcmp(b->letters[i].outcome, "later") != 0)
		return 0;
	return backoff_next(&tries, notify_settings.wait_first,
			    notify_settings.wait_most);
}

struct arrays {
	struct buffer numbers, epochs, outcomes, codes, waits;
};

static void
add(struct batch *b, size_t i, struct arrays *a)
{
	const struct letter *letter = &b->letters[i];

	db_array_add_int(&a->numbers, number(b, i));
	db_array_add_int(&a->epochs, db_int64(b->rows, (int)i, COLUMN_EPOCH));
	db_array_add(&a->outcomes, letter->outcome);
	db_array_add(&a->codes, letter->code[0] ? letter->code : NULL);
	db_array_add_int(&a->waits, wait_of(b, i));
}

static bool
is_passing(const struct db *db)
{
	return strcmp(db_sqlstate(db), "40P01") == 0 ||
	       strcmp(db_sqlstate(db), "40001") == 0;
}

static enum db_status
tell(struct batch *b, struct arrays *a)
{
	const struct db_param params[] = {db_text(db_array_end(&a->numbers)),
					  db_text(db_array_end(&a->epochs)),
					  db_text(db_array_end(&a->outcomes)),
					  db_text(db_array_end(&a->codes)),
					  db_text(db_array_end(&a->waits)),
					  db_int(notify_settings.give_up),
					  db_text(b->ctx->actor)};
	struct db_result *result;
	enum db_status status;
	int tries = 0;

	/* What is known of mails that are out must not be lost to a
	 * dead-lock: they would go out again. */
	do
		status = db_call(b->ctx->db, NOTIFY_SETTLE, params, &result);
	while (status == DB_REFUSED && is_passing(b->ctx->db) &&
	       ++tries < SETTLE_TRIES);
	if (status == DB_OK) {
		b->sum_failed += (size_t)db_int64(result, 0, 1);
		db_result_free(result);
		FAILPOINT("notify.settled");
	}
	return status;
}

/* Tells the database what is known; refusals too once it is sure that they are
 * meant for the recipients. */
static enum db_status
settle(struct batch *b, bool refusals)
{
	struct arrays a = {0};
	enum db_status status;
	size_t sent = 0;

	for (size_t i = 0; i < b->count; i++) {
		struct letter *letter = &b->letters[i];

		if (letter->fate != KNOWN ||
		    (!refusals && strcmp(letter->outcome, "refused") == 0))
			continue;
		add(b, i, &a);
		letter->fate = SETTLED;
		sent += strcmp(letter->outcome, "sent") == 0;
	}
	FAILPOINT("notify.settle");
	status = a.numbers.len > 0 ? tell(b, &a) : DB_OK;
	if (status == DB_OK)
		b->sum_sent += sent;
	b->lost = status == DB_LOST;
	b->known = 0;
	if (refusals)
		b->refused = 0;
	buffer_free(&a.numbers);
	buffer_free(&a.epochs);
	buffer_free(&a.outcomes);
	buffer_free(&a.codes);
	buffer_free(&a.waits);
	return status;
}

static enum db_status
settle_in_time(struct batch *b)
{
	bool refusals = b->sent > 0;
	size_t known = b->known + (refusals ? b->refused : 0);

	if (known == 0 || (known < SETTLE_COUNT &&
			   clock_monotonic_ms() < b->first_known + SETTLE_MS))
		return DB_OK;
	return settle(b, refusals);
}

/* What was not sent is due again. */
static void
give_back(struct batch *b, bool refused_too)
{
	for (size_t i = 0; i < b->count; i++) {
		struct letter *letter = &b->letters[i];

		if (letter->fate == WAITS || letter->fate == UNDER_WAY ||
		    (refused_too && letter->fate == KNOWN &&
		     strcmp(letter->outcome, "refused") == 0))
			know(b, i, "released", "");
	}
}

/* Once in an outage it is logged, and each time noted for those who ask how
 * we are. */
static enum db_status
note_server(struct batch *b, const char *wrong)
{
	struct notify *notify = b->notify;
	const char *server = notify->pool ? pool_server(notify->pool)
					  : notify_settings.outbox;

	if (wrong && !notify->down)
		log_error("notify.server.down", kv_str(server, server),
			  kv_str(error, wrong),
			  kv_str(hint, "notices wait until it answers"));
	if (!wrong && notify->down)
		log_info("notify.server.back", kv_str(server, server));
	if (!wrong && notify->told_well)
		return DB_OK;
	notify->down = wrong != NULL;
	notify->told_well = !wrong;
	return db_call(
		b->ctx->db, NOTIFY_SERVER,
		(const struct db_param[]){db_text(server), db_text(wrong)},
		NULL);
}

/* By the server. In words why it is down, or NULL. */
static const char *
send_all(struct batch *b, enum db_status *status)
{
	struct pool *pool = b->notify->pool;
	const char *wrong;

	pool_begin(pool, &source, b, (size_t)notify_settings.connections);
	*status = DB_OK;
	while (*status == DB_OK && pool_turn(pool, SETTLE_MS))
		*status = settle_in_time(b);
	wrong = pool_down(pool);
	if (!wrong && b->sent == 0 && b->refused >= REFUSALS_MOST) {
		wrong = "every recipient is refused";
		give_back(b, true);
	}
	pool_end(pool);
	return wrong;
}

/* Into the folder, each under a name of its own: what is there already was put
 * there before. */
static const char *
put_all(struct batch *b, enum db_status *status)
{
	const char *wrong = NULL;
	size_t i;

	*status = DB_OK;
	while (!wrong && *status == DB_OK && !over(b) && take_next(b, &i)) {
		const struct buffer *bytes = &b->letters[i].bytes;
		char *name = mem_printf("%" PRId64 "-%s.eml", number(b, i),
					field(b, i, COLUMN_MARK));

		if (spool_publish(notify_settings.outbox, name, bytes->data,
				  bytes->len) == SPOOL_ERROR)
			wrong = strerror(errno);
		else
			mail_done(b, i, SMTP_SENT, "");
		mem_free(name);
		*status = settle_in_time(b);
	}
	return wrong;
}

/* Those that are not so any more need no mail; each is told in the log. */
static void
pass_over_moot(struct batch *b)
{
	size_t moot = 0;

	for (size_t i = 0; i < b->count; i++) {
		const char *why = field(b, i, COLUMN_MOOT);

		if (!why) {
			b->waits++;
			continue;
		}
		b->letters[i].fate = SETTLED;
		moot++;
		log_debug("notify.notice.moot", kv_int(notice, number(b, i)),
			  kv_str(reason, why));
	}
	if (moot > 0)
		log_info("notify.notices.moot", kv_int(count, moot));
}

static enum work_outcome
run(struct batch *b)
{
	enum db_status status, noted = DB_OK;
	const char *wrong;

	pass_over_moot(b);
	wrong = b->notify->pool ? send_all(b, &status) : put_all(b, &status);
	if (status != DB_LOST) {
		give_back(b, false);
		status = settle(b, true);
	}
	if (status == DB_OK && (wrong || b->sent > 0))
		noted = note_server(b, wrong);
	if (b->sum_sent + b->sum_failed > 0)
		log_info("notify.batch.done", kv_int(count, b->sum_sent),
			 kv_int(exceptions, b->sum_failed));
	b->ctx->exceptions += (int64_t)b->sum_failed;
	if (status != DB_OK || noted != DB_OK)
		return notify_call_failed(b->ctx,
					  status != DB_OK ? status : noted);
	return wrong ? WORK_FAILED : WORK_MORE;
}

static void
batch_free(struct batch *b)
{
	for (size_t i = 0; i < b->count; i++)
		buffer_free(&b->letters[i].bytes);
	mem_free(b->letters);
	db_result_free(b->rows);
}

enum work_outcome
notify_send_step(struct daemon_context *ctx)
{
	const struct db_param params[] = {db_int(notify_settings.batch),
					  db_int(notify_settings.lease)};
	struct batch batch = {.ctx = ctx, .notify = ctx->state};
	enum work_outcome outcome = WORK_IDLE;
	int64_t begun = clock_monotonic_ms();
	enum db_status status;

	if (ctx->dry_run)
		return notify_dry_run(ctx);
	if (batch.notify->unfit)
		return WORK_IDLE;
	FAILPOINT("notify.claim");
	status = db_call(ctx->db, NOTIFY_CLAIM, params, &batch.rows);
	if (status != DB_OK)
		return notify_call_failed(ctx, status);
	FAILPOINT("notify.claimed");
	/* Whoever is written to is written to while the claim lasts. */
	batch.until = begun + notify_settings.lease - notify_settings.mail_time;
	batch.count = (size_t)db_rows(batch.rows);
	batch.letters = mem_alloc(batch.count, sizeof(*batch.letters));
	if (batch.count > 0)
		outcome = run(&batch);
	else if (batch.notify->pool)
		pool_rest(batch.notify->pool);
	batch_free(&batch);
	return outcome;
}
