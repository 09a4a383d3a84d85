/*
 * Draws a page for citizens from a JSON description, for looking at and for
 * checks of all of them:
 *
 *	page_probe DESCRIPTION.json >page.html
 *
 * {"page": "home", "language": "en", "path", "inside", "done", "data": what
 * the database answers, "form": "a=b&c=d", "refused": [codes], "area", "topic",
 * "status", "code"}
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "page.h"
#include "query.h"

static const struct page_way ways[] = {
	{NULL, "信用卡", "Credit card", "線上刷卡，立即入帳。", "Paid at once.",
	 "https://pay.example.tw/card"},
	{"moica", "ATM 轉帳", "ATM transfer",
	 "取得專屬帳號後，於期限前轉入應繳金額。",
	 "You get an account number of your own; transfer the exact amount.",
	 "https://pay.example.tw/atm?kind=1"},
};

static const struct page_site site = {
	.component = "http://localhost:61161",
	.component_url = "https://component.example.tw/",
	.tracking_url = "https://post.example.tw/track",
	.counter_url = "https://counter.example.tw/",
	.phone = "0800-080-117",
	.hours_zh = "週一至週五 8:30-17:30",
	.hours_en = "Monday to Friday, 8:30 to 17:30",
	.ways = ways,
	.way_count = sizeof(ways) / sizeof(ways[0]),
};
static const struct page_site bare = {.component = "http://localhost:61161"};

static const char *
text(const json_t *asked, const char *name)
{
	return json_string_value(json_object_get(asked, name));
}

static void
draw(struct page *page, const json_t *asked, const struct query *form,
     const char *const *refused)
{
	const json_t *data = json_object_get(asked, "data");
	const char *name = text(asked, "page"), *code = text(asked, "code");
	const json_t *area = json_object_get(asked, "area");
	enum page_topic topic;

	if (strcmp(name, "login") == 0)
		page_login(page,
			   &(struct page_login){"recard_log-in", "00ff", code});
	else if (strcmp(name, "home") == 0)
		page_home(page, data);
	else if (strcmp(name, "apply") == 0)
		page_apply(page, &(struct page_apply){data, "r-1", form,
						      refused, area});
	else if (strcmp(name, "order") == 0)
		page_order(page, data);
	else if (strcmp(name, "payment") == 0)
		page_payment(page, data);
	else if (strcmp(name, "address") == 0)
		page_address(page,
			     &(struct page_address){data, form, refused, area});
	else if (strcmp(name, "activation") == 0)
		page_activation(page, data, code);
	else if (page_topic_of(name, &topic))
		page_topic(page, topic);
	else
		page_error(page,
			   (int)json_integer_value(
				   json_object_get(asked, "status")),
			   code);
}

int
main(int argc, char **argv)
{
	json_t *asked = argc == 2 ? json_load_file(argv[1], 0, NULL) : NULL;
	const char *codes[PAGE_FAULTS] = {NULL}, *language, *posted;
	struct buffer out = {0};
	struct query form = {.count = 0};
	const json_t *code;
	size_t i;

	if (!asked || !text(asked, "page"))
		return 2;
	language = text(asked, "language");
	posted = text(asked, "form");
	if (posted && !query_read(&form, posted, strlen(posted)))
		return 2;
	json_array_foreach(json_object_get(asked, "refused"), i,
			   code) if (i + 1 < PAGE_FAULTS) codes[i] =
		json_string_value(code);
	struct page page = {
		.site = json_is_true(json_object_get(asked, "bare")) ? &bare
								     : &site,
		.language = language && strcmp(language, "en") == 0
				    ? LANGUAGE_EN
				    : LANGUAGE_ZH,
		.path = text(asked, "path"),
		.token = "t",
		.inside = json_is_true(json_object_get(asked, "inside")),
		.done = text(asked, "done"),
		.out = &out,
	};
	draw(&page, asked, posted ? &form : NULL, codes);
	fwrite(out.data, 1, out.len, stdout);
	buffer_free(&out);
	if (posted)
		query_free(&form);
	json_decref(asked);
	return 0;
}
