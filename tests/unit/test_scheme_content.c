/*
 * scheme: what genuine notices say. Every kind and every fault, in JSON, in
 * forms and inside TradeInfo; field maps, code lists and time formats;
 * simulated, stale and only issued ones, which never pay.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "buffer.h"
#include "mem.h"
#include "scheme.h"
#include "sign_notice.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define BYTES(text) text, sizeof(text) - 1
#define NOW 1764000000
#define TIMESTAMP "1764000000"

static unsigned char webhook_key[] = "abcdefghijklmnopqrstuvwxyz012345";
static unsigned char form_key[] = "12345678901234567890123456789012";
static unsigned char form_iv[] = "1234567890123456";

static struct scheme_profile
profile_of(enum scheme_kind kind)
{
	struct scheme_profile profile = {.channel = "shop",
					 .kind = kind,
					 .secret_count = 1,
					 .tolerance_s = 300};

	if (kind == SCHEME_ECPAY || kind == SCHEME_NEWEBPAY)
		profile.secrets[0] =
			(struct scheme_secret){form_key, sizeof form_key - 1,
					       form_iv, sizeof form_iv - 1};
	else
		profile.secrets[0] = (struct scheme_secret){
			webhook_key, sizeof webhook_key - 1, NULL, 0};
	return profile;
}

static void
read_at(const struct scheme_profile *profile, const char *content, size_t len,
	int64_t now, enum scheme_verdict wanted, struct scheme_notice *notice)
{
	const struct scheme_secret *secret = &profile->secrets[0];
	struct scheme_request request = {.body = content, .len = len};
	char *made = NULL;

	switch (profile->kind) {
	case SCHEME_STANDARD_WEBHOOKS:
	case SCHEME_NATIVE:
		made = sign_webhook(secret, "msg_1", TIMESTAMP, content, len);
		request.webhook_id = "msg_1";
		request.webhook_timestamp = TIMESTAMP;
		request.webhook_signature = made;
		break;
	case SCHEME_ECPAY:
		made = sign_ecpay(secret, content, len);
		assert_non_null(made);
		request.body = made;
		request.len = strlen(made);
		break;
	case SCHEME_NEWEBPAY:
		made = sign_newebpay(secret, content, len, 32);
		request.body = made;
		request.len = strlen(made);
		break;
	case SCHEME_QUERY:
		break;
	}
	assert_int_equal(scheme_read(profile, &request, now, notice), wanted);
	mem_free(made);
}

static void
read_genuine(const struct scheme_profile *profile, const char *content,
	     size_t len, struct scheme_notice *notice)
{
	read_at(profile, content, len, NOW, SCHEME_GENUINE, notice);
}

/* What a notice must say; NULL reference: made up from the body. */
struct wanted {
	const char *content;
	size_t len;
	const char *kind, *reference, *order;
	int64_t amount;
	const char *currency, *paid_at, *fault;
};

static void
check_text(const char *is, const char *wanted)
{
	if (wanted) {
		assert_non_null(is);
		assert_string_equal(is, wanted);
	} else {
		assert_null(is);
	}
}

static void
check_notice(const struct scheme_notice *notice, const struct wanted *wanted)
{
	check_text(notice->kind, wanted->kind);
	check_text(notice->fault, wanted->fault);
	if (wanted->reference) {
		check_text(notice->reference, wanted->reference);
	} else {
		assert_memory_equal(notice->reference, "no-reference-", 13);
		assert_int_equal(strlen(notice->reference), 13 + 16);
	}
	check_text(notice->order_ref, wanted->order);
	assert_true(notice->amount == wanted->amount);
	check_text(notice->currency, wanted->currency);
	check_text(notice->paid_at, wanted->paid_at);
	assert_non_null(notice->event_id);
}

static void
check_all(const struct scheme_profile *profile, const struct wanted *wanted,
	  size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct scheme_notice notice;

		print_message("%zu: %.200s\n", i, wanted[i].content);
		read_genuine(profile, wanted[i].content, wanted[i].len,
			     &notice);
		check_notice(&notice, &wanted[i]);
		scheme_notice_free(&notice);
	}
}

#define NATIVE_1 "{\"event_id\":\"e1\",\"channel\":\"shop\","
#define NATIVE_TIME "\"paid_at\":\"2026-11-22T10:00:00+08:00\","
#define NATIVE_2 "\"currency\":\"TWD\"," NATIVE_TIME "\"result\":\"paid\"}"
#define ORDER "\"order_no\":\"26112300000012\","
#define AMOUNT(text)                                                       \
	{                                                                  \
		BYTES(NATIVE_1 ORDER "\"amount\":" text "," NATIVE_2),     \
			"unknown", "e1", "26112300000012", 0, "TWD", TIME, \
			"bad_amount"                                       \
	}
#define TIME "2026-11-22T10:00:00+08:00"
#define X50 "x2345678901234567890123456789012345678901234567890"
#define X200 X50 X50 X50 X50

