/*
 * scheme: which notices are genuine. The published example of each scheme
 * passes, and with any one byte changed it does not; both secrets are good;
 * the tolerance to the second; what cannot be verified; secrets in files.
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
#include "scheme_private.h"
#include "sign_notice.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Published by Standard Webhooks. */
#define WEBHOOK_SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define WEBHOOK_ID "msg_p5jXN8AQM9LWM0D4loKWxJek"
#define WEBHOOK_TIMESTAMP "1614265330"
#define WEBHOOK_NOW 1614265330
#define WEBHOOK_BODY "{\"test\": 2432232314}"
#define WEBHOOK_SIGNATURE "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
/* Published by ECPay. */
#define ECPAY_SECRET "pwFHCqoQZGmho4w6\nEkRm7iFT261dpevs\n"
#define ECPAY_MAC \
	"6C51C9E6888DE861FD62FB1DD17029FC742634498FD813DC43D4243B5685B840"
#define ECPAY_FIELDS                                                        \
	"ChoosePayment=ALL&EncryptType=1&ItemName=Apple+iphone+15&"         \
	"MerchantID=3002607&MerchantTradeDate=2023%2F03%2F12+15%3A30%3A23&" \
	"MerchantTradeNo=ecpay20230312153023&PaymentType=aio&"              \
	"ReturnURL=https%3A%2F%2Fwww.ecpay.com.tw%2Freceive.php&"           \
	"TotalAmount=30000&TradeDesc=%E4%BF%83%E9%8A%B7%E6%96%B9%E6%A1%88"
/* Published for NewebPay. */
#define NEWEBPAY_SECRET "12345678901234567890123456789012\n1234567890123456\n"
#define NEWEBPAY_SHA \
	"EA0A6CC37F40C1EA5692E7CBB8AE097653DF3E91365E6A9CD7E91312413C7BB8"
#define NEWEBPAY_PLAIN                                              \
	"MerchantID=3430112&RespondType=JSON&TimeStamp=1485232229&" \
	"Version=1.4&MerchantOrderNo=S_1485232229&Amt=40&ItemDesc=UnitTest"

/* Another secret of each kind. */
#define WEBHOOK_OTHER "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define ECPAY_OTHER "5294y06JbISpM5x9\nv77hoKGq4kWxNNIS\n"
#define NEWEBPAY_OTHER "abcdefghijklmnopqrstuvwxyz012345\nabcdefghijklmnop\n"

static struct scheme_profile
profile_of(enum scheme_kind kind, const char *first, const char *second)
{
	struct scheme_profile profile = {
		.channel = "shop", .kind = kind, .tolerance_s = 300};
	const char *const texts[] = {first, second};

	for (size_t i = 0; i < COUNT(texts) && texts[i]; i++) {
		char *error = NULL;

		assert_true(scheme_secret_parse(kind, texts[i],
						strlen(texts[i]),
						&profile.secrets[i], &error));
		profile.secret_count++;
	}
	return profile;
}

static void
forget(struct scheme_profile *profile)
{
	for (size_t i = 0; i < COUNT(profile->secrets); i++)
		scheme_secret_free(&profile->secrets[i]);
}

/* The verdict; what is wrong in a way that callers would notice fails. */
static enum scheme_verdict
judge(const struct scheme_profile *profile,
      const struct scheme_request *request, int64_t now)
{
	struct scheme_notice notice;
	enum scheme_verdict verdict =
		scheme_read(profile, request, now, &notice);

	if (verdict == SCHEME_GENUINE || verdict == SCHEME_STALE) {
		assert_non_null(notice.reference);
		assert_string_not_equal(notice.reference, "");
		assert_non_null(notice.order_ref);
		assert_non_null(notice.currency);
		assert_int_equal(strcmp(notice.kind, "unknown") == 0,
				 notice.fault != NULL);
	} else {
		assert_null(notice.reference);
		assert_null(notice.order_ref);
		assert_string_equal(notice.kind, "unknown");
	}
	scheme_notice_free(&notice);
	return verdict;
}

static enum scheme_verdict
judge_body(const struct scheme_profile *profile, const char *body)
{
	const struct scheme_request request = {.body = body,
					       .len = strlen(body)};

	return judge(profile, &request, 0);
}

static struct scheme_request
webhook(const char *id, const char *timestamp, const char *signature,
	const char *body)
{
	return (struct scheme_request){.content_type = "application/json",
				       .webhook_id = id,
				       .webhook_timestamp = timestamp,
				       .webhook_signature = signature,
				       .body = body,
				       .len = strlen(body)};
}

