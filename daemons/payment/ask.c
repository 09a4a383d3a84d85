/*
 * Questions to payment services: whether a hint is true, and, before an order
 * is purged, whether it was paid after all. Asked over verified HTTPS, the
 * answer read by the channel's own fields; what is not understood is no
 * answer, and the question stays.
 */
#include <string.h>

#include "ask.h"
#include "buffer.h"
#include "log.h"
#include "mem.h"
#include "payment.h"
#include "transfer.h"

#define AT_ONCE 20
#define LEASE_MS 30000
#define ANSWER_LIMIT (64 * 1024)
#define CONNECT_MS 10000
#define TOTAL_MS 30000
#define STALL_MS 15000

/* A channel that can be asked. */
struct ask {
	const struct channel *channel;
	char *folder;       /* of query_url, with its slash */
	char *name, *query; /* what follows, with placeholders; or NULL */
	struct transfer_remote remote;
	struct transfer *transfer;
};

/* The URL's folder and what is asked for in it. */
static void
split_url(struct ask *ask, const char *url)
{
	const char *mark = strchr(url, '?');
	size_t path = mark ? (size_t)(mark - url) : strlen(url);
	size_t folder = path;

	while (folder > 0 && url[folder - 1] != '/')
		folder--;
	ask->folder = mem_strndup(url, folder);
	ask->name =
		folder < path ? mem_strndup(url + folder, path - folder) : NULL;
	ask->query = mark ? mem_strdup(mark + 1) : NULL;
}

static void
ask_close(struct ask *ask)
{
	transfer_free(ask->transfer);
	mem_free(ask->folder);
	mem_free(ask->name);
	mem_free(ask->query);
}

static char *
ask_open(struct daemon_context *ctx, struct ask *ask,
	 const struct channel *channel)
{
	const struct channel_settings *s = channel->settings;
	char *error = NULL, *words;

	ask->channel = channel;
	split_url(ask, s->query_url);
	ask->remote = (struct transfer_remote){
		.url = ask->folder,
		.ca_file = s->query_ca,
		.token_file = s->query_token,
		.connect_timeout_ms = CONNECT_MS,
		.timeout_ms = TOTAL_MS,
		.stall_ms = STALL_MS,
	};
	ask->transfer =
		transfer_new(ctx->base, &ask->remote, &ctx->stopping, &error);
	if (ask->transfer)
		return NULL;
	words = mem_printf("channel %s: query_url: %s", s->name, error);
	mem_free(error);
	return words;
}

char *
asks_open(struct daemon_context *ctx)
{
	struct payment *payment = ctx->state;
	char *error = NULL;

	payment->asks =
		mem_alloc(payment->channel_count + 1, sizeof(*payment->asks));
	for (size_t i = 0; i < payment->channel_count && !error; i++)
		if (payment->channels[i].settings->query_url)
			error = ask_open(ctx,
					 &payment->asks[payment->ask_count++],
					 &payment->channels[i]);
	return error;
}

void
asks_close(struct daemon_context *ctx)
{
	struct payment *payment = ctx->state;

	for (size_t i = 0; i < payment->ask_count; i++)
		ask_close(&payment->asks[i]);
	mem_free(payment->asks);
	payment->asks = NULL;
	payment->ask_count = 0;
}

