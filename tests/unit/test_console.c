/*
 * html, query, form_token, words and metrics_text: what the console writes and
 * reads, as bytes.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "acts.h"
#include "form_token.h"
#include "html.h"
#include "metrics_text.h"
#include "query.h"
#include "session.h"
#include "words.h"

static void
test_text_is_escaped(void **state)
{
	static const struct {
		const char *text, *html;
	} cases[] = {
		{"", ""},
		{"plain", "plain"},
		{"<b>&\"'", "&lt;b&gt;&amp;&quot;&#39;"},
		{"王小明 堃", "王小明 堃"},
		{"a\nb\tc", "a\nb\tc"},
		{"a\x01z", "a\uFFFDz"},
		{"\x1b[1m", "\uFFFD[1m"},
		/* no UTF-8: a lone byte, overlong, surrogate, cut off */
		{"\x80", "\uFFFD"},
		{"\xC0\xBC", "\uFFFD\uFFFD"},
		{"\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD"},
		{"\xE7\x8E<", "\uFFFD\uFFFD&lt;"},
		/* right to left, zero width */
		{"a\u202Eb", "a\uFFFDb"},
		{"a\u200Bb", "a\uFFFDb"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buffer out = {0};
		struct html html = {.out = &out};

		buffer_puts(&out, "");
		html_text(&html, cases[i].text);
		assert_string_equal(out.data ? out.data : "", cases[i].html);
		buffer_clear(&out);
		html_void(&html, "input", "value", cases[i].text, NULL);
		assert_memory_equal(out.data, "<input value=\"", 14);
		assert_memory_equal(out.data + 14, cases[i].html,
				    strlen(cases[i].html));
		assert_string_equal(out.data + 14 + strlen(cases[i].html),
				    "\">");
		buffer_free(&out);
	}
}

static void
test_elements_are_closed(void **state)
{
	struct buffer out = {0};
	struct html html;

	(void)state;
	html_begin(&html, &out, "en");
	html_open(&html, "p", "class", NULL, "title", "a<b", NULL);
	html_say(&html, "strong", "late", "x");
	html_end(&html);
	assert_string_equal(out.data,
			    "<!DOCTYPE html>\n<html lang=\"en\">"
			    "<p title=\"a&lt;b\"><strong class=\"late\">x"
			    "</strong>\n</p>\n</html>\n");
	assert_int_equal(html.depth, 0);
	buffer_free(&out);
}

static void
test_links_stay_here(void **state)
{
	static const struct {
		const char *address;
		bool here;
	} cases[] = {
		{"/", true},
		{"/orders?a=1&b=2", true},
		{"#main", true},
		{"//evil.example", false},
		{"/\\evil.example", false},
		{"https://evil.example", false},
		{"javascript:alert(1)", false},
		{" /orders", false},
		{"", false},
	};
	static const char *const names[] = {"href", "action", "src"};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]) * 3; i++) {
		struct buffer out = {0};
		struct html html = {.out = &out};

		html_void(&html, "a", names[i % 3], cases[i / 3].address, NULL);
		if (cases[i / 3].here)
			assert_null(strstr(out.data, "=\"#\""));
		else
			assert_non_null(strstr(out.data, "=\"#\""));
		buffer_free(&out);
	}
}

#define FORM(text) text, sizeof(text) - 1

static void
test_forms_are_read(void **state)
{
	static const struct {
		const char *form;
		size_t len;
		int count;         /* -1: refused */
		const char *value; /* of "a" */
	} cases[] = {
		{FORM(""), 0, ""},
		{FORM("a=1"), 1, "1"},
		{FORM("a=1&b=2"), 2, "1"},
		{FORM("&&a=1&"), 1, "1"},
		{FORM("a"), 1, ""},
		{FORM("a=b=c"), 1, "b=c"},
		{FORM("a=+x%20y%2B"), 1, " x y+"},
		{FORM("a=%E7%8E%8B"), 1, "王"},
		{FORM("a=%e7%8e%8b"), 1, "王"},
		{FORM("%61=1"), 1, "1"},
		{FORM("a=x%0D%0Ay%0D"), 1, "x\ny\r"},
		{FORM("a=1&a=2"), -1, NULL},
		{FORM("a=%"), -1, NULL},
		{FORM("a=%4"), -1, NULL},
		{FORM("a=%4g"), -1, NULL},
		{FORM("a=%00"), -1, NULL},
		{FORM("a=\0"), -1, NULL},
		{FORM("a=%ff"), -1, NULL},
		{FORM("a=%C0%80"), -1, NULL},
	};
	struct query query;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool good = query_read(&query, cases[i].form, cases[i].len);

		assert_int_equal(good ? (int)query.count : -1, cases[i].count);
		if (!good)
			continue;
		assert_string_equal(query_value(&query, "a"), cases[i].value);
		assert_string_equal(query_value(&query, "z"), "");
		query_free(&query);
	}
}