static void
webhook_example_is_genuine(void **state)
{
	static const enum scheme_kind kinds[] = {SCHEME_STANDARD_WEBHOOKS,
						 SCHEME_NATIVE};
	const struct scheme_request request = webhook(
		WEBHOOK_ID, WEBHOOK_TIMESTAMP, WEBHOOK_SIGNATURE, WEBHOOK_BODY);

	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct scheme_profile profile =
			profile_of(kinds[i], WEBHOOK_SECRET, NULL);

		assert_int_equal(judge(&profile, &request, WEBHOOK_NOW),
				 SCHEME_GENUINE);
		forget(&profile);
	}
}

/* Neither genuine nor stale, with any one byte of one of the texts changed;
 * by every bit of it. */
static void
webhook_example_changed_is_not(void **state)
{
	struct scheme_profile profile =
		profile_of(SCHEME_NATIVE, WEBHOOK_SECRET, WEBHOOK_OTHER);
	static const char *const texts[] = {WEBHOOK_ID, WEBHOOK_TIMESTAMP,
					    WEBHOOK_SIGNATURE, WEBHOOK_BODY};

	(void)state;
	for (size_t t = 0; t < COUNT(texts); t++)
		for (size_t i = 0; i < strlen(texts[t]) * 8; i++) {
			char *copy[COUNT(texts)];
			struct scheme_request request;
			enum scheme_verdict verdict;

			for (size_t c = 0; c < COUNT(texts); c++)
				copy[c] = mem_strdup(texts[c]);
			copy[t][i / 8] ^= (char)(1 << i % 8);
			request = webhook(copy[0], copy[1], copy[2], copy[3]);
			/* A body may hold a NUL. */
			request.len = strlen(WEBHOOK_BODY);
			verdict = judge(&profile, &request, WEBHOOK_NOW);
			assert_true(verdict == SCHEME_FORGED ||
				    verdict == SCHEME_MALFORMED);
			if (t >= 2)
				assert_int_equal(verdict, SCHEME_FORGED);
			for (size_t c = 0; c < COUNT(texts); c++)
				mem_free(copy[c]);
		}
	forget(&profile);
}

static void
webhook_cut_or_longer_is_forged(void **state)
{
	struct scheme_profile profile =
		profile_of(SCHEME_NATIVE, WEBHOOK_SECRET, NULL);
	struct scheme_request request;

	(void)state;
	for (size_t len = 0; len < strlen(WEBHOOK_BODY); len++) {
		request = webhook(WEBHOOK_ID, WEBHOOK_TIMESTAMP,
				  WEBHOOK_SIGNATURE, WEBHOOK_BODY);
		request.len = len;
		assert_int_equal(judge(&profile, &request, WEBHOOK_NOW),
				 SCHEME_FORGED);
	}
	request = webhook(WEBHOOK_ID, WEBHOOK_TIMESTAMP, WEBHOOK_SIGNATURE,
			  WEBHOOK_BODY "\n");
	assert_int_equal(judge(&profile, &request, WEBHOOK_NOW), SCHEME_FORGED);
	request = webhook(WEBHOOK_ID, WEBHOOK_TIMESTAMP, WEBHOOK_SIGNATURE,
			  WEBHOOK_BODY);
	request.body = NULL;
	request.len = 0;
	assert_int_equal(judge(&profile, &request, WEBHOOK_NOW), SCHEME_FORGED);
	profile.secret_count = 0;
	request = webhook(WEBHOOK_ID, WEBHOOK_TIMESTAMP, WEBHOOK_SIGNATURE,
			  WEBHOOK_BODY);
	assert_int_equal(judge(&profile, &request, WEBHOOK_NOW), SCHEME_FORGED);
	forget(&profile);
}

static void
webhook_tolerance_is_exact(void **state)
{
	static const struct {
		int64_t now;
		enum scheme_verdict verdict;
	} cases[] = {
		{WEBHOOK_NOW, SCHEME_GENUINE},
		{WEBHOOK_NOW + 300, SCHEME_GENUINE},
		{WEBHOOK_NOW + 301, SCHEME_STALE},
		{WEBHOOK_NOW - 300, SCHEME_GENUINE},
		{WEBHOOK_NOW - 301, SCHEME_STALE},
		{0, SCHEME_STALE},
		{INT64_C(1) << 40, SCHEME_STALE},
	};
	struct scheme_profile profile =
		profile_of(SCHEME_NATIVE, WEBHOOK_SECRET, NULL);
	struct scheme_request request = webhook(
		WEBHOOK_ID, WEBHOOK_TIMESTAMP, WEBHOOK_SIGNATURE, WEBHOOK_BODY);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(judge(&profile, &request, cases[i].now),
				 cases[i].verdict);
	/* Old and forged is forged. */
	request.body = WEBHOOK_BODY " ";
	request.len++;
	assert_int_equal(judge(&profile, &request, WEBHOOK_NOW + 301),
			 SCHEME_FORGED);
	forget(&profile);
}

