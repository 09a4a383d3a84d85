/*
 * The page that a citizen sees first: his card, whether he may renew it and
 * what stands in the way, and his orders.
 */
#include <string.h>

#include "page_private.h"

static void
draw_card(struct page *page, const json_t *home)
{
	const json_t *card = json_object_get(home, "card");
	char moment[PAGE_MOMENT_SIZE];
	const char *rank = page_word_of(page, "rank", page_text(card, "rank"));
	const char *state =
		page_word_of(page, "card", page_text(card, "status"));

	html_open(&page->html, "section", "class", "sheet", NULL);
	page_say(page, "h2", NULL, "home.card");
	html_open(&page->html, "dl", NULL);
	page_pair(page, "home.name", page_text(home, "name"));
	page_pair(page, "home.card_no", page_text(card, "card_no"));
	page_pair(page, "home.rank", rank);
	page_pair(page, "home.not_after",
		  page_moment(page, page_text(card, "not_after"), moment));
	page_pair(page, "home.card_status", state);
	html_close(&page->html);
	html_close(&page->html);
}

/* From when to when, what it costs. */
static void
draw_offer(struct page *page, const json_t *home, const json_t *product)
{
	const json_t *card = json_object_get(home, "card");
	char from[PAGE_MOMENT_SIZE], to[PAGE_MOMENT_SIZE];
	char all[32], fee[32], postage[32];

	page_moment(page, page_text(product, "renew_from"), from);
	page_moment(page, page_text(card, "not_after"), to);
	if (*from && *to)
		page_tell(page, "p", NULL, "home.window", from, to, NULL);
	page_tell(page, "p", NULL, "home.price",
		  page_money(page_number(product, "amount"), all),
		  page_money(page_number(product, "card_fee"), fee),
		  page_money(page_number(product, "postage"), postage), NULL);
}

static void
draw_eligibility(struct page *page, const json_t *home)
{
	const json_t *products = json_object_get(home, "products");
	const json_t *obstacle = json_object_get(home, "obstacle");
	const char *code = page_text(obstacle, "code");
	const char *words = page_word_of(page, "refused", page_code_name(code));

	html_open(&page->html, "section", "class", "sheet", NULL);
	page_say(page, "h2", NULL, "home.renew");
	if (page_true(home, "may_apply")) {
		page_say(page, "p", "what", "home.may_apply");
		draw_offer(page, home, json_array_get(products, 0));
		html_open(&page->html, "p", "class", "go", NULL);
		page_link(page, "primary", "/apply", "home.apply");
		html_close(&page->html);
	} else {
		html_open(&page->html, "div", "class", "note", NULL);
		page_say(page, "p", "what", "home.may_not");
		if (words)
			html_say(&page->html, "p", NULL, words);
		else if (*code)
			page_tell(page, "p", NULL, "refused.other", code, NULL);
		page_way_out(page, code);
		html_close(&page->html);
		if (strcmp(code, "too_early") == 0)
			draw_offer(page, home, json_array_get(products, 0));
		if (strcmp(code, "open_order") != 0 &&
		    strcmp(code, "too_early") != 0) {
			html_open(&page->html, "p", NULL);
			page_link(page, NULL, "/help/counter", "topic.counter");
			html_close(&page->html);
		}
	}
	html_close(&page->html);
}

static void
draw_ways(struct page *page, const json_t *order)
{
	char path[64];

	if (strcmp(page_text(order, "status"), "unpaid") == 0 &&
	    page_order_path(order, "/payment", path))
		page_link(page, "act", path, "order.pay");
	if (page_true(order, "can_activate") &&
	    page_order_path(order, "/activate", path))
		page_link(page, "act", path, "order.activate");
}

static void
draw_order(struct page *page, const json_t *order)
{
	char path[64], money[32];

	html_open(&page->html, "li", NULL);
	html_open(&page->html, "p", "class", "what", NULL);
	if (page_order_path(order, "", path)) {
		html_open(&page->html, "a", "href", path, NULL);
		page_fill(page, "order.title", page_text(order, "order_no"),
			  NULL);
		html_close(&page->html);
	}
	html_text(&page->html, " ");
	html_say(&page->html, "span", "status", page_status(page, order));
	if (page_true(order, "held")) {
		html_text(&page->html, " ");
		page_say(page, "span", "status held", "order.held_short");
	}
	html_close(&page->html);
	html_open(&page->html, "p", "class", "soft", NULL);
	page_fill(page, "home.applied", NULL);
	html_text(&page->html, " ");
	page_time(page, page_text(order, "applied_at"));
	html_text(&page->html, " · ");
	html_text(&page->html, page_money(page_number(order, "amount"), money));
	html_close(&page->html);
	html_open(&page->html, "p", "class", "ways", NULL);
	draw_ways(page, order);
	html_close(&page->html);
	html_close(&page->html);
}

void
page_home(struct page *page, const json_t *home)
{
	const json_t *orders = json_object_get(home, "orders"), *order;
	size_t i;

	page_begin(page, "home.title", NULL);
	draw_eligibility(page, home);
	html_open(&page->html, "section", "class", "sheet", NULL);
	page_say(page, "h2", NULL, "home.orders");
	if (json_array_size(orders) == 0) {
		page_say(page, "p", "soft", "home.no_orders");
	} else {
		html_open(&page->html, "ul", "class", "orders", NULL);
		json_array_foreach(orders, i, order) draw_order(page, order);
		html_close(&page->html);
	}
	if (page_true(home, "more_orders"))
		page_say(page, "p", "soft", "home.more_orders");
	html_close(&page->html);
	draw_card(page, home);
	page_end(page);
}