static void
native_notices(void **state)
{
	static const struct wanted wanted[] = {
		{BYTES(NATIVE_1 ORDER "\"amount\":228," NATIVE_2), "paid", "e1",
		 "26112300000012", 228, "TWD", TIME, NULL},
		/* Numbers where texts are, and texts where numbers are. */
		{BYTES("{\"event_id\":9223372036854775807,\"channel\":\"shop\","
		       "\"order_no\":26112300000012,\"amount\":"
		       "\"228\"," NATIVE_2),
		 "paid", "9223372036854775807", "26112300000012", 228, "TWD",
		 TIME, NULL},
		{BYTES(NATIVE_1 ORDER "\"amount\":0," NATIVE_2), "paid", "e1",
		 "26112300000012", 0, "TWD", TIME, NULL},
		{BYTES(NATIVE_1 ORDER "\"amount\":1000000000000," NATIVE_2),
		 "paid", "e1", "26112300000012", 1000000000000, "TWD", TIME,
		 NULL},
		{BYTES(NATIVE_1 ORDER "\"amount\":228,\"result\":\"refund\"}"),
		 "refund", "e1", "26112300000012", 228, "TWD", NULL, NULL},
		{BYTES(NATIVE_1 ORDER
		       "\"amount\":228,\"result\":\"chargeback\"}"),
		 "chargeback", "e1", "26112300000012", 228, "TWD", NULL, NULL},
		/* Nobody's order, foreign money: the ledger judges those. */
		{BYTES(NATIVE_1 "\"amount\":228,\"currency\":\"USD\","
				"\"result\":\"paid\"}"),
		 "paid", "e1", "", 228, "USD", NULL, NULL},
		{BYTES(NATIVE_1 "\"order_no\":\"\xe5\xb1\x95' OR 1=1\","
				"\"amount\":228," NATIVE_2),
		 "paid", "e1", "\xe5\xb1\x95' OR 1=1", 228, "TWD", TIME, NULL},

		AMOUNT("1000000000001"),
		AMOUNT("228.0"),
		AMOUNT("228.5"),
		AMOUNT("1e2"),
		AMOUNT("1E2"),
		AMOUNT("1e400"),
		AMOUNT("-1e400"),
		AMOUNT("12345678901234567890"),
		AMOUNT("9223372036854775808"),
		AMOUNT("9223372036854775807"),
		AMOUNT("-228"),
		AMOUNT("-9223372036854775809"),
		AMOUNT("true"),
		AMOUNT("null"),
		AMOUNT("[228]"),
		AMOUNT("{\"amount\":228}"),
		AMOUNT("\"\""),
		AMOUNT("\"228.0\""),
		AMOUNT("\"1e2\""),
		AMOUNT("\"+228\""),
		AMOUNT("\"-228\""),
		AMOUNT("\" 228\""),
		AMOUNT("\"228 \""),
		AMOUNT("\"0228\""),
		AMOUNT("\"00\""),
		AMOUNT("\"0xe4\""),
		AMOUNT("\"2,280\""),
		AMOUNT("\"\xef\xbc\x92\xef\xbc\x92\xef\xbc\x98\""),
		AMOUNT("\"12345678901234567890\""),
		AMOUNT("\"1000000000001\""),
		{BYTES(NATIVE_1 ORDER NATIVE_2), "unknown", "e1",
		 "26112300000012", 0, "TWD", TIME, "bad_amount"},
		/* A number beyond 64 bits elsewhere costs nothing. */
		{BYTES(NATIVE_1 "\"x\":[\"\\\"1e5\",12345678901234567890],"
				"\"y\":-1e400," ORDER
				"\"amount\":228," NATIVE_2),
		 "paid", "e1", "26112300000012", 228, "TWD", TIME, NULL},
		{BYTES("{\"event_id\":12345678901234567890,\"channel\":"
		       "\"shop\"," ORDER "\"amount\":228," NATIVE_2),
		 "paid", "12345678901234567890", "26112300000012", 228, "TWD",
		 TIME, NULL},

		{BYTES(NATIVE_1 ORDER "\"amount\":228,\"result\":\"PAID\"}"),
		 "unknown", "e1", "26112300000012", 228, "TWD", NULL,
		 "unknown_result"},
		{BYTES(NATIVE_1 ORDER "\"amount\":228,\"result\":\"\"}"),
		 "unknown", "e1", "26112300000012", 228, "TWD", NULL,
		 "unknown_result"},
		{BYTES(NATIVE_1 ORDER "\"amount\":228,\"result\":\"*\"}"),
		 "unknown", "e1", "26112300000012", 228, "TWD", NULL,
		 "unknown_result"},
		{BYTES(NATIVE_1 ORDER "\"amount\":228}"), "unknown", "e1",
		 "26112300000012", 228, "TWD", NULL, "unknown_result"},
		{BYTES(NATIVE_1 ORDER "\"amount\":228,\"currency\":\"twd\","
				      "\"result\":\"paid\"}"),
		 "unknown", "e1", "26112300000012", 228, "", NULL,
		 "bad_currency"},
		{BYTES(NATIVE_1 ORDER "\"amount\":228,\"currency\":\"TWDX\","
				      "\"result\":\"paid\"}"),
		 "unknown", "e1", "26112300000012", 228, "", NULL,
		 "bad_currency"},

		{BYTES("{\"channel\":\"shop\"," ORDER
		       "\"amount\":228," NATIVE_2),
		 "unknown", NULL, "26112300000012", 228, "TWD", TIME,
		 "no_reference"},
		{BYTES("{\"event_id\":\"\",\"channel\":\"shop\"," ORDER
		       "\"amount\":228," NATIVE_2),
		 "unknown", NULL, "26112300000012", 228, "TWD", TIME,
		 "no_reference"},
		{BYTES("{\"event_id\":{},\"channel\":\"shop\"," ORDER
		       "\"amount\":228," NATIVE_2),
		 "unknown", NULL, "26112300000012", 228, "TWD", TIME,
		 "no_reference"},
		{BYTES("{\"event_id\":\"" X200 "\",\"channel\":\"shop\"," ORDER
		       "\"amount\":228," NATIVE_2),
		 "paid", X200, "26112300000012", 228, "TWD", TIME, NULL},
		{BYTES("{\"event_id\":\"" X200 "x\",\"channel\":\"shop\"," ORDER
		       "\"amount\":228," NATIVE_2),
		 "unknown", NULL, "26112300000012", 228, "TWD", TIME,
		 "reference_too_long"},
		{BYTES(NATIVE_1 "\"order_no\":\"" X200
				"\",\"amount\":228," NATIVE_2),
		 "paid", "e1", X200, 228, "TWD", TIME, NULL},
		{BYTES(NATIVE_1 "\"order_no\":\"" X200
				"x\",\"amount\":228," NATIVE_2),
		 "unknown", "e1", X200, 228, "TWD", TIME, "order_too_long"},
		/* Cut between characters. */
		{BYTES(NATIVE_1
		       "\"order_no\":\"\xe5\xb1\x95\xe5\xb1\x95" X50 X50 X50
		       "1234567890123456789012345678901234567"
		       "890123\xe5\xb1\x95\",\"amount\":228," NATIVE_2),
		 "unknown", "e1",
		 "\xe5\xb1\x95\xe5\xb1\x95" X50 X50 X50
		 "1234567890123456789012345678901234567890123",
		 228, "TWD", TIME, "order_too_long"},

		{BYTES("{\"event_id\":\"e1\",\"channel\":\"other\"," ORDER
		       "\"amount\":228," NATIVE_2),
		 "unknown", "e1", "26112300000012", 228, "TWD", TIME,
		 "wrong_channel"},
		{BYTES("{\"event_id\":\"e1\"," ORDER
		       "\"amount\":228," NATIVE_2),
		 "unknown", "e1", "26112300000012", 228, "TWD", TIME,
		 "wrong_channel"},
		/* The first fault is the one that is told. */
		{BYTES("{}"), "unknown", NULL, "", 0, "TWD", NULL,
		 "wrong_channel"},
	};
	const struct scheme_profile profile = profile_of(SCHEME_NATIVE);

	(void)state;
	check_all(&profile, wanted, COUNT(wanted));
}