static void
webhook_signature_lists(void **state)
{
#define WRONG "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define WRONG_3 WRONG " " WRONG " " WRONG
#define WRONG_9 WRONG_3 " " WRONG_3 " " WRONG_3
	static const struct {
		const char *signatures;
		enum scheme_verdict verdict;
	} cases[] = {
		{WRONG " " WEBHOOK_SIGNATURE, SCHEME_GENUINE},
		{WEBHOOK_SIGNATURE " " WRONG, SCHEME_GENUINE},
		{"v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFym"
		 "JaA7AZdpXwVLPo3mNl8EM+m7TBAg== " WEBHOOK_SIGNATURE,
		 SCHEME_GENUINE},
		{" " WEBHOOK_SIGNATURE "  ", SCHEME_GENUINE},
		{WRONG_9 " " WEBHOOK_SIGNATURE, SCHEME_GENUINE},
		{WRONG_9 " " WRONG " " WEBHOOK_SIGNATURE, SCHEME_FORGED},
		{WRONG, SCHEME_FORGED},
		{"", SCHEME_FORGED},
		{"v1", SCHEME_FORGED},
		{"v1,", SCHEME_FORGED},
		{"v1 ", SCHEME_FORGED},
		{WEBHOOK_SIGNATURE "=", SCHEME_FORGED},
		{WEBHOOK_SIGNATURE "," WRONG, SCHEME_FORGED},
		{"v2" WEBHOOK_SIGNATURE, SCHEME_FORGED},
		{"\t" WEBHOOK_SIGNATURE, SCHEME_FORGED},
	};
	struct scheme_profile profile =
		profile_of(SCHEME_NATIVE, WEBHOOK_SECRET, NULL);
	struct buffer longest = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct scheme_request request =
			webhook(WEBHOOK_ID, WEBHOOK_TIMESTAMP,
				cases[i].signatures, WEBHOOK_BODY);

		print_message("%s\n", cases[i].signatures);
		assert_int_equal(judge(&profile, &request, WEBHOOK_NOW),
				 cases[i].verdict);
	}
	buffer_puts(&longest, WEBHOOK_SIGNATURE);
	while (longest.len < 4097) {
		struct scheme_request request =
			webhook(WEBHOOK_ID, WEBHOOK_TIMESTAMP, longest.data,
				WEBHOOK_BODY);

		if (longest.len == 4096)
			assert_int_equal(judge(&profile, &request, WEBHOOK_NOW),
					 SCHEME_GENUINE);
		buffer_putc(&longest, ' ');
		request.webhook_signature = longest.data;
		if (longest.len == 4097)
			assert_int_equal(judge(&profile, &request, WEBHOOK_NOW),
					 SCHEME_MALFORMED);
	}
	buffer_free(&longest);
	forget(&profile);
}

