/*
 * One order as its holder sees it: what is to be done now, how far it is, what
 * comes next, where it goes.
 */
#include <string.h>

#include "page_private.h"

static bool
has_status(const json_t *order, const char *status)
{
	return strcmp(page_text(order, "status"), status) == 0;
}

static void
draw_unpaid(struct page *page, const json_t *order)
{
	char moment[PAGE_MOMENT_SIZE], money[32], path[64];

	page_tell(page, "p", "what", "order.unpaid",
		  page_money(page_number(order, "amount"), money),
		  page_moment(page, page_text(order, "pay_by"), moment), NULL);
	page_say(page, "p", NULL, "order.unpaid_late");
	if (page_order_path(order, "/payment", path)) {
		html_open(&page->html, "p", "class", "go", NULL);
		page_link(page, "primary", path, "order.pay");
		html_close(&page->html);
	}
}

static void
draw_number(struct page *page, const char *number)
{
	page_say(page, "dt", NULL, "letter.tracking_no");
	html_open(&page->html, "dd", NULL);
	html_say(&page->html, "span", "number", number);
	if (page->site->tracking_url) {
		html_text(&page->html, " ");
		html_open_outside(&page->html, NULL, page->site->tracking_url);
		page_fill(page, "letter.ask_post", NULL);
		html_close(&page->html);
	}
	html_close(&page->html);
}

/* What the post said last. */
static void
draw_news(struct page *page, const json_t *event)
{
	const char *meaning = page_text(event, "meaning");
	const char *words =
		page_word_of(page, "post", *meaning ? meaning : "on_its_way");
	const char *reason =
		page_word_of(page, "reason", page_text(event, "reason"));
	const char *office = page_text(event, "office");

	if (!json_is_object(event) || !words)
		return;
	page_say(page, "dt", NULL, "letter.news");
	html_open(&page->html, "dd", NULL);
	html_text(&page->html, words);
	if (reason) {
		html_text(&page->html, " ");
		html_text(&page->html, reason);
	}
	html_open(&page->html, "span", "class", "soft", NULL);
	html_text(&page->html, " ");
	page_time(page, page_text(event, "at"));
	if (*office) {
		html_text(&page->html, " ");
		html_text(&page->html, office);
	}
	html_close(&page->html);
	html_close(&page->html);
}

static void
draw_letter(struct page *page, const json_t *order)
{
	const json_t *letter = json_object_get(order, "letter");
	char posted[PAGE_MOMENT_SIZE], promised[PAGE_MOMENT_SIZE];

	if (!json_is_object(letter) || !*page_text(letter, "tracking_no"))
		return;
	html_open(&page->html, "section", "class", "sheet", NULL);
	page_say(page, "h2", NULL, "letter");
	html_open(&page->html, "dl", NULL);
	draw_number(page, page_text(letter, "tracking_no"));
	page_pair(page, "letter.posted_on",
		  page_moment(page, page_text(letter, "posted_on"), posted));
	page_pair(
		page, "letter.promised_on",
		page_moment(page, page_text(letter, "promised_on"), promised));
	draw_news(page, json_object_get(letter, "event"));
	html_close(&page->html);
	if (page_true(letter, "overdue")) {
		html_open(&page->html, "div", "class", "note bad", NULL);
		page_say(page, "p", "what", "letter.overdue");
		page_say(page, "p", NULL, "letter.overdue.do");
		page_contact(page);
		html_close(&page->html);
	}
	html_close(&page->html);
}

static void
draw_activation(struct page *page, const json_t *order)
{
	const json_t *activation = json_object_get(order, "activation");
	char path[64];

	if (page_true(activation, "locked")) {
		html_open(&page->html, "div", "class", "note bad", NULL);
		page_say(page, "p", "what", "activation.locked");
		page_say(page, "p", NULL, "activation.locked.do");
		page_contact(page);
		html_close(&page->html);
	} else if (page_true(activation, "open") &&
		   page_order_path(order, "/activate", path)) {
		page_say(page, "p", NULL, "order.activate_when");
		html_open(&page->html, "p", "class", "go", NULL);
		page_link(page, "primary", path, "order.activate");
		html_close(&page->html);
	}
}