/* Rightly signed, but no object of JSON. */
static void
json_that_is_none(void **state)
{
#define NONE(text, fault)                                               \
	{                                                               \
		BYTES(text), "unknown", NULL, "", 0, "TWD", NULL, fault \
	}
	static const struct wanted wanted[] = {
		NONE("", "bad_json"),
		NONE("x", "bad_json"),
		NONE("null", "bad_json"),
		NONE("[]", "bad_json"),
		NONE("\"text\"", "bad_json"),
		NONE("12345678901234567890", "bad_json"),
		NONE("{", "bad_json"),
		NONE("{}{}", "bad_json"),
		NONE("{\"a\":1,}", "bad_json"),
		NONE("{\"a\":01}", "bad_json"),
		NONE("{\"a\":12345678901234567890,}", "bad_json"),
		NONE("{\"a\":12345678901234567890", "bad_json"),
		NONE("{\"event_id\":\"e1\",\"event_id\":\"e2\"}", "bad_json"),
		NONE("{\"event_id\":\"e1\",\"x\":{\"a\":1,\"a\":1}}",
		     "bad_json"),
		NONE("{\"event_id\":\"\\ud800\"}", "bad_json"),
		NONE("event_id=e1&result=paid", "bad_json"),
		NONE("\xef\xbb\xbf{}", "bad_json"),
		NONE("{\"event_id\":\"e1\\u0000\"}", "nul_byte"),
		NONE("{\"event_id\\u0000\":\"e1\"}", "nul_byte"),
		NONE("{}\0", "nul_byte"),
		NONE("{\"event_id\":\"e1\0\"}", "nul_byte"),
		NONE("{\"event_id\":\"\xff\"}", "bad_utf8"),
		NONE("{\"event_id\":\"\xc0\x80\"}", "bad_utf8"),
		NONE("{\"event_id\":\"\xed\xa0\x80\"}", "bad_utf8"),
	};
	const struct scheme_profile profile =
		profile_of(SCHEME_STANDARD_WEBHOOKS);

	(void)state;
	check_all(&profile, wanted, COUNT(wanted));
}

/* The same bytes give the same name, others another. */
static void
made_up_references(void **state)
{
	const struct scheme_profile profile =
		profile_of(SCHEME_STANDARD_WEBHOOKS);
	struct scheme_notice notices[3];

	(void)state;
	read_genuine(&profile, "abc", 3, &notices[0]);
	read_genuine(&profile, "abc", 3, &notices[1]);
	read_genuine(&profile, "abd", 3, &notices[2]);
	/* SHA-256 of "abc" as FIPS 180-2 gives it. */
	assert_string_equal(notices[0].reference,
			    "no-reference-ba7816bf8f01cfea");
	assert_string_equal(notices[1].reference, notices[0].reference);
	assert_string_not_equal(notices[2].reference, notices[0].reference);
	assert_string_equal(notices[0].event_id, "msg_1");
	for (size_t i = 0; i < COUNT(notices); i++)
		scheme_notice_free(&notices[i]);
}

static void
absurd_sizes(void **state)
{
	static const size_t huge = 1024 * 1024;
	struct scheme_profile webhooks = profile_of(SCHEME_STANDARD_WEBHOOKS);
	struct scheme_profile ecpay = profile_of(SCHEME_ECPAY);
	struct scheme_notice notice;
	struct buffer body = {0};

	(void)state;
	for (size_t i = 0; i < huge; i++)
		buffer_putc(&body, '[');
	read_genuine(&webhooks, body.data, body.len, &notice);
	assert_string_equal(notice.fault, "bad_json");
	scheme_notice_free(&notice);

	buffer_clear(&body);
	for (size_t i = 0; i < huge / 8; i++)
		buffer_puts(&body, "{\"data\":");
	read_genuine(&webhooks, body.data, body.len, &notice);
	assert_string_equal(notice.fault, "bad_json");
	scheme_notice_free(&notice);

	/* A key, a value and a number of a megabyte each. */
	buffer_clear(&body);
	buffer_puts(&body, "{\"");
	for (size_t i = 0; i < huge; i++)
		buffer_putc(&body, 'k');
	buffer_puts(&body, "\":\"");
	for (size_t i = 0; i < huge; i++)
		buffer_putc(&body, 'v');
	buffer_puts(&body, "\",\"event_id\":\"e1\",\"amount\":");
	for (size_t i = 0; i < huge; i++)
		buffer_putc(&body, '9');
	buffer_puts(&body, ",\"result\":\"paid\"}");
	read_genuine(&webhooks, body.data, body.len, &notice);
	assert_string_equal(notice.fault, "bad_amount");
	assert_string_equal(notice.reference, "e1");
	scheme_notice_free(&notice);

	buffer_clear(&body);
	buffer_puts(&body, "TradeNo=1&RtnCode=1&TradeAmt=228&");
	for (size_t i = 0; i < huge; i++)
		buffer_putc(&body, 'k');
	buffer_putc(&body, '=');
	for (size_t i = 0; i < huge; i++)
		buffer_putc(&body, '~');
	read_genuine(&ecpay, body.data, body.len, &notice);
	assert_string_equal(notice.kind, "paid");
	scheme_notice_free(&notice);
	buffer_free(&body);
}

#define ECPAY_1 "MerchantID=3002607&TradeNo=2611221530230001&"
#define ECPAY_2 "PaymentDate=2026%2F11%2F22+10%3A00%3A00&TradeAmt=228&"
#define ECPAY_3 "MerchantTradeNo=26112300000012A1&"
#define ECPAY ECPAY_1 ECPAY_2 ECPAY_3
#define ECPAY_SAYS(kind, paid_at, fault) \
	kind, "2611221530230001", "26112300000012A1", 228, "TWD", paid_at, fault