static void
webhook_headers_are_strict(void **state)
{
#define ID_64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ID_256 ID_64 ID_64 ID_64 ID_64
	static const struct {
		const char *id, *timestamp;
		enum scheme_verdict verdict;
	} cases[] = {
		{ID_256, WEBHOOK_TIMESTAMP, SCHEME_GENUINE},
		{ID_256 "x", WEBHOOK_TIMESTAMP, SCHEME_MALFORMED},
		{"!~", WEBHOOK_TIMESTAMP, SCHEME_GENUINE},
		{"", WEBHOOK_TIMESTAMP, SCHEME_MALFORMED},
		{"a b", WEBHOOK_TIMESTAMP, SCHEME_MALFORMED},
		{"a.b", WEBHOOK_TIMESTAMP, SCHEME_MALFORMED},
		{"a\nb", WEBHOOK_TIMESTAMP, SCHEME_MALFORMED},
		{"a\x7f", WEBHOOK_TIMESTAMP, SCHEME_MALFORMED},
		{"\xe5\xb1\x95", WEBHOOK_TIMESTAMP, SCHEME_MALFORMED},
		{NULL, WEBHOOK_TIMESTAMP, SCHEME_MALFORMED},
		{"x", NULL, SCHEME_MALFORMED},
		{"x", "", SCHEME_MALFORMED},
		{"x", "+1614265330", SCHEME_MALFORMED},
		{"x", "-1614265330", SCHEME_MALFORMED},
		{"x", " 1614265330", SCHEME_MALFORMED},
		{"x", "1614265330 ", SCHEME_MALFORMED},
		{"x", "1614265330.0", SCHEME_MALFORMED},
		{"x", "0x6037bbb2", SCHEME_MALFORMED},
		{"x", "1614265330000", SCHEME_MALFORMED},
		{"x", "99999999999999999999999", SCHEME_MALFORMED},
		{"x", "001614265330", SCHEME_GENUINE},
		{"x", "999999999999", SCHEME_STALE},
		{"x", "0", SCHEME_STALE},
	};
	struct scheme_profile profile =
		profile_of(SCHEME_NATIVE, WEBHOOK_SECRET, NULL);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *id = cases[i].id ? cases[i].id : "",
			   *timestamp =
				   cases[i].timestamp ? cases[i].timestamp : "";
		/* Signed all the same. */
		char *signature = sign_webhook(&profile.secrets[0], id,
					       timestamp, "{}", 2);
		struct scheme_request request = webhook(
			cases[i].id, cases[i].timestamp, signature, "{}");

		print_message("%s %s\n", id, timestamp);
		assert_int_equal(judge(&profile, &request, WEBHOOK_NOW),
				 cases[i].verdict);
		request.webhook_signature = NULL;
		assert_int_equal(judge(&profile, &request, WEBHOOK_NOW),
				 SCHEME_MALFORMED);
		mem_free(signature);
	}
	forget(&profile);
}