/* What is to be done, or what one waits for. */
static void
draw_now(struct page *page, const json_t *order)
{
	const char *words =
		page_word_of(page, "now", page_text(order, "status"));

	html_open(&page->html, "section", "class", "sheet now", NULL);
	html_open(&page->html, "h2", NULL);
	page_fill(page, "order.now", NULL);
	html_text(&page->html, " ");
	html_say(&page->html, "span", "status", page_status(page, order));
	html_close(&page->html);
	if (page_true(order, "held")) {
		html_open(&page->html, "div", "class", "note", NULL);
		page_say(page, "p", "what", "order.held");
		page_contact(page);
		html_close(&page->html);
	}
	if (has_status(order, "unpaid"))
		draw_unpaid(page, order);
	else if (words)
		html_say(&page->html, "p", NULL, words);
	if (has_status(order, "returned"))
		page_contact(page);
	draw_activation(page, order);
	html_close(&page->html);
}

static void
draw_step(struct page *page, const json_t *step, bool last_done)
{
	const char *at = page_text(step, "at");
	const char *words =
		*at ? page_word_of(page, "event", page_text(step, "event"))
		    : page_word_of(page, "next", page_text(step, "status"));

	html_open(&page->html, "li", "class", *at ? "done" : "ahead",
		  "aria-current", last_done ? "step" : NULL, NULL);
	html_say(&page->html, "span", "step",
		 words ? words : page_status(page, step));
	if (*at) {
		html_text(&page->html, " ");
		page_time(page, at);
	} else {
		html_text(&page->html, " ");
		page_say(page, "span", "hidden", "order.ahead");
	}
	html_close(&page->html);
}

static void
draw_steps(struct page *page, const json_t *order)
{
	const json_t *steps = json_object_get(order, "steps"), *step;
	size_t i;

	html_open(&page->html, "section", "class", "sheet", NULL);
	page_say(page, "h2", NULL, "order.steps");
	html_open(&page->html, "ol", "class", "steps", NULL);
	json_array_foreach(steps, i, step)
	{
		const json_t *after = json_array_get(steps, i + 1);

		draw_step(page, step,
			  *page_text(step, "at") && !*page_text(after, "at"));
	}
	html_close(&page->html);
	html_close(&page->html);
}

static void
draw_where(struct page *page, const json_t *order)
{
	char path[64];

	html_open(&page->html, "section", "class", "sheet", NULL);
	page_say(page, "h2", NULL, "order.where");
	html_open(&page->html, "dl", NULL);
	page_pair(page, "order.name", page_text(order, "name"));
	page_pair(page, "field.postal_code", page_text(order, "postal_code"));
	page_pair(page, "field.address", page_text(order, "address"));
	page_pair(page, "field.phone", page_text(order, "phone"));
	page_pair(page, "field.email", page_text(order, "email"));
	html_close(&page->html);
	if (page_true(order, "outlying_island"))
		page_say(page, "p", "soft", "area_island");
	if (page_true(order, "can_edit") &&
	    page_order_path(order, "/address", path)) {
		html_open(&page->html, "p", NULL);
		page_link(page, "act", path, "order.edit");
		html_close(&page->html);
	} else {
		page_say(page, "p", "soft", "order.frozen");
	}
	html_close(&page->html);
}

static void
draw_what(struct page *page, const json_t *order)
{
	char money[32], moment[PAGE_MOMENT_SIZE];
	const char *product =
		page_word_of(page, "product", page_text(order, "product"));

	html_open(&page->html, "section", "class", "sheet", NULL);
	page_say(page, "h2", NULL, "order.what");
	html_open(&page->html, "dl", NULL);
	page_pair(page, "order.no", page_text(order, "order_no"));
	page_pair(page, "order.product",
		  product ? product : page_text(order, "product_display"));
	page_pair(page, "apply.amount",
		  page_money(page_number(order, "amount"), money));
	page_pair(page, "home.applied",
		  page_moment(page, page_text(order, "applied_at"), moment));
	page_pair(page, "order.paid_at",
		  page_moment(page, page_text(order, "paid_at"), moment));
	html_close(&page->html);
	html_close(&page->html);
}

void
page_order(struct page *page, const json_t *order)
{
	page_begin(page, "order.title", page_text(order, "order_no"));
	draw_now(page, order);
	draw_letter(page, order);
	draw_steps(page, order);
	draw_where(page, order);
	draw_what(page, order);
	html_open(&page->html, "p", NULL);
	page_link(page, NULL, "/", "back_home");
	html_close(&page->html);
	page_end(page);
}