static void
ecpay_notices(void **state)
{
	static const struct wanted wanted[] = {
		{BYTES(ECPAY "RtnCode=1&SimulatePaid=0"),
		 ECPAY_SAYS("paid", TIME, NULL)},
		{BYTES(ECPAY "RtnCode=1&RtnMsg=%E4%BA%A4%E6%98%93&"
			     "CustomField1="),
		 ECPAY_SAYS("paid", TIME, NULL)},
		{BYTES(ECPAY "RtnCode=1&SimulatePaid=1"),
		 ECPAY_SAYS("simulated", TIME, NULL)},
		/* Names are signed in lower case only. */
		{BYTES(ECPAY "RtnCode=1&simulatepaid=1"),
		 ECPAY_SAYS("simulated", TIME, NULL)},
		{BYTES(ECPAY "RtnCode=1&SimulatePaid=2"),
		 ECPAY_SAYS("simulated", TIME, NULL)},
		/* Only an account number or a code to pay with. */
		{BYTES(ECPAY_1 ECPAY_3 "TradeAmt=228&RtnCode=2&BankCode=812&"
				       "vAccount=9103522175887271"),
		 ECPAY_SAYS("issued", NULL, NULL)},
		{BYTES(ECPAY_1 ECPAY_3 "TradeAmt=228&RtnCode=10100073&"
				       "PaymentNo=LLL22251222&PaymentDate="),
		 ECPAY_SAYS("issued", NULL, NULL)},
		{BYTES(ECPAY_1 ECPAY_3 "RtnCode=2"), "issued",
		 "2611221530230001", "26112300000012A1", 0, "TWD", NULL, NULL},
		{BYTES(ECPAY "RtnCode=2&SimulatePaid=1"),
		 ECPAY_SAYS("issued", TIME, NULL)},
		{BYTES(ECPAY "RtnCode=10100248"),
		 ECPAY_SAYS("unknown", TIME, "unknown_result")},
		{BYTES(ECPAY "RtnCode=01"),
		 ECPAY_SAYS("unknown", TIME, "unknown_result")},
		{BYTES(ECPAY "RtnCode="),
		 ECPAY_SAYS("unknown", TIME, "unknown_result")},
		{BYTES(ECPAY "x=y"),
		 ECPAY_SAYS("unknown", TIME, "unknown_result")},
		{BYTES(ECPAY_1 ECPAY_3 "RtnCode=1&TradeAmt=228&PaymentDate="
				       "2026-11-22+10%3A00%3A00"),
		 ECPAY_SAYS("unknown", NULL, "bad_paid_at")},
		{BYTES(ECPAY_1 ECPAY_3 "RtnCode=1&TradeAmt=228&PaymentDate="
				       "2026%2F02%2F29+10%3A00%3A00"),
		 ECPAY_SAYS("unknown", NULL, "bad_paid_at")},
		{BYTES(ECPAY_1 ECPAY_3 "RtnCode=1&TradeAmt=+228"), "unknown",
		 "2611221530230001", "26112300000012A1", 0, "TWD", NULL,
		 "bad_amount"},
		{BYTES(ECPAY_1 ECPAY_3 "RtnCode=1&TradeAmt=228%00"), "unknown",
		 "2611221530230001", "26112300000012A1", 0, "TWD", NULL,
		 "nul_byte"},
		{BYTES(ECPAY "RtnCode=1&x=%00"),
		 ECPAY_SAYS("unknown", TIME, "nul_byte")},
		{BYTES(ECPAY "RtnCode=1&%00x=1"),
		 ECPAY_SAYS("unknown", TIME, "nul_byte")},
		{BYTES(ECPAY "RtnCode=1&RtnMsg=%A5%E6%A9%F6"),
		 ECPAY_SAYS("unknown", TIME, "bad_utf8")},
		{BYTES(ECPAY_3 "RtnCode=1&TradeAmt=228&TradeNo="), "unknown",
		 NULL, "26112300000012A1", 228, "TWD", NULL, "no_reference"},
	};
	const struct scheme_profile profile = profile_of(SCHEME_ECPAY);

	(void)state;
	for (size_t i = 0; i < COUNT(wanted); i++) {
		struct scheme_notice notice;

		print_message("%s\n", wanted[i].content);
		read_genuine(&profile, wanted[i].content, wanted[i].len,
			     &notice);
		check_notice(&notice, &wanted[i]);
		assert_string_equal(notice.event_id, notice.reference);
		scheme_notice_free(&notice);
	}
}

/* A simulated notice, cut into other fields that are signed alike. */
static void
ecpay_hides_nothing(void **state)
{
	static const char simulated[] =
		ECPAY "RtnCode=1&RtnMsg=ok&SimulatePaid=1";
	static const char *const others[] = {
		ECPAY "RtnCode=1&RtnMsg=ok%26SimulatePaid%3D1",
		ECPAY "RtnCode=1&RtnMsg%3Dok%26SimulatePaid=1",
		ECPAY "RtnCode=1%26RtnMsg%3Dok%26SimulatePaid=1",
		ECPAY "RtnCode=1%26RtnMsg%3Dok%26SimulatePaid%3D1",
	};
	const struct scheme_profile profile = profile_of(SCHEME_ECPAY);
	char *good = sign_ecpay(&profile.secrets[0], BYTES(simulated));
	const char *mac = strstr(good, "&CheckMacValue=");
	struct scheme_notice notice;

	(void)state;
	assert_non_null(mac);
	for (size_t i = 0; i < COUNT(others); i++) {
		char *body = mem_printf("%s%s", others[i], mac);
		struct scheme_request request = {.body = body,
						 .len = strlen(body)};

		print_message("%s\n", body);
		assert_int_equal(scheme_read(&profile, &request, NOW, &notice),
				 SCHEME_GENUINE);
		assert_string_equal(notice.fault, "bad_form");
		assert_string_equal(notice.kind, "unknown");
		scheme_notice_free(&notice);
		mem_free(body);
	}
	mem_free(good);
	/* An ampersand that hides nothing. */
	read_genuine(&profile,
		     BYTES(ECPAY "RtnCode=1&CustomField1=a%3Db+%26+c"),
		     &notice);
	assert_string_equal(notice.kind, "paid");
	scheme_notice_free(&notice);
}