/* The old secret and the new one are good, a third one is not. */
static void
both_secrets_are_good(void **state)
{
	static const struct {
		enum scheme_kind kind;
		const char *secrets[3];
	} cases[] = {
		{SCHEME_STANDARD_WEBHOOKS,
		 {WEBHOOK_SECRET, WEBHOOK_OTHER,
		  "whsec_//////////////////////////////////////////8="}},
		{SCHEME_NATIVE,
		 {WEBHOOK_SECRET, WEBHOOK_OTHER,
		  "whsec_//////////////////////////////////////////8="}},
		{SCHEME_ECPAY,
		 {ECPAY_SECRET, ECPAY_OTHER,
		  "5294y06JbISpM5x9\nv77hoKGq4kWxNNIT"}},
		{SCHEME_NEWEBPAY,
		 {NEWEBPAY_SECRET, NEWEBPAY_OTHER,
		  "abcdefghijklmnopqrstuvwxyz012345\nabcdefghijklmnoq"}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct scheme_profile both =
			profile_of(cases[i].kind, cases[i].secrets[0],
				   cases[i].secrets[1]);

		for (size_t by = 0; by < 3; by++) {
			struct scheme_profile one = profile_of(
				cases[i].kind, cases[i].secrets[by], NULL);
			struct scheme_request request =
				webhook(WEBHOOK_ID, WEBHOOK_TIMESTAMP, NULL,
					WEBHOOK_BODY);
			char *made;

			if (cases[i].kind == SCHEME_ECPAY) {
				made = sign_ecpay(&one.secrets[0], "a=1", 3);
				request.body = made;
			} else if (cases[i].kind == SCHEME_NEWEBPAY) {
				made = sign_newebpay(&one.secrets[0], "a=1", 3,
						     16);
				request.body = made;
			} else {
				made = sign_webhook(&one.secrets[0], WEBHOOK_ID,
						    WEBHOOK_TIMESTAMP,
						    WEBHOOK_BODY,
						    strlen(WEBHOOK_BODY));
				request.webhook_signature = made;
			}
			request.len = strlen(request.body);
			request.content_type = NULL;
			assert_int_equal(judge(&both, &request, WEBHOOK_NOW),
					 by < 2 ? SCHEME_GENUINE
						: SCHEME_FORGED);
			mem_free(made);
			forget(&one);
		}
		forget(&both);
	}
}

static void
ecpay_example_is_right(void **state)
{
	/* Not in this order. */
	static const struct scheme_pair odd[] = {
		{"b", 1, "-_.!*()~' +%&=/\"<>@#$^[]{}|\\:;,?`\x7f\t\n", 36},
		{"A", 1, "\xe5\xb1\x95\xe6\x9c\x9f", 6},
		{"c", 1, "", 0},
		{"_d", 2, "x", 1},
	};
	struct scheme_profile profile =
		profile_of(SCHEME_ECPAY, ECPAY_SECRET, NULL);
	char mac[SCHEME_CHECK_MAC_HEX];
	struct scheme_form form;

	(void)state;
	assert_int_equal(
		scheme_form_parse(&form, ECPAY_FIELDS, strlen(ECPAY_FIELDS)),
		SCHEME_FORM_GOOD);
	assert_int_equal(form.count, 10);
	scheme_ecpay_check_mac(&profile.secrets[0], form.pairs, form.count,
			       mac);
	assert_string_equal(mac, ECPAY_MAC);
	scheme_form_free(&form);
	/* Reckoned with Python's urllib.parse.quote_plus(). */
	assert_int_equal(strlen(odd[0].value), odd[0].value_len);
	scheme_ecpay_check_mac(&profile.secrets[0], odd, COUNT(odd), mac);
	assert_string_equal(mac, "0AA7989A930719E6AD6DF9F1E591ECAA"
				 "A65192385432E7EC039E67C8A5821DF7");

	assert_int_equal(
		judge_body(&profile, ECPAY_FIELDS "&CheckMacValue=" ECPAY_MAC),
		SCHEME_GENUINE);
	assert_int_equal(judge_body(&profile, "CheckMacValue=" ECPAY_MAC
					      "&" ECPAY_FIELDS),
			 SCHEME_GENUINE);
	forget(&profile);
}

/* Flipping the lowest bit of a byte; the case of letters is not signed. */
static void
ecpay_example_changed_is_not(void **state)
{
	static const char good[] = ECPAY_FIELDS "&CheckMacValue=" ECPAY_MAC;
	static const char *const others[] = {
		/* lower-case hex, cut, too long, empty */
		ECPAY_FIELDS "&CheckMacValue="
			     "6c51c9e6888de861fd62fb1dd17029fc"
			     "742634498fd813dc43d4243b5685b840",
		ECPAY_FIELDS "&CheckMacValue="
			     "6C51C9E6888DE861FD62FB1DD17029FC"
			     "742634498FD813DC43D4243B5685B84",
		ECPAY_FIELDS "&CheckMacValue=" ECPAY_MAC "0",
		ECPAY_FIELDS "&CheckMacValue=",
		/* a field more, a field less, blanks around */
		ECPAY_FIELDS "&RtnCode=1&CheckMacValue=" ECPAY_MAC,
		"RtnCode=&" ECPAY_FIELDS "&CheckMacValue=" ECPAY_MAC,
		"EncryptType=1&CheckMacValue=" ECPAY_MAC,
		"CheckMacValue=" ECPAY_MAC,
		ECPAY_FIELDS "&CheckMacValue=" ECPAY_MAC "\r\n",
		ECPAY_FIELDS "&CheckMacValue=+" ECPAY_MAC,
		/* fields twice, also in another case */
		ECPAY_FIELDS "&CheckMacValue=" ECPAY_MAC
			     "&CheckMacValue=" ECPAY_MAC,
		ECPAY_FIELDS "&TotalAmount=30000&CheckMacValue=" ECPAY_MAC,
		ECPAY_FIELDS "&totalamount=30000&CheckMacValue=" ECPAY_MAC,
	};
	struct scheme_profile profile =
		profile_of(SCHEME_ECPAY, ECPAY_SECRET, ECPAY_OTHER);

	(void)state;
	for (size_t i = 0; i < strlen(good); i++) {
		char *copy = mem_strdup(good);
		enum scheme_verdict verdict;

		copy[i] ^= 1;
		verdict = judge_body(&profile, copy);
		assert_true(verdict == SCHEME_FORGED ||
			    verdict == SCHEME_MALFORMED);
		mem_free(copy);
	}
	for (size_t i = 0; i < COUNT(others); i++) {
		print_message("other %zu\n", i);
		assert_int_equal(judge_body(&profile, others[i]),
				 SCHEME_FORGED);
	}
	forget(&profile);
}

static void
forms_that_are_none(void **state)
{
	static const char *const bodies[] = {
		"",
		"&",
		"a",
		"=",
		"=1",
		"a=1&",
		"&a=1",
		"a=1&&b=2",
		"a=%",
		"a=%4",
		"a=%4g",
		"a=%g4",
		"a=1%",
		"%=1",
		"a=1",
		"{\"RtnCode\":1}",
		"{\"a\":\"b=c\"}",
		"TradeInfo=00",
		"TradeSha=00",
		"\xff=\xff",
	};
	static const struct {
		const char *type;
		bool form;
	} types[] = {
		{NULL, true},
		{"", true},
		{"application/x-www-form-urlencoded", true},
		{"application/x-www-form-urlencoded; charset=utf-8", true},
		{"Application/X-WWW-Form-Urlencoded;charset=UTF-8", true},
		{"application/x-www-form-urlencodedx", false},
		{"application/json", false},
		{"multipart/form-data; boundary=x", false},
		{"text/plain", false},
	};
	struct scheme_profile ecpay =
		profile_of(SCHEME_ECPAY, ECPAY_SECRET, NULL);
	struct scheme_profile newebpay =
		profile_of(SCHEME_NEWEBPAY, NEWEBPAY_SECRET, NULL);
	char *form = sign_newebpay(&newebpay.secrets[0], "a=1", 3, 16);
	struct buffer many = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(bodies); i++) {
		print_message("%s\n", bodies[i]);
		assert_int_equal(judge_body(&ecpay, bodies[i]),
				 SCHEME_MALFORMED);
		assert_int_equal(judge_body(&newebpay, bodies[i]),
				 SCHEME_MALFORMED);
	}
	for (size_t i = 0; i < COUNT(types); i++) {
		struct scheme_request request = {
			.content_type = types[i].type,
			.body = ECPAY_FIELDS "&CheckMacValue=" ECPAY_MAC,
			.len = strlen(ECPAY_FIELDS "&CheckMacValue=" ECPAY_MAC),
		};
		enum scheme_verdict wanted =
			types[i].form ? SCHEME_GENUINE : SCHEME_MALFORMED;

		assert_int_equal(judge(&ecpay, &request, 0), wanted);
		request.body = form;
		request.len = strlen(form);
		assert_int_equal(judge(&newebpay, &request, 0), wanted);
	}
	/* So many fields that no service sends them. */
	for (int i = 0; i < 257; i++)
		buffer_printf(&many, "%sf%d=1", i ? "&" : "", i);
	assert_int_equal(judge_body(&ecpay, many.data), SCHEME_MALFORMED);
	buffer_free(&many);
	mem_free(form);
	forget(&ecpay);
	forget(&newebpay);
}

