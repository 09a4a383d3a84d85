/*
 * Notices of any bytes, by the first of them: as they come from a stranger,
 * or rightly signed, so that what lies behind the signature is reached. A
 * stranger's is never genuine; what is read of a genuine one fits the
 * database, and pays only when all of it could be read.
 */
#include <stdbool.h>
#include <string.h>

#include "charset.h"
#include "clock.h"
#include "fuzz_target.h"
#include "mem.h"
#include "scheme.h"
#include "sign_notice.h"

#define NOW 1764000000
#define TIMESTAMP "1764000000"

static unsigned char key[] = "12345678901234567890123456789012";
static unsigned char iv[] = "1234567890123456";

static struct scheme_profile
profile_of(enum scheme_kind kind)
{
	return (struct scheme_profile){
		.channel = "shop",
		.kind = kind,
		.secrets = {{key, sizeof(key) - 1, iv, sizeof(iv) - 1}},
		.secret_count = 1,
		.tolerance_s = 300,
		.field_simulated = kind == SCHEME_NATIVE ? "test" : NULL,
	};
}

static bool
is_text(const char *text, size_t most)
{
	size_t offset;

	return text && strlen(text) <= most &&
	       charset_utf8_ok(text, strlen(text), &offset);
}

static bool
is_kind(const char *kind)
{
	static const char *const kinds[] = {"paid",   "issued",     "failed",
					    "refund", "chargeback", "simulated",
					    "stale",  "unknown"};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (strcmp(kind, kinds[i]) == 0)
			return true;
	return false;
}

static void
check_read(const struct scheme_notice *notice)
{
	bool unknown = strcmp(notice->kind, "unknown") == 0;
	int64_t when;

	PROMISE(is_kind(notice->kind));
	PROMISE(unknown == (notice->fault != NULL));
	PROMISE(is_text(notice->reference, SCHEME_TEXT_MAX));
	PROMISE(*notice->reference);
	PROMISE(is_text(notice->order_ref, SCHEME_TEXT_MAX));
	PROMISE(is_text(notice->event_id, 256));
	PROMISE(notice->amount >= 0 && notice->amount <= 1000000000000);
	PROMISE(is_text(notice->currency, 3));
	PROMISE(unknown || strlen(notice->currency) == 3);
	if (notice->paid_at)
		PROMISE(strlen(notice->paid_at) <= 40 &&
			clock_parse_iso(notice->paid_at, &when));
}

static void
check_unread(const struct scheme_notice *notice)
{
	PROMISE(strcmp(notice->kind, "unknown") == 0);
	PROMISE(!notice->reference && !notice->order_ref);
	PROMISE(!notice->event_id && !notice->currency && !notice->paid_at);
	PROMISE(notice->amount == 0);
}

static enum scheme_verdict
try_request(enum scheme_kind kind, const struct scheme_request *request,
	    int64_t now)
{
	const struct scheme_profile profile = profile_of(kind);
	struct scheme_notice notice;
	enum scheme_verdict verdict =
		scheme_read(&profile, request, now, &notice);

	switch (verdict) {
	case SCHEME_GENUINE:
		check_read(&notice);
		PROMISE(strcmp(notice.kind, "stale") != 0);
		break;
	case SCHEME_STALE:
		check_read(&notice);
		PROMISE(notice.fault || strcmp(notice.kind, "stale") == 0);
		break;
	case SCHEME_FORGED:
		check_unread(&notice);
		break;
	case SCHEME_MALFORMED:
		check_unread(&notice);
		PROMISE(notice.fault);
		break;
	case SCHEME_HINT:
		PROMISE(kind == SCHEME_QUERY && !notice.fault);
		PROMISE(strcmp(notice.kind, "unknown") == 0);
		PROMISE(is_text(notice.order_ref, SCHEME_TEXT_MAX));
		PROMISE(notice.reference
				? is_text(notice.reference, SCHEME_TEXT_MAX)
				: *notice.order_ref != '\0');
		break;
	}
	scheme_notice_free(&notice);
	return verdict;
}

static void
try_body(enum scheme_kind kind, const char *body, size_t len, bool is_signed)
{
	const struct scheme_request request = {.body = body, .len = len};
	enum scheme_verdict verdict = try_request(kind, &request, NOW);

	PROMISE((verdict == SCHEME_GENUINE) == is_signed);
}

static void
try_webhook(enum scheme_kind kind, const char *body, size_t len)
{
	const struct scheme_profile profile = profile_of(kind);
	char *signature =
		sign_webhook(&profile.secrets[0], "msg", TIMESTAMP, body, len);
	const struct scheme_request request = {.webhook_id = "msg",
					       .webhook_timestamp = TIMESTAMP,
					       .webhook_signature = signature,
					       .body = body,
					       .len = len};

	PROMISE(try_request(kind, &request, NOW) == SCHEME_GENUINE);
	PROMISE(try_request(kind, &request, NOW + 301) == SCHEME_STALE);
	mem_free(signature);
}

