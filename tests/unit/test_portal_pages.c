/*
 * page: what citizens see, whatever the values are. How the pages look and
 * whether everybody can use them is tests/system/test_citizen_pages.py's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "page.h"
#include "query.h"

#define HOSTILE "\"><script>alert(1)</script>'\xE2\x80\xAE&"

static const struct page_way hostile_ways[] = {
	{NULL, HOSTILE, HOSTILE, HOSTILE, NULL, "javascript:alert(1)"},
	{"other", "elsewhere", "elsewhere", NULL, NULL, "https://e.example/"},
};
static const struct page_site hostile = {
	.component = HOSTILE,
	.component_url = "https://user@evil.example/",
	.tracking_url = "http://post.example/",
	.phone = HOSTILE,
	.hours_zh = HOSTILE,
	.ways = hostile_ways,
	.way_count = 2,
};
static const struct page_site bare = {.component = "http://localhost:61161"};

static struct buffer out;

static struct page
begin(const struct page_site *site, enum language language)
{
	buffer_clear(&out);
	return (struct page){.site = site,
			     .language = language,
			     .path = "/",
			     .token = HOSTILE,
			     .inside = true,
			     .done = HOSTILE,
			     .out = &out};
}

static void
assert_has(const char *text)
{
	if (!strstr(out.data, text))
		fail_msg("no %s in %s", text, out.data);
}

static void
assert_has_not(const char *text)
{
	if (strstr(out.data, text))
		fail_msg("%s in %s", text, out.data);
}

static void
assert_whole(void)
{
	assert_has("<!DOCTYPE html>");
	assert_string_equal(out.data + out.len - 8, "</html>\n");
}

static json_t *
hostile_value(void)
{
	return json_pack(
		"{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:b,s:b,s:b,s:b}",
		"order_no", HOSTILE, "name", HOSTILE, "address", HOSTILE,
		"postal_code", HOSTILE, "phone", HOSTILE, "email", HOSTILE,
		"status", HOSTILE, "display", HOSTILE, "product", HOSTILE,
		"pay_by", HOSTILE, "can_edit", 1, "may_apply", 1, "open", 1,
		"held", 1);
}

/* Draws every page that takes an answer of the database. */
static void
draw(struct page *page, int which, const json_t *value,
     const struct query *form, const char *const *refused)
{
	switch (which) {
	case 0:
		page_home(page, value);
		break;
	case 1:
		page_apply(page, &(struct page_apply){value, HOSTILE, form,
						      refused, value});
		break;
	case 2:
		page_order(page, value);
		break;
	case 3:
		page_payment(page, value);
		break;
	case 4:
		page_address(page, &(struct page_address){value, form, refused,
							  value});
		break;
	case 5:
		page_activation(page, value, refused ? refused[0] : NULL);
		break;
	case 6:
		page_login(page,
			   &(struct page_login){HOSTILE, HOSTILE,
						refused ? refused[0] : NULL});
		break;
	default:
		page_error(page, 404, refused ? refused[0] : NULL);
	}
}
#define DRAWN 8

static void
test_hostile_values(void **state)
{
	static const char posted[] = "address=%22%3E%3Cscript%3E&phone=%3C"
				     "&product=%3Cscript%3E";
	const char *refused[] = {HOSTILE, NULL};
	struct query form;
	json_t *value = hostile_value();
	json_t *unpaid = json_deep_copy(value);

	(void)state;
	json_object_set_new(value, "letter", hostile_value());
	json_object_set_new(value, "card", hostile_value());
	json_object_set_new(value, "certificate", hostile_value());
	json_object_set_new(value, "steps", json_pack("[o]", hostile_value()));
	json_object_set_new(value, "orders", json_pack("[o]", hostile_value()));
	json_object_set_new(
		value, "products",
		json_pack("[oo]", hostile_value(), hostile_value()));
	json_object_set_new(unpaid, "status", json_string("unpaid"));
	assert_true(query_read(&form, posted, strlen(posted)));
	for (int which = 0; which < DRAWN; which++) {
		for (int language = 0; language < 2; language++) {
			struct page page =
				begin(&hostile, (enum language)language);

			draw(&page, which, which == 3 ? unpaid : value, &form,
			     refused);
			assert_whole();
			assert_has_not("<script>");
			assert_has_not("\"><script");
			assert_has_not("\xE2\x80\xAE");
			assert_has_not("javascript:");
			assert_has_not("evil.example/\"");
			assert_has_not("e.example");
		}
	}
	query_free(&form);
	json_decref(value);
	json_decref(unpaid);
}

static void
test_missing_values(void **state)
{
	json_t *nothing = json_object();
	const json_t *values[] = {NULL, nothing, json_null()};

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		for (int which = 0; which < DRAWN; which++) {
			struct page page = begin(&bare, LANGUAGE_EN);

			page.token = NULL;
			page.path = NULL;
			page.done = NULL;
			draw(&page, which, values[i], NULL, NULL);
			assert_whole();
			assert_has("<h1>");
			assert_has_not("(null)");
		}
	}
	json_decref(nothing);
}