static char *
newebpay_example(const struct scheme_profile *profile)
{
	return sign_newebpay(&profile->secrets[0], NEWEBPAY_PLAIN,
			     strlen(NEWEBPAY_PLAIN), 16);
}

static void
newebpay_example_is_genuine(void **state)
{
	struct scheme_profile profile =
		profile_of(SCHEME_NEWEBPAY, NEWEBPAY_SECRET, NULL);
	char *form = newebpay_example(&profile);
	const char *sha = strstr(form, "&TradeSha=");

	(void)state;
	assert_non_null(sha);
	assert_string_equal(sha, "&TradeSha=" NEWEBPAY_SHA);
	assert_int_equal(judge_body(&profile, form), SCHEME_GENUINE);
	mem_free(form);
	forget(&profile);
}

/* Any bit of TradeInfo or TradeSha; what else the form holds is not read. */
static void
newebpay_example_changed_is_not(void **state)
{
	struct scheme_profile profile =
		profile_of(SCHEME_NEWEBPAY, NEWEBPAY_SECRET, NEWEBPAY_OTHER);
	char *form = newebpay_example(&profile), *longer;
	size_t from = (size_t)(strstr(form, "TradeInfo=") - form);

	(void)state;
	for (size_t i = from * 8; i < strlen(form) * 8; i++) {
		char *copy = mem_strdup(form);
		enum scheme_verdict verdict;
		const char *name = strstr(form + from, "TradeSha");
		/* The names may stand there in any case. */
		bool is_name = i / 8 < from + 9 || (form + i / 8 >= name &&
						    form + i / 8 < name + 8);

		if (!(is_name && i % 8 == 5)) {
			copy[i / 8] ^= (char)(1 << i % 8);
			verdict = judge_body(&profile, copy);
			assert_true(verdict == SCHEME_FORGED ||
				    verdict == SCHEME_MALFORMED);
		}
		mem_free(copy);
	}
	longer = mem_printf("%s0", form);
	assert_int_equal(judge_body(&profile, longer), SCHEME_FORGED);
	mem_free(longer);
	longer = mem_printf("%s&TradeInfo=00", form);
	assert_int_equal(judge_body(&profile, longer), SCHEME_FORGED);
	mem_free(longer);
	longer = mem_printf("tradeinfo=00&%s", form);
	assert_int_equal(judge_body(&profile, longer), SCHEME_FORGED);
	mem_free(longer);
	form[strlen(form) - 1] = '\0';
	assert_int_equal(judge_body(&profile, form), SCHEME_FORGED);
	mem_free(form);
	forget(&profile);
}

