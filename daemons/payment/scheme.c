/*
 * The schemes by name, their defaults, and the way to each; see scheme.h.
 */
#include <string.h>

#include "mem.h"
#include "scheme_private.h"

#define CODES(...) ((const char *const[]){__VA_ARGS__, NULL})

/* The native JSON; where a service has its own, the profile says so. */
#define NATIVE_FIELDS                                                     \
	.reference = "event_id", .order = "order_no", .amount = "amount", \
	.currency = "currency", .paid_at = "paid_at", .result = "result", \
	.merchant = "merchant_id", .paid = CODES("paid"),                 \
	.refunded = CODES("refund"), .charged_back = CODES("chargeback"), \
	.time_format = "iso", .answer = "OK"

static const struct scheme_defaults schemes[] = {
	[SCHEME_STANDARD_WEBHOOKS] = {.name = "standard-webhooks",
				      NATIVE_FIELDS},
	[SCHEME_ECPAY] = {.name = "ecpay",
			  .reference = "TradeNo",
			  .order = "MerchantTradeNo",
			  .amount = "TradeAmt",
			  .paid_at = "PaymentDate",
			  .result = "RtnCode",
			  .simulated = "SimulatePaid",
			  .merchant = "MerchantID",
			  .paid = CODES("1"),
			  /* An account to pay into, a code to pay with. */
			  .issued = CODES("2", "10100073"),
			  .time_format = "%Y/%m/%d %H:%M:%S",
			  .answer = "1|OK"},
	[SCHEME_NEWEBPAY] = {.name = "newebpay",
			     .reference = "Result.TradeNo",
			     .order = "Result.MerchantOrderNo",
			     .amount = "Result.Amt",
			     .paid_at = "Result.PayTime",
			     .result = "Status",
			     .merchant = "Result.MerchantID",
			     .paid = CODES("SUCCESS"),
			     .time_format = "%Y-%m-%d %H:%M:%S",
			     .answer = "OK"},
	[SCHEME_NATIVE] = {.name = "native", NATIVE_FIELDS},
	[SCHEME_QUERY] = {.name = "query", NATIVE_FIELDS},
};

const struct scheme_defaults *
scheme_defaults_of(enum scheme_kind kind)
{
	return &schemes[kind];
}

bool
scheme_kind_of(const char *name, enum scheme_kind *kind)
{
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
		if (strcmp(name, schemes[i].name) == 0) {
			*kind = (enum scheme_kind)i;
			return true;
		}
	}
	return false;
}

const char *
scheme_answer(const struct scheme_profile *profile)
{
	return profile->answer ? profile->answer
			       : schemes[profile->kind].answer;
}

void
scheme_fault(struct scheme_notice *notice, const char *code)
{
	if (!notice->fault)
		notice->fault = code;
	notice->kind = "unknown";
}

static enum scheme_verdict
read_hint(const struct scheme_profile *profile,
	  const struct scheme_request *request, struct scheme_notice *notice)
{
	struct scheme_content content;
	bool good;

	scheme_content_read(&content, request->body, request->len);
	if (content.fault)
		scheme_fault(notice, content.fault);
	else if (!scheme_fill_hint(profile, &content, notice))
		scheme_fault(notice, "no_reference");
	good = !notice->fault;
	scheme_content_free(&content);
	return good ? SCHEME_HINT : SCHEME_MALFORMED;
}

static enum scheme_verdict
read_by_kind(const struct scheme_profile *profile,
	     const struct scheme_request *request, int64_t now_s,
	     struct scheme_notice *notice)
{
	switch (profile->kind) {
	case SCHEME_STANDARD_WEBHOOKS:
	case SCHEME_NATIVE:
		return scheme_webhooks_read(profile, request, now_s, notice);
	case SCHEME_ECPAY:
		return scheme_ecpay_read(profile, request, notice);
	case SCHEME_NEWEBPAY:
		return scheme_newebpay_read(profile, request, notice);
	case SCHEME_QUERY:
		return read_hint(profile, request, notice);
	}
	return SCHEME_MALFORMED;
}

enum scheme_verdict
scheme_read(const struct scheme_profile *profile,
	    const struct scheme_request *request, int64_t now_s,
	    struct scheme_notice *notice)
{
	struct scheme_request given = *request;
	enum scheme_verdict verdict;

	if (!given.body)
		given.body = "";
	*notice = (struct scheme_notice){.kind = "unknown"};
	if (given.len > SCHEME_BODY_MAX) {
		scheme_fault(notice, "too_long");
		return SCHEME_MALFORMED;
	}
	verdict = read_by_kind(profile, &given, now_s, notice);
	if (verdict == SCHEME_STALE && !notice->fault)
		notice->kind = "stale";
	return verdict;
}

void
scheme_read_answer(const struct scheme_profile *profile, const char *body,
		   size_t len, struct scheme_notice *notice)
{
	struct scheme_content content = {0};

	if (!body)
		body = "";
	*notice = (struct scheme_notice){.kind = "unknown"};
	if (len > SCHEME_BODY_MAX)
		content.fault = "too_long";
	else
		scheme_content_read_json(&content, body, len);
	scheme_fill(profile, &schemes[SCHEME_QUERY], &content, body, len,
		    notice);
	scheme_content_free(&content);
}

void
scheme_notice_free(struct scheme_notice *notice)
{
	mem_free(notice->event_id);
	mem_free(notice->reference);
	mem_free(notice->order_ref);
	mem_free(notice->currency);
	mem_free(notice->paid_at);
	*notice = (struct scheme_notice){0};
}
