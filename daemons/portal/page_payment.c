/*
 * How an order is paid, in a form that can be printed and taken along.
 */
#include <string.h>

#include "page_private.h"

static void
draw_facts(struct page *page, const json_t *order)
{
	char money[32];

	html_open(&page->html, "section", "class", "sheet now", NULL);
	html_open(&page->html, "dl", "class", "large", NULL);
	page_pair(page, "payment.amount",
		  page_money(page_number(order, "amount"), money));
	page_say(page, "dt", NULL, "order.no");
	html_say(&page->html, "dd", "number", page_text(order, "order_no"));
	page_say(page, "dt", NULL, "payment.pay_by");
	html_open(&page->html, "dd", NULL);
	page_time(page, page_text(order, "pay_by"));
	html_text(&page->html, " ");
	page_say(page, "span", "soft", "payment.taipei");
	html_close(&page->html);
	html_close(&page->html);
	page_say(page, "p", "note", "payment.deleted");
	html_close(&page->html);
}

static void
draw_way(struct page *page, const char *name, const char *words,
	 const char *url)
{
	html_open(&page->html, "li", NULL);
	html_say(&page->html, "p", "what", name);
	if (words)
		html_say(&page->html, "p", NULL, words);
	if (url) {
		html_open(&page->html, "p", NULL);
		html_open_outside(&page->html, "act", url);
		page_fill(page, "payment.go", name, NULL);
		html_close(&page->html);
		html_close(&page->html);
	}
	html_close(&page->html);
}

/* As configured; or else what the product can be paid by. */
static void
draw_ways(struct page *page, const json_t *order)
{
	bool chinese = page->language == LANGUAGE_ZH;
	const json_t *channels = json_object_get(order, "channels"), *channel;
	size_t i, drawn = 0;

	html_open(&page->html, "section", "class", "sheet", NULL);
	page_say(page, "h2", NULL, "payment.ways");
	html_open(&page->html, "ul", "class", "orders", NULL);
	for (i = 0; i < page->site->way_count; i++) {
		const struct page_way *way = &page->site->ways[i];

		if (way->product &&
		    strcmp(way->product, page_text(order, "product")) != 0)
			continue;
		draw_way(page, chinese ? way->name_zh : way->name_en,
			 chinese ? way->words_zh : way->words_en, way->url);
		drawn++;
	}
	if (drawn == 0) {
		json_array_foreach(channels, i, channel) draw_way(
			page, page_text(channel, "display"), NULL, NULL);
	}
	html_close(&page->html);
	html_close(&page->html);
}

void
page_payment(struct page *page, const json_t *order)
{
	static const char *const after[] = {
		"payment.after_paid", "payment.after_atm",
		"payment.after_store", "payment.after_frozen"};
	char path[64];

	page_begin(page, "payment.title", NULL);
	if (strcmp(page_text(order, "status"), "unpaid") == 0) {
		draw_facts(page, order);
		draw_ways(page, order);
		html_open(&page->html, "section", "class", "sheet", NULL);
		page_say(page, "h2", NULL, "payment.after");
		html_open(&page->html, "ul", NULL);
		for (size_t i = 0; i < sizeof(after) / sizeof(after[0]); i++)
			html_say(&page->html, "li", NULL,
				 page_word(page, after[i]));
		html_close(&page->html);
		html_close(&page->html);
	} else {
		page_say(page, "p", "note good", "payment.nothing");
	}
	if (page_order_path(order, "", path)) {
		html_open(&page->html, "p", NULL);
		page_link(page, NULL, path, "back_order");
		html_close(&page->html);
	}
	page_end(page);
}