#define NEWEBPAY_JSON(status, time)                                         \
	"{\"Status\":\"" status "\",\"Message\":\"\\u6388\\u6b0a\","        \
	"\"Result\":{\"MerchantID\":\"MS1\",\"Amt\":228,\"TradeNo\":"       \
	"\"23092714215835071\",\"MerchantOrderNo\":\"26112300000012\"" time \
	"}}"
#define NEWEBPAY_FORM(status, time)                                    \
	"Status=" status "&Message=%E6%8E%88%E6%AC%8A&MerchantID=MS1&" \
	"Amt=228&TradeNo=23092714215835071&"                           \
	"MerchantOrderNo=26112300000012&RespondType=String" time
#define NEWEBPAY_SAYS(kind, paid_at, fault) \
	kind, "23092714215835071", "26112300000012", 228, "TWD", paid_at, fault

static void
newebpay_notices(void **state)
{
	static const struct wanted wanted[] = {
		{BYTES(NEWEBPAY_JSON("SUCCESS",
				     ",\"PayTime\":\"2026-11-22 10:00:00\"")),
		 NEWEBPAY_SAYS("paid", TIME, NULL)},
		/* As they write it at times. */
		{BYTES(NEWEBPAY_JSON("SUCCESS",
				     ",\"PayTime\":\"2026-11-2210:00:00\"")),
		 NEWEBPAY_SAYS("paid", TIME, NULL)},
		{BYTES(NEWEBPAY_FORM("SUCCESS",
				     "&PayTime=2026-11-22+10%3A00%3A00")),
		 NEWEBPAY_SAYS("paid", TIME, NULL)},
		{BYTES(NEWEBPAY_FORM("SUCCESS",
				     "&PayTime=2026-11-2210%3A00%3A00")),
		 NEWEBPAY_SAYS("paid", TIME, NULL)},
		/* An account number is a SUCCESS too. */
		{BYTES(NEWEBPAY_JSON("SUCCESS",
				     ",\"BankCode\":\"017\",\"CodeNo\":"
				     "\"9103522175887271\",\"ExpireDate\":"
				     "\"2026-11-24\"")),
		 NEWEBPAY_SAYS("issued", NULL, NULL)},
		{BYTES(NEWEBPAY_FORM("SUCCESS", "&PayTime=&CodeNo=1")),
		 NEWEBPAY_SAYS("issued", NULL, NULL)},
		{BYTES(NEWEBPAY_JSON("SUCCESS",
				     ",\"PayTime\":\"0000-00-00 00:00:00\"")),
		 NEWEBPAY_SAYS("unknown", NULL, "bad_paid_at")},
		{BYTES(NEWEBPAY_JSON("TRA10016", "")),
		 NEWEBPAY_SAYS("unknown", NULL, "unknown_result")},
		/* The request that the holder's browser took there. */
		{BYTES("MerchantID=MS1&RespondType=JSON&Amt=228&"
		       "MerchantOrderNo=26112300000012&Version=2.0"),
		 "unknown", NULL, "26112300000012", 228, "TWD", NULL,
		 "no_reference"},
		{BYTES("a=1&a=2&TradeNo=1"), "unknown", NULL, "", 0, "TWD",
		 NULL, "bad_form"},
		{BYTES("TradeNo=%zz"), "unknown", NULL, "", 0, "TWD", NULL,
		 "bad_form"},
		{BYTES("nothing"), "unknown", NULL, "", 0, "TWD", NULL,
		 "bad_form"},
		{BYTES(""), "unknown", NULL, "", 0, "TWD", NULL, "bad_form"},
		{BYTES(" {"), "unknown", NULL, "", 0, "TWD", NULL, "bad_json"},
		{BYTES("{\"Status\":\"SUCCESS\",\"Result\":\"{}\"}"), "unknown",
		 NULL, "", 0, "TWD", NULL, "no_reference"},
		{BYTES("{\"Status\":\"\xff\"}"), "unknown", NULL, "", 0, "TWD",
		 NULL, "bad_utf8"},
		{BYTES("{}\0"), "unknown", NULL, "", 0, "TWD", NULL,
		 "nul_byte"},
	};
	const struct scheme_profile profile = profile_of(SCHEME_NEWEBPAY);

	(void)state;
	check_all(&profile, wanted, COUNT(wanted));
}

/* Whoever can make a right TradeSha has the key: genuine, but unreadable. */
static void
newebpay_content_that_is_none(void **state)
{
	static const char *const infos[] = {
		"",
		"0",
		"zz",
		"00",
		"ff91c8aa01379e4de621a44e5f11f72",
		"ff91c8aa01379e4de621a44e5f11f7",
		"ff91c8aa01379e4de621a44e5f11f72e",
		"ff91c8aa01379e4de621a44e5f11f72e00",
		"gg91c8aa01379e4de621a44e5f11f72e",
		"00000000000000000000000000000000"
		"00000000000000000000000000000000",
	};
	const struct scheme_profile profile = profile_of(SCHEME_NEWEBPAY);

	(void)state;
	for (size_t i = 0; i < COUNT(infos); i++) {
		char *form = sign_trade_info(&profile.secrets[0], infos[i]);
		struct scheme_request request = {.body = form,
						 .len = strlen(form)};
		struct scheme_notice notice;

		print_message("%s\n", infos[i]);
		assert_int_equal(scheme_read(&profile, &request, NOW, &notice),
				 SCHEME_GENUINE);
		assert_string_equal(notice.fault, "bad_form");
		assert_string_equal(notice.kind, "unknown");
		assert_memory_equal(notice.reference, "no-reference-", 13);
		scheme_notice_free(&notice);
		mem_free(form);
	}
}

