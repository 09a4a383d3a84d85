/*
 * Mail: which addresses are good, how dates are said, what a text's language
 * takes and refuses, and the bytes of a message.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <string.h>

#include "buffer.h"
#include "mail_message.h"
#include "mail_notice.h"
#include "mail_settings.h"
#include "mail_template.h"
#include "mem.h"

static void
test_addresses(void **state)
{
	static const char *const good[] = {
		"a@example.tw", "first.last+tag@mail.example.com",
		"o'brien@x-y.tw", "1@2.3", "a@localhost"};
	static const char *const bad[] = {"",           "a",
					  "@b.tw",      "a@",
					  "a@b@c",      "a b@c.tw",
					  "a..b@c.tw",  ".a@c.tw",
					  "a.@c.tw",    "a@.tw",
					  "a@b..tw",    "a@-b.tw",
					  "a@b-.tw",    "a@b_c.tw",
					  "<a@b.tw>",   "a@b.tw,c@d.tw",
					  "a@b.tw\r\n", "\"a b\"@c.tw",
					  "王@例.tw",   "a@例.tw",
					  "a>@b.tw",    "a@b.tw> X:"};
	char longest[256];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(mail_address_ok(good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(mail_address_ok(bad[i]));
	memset(longest, 'a', 64);
	memcpy(longest + 64, "@b.tw", 6);
	assert_true(mail_address_ok(longest));
	memset(longest, 'a', 65);
	memcpy(longest + 65, "@b.tw", 6);
	assert_false(mail_address_ok(longest));
}

static void
test_dates(void **state)
{
	static const struct {
		const char *language, *iso, *said;
	} cases[] = {
		{"zh-Hant", "2026-11-28T17:05:59+08:00", "115年11月28日 17:05"},
		{"zh-Hant", "2026-01-02", "115年1月2日"},
		{"en", "2026-11-28T07:05:00+08:00", "28 November 2026, 07:05"},
		{"en", "2024-02-29", "29 February 2024"},
		{"en", "2024-13-29", "2024-13-29"},
		{"en", "soon", "soon"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *said = mail_date(cases[i].language, cases[i].iso);

		assert_string_equal(said, cases[i].said);
		mem_free(said);
	}
	assert_null(mail_date("en", NULL));
}

static const char *const names[] = {"name", "order_no", "pay_by"};
static const struct mail_words words = {names, 3, 3}; /* not pay_by */

static struct mail_template *
parse(const char *text, char **error)
{
	*error = NULL;
	return mail_template_parse("FILE", text, strlen(text), &words, error);
}

static void
test_template(void **state)
{
	static const char *const values[] = {"<b>&\"", "12", NULL};
	static const char *const lacking[] = {"x", NULL, NULL};
	static const char *const said[] = {
		"Order 12 of <b>&\"", "{ 12 }\n<b>&\"12\n",
		"<a href=\"&lt;b&gt;&amp;&quot;\">\n"};
	struct mail_template *text;
	struct buffer out = {0};
	char *error;

	(void)state;
	text = parse("[subject]\nOrder {{order_no}} of {{name}}\n[text]\n"
		     "{ {{order_no}} }\n{{name}}{{order_no}}\n[html]\n"
		     "<a href=\"{{name}}\">\n",
		     &error);
	assert_non_null(text);
	assert_null(mail_template_lacks(text, values));
	assert_string_equal(mail_template_lacks(text, lacking), "order_no");
	for (int part = 0; part < MAIL_PART_COUNT; part++) {
		mail_template_fill(text, (enum mail_part)part, values, &out);
		assert_string_equal(out.data, said[part]);
		buffer_clear(&out);
	}
	buffer_free(&out);
	mail_template_free(text);
}

static void
test_template_refused(void **state)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{"", "FILE:0: [subject] is missing"},
		{"Hello\n", "FILE:1: [subject] must come next"},
		{"[text]\n", "FILE:1: [subject] must come next"},
		{"[subject]\na\n[html]\n", "FILE:3: [text] must come next"},
		{"[subject]\na\n[text]\nb\n", "FILE:4: [html] is missing"},
		{"[subject]\na\nb\n[text]\nb\n[html]\nc\n",
		 "FILE:3: a subject is one line"},
		{"[subject]\n[text]\nb\n[html]\nc\n",
		 "FILE:5: [subject] is empty"},
		{"[subject]\na\n[text]\n[html]\nc\n",
		 "FILE:5: [text] is empty"},
		{"[subject]\na\n[text]\nb\n[html]\nc\n[html]\n",
		 "FILE:7: the end must come next"},
		{"[subject]\n{{nam}}\n[text]\nb\n[html]\nc\n",
		 "FILE:2: {{nam}} is no word of this mail (did you mean "
		 "\"name\"?)"},
		{"[subject]\na\n[text]\n\n{{ name }}\n[html]\nc\n",
		 "FILE:5: {{ name }} is no word of this mail"},
		{"[subject]\na\n[text]\n{{pay_by}}\n[html]\nc\n",
		 "FILE:4: {{pay_by}} is no word of this mail"},
		{"[subject]\na\n[text]\n{{name\n}}\n[html]\nc\n",
		 "FILE:4: {{ without }} on its line"},
		{"[subject]\na\n[text]\nname}}\n[html]\nc\n",
		 "FILE:4: }} without {{"},
		{"[subject]\na\rBcc: x\n[text]\nb\n[html]\nc\n",
		 "FILE:2: a control character"},
		{"[subject]\na\n[text]\nb\xff\n[html]\nc\n",
		 "FILE:4: not UTF-8"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *error;

		assert_null(parse(cases[i].text, &error));
		/* A near word may be offered too. */
		assert_memory_equal(error, cases[i].error,
				    strlen(cases[i].error));
		mem_free(error);
	}
}