static const char *
put_escaped(struct buffer *to, const char *value)
{
	static const char bare[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "abcdefghijklmnopqrstuvwxyz"
				   "0123456789-._~";

	for (; *value; value++)
		if (strchr(bare, *value))
			buffer_putc(to, *value);
		else
			buffer_printf(to, "%%%02X", (unsigned char)*value);
	return to->data;
}

/* The text with {order} and {reference} filled in; escape: for a query.
 * NULL when a value that it needs is not known. */
static char *
fill_in(const char *text, const char *order, const char *reference, bool escape)
{
	struct buffer filled = {0};

	while (*text) {
		const char *value = NULL;
		size_t len = 1;

		if (strncmp(text, "{order}", 7) == 0) {
			value = order;
			len = 7;
		} else if (strncmp(text, "{reference}", 11) == 0) {
			value = reference;
			len = 11;
		}
		if (len > 1 && !*value) {
			buffer_free(&filled);
			return NULL;
		}
		if (!value)
			buffer_putc(&filled, *text);
		else if (escape)
			put_escaped(&filled, value);
		else
			buffer_puts(&filled, value);
		text += len;
	}
	return filled.data ? filled.data : mem_strdup("");
}

struct question {
	int64_t number;
	const char *order, *reference;
};

/* Asks; the answer's bytes. */
static enum transfer_status
fetch_answer(struct ask *ask, const struct question *q, struct buffer *bytes)
{
	char *name = ask->name
			     ? fill_in(ask->name, q->order, q->reference, false)
			     : NULL;
	char *query =
		ask->query ? fill_in(ask->query, q->order, q->reference, true)
			   : NULL;
	struct transfer_request request = {.op = TRANSFER_GET,
					   .name = name,
					   .query = query,
					   .limit = ANSWER_LIMIT,
					   .bytes = bytes};
	enum transfer_status status = TRANSFER_REFUSED;

	if ((!ask->name || name) && (!ask->query || query))
		status = transfer_run(ask->transfer, &request);
	mem_free(name);
	mem_free(query);
	return status;
}

/* In words why what was answered is no answer; NULL: it is one. */
static const char *
objection(const struct question *q, const struct scheme_notice *n)
{
	if (n->fault)
		return n->fault;
	if (*q->order && strcmp(q->order, n->order_ref) != 0)
		return "wrong_order";
	return NULL;
}

static enum db_status
book(struct daemon_context *ctx, const struct question *q,
     const struct scheme_notice *n)
{
	return db_call(ctx->db, PAYMENT_ANSWER_QUESTION,
		       (const struct db_param[]){
			       db_int(q->number), db_text(n->reference),
			       db_text(n->kind), db_text(n->order_ref),
			       db_int(n->amount), db_text(n->currency),
			       db_text(n->paid_at), db_text(n->fault),
			       db_text(ctx->actor)},
		       NULL);
}

/* DB_OK also when there is no answer: the question stays. */
static enum db_status
answer_one(struct daemon_context *ctx, struct ask *ask,
	   const struct question *q)
{
	const char *channel = ask->channel->settings->name, *wrong;
	struct scheme_notice notice;
	struct buffer bytes = {0};
	enum db_status status = DB_OK;

	if (fetch_answer(ask, q, &bytes) != TRANSFER_OK) {
		log_warn("payment.question.failed", kv_str(channel, channel),
			 kv_int(question, q->number),
			 kv_str(error, transfer_error(ask->transfer)));
		buffer_free(&bytes);
		return DB_OK;
	}
	scheme_read_answer(&ask->channel->profile, bytes.data ? bytes.data : "",
			   bytes.len, &notice);
	wrong = objection(q, &notice);
	if (wrong) {
		log_error("payment.question.unreadable",
			  kv_str(channel, channel), kv_int(question, q->number),
			  kv_str(code, wrong),
			  kv_str(hint, "the answer does not fit the channel's "
				       "fields and codes"));
	} else {
		status = book(ctx, q, &notice);
		if (status == DB_OK)
			log_info("payment.question.answered",
				 kv_str(channel, channel),
				 kv_int(question, q->number),
				 kv_str(outcome, notice.kind));
	}
	scheme_notice_free(&notice);
	buffer_free(&bytes);
	return status;
}

static struct ask *
find(struct payment *payment, const char *channel)
{
	size_t i = 0;

	while (i + 1 < payment->ask_count &&
	       strcmp(payment->asks[i].channel->settings->name, channel) != 0)
		i++;
	return &payment->asks[i];
}

static enum work_outcome
failed(struct daemon_context *ctx, enum db_status status)
{
	if (status == DB_LOST)
		return WORK_LOST;
	log_error("payment.call.refused", kv_db(ctx->db));
	return WORK_FAILED;
}

enum work_outcome
ask_step(struct daemon_context *ctx)
{
	struct payment *payment = ctx->state;
	struct buffer channels = {0};
	struct db_result *rows;
	enum db_status status;
	int row, count;

	if (payment->ask_count == 0)
		return WORK_IDLE;
	for (size_t i = 0; i < payment->ask_count; i++)
		db_array_add(&channels,
			     payment->asks[i].channel->settings->name);
	status = db_call(
		ctx->db, PAYMENT_CLAIM_QUESTIONS,
		(const struct db_param[]){db_text(db_array_end(&channels)),
					  db_int(AT_ONCE), db_int(LEASE_MS)},
		&rows);
	buffer_free(&channels);
	if (status != DB_OK)
		return failed(ctx, status);
	count = db_rows(rows);
	for (row = 0; row < count && status == DB_OK && !ctx->stopping; row++) {
		const struct question q = {.number = db_int64(rows, row, 0),
					   .order = db_value(rows, row, 2),
					   .reference = db_value(rows, row, 3)};

		status = answer_one(ctx, find(payment, db_value(rows, row, 1)),
				    &q);
	}
	db_result_free(rows);
	if (status != DB_OK)
		return failed(ctx, status);
	return count > 0 ? WORK_MORE : WORK_IDLE;
}