/* Every last byte of the plain text, so every padding, right or wrong. */
static void
newebpay_paddings(void **state)
{
	const struct scheme_profile profile = profile_of(SCHEME_NEWEBPAY);

	(void)state;
	for (size_t len = 1; len <= 64; len++)
		for (size_t block = 16; block <= 64; block *= 2) {
			struct buffer plain = {0};
			struct scheme_request request = {0};
			struct scheme_notice notice;
			size_t padding = block - len % block;
			char *form;

			for (size_t i = 0; i < len; i++)
				buffer_putc(&plain, "TradeNo=1&Amt="[i % 14]);
			form = sign_newebpay(&profile.secrets[0], plain.data,
					     len, block);
			request.body = form;
			request.len = strlen(form);
			assert_int_equal(
				scheme_read(&profile, &request, NOW, &notice),
				SCHEME_GENUINE);
			/* "TradeNo=1&Amt=" */
			if (len == 14 && padding <= 32)
				assert_string_equal(notice.reference, "1");
			if (padding > 32)
				assert_string_equal(notice.fault, "bad_form");
			scheme_notice_free(&notice);
			buffer_free(&plain);
			mem_free(form);
		}
}

static void
stale_ones_pay_nothing(void **state)
{
	static const struct wanted wanted[] = {
		{BYTES(NATIVE_1 ORDER "\"amount\":228," NATIVE_2), "stale",
		 "e1", "26112300000012", 228, "TWD", TIME, NULL},
		{BYTES(NATIVE_1 ORDER "\"amount\":228,\"result\":\"refund\"}"),
		 "stale", "e1", "26112300000012", 228, "TWD", NULL, NULL},
		{BYTES(NATIVE_1 ORDER "\"amount\":228,\"test\":true," NATIVE_2),
		 "stale", "e1", "26112300000012", 228, "TWD", TIME, NULL},
		{BYTES(NATIVE_1 ORDER "\"amount\":2.28e2," NATIVE_2), "unknown",
		 "e1", "26112300000012", 0, "TWD", TIME, "bad_amount"},
	};
	struct scheme_profile profile = profile_of(SCHEME_NATIVE);

	(void)state;
	profile.field_simulated = "test";
	for (size_t i = 0; i < COUNT(wanted); i++) {
		struct scheme_notice notice;

		read_at(&profile, wanted[i].content, wanted[i].len, NOW + 301,
			SCHEME_STALE, &notice);
		check_notice(&notice, &wanted[i]);
		scheme_notice_free(&notice);
		read_at(&profile, wanted[i].content, wanted[i].len, NOW - 301,
			SCHEME_STALE, &notice);
		check_notice(&notice, &wanted[i]);
		scheme_notice_free(&notice);
	}
}

static const char *const paid_codes[] = {"ok", "both", "7", NULL};
static const char *const issued_codes[] = {"number", "both", NULL};
static const char *const failed_codes[] = {"no", NULL};
static const char *const other_codes[] = {"*", NULL};
static const char *const refund_codes[] = {"back", NULL};
static const char *const no_codes[] = {NULL};

static void
codes_and_fields_as_configured(void **state)
{
	static const struct {
		const char *code;
		const char *kind, *with_star;
	} cases[] = {
		{"\"ok\"", "paid", "paid"},
		{"7", "paid", "paid"},
		{"7.0", "unknown", "failed"},
		/* In two lists: no money has come. */
		{"\"both\"", "issued", "issued"},
		{"\"number\"", "issued", "issued"},
		{"\"back\"", "refund", "refund"},
		{"\"chargeback\"", "chargeback", "chargeback"},
		{"\"no\"", "failed", "failed"},
		{"\"paid\"", "unknown", "failed"},
		{"\"OK\"", "unknown", "failed"},
		{"\"*\"", "unknown", "failed"},
		{"\"\"", "unknown", "unknown"},
		{"null", "unknown", "unknown"},
	};
	struct scheme_profile profile = profile_of(SCHEME_STANDARD_WEBHOOKS);

	(void)state;
	profile.field_reference = "data.id";
	profile.field_order = "data.object.metadata.order";
	profile.field_amount = "data.object.amount";
	profile.field_result = "type";
	profile.field_simulated = "livemode";
	profile.field_currency = "";
	profile.currency = "USD";
	profile.paid = paid_codes;
	profile.issued = issued_codes;
	profile.failed = failed_codes;
	profile.refunded = refund_codes;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct scheme_notice notice;
		char *body = mem_printf(
			"{\"type\":%s,\"currency\":\"TWD\",\"data\":{\"id\":"
			"\"p1\",\"object\":{\"amount\":228,\"metadata\":"
			"{\"order\":\"o1\"}}}}",
			cases[i].code);

		profile.failed = failed_codes;
		read_genuine(&profile, body, strlen(body), &notice);
		assert_string_equal(notice.kind, cases[i].kind);
		assert_string_equal(notice.reference, "p1");
		assert_string_equal(notice.order_ref, "o1");
		assert_string_equal(notice.currency, "USD");
		assert_true(notice.amount == 228);
		scheme_notice_free(&notice);
		profile.failed = other_codes;
		read_genuine(&profile, body, strlen(body), &notice);
		assert_string_equal(notice.kind,
				    strcmp(cases[i].code, "\"no\"") == 0
					    ? "failed"
					    : cases[i].with_star);
		scheme_notice_free(&notice);
		mem_free(body);
	}
	/* An empty list is a list: nothing is paid. */
	profile.paid = no_codes;
	profile.failed = no_codes;
	{
		struct scheme_notice notice;

		read_genuine(&profile,
			     BYTES("{\"type\":\"paid\",\"data\":"
				   "{\"id\":\"p1\"}}"),
			     &notice);
		assert_string_equal(notice.fault, "unknown_result");
		scheme_notice_free(&notice);
	}
}

/* In a form the name is taken whole first. */
static void
form_fields_as_configured(void **state)
{
	struct scheme_profile profile = profile_of(SCHEME_ECPAY);
	struct scheme_notice notice;

	(void)state;
	profile.field_order = "CustomField1";
	profile.field_reference = "a.TradeNo";
	read_genuine(&profile,
		     BYTES(ECPAY "RtnCode=1&CustomField1=26112300000012"),
		     &notice);
	assert_string_equal(notice.order_ref, "26112300000012");
	assert_string_equal(notice.reference, "2611221530230001");
	assert_string_equal(notice.kind, "paid");
	scheme_notice_free(&notice);
	read_genuine(&profile, BYTES(ECPAY "RtnCode=1&a.TradeNo=whole"),
		     &notice);
	assert_string_equal(notice.reference, "whole");
	assert_string_equal(notice.order_ref, "");
	scheme_notice_free(&notice);
	/* No field at all: everything here is real. */
	profile.field_simulated = "";
	read_genuine(&profile, BYTES(ECPAY "RtnCode=1&SimulatePaid=1"),
		     &notice);
	assert_string_equal(notice.kind, "paid");
	scheme_notice_free(&notice);
}