static const struct mail_message message = {
	.message_id = "12.ab@example.tw",
	.date = 1795856400, /* 2026-11-28T17:00:00+08:00 */
	.from = "no-reply@example.tw",
	.from_name = "recard \"office\"",
	.to = "a@example.tw",
	.to_name = "游錫堃",
	.subject = "Order 12",
	.language = "en",
	.boundary = "ab",
	.text = "a\nb\n",
	.html = "<p>c"};

static void
test_message(void **state)
{
	static const char *const wanted =
		"Date: Sat, 28 Nov 2026 17:00:00 +0800\r\n"
		"From: \"recard \\\"office\\\"\"\r\n"
		" <no-reply@example.tw>\r\n"
		"To: =?UTF-8?B?5ri46Yyr5aCD?=\r\n"
		" <a@example.tw>\r\n"
		"Subject: Order 12\r\n"
		"Message-ID: <12.ab@example.tw>\r\n"
		"MIME-Version: 1.0\r\n"
		"Auto-Submitted: auto-generated\r\n"
		"Content-Language: en\r\n"
		"Content-Type: multipart/alternative;\r\n"
		" boundary=\"=_ab\"\r\n"
		"\r\n"
		"--=_ab\r\n"
		"Content-Type: text/plain; charset=UTF-8\r\n"
		"Content-Transfer-Encoding: base64\r\n"
		"\r\n"
		"YQ0KYg0K\r\n"
		"--=_ab\r\n"
		"Content-Type: text/html; charset=UTF-8\r\n"
		"Content-Transfer-Encoding: base64\r\n"
		"\r\n"
		"PHA+Yw==\r\n"
		"--=_ab--\r\n";
	struct buffer out = {0};

	(void)state;
	mail_message_write(&message, &out);
	assert_string_equal(out.data, wanted);
	buffer_free(&out);
}

/* Whatever names and subjects hold, a header is a header: no line is long, and
 * none begins but with the next header's name. */
static void
test_no_injection(void **state)
{
	static const char *const nasty[] = {
		"a\r\nBcc: victim@example.com",
		"a\n\n<html>",
		"=?UTF-8?Q?x?=",
		"𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷𠮷",
		"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80"
		"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80"
		"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"a"};

	(void)state;
	for (size_t i = 0; i < sizeof(nasty) / sizeof(nasty[0]); i++) {
		struct mail_message m = message;
		struct buffer out = {0};
		size_t headers = 0;
		char *line, *end;

		m.subject = m.to_name = m.from_name = nasty[i];
		mail_message_write(&m, &out);
		end = strstr(out.data, "\r\n\r\n");
		for (line = out.data; line < end + 2;
		     line = strstr(line, "\r\n") + 2) {
			assert_true(strcspn(line, "\r\n") <= 76);
			headers += line[0] != ' ';
		}
		assert_int_equal(headers, 9);
		assert_null(strstr(out.data, "Bcc"));
		buffer_free(&out);
	}
}

static void
test_settings(void **state)
{
	struct mail_settings s = {.server = "smtp://mx.example.tw",
				  .from = "no-reply@example.tw",
				  .site = "https://x",
				  .contact = "0800",
				  .mail_time = 100,
				  .lease = 200,
				  .wait_first = 1,
				  .wait_most = 1};
	static const struct {
		size_t field;
		char *value;
		const char *says;
	} cases[] = {
		{offsetof(struct mail_settings, server), NULL,
		 "server or outbox is not set"},
		{offsetof(struct mail_settings, from), NULL, "from is not set"},
		{offsetof(struct mail_settings, from), "x", "not a mail"},
		{offsetof(struct mail_settings, return_path), "x",
		 "not a mail"},
		{offsetof(struct mail_settings, domain), "x y", "not a domain"},
		{offsetof(struct mail_settings, user), "x", "set both"},
		{offsetof(struct mail_settings, site), NULL, "site is not"},
	};

	char *why;

	(void)state;
	assert_null(mail_settings_objection(&s));
	assert_string_equal(mail_settings_domain(&s), "example.tw");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct mail_settings t = s;

		*(char **)((char *)&t + cases[i].field) = cases[i].value;
		why = mail_settings_objection(&t);
		assert_non_null(why);
		assert_non_null(strstr(why, cases[i].says));
		mem_free(why);
	}
	s.lease = 199;
	why = mail_settings_objection(&s);
	assert_non_null(strstr(why, "twice"));
	mem_free(why);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_template),
		cmocka_unit_test(test_template_refused),
		cmocka_unit_test(test_message),
		cmocka_unit_test(test_no_injection),
		cmocka_unit_test(test_settings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