/* Headers, a line each, and the rest is the body. */
static void
try_headers(const char *bytes, size_t len)
{
	struct scheme_request request = {.body = bytes, .len = len};
	char *header[3] = {NULL};
	enum scheme_verdict verdict;

	for (size_t i = 0; i < 3; i++) {
		const char *end =
			request.len ? memchr(request.body, '\n', request.len)
				    : NULL;

		if (!end)
			break;
		header[i] =
			mem_strndup(request.body, (size_t)(end - request.body));
		request.len -= (size_t)(end - request.body) + 1;
		request.body = end + 1;
	}
	request.webhook_id = header[0];
	request.webhook_timestamp = header[1];
	request.webhook_signature = header[2];
	verdict = try_request(SCHEME_NATIVE, &request, NOW);
	PROMISE(verdict == SCHEME_FORGED || verdict == SCHEME_MALFORMED);
	for (size_t i = 0; i < 3; i++)
		mem_free(header[i]);
}

static void
try_ecpay(const char *bytes, size_t len)
{
	const struct scheme_profile profile = profile_of(SCHEME_ECPAY);
	char *body = sign_ecpay(&profile.secrets[0], bytes, len);
	const struct scheme_request request = {.body = body,
					       .len = body ? strlen(body) : 0};
	enum scheme_verdict verdict;

	/* No form, or one that ends in a NUL and so lost its signature. */
	if (body && !memchr(bytes, '\0', len)) {
		verdict = try_request(SCHEME_ECPAY, &request, NOW);
		/* With a CheckMacValue in it before, there are two. */
		PROMISE(verdict == SCHEME_GENUINE || verdict == SCHEME_FORGED ||
			verdict == SCHEME_MALFORMED);
	}
	mem_free(body);
}

static void
try_newebpay(const char *bytes, size_t len, bool is_info)
{
	const struct scheme_profile profile = profile_of(SCHEME_NEWEBPAY);
	const struct scheme_secret *secret = &profile.secrets[0];
	char *text = mem_strndup(bytes, len), *body;
	/* What a form would decode differently is not TradeInfo. */
	bool plain = !is_info || !text[strcspn(text, "%+&=")];

	body = is_info ? sign_trade_info(secret, text)
		       : sign_newebpay(secret, bytes, len, 32);
	if (plain)
		try_body(SCHEME_NEWEBPAY, body, strlen(body), true);
	mem_free(body);
	mem_free(text);
}

static void
try_secret(const char *bytes, size_t len)
{
	static const enum scheme_kind kinds[] = {SCHEME_STANDARD_WEBHOOKS,
						 SCHEME_ECPAY, SCHEME_NEWEBPAY,
						 SCHEME_NATIVE, SCHEME_QUERY};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		struct scheme_secret secret;
		char *error = NULL;
		bool good = scheme_secret_parse(kinds[i], bytes, len, &secret,
						&error);
		bool pair =
			kinds[i] == SCHEME_ECPAY || kinds[i] == SCHEME_NEWEBPAY;

		PROMISE(good == (error == NULL));
		PROMISE(good == (secret.key != NULL));
		PROMISE((good && pair) == (secret.iv != NULL));
		PROMISE(!good || secret.key_len > 0);
		scheme_secret_free(&secret);
		mem_free(error);
	}
}

static void
try_answer(const char *bytes, size_t len)
{
	const struct scheme_profile profile = profile_of(SCHEME_QUERY);
	struct scheme_notice notice;

	scheme_read_answer(&profile, bytes, len, &notice);
	check_read(&notice);
	scheme_notice_free(&notice);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data + 1;
	size_t len = size - 1;

	if (size == 0)
		return 0;
	switch (data[0]) {
	case 'w':
		try_webhook(SCHEME_STANDARD_WEBHOOKS, bytes, len);
		break;
	case 'n':
		try_webhook(SCHEME_NATIVE, bytes, len);
		break;
	case 'h':
		try_headers(bytes, len);
		break;
	case 'e':
		try_ecpay(bytes, len);
		break;
	case 'E':
		try_body(SCHEME_ECPAY, bytes, len, false);
		break;
	case 'b':
		try_newebpay(bytes, len, false);
		break;
	case 'i':
		try_newebpay(bytes, len, true);
		break;
	case 'B':
		try_body(SCHEME_NEWEBPAY, bytes, len, false);
		break;
	case 'q':
		try_body(SCHEME_QUERY, bytes, len, false);
		break;
	case 'a':
		try_answer(bytes, len);
		break;
	case 's':
		try_secret(bytes, len);
		break;
	}
	return 0;
}