static void
bodies_have_a_limit(void **state)
{
	static const enum scheme_kind kinds[] = {SCHEME_STANDARD_WEBHOOKS,
						 SCHEME_ECPAY, SCHEME_NEWEBPAY,
						 SCHEME_NATIVE, SCHEME_QUERY};
	char *body = mem_alloc(SCHEME_BODY_MAX + 1, 1);

	(void)state;
	memset(body, 'x', SCHEME_BODY_MAX + 1);
	body[1] = '=';
	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct scheme_profile profile = {.channel = "shop",
						 .kind = kinds[i]};
		struct scheme_request request = {.body = body,
						 .len = SCHEME_BODY_MAX + 1};
		struct scheme_notice notice;

		assert_int_equal(scheme_read(&profile, &request, 0, &notice),
				 SCHEME_MALFORMED);
		assert_string_equal(notice.fault, "too_long");
		scheme_notice_free(&notice);
	}
	mem_free(body);
}

static void
knows_kinds_and_answers(void **state)
{
	static const struct {
		const char *name;
		enum scheme_kind kind;
		const char *answer;
	} cases[] = {
		{"standard-webhooks", SCHEME_STANDARD_WEBHOOKS, "OK"},
		{"ecpay", SCHEME_ECPAY, "1|OK"},
		{"newebpay", SCHEME_NEWEBPAY, "OK"},
		{"native", SCHEME_NATIVE, "OK"},
		{"query", SCHEME_QUERY, "OK"},
	};
	enum scheme_kind kind;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct scheme_profile profile = {.kind = cases[i].kind};

		assert_true(scheme_kind_of(cases[i].name, &kind));
		assert_int_equal(kind, cases[i].kind);
		assert_string_equal(scheme_answer(&profile), cases[i].answer);
		profile.answer = "8888";
		assert_string_equal(scheme_answer(&profile), "8888");
	}
	assert_false(scheme_kind_of("", &kind));
	assert_false(scheme_kind_of("ECPay", &kind));
	assert_false(scheme_kind_of("ecpay ", &kind));
}

