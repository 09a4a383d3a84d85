/*
 * Notices on their way into the database: see waiting.h.
 */
#include <assert.h>

#include "buffer.h"
#include "clock.h"
#include "hex.h"
#include "mem.h"
#include "payment.h"
#include "waiting.h"

enum column {
	CHANNEL,
	DIGEST,
	PEER,
	HEADERS,
	BODY,
	VERDICT,
	REFERENCE,
	KIND,
	ORDER,
	AMOUNT,
	CURRENCY,
	PAID_AT,
	FAULT,
	COLUMNS
};

static const char *const verdicts[] = {[SCHEME_GENUINE] = "genuine",
				       [SCHEME_STALE] = "stale",
				       [SCHEME_FORGED] = "forged",
				       [SCHEME_MALFORMED] = "malformed",
				       [SCHEME_HINT] = "hint"};

static_assert(COLUMNS == WAITING_COLUMNS, "one array a column");

static void
add_bytes(struct buffer *array, const char *bytes, size_t len)
{
	struct buffer hex = {0};

	buffer_puts(&hex, "\\x");
	buffer_put_hex(&hex, bytes, len);
	db_array_add(array, hex.data);
	buffer_free(&hex);
}

void
waiting_add(const struct waiting *w, struct buffer column[WAITING_COLUMNS])
{
	const struct scheme_notice *n = &w->notice;
	char *headers = http_request_headers(w->request);
	size_t len;
	const char *body = http_request_body(w->request, &len);

	db_array_add(&column[CHANNEL], w->channel->settings->name);
	db_array_add(&column[DIGEST], w->digest);
	db_array_add(&column[PEER], http_request_peer(w->request));
	db_array_add(&column[HEADERS], headers);
	add_bytes(&column[BODY], body, len);
	db_array_add(&column[VERDICT], verdicts[w->verdict]);
	db_array_add(&column[REFERENCE], n->reference);
	db_array_add(&column[KIND], n->kind);
	db_array_add(&column[ORDER], n->order_ref);
	db_array_add_int(&column[AMOUNT], n->amount);
	db_array_add(&column[CURRENCY], n->currency);
	db_array_add(&column[PAID_AT], n->paid_at);
	db_array_add(&column[FAULT], n->fault);
	mem_free(headers);
}

/* What makes a notice the same again: its id, where it has one, and bytes. */
static void
digest_of(const struct scheme_request *r, char *hex)
{
	unsigned char digest[SHA256_DIGEST_LENGTH];
	struct buffer all = {0};

	if (r->webhook_id)
		buffer_puts(&all, r->webhook_id);
	buffer_putc(&all, '\n');
	buffer_append(&all, r->body, r->len);
	SHA256((const unsigned char *)all.data, all.len, digest);
	hex_encode(digest, sizeof(digest), hex);
	buffer_free(&all);
}

struct waiting *
waiting_new(struct http_request *request, const struct channel *channel)
{
	struct scheme_request r = {
		.content_type = http_request_header(request, "Content-Type"),
		.webhook_id = http_request_header(request, "webhook-id"),
		.webhook_timestamp =
			http_request_header(request, "webhook-timestamp"),
		.webhook_signature =
			http_request_header(request, "webhook-signature")};
	struct waiting *w = mem_alloc(1, sizeof(*w));

	r.body = http_request_body(request, &r.len);
	w->request = request;
	w->channel = channel;
	w->until = clock_monotonic_ms() + payment_settings.answer_time;
	w->verdict =
		scheme_read(&channel->profile, &r, clock_now_s(), &w->notice);
	digest_of(&r, w->digest);
	return w;
}

void
waiting_free(struct waiting *waiting)
{
	scheme_notice_free(&waiting->notice);
	mem_free(waiting);
}