static void
simulated_in_json(void **state)
{
	static const struct {
		const char *value, *kind;
	} cases[] = {
		{"true", "simulated"},    {"1", "simulated"},
		{"\"yes\"", "simulated"}, {"\"false\"", "paid"},
		{"false", "paid"},        {"0", "paid"},
		{"\"0\"", "paid"},        {"\"\"", "paid"},
		{"null", "paid"},
	};
	struct scheme_profile profile = profile_of(SCHEME_NATIVE);

	(void)state;
	profile.field_simulated = "test";
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct scheme_notice notice;
		char *body = mem_printf("{\"test\":%s,\"event_id\":\"e1\","
					"\"channel\":\"shop\",\"amount\":228,"
					"\"result\":\"paid\"}",
					cases[i].value);

		read_genuine(&profile, body, strlen(body), &notice);
		assert_string_equal(notice.kind, cases[i].kind);
		assert_null(notice.fault);
		scheme_notice_free(&notice);
		mem_free(body);
	}
}

static void
merchant_is_checked(void **state)
{
	struct scheme_profile ecpay = profile_of(SCHEME_ECPAY);
	struct scheme_profile newebpay = profile_of(SCHEME_NEWEBPAY);
	struct scheme_notice notice;

	(void)state;
	ecpay.merchant = "3002607";
	read_genuine(&ecpay, BYTES(ECPAY "RtnCode=1"), &notice);
	assert_string_equal(notice.kind, "paid");
	scheme_notice_free(&notice);
	ecpay.merchant = "3002608";
	read_genuine(&ecpay, BYTES(ECPAY "RtnCode=1"), &notice);
	assert_string_equal(notice.fault, "wrong_merchant");
	assert_string_equal(notice.kind, "unknown");
	assert_string_equal(notice.reference, "2611221530230001");
	scheme_notice_free(&notice);
	read_genuine(&ecpay, BYTES("TradeNo=1&RtnCode=1&TradeAmt=228"),
		     &notice);
	assert_string_equal(notice.fault, "wrong_merchant");
	scheme_notice_free(&notice);
	newebpay.merchant = "MS1";
	read_genuine(&newebpay, BYTES(NEWEBPAY_FORM("SUCCESS", "")), &notice);
	assert_null(notice.fault);
	scheme_notice_free(&notice);
	newebpay.merchant = "MS2";
	read_genuine(&newebpay, BYTES(NEWEBPAY_JSON("SUCCESS", "")), &notice);
	assert_string_equal(notice.fault, "wrong_merchant");
	scheme_notice_free(&notice);
}

static void
times_by_format(void **state)
{
	static const struct {
		const char *format, *text, *wanted;
	} cases[] = {
		{NULL, "2026-11-22T10:00:00+08:00", TIME},
		{NULL, "2026-11-22T02:00:00.25Z", "2026-11-22T02:00:00.25Z"},
		{NULL, "2026-11-22 10:00:00+08:00", TIME},
		{NULL, "2026-11-22T10:00:00", TIME},
		{NULL, "2026-11-22 10:00:00", TIME},
		{"iso", "2026-11-22T10:00:00.5", "2026-11-22T10:00:00.5+08:00"},
		{"iso", "2026-11-22T10:00:00.01234567890123+08:00",
		 "2026-11-22T10:00:00.01234567890123+08:00"},
		{"iso", "2026-11-22T10:00:00.012345678901234+08:00", NULL},
		{"iso", "2026-11-22T10:00:00.012345678901234", NULL},
		{"iso", "2026-11-22", NULL},
		{"iso", "2026-11-22T24:00:00", NULL},
		{"iso", "2026-02-29T10:00:00", NULL},
		{"iso", "2026-11-22T10:00:00+8", NULL},
		{"iso", "2026-11-22T10:00:00 ", NULL},
		{"iso", "yesterday", NULL},
		{"%Y/%m/%d %H:%M:%S", "2026/11/22 10:00:00", TIME},
		{"%Y/%m/%d %H:%M:%S", "2026/11/22 10:00:60", NULL},
		{"%Y/%m/%d %H:%M:%S", "2026/11/22 10:00:00+08:00", NULL},
		{"%Y/%m/%d %H:%M:%S", "2026/11/22 10:00", NULL},
		{"%Y/%m/%d %H:%M:%S", "2026/11/31 10:00:00", NULL},
		{"%Y/%m/%d %H:%M:%S", "2026/13/22 10:00:00", NULL},
		{"%Y/%m/%d %H:%M:%S", "0000/00/00 00:00:00", NULL},
		{"%Y/%m/%d %H:%M:%S", "-001/01/01 00:00:00", NULL},
		{"%Y%m%d%H%M%S", "20261122100000", TIME},
		{"%Y%m%d%H%M", "202611221000", TIME},
		{"%Y-%m-%dT%H:%M:%S%z", "2026-11-22T02:00:00+0000", TIME},
		{"%Y-%m-%dT%H:%M:%S%z", "2026-11-22T10:00:00+08:00", TIME},
		/* Formats that leave too much out. */
		{"%Y/%m/%d", "2026/11/22", NULL},
		{"%H:%M:%S", "10:00:00", NULL},
		{"%Y/%d %H:%M", "2026/22 10:00", NULL},
		{"", "2026/11/22", NULL},
	};
	struct scheme_profile profile = profile_of(SCHEME_NATIVE);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct scheme_notice notice;
		char *body = mem_printf("{\"event_id\":\"e1\",\"channel\":"
					"\"shop\",\"amount\":1,\"result\":"
					"\"paid\",\"paid_at\":\"%s\"}",
					cases[i].text);

		print_message("%s %s\n",
			      cases[i].format ? cases[i].format : "default",
			      cases[i].text);
		profile.time_format = cases[i].format;
		read_genuine(&profile, body, strlen(body), &notice);
		check_text(notice.paid_at, cases[i].wanted);
		check_text(notice.fault,
			   cases[i].wanted ? NULL : "bad_paid_at");
		check_text(notice.kind, cases[i].wanted ? "paid" : "unknown");
		scheme_notice_free(&notice);
		mem_free(body);
	}
}