static void
secrets_are_read(void **state)
{
	static const struct {
		enum scheme_kind kind;
		const char *text, *key, *iv;
	} cases[] = {
		{SCHEME_ECPAY, "pwFHCqoQZGmho4w6\r\nEkRm7iFT261dpevs\r\n\r\n",
		 "pwFHCqoQZGmho4w6", "EkRm7iFT261dpevs"},
		{SCHEME_ECPAY, "pwFHCqoQZGmho4w6\nEkRm7iFT261dpevs",
		 "pwFHCqoQZGmho4w6", "EkRm7iFT261dpevs"},
		{SCHEME_NEWEBPAY, NEWEBPAY_SECRET,
		 "12345678901234567890123456789012", "1234567890123456"},
		{SCHEME_NATIVE, "whsec_YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4\n",
		 "abcdefghijklmnopqrstuvwx", NULL},
		{SCHEME_STANDARD_WEBHOOKS,
		 "whsec_YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eQ==",
		 "abcdefghijklmnopqrstuvwxy", NULL},
		{SCHEME_QUERY, "partner_6ID1DoDlaPrfHw6HBZsULf\n",
		 "partner_6ID1DoDlaPrfHw6HBZsULf", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct scheme_secret secret;
		char *error = NULL;

		assert_true(scheme_secret_parse(cases[i].kind, cases[i].text,
						strlen(cases[i].text), &secret,
						&error));
		assert_null(error);
		assert_int_equal(secret.key_len, strlen(cases[i].key));
		assert_memory_equal(secret.key, cases[i].key, secret.key_len);
		assert_int_equal(secret.iv_len,
				 cases[i].iv ? strlen(cases[i].iv) : 0);
		if (cases[i].iv)
			assert_memory_equal(secret.iv, cases[i].iv,
					    secret.iv_len);
		scheme_secret_free(&secret);
		assert_null(secret.key);
		scheme_secret_free(&secret);
	}
}

static void
secrets_are_refused(void **state)
{
#define B64_12 "SEkySEkySEky"
#define B64_84 B64_12 B64_12 B64_12 B64_12 B64_12 B64_12 B64_12
	static const struct {
		enum scheme_kind kind;
		const char *text, *words;
	} cases[] = {
		{SCHEME_NATIVE, "", "empty"},
		{SCHEME_NATIVE, "\n", "whsec_"},
		{SCHEME_NATIVE, "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_"},
		{SCHEME_NATIVE, " " WEBHOOK_SECRET, "whsec_"},
		{SCHEME_NATIVE, "whsec_", "base64"},
		{SCHEME_NATIVE, "whsec_SEky", "24 bytes"},
		{SCHEME_NATIVE, WEBHOOK_SECRET " ", "base64"},
		{SCHEME_NATIVE, WEBHOOK_SECRET "====", "base64"},
		{SCHEME_NATIVE, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",
		 "base64"},
		{SCHEME_NATIVE, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa-_",
		 "base64"},
		{SCHEME_NATIVE,
		 "whsec_YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eR==", "base64"},
		{SCHEME_NATIVE,
		 "whsec_" B64_84 "SEky"
		 "SEky",
		 "base64"},
		{SCHEME_NATIVE, WEBHOOK_SECRET "\n" WEBHOOK_SECRET, "lines"},
		{SCHEME_ECPAY, "", "empty"},
		{SCHEME_ECPAY, "pwFHCqoQZGmho4w6", "HashIV"},
		{SCHEME_ECPAY, "pwFHCqoQZGmho4w6\n", "HashIV"},
		{SCHEME_ECPAY, "pwFHCqoQZGmho4w6\n\nEkRm7iFT261dpevs",
		 "blanks"},
		{SCHEME_ECPAY, "pwFHCqoQ ZGmho4w6\nEkRm7iFT261dpevs", "blanks"},
		{SCHEME_ECPAY, "pwFHCqoQZGmho4w6\nEkRm7iFT261dpev\xff",
		 "blanks"},
		{SCHEME_ECPAY, "pwFHCqo\nEkRm7iFT261dpevs", "8 bytes"},
		{SCHEME_ECPAY, "pwFHCqoQZGmho4w6\nEkRm7iF", "8 bytes"},
		{SCHEME_ECPAY, ECPAY_SECRET "pwFHCqoQZGmho4w6", "lines"},
		{SCHEME_NEWEBPAY, ECPAY_SECRET, "32 bytes"},
		{SCHEME_NEWEBPAY, "12345678901234567890123456789012\n1234",
		 "32 bytes"},
		{SCHEME_NEWEBPAY,
		 "123456789012345678901234567890123\n1234567890123456",
		 "32 bytes"},
		{SCHEME_QUERY, "a b", "blanks"},
		{SCHEME_QUERY, "a\nb", "lines"},
		{SCHEME_QUERY, "\n", "blanks"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct scheme_secret secret;
		char *error = NULL;

		print_message("secret %zu\n", i);
		assert_false(scheme_secret_parse(cases[i].kind, cases[i].text,
						 strlen(cases[i].text), &secret,
						 &error));
		assert_non_null(strstr(error, cases[i].words));
		assert_null(secret.key);
		assert_null(secret.iv);
		/* Nothing of it is told. */
		assert_null(strstr(error, "pwFH"));
		assert_null(strstr(error, "SEky"));
		assert_null(strstr(error, "YWJj"));
		assert_null(strstr(error, "1234"));
		mem_free(error);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(webhook_example_is_genuine),
		cmocka_unit_test(webhook_example_changed_is_not),
		cmocka_unit_test(webhook_cut_or_longer_is_forged),
		cmocka_unit_test(webhook_tolerance_is_exact),
		cmocka_unit_test(webhook_signature_lists),
		cmocka_unit_test(webhook_headers_are_strict),
		cmocka_unit_test(both_secrets_are_good),
		cmocka_unit_test(ecpay_example_is_right),
		cmocka_unit_test(ecpay_example_changed_is_not),
		cmocka_unit_test(forms_that_are_none),
		cmocka_unit_test(newebpay_example_is_genuine),
		cmocka_unit_test(newebpay_example_changed_is_not),
		cmocka_unit_test(bodies_have_a_limit),
		cmocka_unit_test(knows_kinds_and_answers),
		cmocka_unit_test(secrets_are_read),
		cmocka_unit_test(secrets_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