static void
test_unknown_codes_are_told(void **state)
{
	struct page page = begin(&bare, LANGUAGE_EN);

	(void)state;
	page_login(&page, &(struct page_login){"c", "n", "never_heard_of"});
	assert_has("(code: never_heard_of)");
	page = begin(&bare, LANGUAGE_ZH);
	page_error(&page, 418, "teapot");
	assert_has("teapot");
	page = begin(&bare, LANGUAGE_ZH);
	page_error(&page, 404, "no_such_order");
	assert_has("找不到此頁面或訂單");
}

/* The PIN is no part of the form, and codes are never shown again. */
static void
test_secrets(void **state)
{
	static const char posted[] = "user_code=Geheim%211&user_code_again=x"
				     "&holder_id=A123456789";
	struct query form;
	struct page page = begin(&bare, LANGUAGE_EN);

	(void)state;
	page_login(&page, &(struct page_login){"c", "n", NULL});
	assert_has("id=\"pin\"");
	assert_has_not("name=\"pin\"");
	assert_true(query_read(&form, posted, strlen(posted)));
	page = begin(&bare, LANGUAGE_EN);
	page_apply(&page, &(struct page_apply){NULL, "r", &form, NULL, NULL});
	assert_has_not("Geheim");
	assert_has_not("A123456789");
	query_free(&form);
}

static void
test_apply_faults(void **state)
{
	static const struct {
		const char *posted, *codes[PAGE_FAULTS];
	} cases[] = {
		{"postal_code=100&address=a&phone=1&email=a%40b&language=en"
		 "&user_code=abcdef&user_code_again=abcdef&consent=yes",
		 {NULL}},
		{"postal_code=+&address=a&phone=1&email=a%40b&language=zh-Hant"
		 "&user_code=abcdef&user_code_again=abcdeF&consent=yes",
		 {"missing_postal_code", "user_code_differs", NULL}},
		{"",
		 {"missing_postal_code", "missing_address", "missing_phone",
		  "missing_email", "bad_language", "bad_user_code",
		  "missing_consent", NULL}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *codes[PAGE_FAULTS];
		struct query form;
		size_t count, at;

		assert_true(query_read(&form, cases[i].posted,
				       strlen(cases[i].posted)));
		count = page_apply_faults(&form, codes);
		for (at = 0; cases[i].codes[at]; at++)
			assert_string_equal(codes[at], cases[i].codes[at]);
		assert_int_equal(count, at);
		assert_null(codes[count]);
		query_free(&form);
	}
}

static void
test_outside_links(void **state)
{
	static const struct {
		const char *url;
		bool ok;
	} cases[] = {
		{"https://post.example.tw", true},
		{"https://post.example.tw:8443/a?b=c&d#e", true},
		{"http://post.example.tw/", false},
		{"HTTPS://post.example.tw/", false},
		{"https://", false},
		{"https:///path", false},
		{"https://user@post.example.tw/", false},
		{"https://user:word@post.example.tw/", false},
		{"https://post.example.tw:/", false},
		{"https://post.example.tw:123456/", false},
		{"https://post.example.tw\\@evil.example/", false},
		{"https://post.example.tw/\"><script>", false},
		{"https://post.example.tw/a b", false},
		{"https://郵局.tw/", false},
		{"javascript:alert(1)", false},
		{"", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buffer text = {0};
		struct html html = {.out = &text};

		if (html_outside_ok(cases[i].url) != cases[i].ok)
			fail_msg("%s", cases[i].url);
		html_open_outside(&html, NULL, cases[i].url);
		html_close(&html);
		assert_int_equal(strstr(text.data, "href") != NULL,
				 cases[i].ok);
		buffer_free(&text);
	}
}

static void
test_moments(void **state)
{
	json_t *order = json_pack(
		"{s:s,s:s,s:s,s:i}", "order_no", "26112300000012", "status",
		"unpaid", "pay_by", "2026-11-25T16:30:00Z", "amount", 228);
	struct page page = begin(&bare, LANGUAGE_ZH);

	(void)state;
	page_payment(&page, order);
	assert_has(">115年11月26日（星期四）00:30<");
	assert_has("NT$228");
	page = begin(&bare, LANGUAGE_EN);
	page_payment(&page, order);
	assert_has(">Thursday 26 November 2026, 00:30<");
	json_decref(order);
}

static void
test_topics(void **state)
{
	enum page_topic topic;

	(void)state;
	assert_true(page_topic_of("/help/pin", &topic));
	assert_int_equal(topic, TOPIC_PIN);
	assert_false(page_topic_of("/help/pins", &topic));
	for (int i = TOPIC_HELP; i <= TOPIC_PRIVACY; i++) {
		struct page page = begin(&bare, LANGUAGE_EN);

		page_topic(&page, (enum page_topic)i);
		assert_whole();
	}
}

static int
end(void **state)
{
	(void)state;
	buffer_free(&out);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hostile_values),
		cmocka_unit_test(test_missing_values),
		cmocka_unit_test(test_unknown_codes_are_told),
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_apply_faults),
		cmocka_unit_test(test_outside_links),
		cmocka_unit_test(test_moments),
		cmocka_unit_test(test_topics),
	};

	return cmocka_run_group_tests(tests, NULL, end);
}
