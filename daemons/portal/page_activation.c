/*
 * Activation: the holder looks at the certificate of his new card, enters the
 * code that he chose, and accepts.
 */
#include <stdio.h>

#include "page_private.h"

static const struct page_field user_code = {
	.name = "user_code",
	.type = "password",
	.autocomplete = "off",
	.pattern = "[!-~]{6,10}",
	.minlength = "6",
	.maxlength = "10",
	.secret = true,
};

static void
draw_row(struct page *page, const char *key, const char *value)
{
	if (!value || !*value)
		return;
	html_open(&page->html, "tr", NULL);
	html_open(&page->html, "th", "scope", "row", NULL);
	html_text(&page->html, page_word(page, key));
	html_close(&page->html);
	html_say(&page->html, "td", NULL, value);
	html_close(&page->html);
}

static void
draw_certificate(struct page *page, const json_t *certificate)
{
	char from[PAGE_MOMENT_SIZE], to[PAGE_MOMENT_SIZE];

	html_open(&page->html, "table", NULL);
	page_say(page, "caption", NULL, "certificate");
	html_open(&page->html, "tbody", NULL);
	draw_row(page, "certificate.name", page_text(certificate, "name"));
	draw_row(page, "certificate.card_no",
		 page_text(certificate, "card_no"));
	draw_row(page, "certificate.serial", page_text(certificate, "serial"));
	draw_row(page, "certificate.valid_from",
		 page_moment(page, page_text(certificate, "valid_from"), from));
	draw_row(page, "certificate.valid_to",
		 page_moment(page, page_text(certificate, "valid_to"), to));
	draw_row(page, "home.rank",
		 page_word_of(page, "rank", page_text(certificate, "rank")));
	draw_row(page, "certificate.issuer", page_text(certificate, "issuer"));
	html_close(&page->html);
	html_close(&page->html);
}

static void
draw_locked(struct page *page)
{
	html_open(&page->html, "div", "class", "note bad", "role", "alert",
		  NULL);
	page_say(page, "p", "what", "activation.locked");
	page_say(page, "p", NULL, "activation.locked.do");
	page_contact(page);
	page_link(page, NULL, "/help/user-code", "topic.user_code");
	html_close(&page->html);
}

static void
draw_done(struct page *page, const json_t *activation)
{
	html_open(&page->html, "div", "class", "note good", NULL);
	html_open(&page->html, "p", "class", "what", NULL);
	page_fill(page, "activation.done", NULL);
	html_text(&page->html, " ");
	page_time(page, page_text(activation, "activated_at"));
	html_close(&page->html);
	html_close(&page->html);
	html_open(&page->html, "section", "class", "sheet", NULL);
	page_say(page, "h2", NULL, "activation.then");
	html_open(&page->html, "ul", NULL);
	page_say(page, "li", NULL, "activation.then_use");
	page_say(page, "li", NULL, "activation.then_pin");
	page_say(page, "li", NULL, "activation.then_old");
	html_close(&page->html);
	html_open(&page->html, "p", NULL);
	page_link(page, NULL, "/help/pin", "topic.pin");
	html_close(&page->html);
	html_close(&page->html);
}

static void
draw_try(struct page *page, const json_t *activation, const char *said)
{
	const char *refused[] = {said, NULL};
	char path[64], left[24];

	snprintf(left, sizeof(left), "%lld",
		 (long long)page_number(activation, "tries_left"));
	page_faults(page, refused);
	if (!page_order_path(activation, "/activate", path))
		return;
	page_form(page, path, NULL);
	page_tell(page, "p", "tries", "activation.tries", left, NULL);
	page_field(page, &user_code, NULL, NULL, refused);
	page_tick(page, "accept", "field.accept", NULL, refused);
	html_open(&page->html, "p", "class", "go", NULL);
	page_button(page, "primary", "activation.go");
	html_close(&page->html);
	html_close(&page->html);
	html_open(&page->html, "p", NULL);
	page_link(page, NULL, "/help/user-code", "topic.user_code");
	html_close(&page->html);
}

void
page_activation(struct page *page, const json_t *activation, const char *said)
{
	const json_t *certificate = json_object_get(activation, "certificate");
	char path[64];

	page_begin(page, "activation.title", NULL);
	if (*page_text(activation, "activated_at")) {
		draw_done(page, activation);
	} else if (page_true(activation, "locked")) {
		draw_locked(page);
	} else if (!page_true(activation, "open")) {
		page_refusal(page, "not_open");
	} else {
		page_say(page, "p", "lead", "activation.lead");
		if (json_is_object(certificate))
			draw_certificate(page, certificate);
		page_say(page, "p", "soft", "activation.differs");
		draw_try(page, activation, said);
	}
	if (page_order_path(activation, "", path)) {
		html_open(&page->html, "p", NULL);
		page_link(page, NULL, path, "back_order");
		html_close(&page->html);
	}
	page_end(page);
}