/* Says whom to ask about, and nothing else, whatever it says. */
static void
hints(void **state)
{
	static const struct {
		const char *body;
		size_t len;
		const char *reference, *order, *fault;
	} cases[] = {
		{BYTES("{\"event_id\":\"e1\",\"order_no\":\"o1\",\"amount\":1,"
		       "\"result\":\"paid\"}"),
		 "e1", "o1", NULL},
		{BYTES("{\"order_no\":26112300000012}"), NULL, "26112300000012",
		 NULL},
		{BYTES("{\"event_id\":\"e1\"}"), "e1", "", NULL},
		{BYTES("order_no=o1&event_id=e1"), "e1", "o1", NULL},
		{BYTES("{\"event_id\":\"\",\"order_no\":\"o1\"}"), NULL, "o1",
		 NULL},
		{BYTES("{\"event_id\":\"" X200 "x\",\"order_no\":\"o1\"}"),
		 NULL, "o1", NULL},
		{BYTES("{\"event_id\":\"e1\",\"order_no\":\"" X200 "x\"}"),
		 "e1", "", NULL},
		{BYTES("{}"), NULL, NULL, "no_reference"},
		{BYTES("a=1"), NULL, NULL, "no_reference"},
		{BYTES(""), NULL, NULL, "bad_form"},
		{BYTES("{"), NULL, NULL, "bad_json"},
		{BYTES("order_no=%00"), NULL, NULL, "nul_byte"},
		{BYTES("order_no=o1&x=%ff"), NULL, NULL, "bad_utf8"},
		{BYTES("order_no=o1&order_no=o2"), NULL, NULL, "bad_form"},
	};
	struct scheme_profile profile = profile_of(SCHEME_QUERY);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct scheme_notice notice;

		print_message("%s\n", cases[i].body);
		read_at(&profile, cases[i].body, cases[i].len, NOW,
			cases[i].fault ? SCHEME_MALFORMED : SCHEME_HINT,
			&notice);
		check_text(notice.reference, cases[i].reference);
		check_text(notice.event_id, cases[i].reference);
		check_text(notice.order_ref, cases[i].order);
		check_text(notice.fault, cases[i].fault);
		check_text(notice.kind, "unknown");
		assert_true(notice.amount == 0);
		assert_null(notice.currency);
		assert_null(notice.paid_at);
		scheme_notice_free(&notice);
	}
}

static void
answers(void **state)
{
	static const char tappay[] =
		"{\"status\":0,\"trade_records\":[{\"rec_trade_id\":"
		"\"D2018\",\"amount\":228,\"record_status\":1,"
		"\"currency\":\"TWD\",\"order_number\":"
		"\"26112300000012\",\"time\":\"20261122100000\"}]}";
	static const char *const ones[] = {"1", NULL};
	struct scheme_profile profile = profile_of(SCHEME_QUERY);
	struct scheme_notice notice;
	char *long_one;

	(void)state;
	profile.field_reference = "trade_records.0.rec_trade_id";
	profile.field_order = "trade_records.0.order_number";
	profile.field_amount = "trade_records.0.amount";
	profile.field_result = "trade_records.0.record_status";
	profile.field_paid_at = "trade_records.0.time";
	profile.time_format = "%Y%m%d%H%M%S";
	profile.paid = ones;
	scheme_read_answer(&profile, BYTES(tappay), &notice);
	check_notice(&notice, &(struct wanted){tappay, 0, "paid", "D2018",
					       "26112300000012", 228, "TWD",
					       TIME, NULL});
	check_text(notice.event_id, "D2018");
	scheme_notice_free(&notice);

	/* The notice says plainly what the answer wraps up. */
	read_at(&profile,
		BYTES("{\"rec_trade_id\":\"D2018\",\"status\":0,"
		      "\"order_number\":\"26112300000012\"}"),
		NOW, SCHEME_HINT, &notice);
	check_text(notice.reference, "D2018");
	check_text(notice.order_ref, "26112300000012");
	scheme_notice_free(&notice);

	profile.field_amount = "trade_records.1.amount";
	scheme_read_answer(&profile, BYTES(tappay), &notice);
	check_text(notice.fault, "bad_amount");
	scheme_notice_free(&notice);
	profile.field_amount = "trade_records.-0.amount";
	scheme_read_answer(&profile, BYTES(tappay), &notice);
	check_text(notice.fault, "bad_amount");
	scheme_notice_free(&notice);

	scheme_read_answer(&profile, NULL, 0, &notice);
	check_text(notice.fault, "bad_json");
	scheme_notice_free(&notice);
	scheme_read_answer(&profile, BYTES("a=1"), &notice);
	check_text(notice.fault, "bad_json");
	scheme_notice_free(&notice);
	long_one = mem_alloc(SCHEME_BODY_MAX + 1, 1);
	scheme_read_answer(&profile, long_one, SCHEME_BODY_MAX + 1, &notice);
	check_text(notice.fault, "too_long");
	scheme_notice_free(&notice);
	mem_free(long_one);

	/* NewebPay's "SUCCESS" there only says that it could be asked. */
	profile = profile_of(SCHEME_NEWEBPAY);
	scheme_read_answer(
		&profile,
		BYTES(NEWEBPAY_JSON("SUCCESS",
				    ",\"PayTime\":\"2026-11-22 10:00:00\"")),
		&notice);
	check_text(notice.kind, "unknown");
	scheme_notice_free(&notice);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(native_notices),
		cmocka_unit_test(json_that_is_none),
		cmocka_unit_test(made_up_references),
		cmocka_unit_test(absurd_sizes),
		cmocka_unit_test(ecpay_notices),
		cmocka_unit_test(ecpay_hides_nothing),
		cmocka_unit_test(newebpay_notices),
		cmocka_unit_test(newebpay_content_that_is_none),
		cmocka_unit_test(newebpay_paddings),
		cmocka_unit_test(stale_ones_pay_nothing),
		cmocka_unit_test(codes_and_fields_as_configured),
		cmocka_unit_test(form_fields_as_configured),
		cmocka_unit_test(simulated_in_json),
		cmocka_unit_test(merchant_is_checked),
		cmocka_unit_test(times_by_format),
		cmocka_unit_test(hints),
		cmocka_unit_test(answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