static void
test_what_is_put_is_read(void **state)
{
	static const char text[] = "a b&c=d+e%f/?#王\n\"<>";
	struct buffer address = {0};
	struct query query;

	(void)state;
	buffer_puts(&address, "/x");
	query_put(&address, "empty", "");
	query_put(&address, "none", NULL);
	assert_string_equal(address.data, "/x");
	query_put(&address, "one", text);
	query_put(&address, "two", "2");
	assert_null(strpbrk(address.data, "\n\"<> "));
	assert_true(query_read(&query, address.data + 3, address.len - 3));
	assert_int_equal(query.count, 2);
	assert_string_equal(query_value(&query, "one"), text);
	assert_string_equal(query_value(&query, "two"), "2");
	query_free(&query);
	buffer_free(&address);
}

static void
test_too_many_values(void **state)
{
	struct buffer form = {0};
	struct query query;

	(void)state;
	for (int i = 0; i < QUERY_MOST; i++)
		buffer_printf(&form, "n%d=1&", i);
	assert_true(query_read(&query, form.data, form.len));
	query_free(&query);
	buffer_puts(&form, "more=1");
	assert_false(query_read(&query, form.data, form.len));
	buffer_free(&form);
}

static void
test_tokens(void **state)
{
	static const unsigned char bytes[32] = {1}, others[32] = {2};
	const struct form_key key = {bytes, sizeof(bytes)};
	const struct form_key other = {others, sizeof(others)};
	char token[FORM_TOKEN_SIZE];

	(void)state;
	form_token_make(&key, "session", "me", 1000, token);
	assert_true(form_token_ok(&key, "session", "me", 1000, 60, token));
	assert_true(form_token_ok(&key, "session", "me", 1060, 60, token));
	assert_false(form_token_ok(&key, "session", "me", 1061, 60, token));
	/* Another host's clock may be a minute ahead, and no more. */
	assert_true(form_token_ok(&key, "session", "me", 940, 60, token));
	assert_false(form_token_ok(&key, "session", "me", 939, 60, token));
	assert_false(form_token_ok(&key, "other", "me", 1000, 60, token));
	assert_false(form_token_ok(&key, "session", "you", 1000, 60, token));
	assert_false(form_token_ok(&other, "session", "me", 1000, 60, token));
	/* A later time does not make it younger. */
	token[3]++;
	assert_false(form_token_ok(&key, "session", "me", 1001, 60, token));
	assert_false(form_token_ok(&key, "session", "me", 1000, 60, ""));
	assert_false(form_token_ok(&key, "session", "me", 1000, 60, "1000."));
	/* Without a session there is no form. */
	form_token_make(&key, "", "me", 1000, token);
	assert_false(form_token_ok(&key, "", "me", 1000, 60, token));
}

static void
test_languages(void **state)
{
	static const struct {
		const char *chosen, *accepted;
		enum language language;
	} cases[] = {
		{"", NULL, LANGUAGE_ZH},
		{"en", "zh-TW", LANGUAGE_EN},
		{"zh", "en", LANGUAGE_ZH},
		{"", "en-GB,en;q=0.9", LANGUAGE_EN},
		{"", "zh-TW,zh;q=0.9,en;q=0.8", LANGUAGE_ZH},
		{"", "fr, en;q=0.3, zh;q=0.7", LANGUAGE_ZH},
		{"", "de", LANGUAGE_ZH},
		{"", "EN", LANGUAGE_EN},
		{"", ",,;q=", LANGUAGE_ZH},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(
			language_of(cases[i].chosen, cases[i].accepted),
			cases[i].language);
	assert_string_equal(word(LANGUAGE_EN, "hold"), "hold");
	assert_string_equal(word(LANGUAGE_ZH, "hold"), "保留訂單");
	assert_string_equal(word(LANGUAGE_ZH, "moica"), "moica");
}

static void
test_acts_are_offered(void **state)
{
	static const struct {
		const char *act, *facts;
		bool offered;
	} cases[] = {
		{"hold", " any paid free ", true},
		{"hold", " any paid held ", false},
		{"release", " any paid held ", true},
		{"release", " any paid free ", false},
		{"retry", " any queued held ", true},
		{"retry", " any queued free ", false},
		{"hold", " any producing free ", false},
		{"hold", " any aid ", false},
		{"claim_note", " any ", true},
		{"claim_note", " any closed ", false},
		{"exception_close", " any ", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(
			act_offered(act_find(cases[i].act), cases[i].facts),
			cases[i].offered);
	for (const struct act *act = acts; act->name; act++)
		assert_non_null(subject_find(act->subject));
	assert_null(act_find("explode"));
}

static void
test_acts_ask_for_what_they_need(void **state)
{
	static const struct act_input text = {"a", INPUT_TEXT, true, "2"},
				      number = {"a", INPUT_NUMBER, true, "12"},
				      moment = {"a", INPUT_MOMENT, false, NULL};
	static const struct {
		const struct act_input *input;
		const char *value;
		bool taken;
	} cases[] = {
		{&text, "", false},
		{&text, "x", true},
		{&text, " \n", false},
		{&text, "王王", true},
		{&text, "123456789", false},
		{&number, "0", true},
		{&number, "12", true},
		{&number, "13", false},
		{&number, "-1", false},
		{&number, "1e1", false},
		{&number, "000000000000012", false},
		{&moment, "", true},
		{&moment, "2026-11-30T17:00", true},
		{&moment, "2026-11-30 17:00", false},
		{&moment, "2026-11-30T17:00:00", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(input_takes(cases[i].input, cases[i].value),
				 cases[i].taken);
	assert_true(subject_takes(subject_find("order"), "26112300000012"));
	assert_false(subject_takes(subject_find("order"), "261123000000123"));
	assert_false(subject_takes(subject_find("order"), "CB-1"));
	assert_true(subject_takes(subject_find("batch"), "CB-20261123-000001"));
	assert_false(subject_takes(subject_find("line"), "main,other"));
}

static void
test_what_is_chosen_may_be_several(void **state)
{
	static const char form[] = "on=1&a=2&on=3", twice[] = "a=1&on=2&a=3";
	struct query query;

	(void)state;
	assert_true(query_read(&query, form, strlen(form)));
	assert_int_equal(query_count(&query, "on"), 2);
	assert_int_equal(query_count(&query, "b"), 0);
	assert_string_equal(query_nth(&query, "on", 1), "3");
	assert_string_equal(query_nth(&query, "on", 2), "");
	query_free(&query);
	assert_false(query_read(&query, twice, strlen(twice)));
	assert_true(query_is_here("/orders?a=1"));
	assert_false(query_is_here("//orders"));
	assert_false(query_is_here("/\\orders"));
	assert_false(query_is_here("/a\r\nb"));
	assert_false(query_is_here("/王"));
	assert_false(query_is_here(""));
}

static void
test_sessions_end(void **state)
{
	static const struct form_key key = {(const unsigned char *)"secret", 6},
				     other = {(const unsigned char *)"Secret",
					      6};
	char number[SESSION_SIZE], id[SESSION_SIZE] = "";
	char value[SESSION_COOKIE_SIZE], cookies[SESSION_COOKIE_SIZE + 64];
	int64_t seen = 0;

	(void)state;
	memset(number, 'a', sizeof(number) - 1);
	number[sizeof(number) - 1] = '\0';
	session_write(&key, number, "mei", 1000, value);
	snprintf(cookies, sizeof(cookies), "x=1; " SESSION_COOKIE "%s; y=2",
		 value);
	assert_int_equal(
		session_read(&key, cookies, "mei", 1060, 60, id, &seen),
		SESSION_GOOD);
	assert_string_equal(id, number);
	assert_int_equal(seen, 1000);
	assert_int_equal(
		session_read(&key, cookies, "mei", 1061, 60, id, &seen),
		SESSION_OVER);
	/* Of somebody else, of another key, of a moment too far ahead. */
	assert_int_equal(
		session_read(&key, cookies, "lin", 1001, 60, id, &seen),
		SESSION_NONE);
	assert_int_equal(
		session_read(&other, cookies, "mei", 1001, 60, id, &seen),
		SESSION_NONE);
	assert_int_equal(session_read(&key, cookies, "mei", 939, 60, id, &seen),
			 SESSION_NONE);
	cookies[strlen(cookies) - 6]++;
	assert_int_equal(
		session_read(&key, cookies, "mei", 1001, 60, id, &seen),
		SESSION_NONE);
	assert_int_equal(session_read(&key, NULL, "mei", 1001, 60, id, &seen),
			 SESSION_NONE);
	assert_int_equal(
		session_read(&key, SESSION_COOKIE, "mei", 1001, 60, id, &seen),
		SESSION_NONE);
}

static void
test_a_picture_stands_in_its_page(void **state)
{
	struct buffer out = {0};
	struct html html = {.out = &out};

	(void)state;
	html_png(&html, "\x89PNG", 4, "a\"b");
	assert_string_equal(
		out.data, "<img class=\"picture\" src=\"data:image/png;base64,"
			  "iVBORw==\" alt=\"a&quot;b\">\n");
	buffer_free(&out);
}

static void
test_metrics(void **state)
{
	struct metrics metrics = {0};
	struct buffer out = {0};

	(void)state;
	assert_true(metrics_add(&metrics, "recard_stage_items",
				"{\"status\":\"a\\\"b\\\\c\\nd\"}", 3));
	assert_true(
		metrics_add(&metrics, "recard_claims_open", "{}", INFINITY));
	assert_false(metrics_add(&metrics, "recard_bananas", "{}", 1));
	assert_false(metrics_add(&metrics, "recard_claims_open", "[]", 1));
	assert_false(
		metrics_add(&metrics, "recard_claims_open", "{\"a\":1}", 1));
	assert_false(metrics_add(&metrics, "recard_claims_open",
				 "{\"a b\":\"1\"}", 1));
	assert_false(metrics_add(&metrics, "recard_claims_open", "", 1));
	metrics_put(&metrics, METRIC_recard_db_clock_skew_seconds, NULL, NULL,
		    -0.25);
	metrics_write(&metrics, &out);
	assert_string_equal(
		out.data,
		"# HELP recard_claims_open Claims that are open.\n"
		"# TYPE recard_claims_open gauge\n"
		"recard_claims_open +Inf\n"
		"# HELP recard_db_clock_skew_seconds The database's clock less "
		"this host's.\n"
		"# TYPE recard_db_clock_skew_seconds gauge\n"
		"recard_db_clock_skew_seconds -0.25\n"
		"# HELP recard_stage_items Orders that stand in a status.\n"
		"# TYPE recard_stage_items gauge\n"
		"recard_stage_items{status=\"a\\\"b\\\\c\\nd\"} 3\n");
	buffer_free(&out);
	metrics_free(&metrics);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_is_escaped),
		cmocka_unit_test(test_elements_are_closed),
		cmocka_unit_test(test_links_stay_here),
		cmocka_unit_test(test_forms_are_read),
		cmocka_unit_test(test_what_is_put_is_read),
		cmocka_unit_test(test_too_many_values),
		cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_languages),
		cmocka_unit_test(test_acts_are_offered),
		cmocka_unit_test(test_acts_ask_for_what_they_need),
		cmocka_unit_test(test_what_is_chosen_may_be_several),
		cmocka_unit_test(test_sessions_end),
		cmocka_unit_test(test_a_picture_stands_in_its_page),
		cmocka_unit_test(test_metrics),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
