/*
 * The application, and where an order goes until it is paid. The same fields
 * serve both.
 */
#include <string.h>

#include "identity.h"
#include "page_private.h"

static const struct page_field user_code = {
	.name = "user_code",
	.type = "password",
	.autocomplete = "new-password",
	.pattern = "[!-~]{6,10}",
	.minlength = "6",
	.maxlength = "10",
	.secret = true,
};
static const struct page_field user_code_again = {
	.name = "user_code_again",
	.type = "password",
	.autocomplete = "new-password",
	.pattern = "[!-~]{6,10}",
	.minlength = "6",
	.maxlength = "10",
	.secret = true,
};

size_t
page_apply_faults(const struct query *form, const char *codes[PAGE_FAULTS])
{
	static const char *const needed[][2] = {
		{"postal_code", "missing_postal_code"},
		{"address", "missing_address"},
		{"phone", "missing_phone"},
		{"email", "missing_email"},
	};
	const char *language = query_value(form, "language");
	size_t count = 0;

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		const char *value = query_value(form, needed[i][0]);

		if (!value[strspn(value, " ")])
			codes[count++] = needed[i][1];
	}
	if (strcmp(language, "zh-Hant") != 0 && strcmp(language, "en") != 0)
		codes[count++] = "bad_language";
	if (!identity_user_code_ok(query_value(form, "user_code")))
		codes[count++] = "bad_user_code";
	else if (strcmp(query_value(form, "user_code"),
			query_value(form, "user_code_again")) != 0)
		codes[count++] = "user_code_differs";
	if (strcmp(query_value(form, "consent"), "yes") != 0)
		codes[count++] = "missing_consent";
	codes[count] = NULL;
	return count;
}

/* One product, or the choice among those that may be had. */
static void
draw_choice(struct page *page, const json_t *product, bool only, bool chosen)
{
	const char *name = page_text(product, "product");
	const char *display = page_word_of(page, "product", name);
	char money[32];
	struct buffer id = {0};

	if (only) {
		page_hidden(page, "product", name);
		return;
	}
	buffer_printf(&id, "product-%s", name);
	html_open(&page->html, "div", "class", "tick", NULL);
	html_void(&page->html, "input", "type", "radio", "name", "product",
		  "id", id.data, "value", name, "required", "required",
		  "checked", chosen ? "checked" : NULL, NULL);
	html_open(&page->html, "label", "for", id.data, NULL);
	html_text(&page->html,
		  display ? display : page_text(product, "display"));
	html_text(&page->html, " ");
	html_text(&page->html,
		  page_money(page_number(product, "amount"), money));
	html_close(&page->html);
	html_close(&page->html);
	buffer_free(&id);
}

static bool
is_offered(const json_t *product)
{
	return !json_is_object(json_object_get(product, "obstacle"));
}

/* What it costs, and until when it is to be paid. */
static void
draw_price(struct page *page, const json_t *product)
{
	char all[32], fee[32], postage[32], moment[PAGE_MOMENT_SIZE];

	html_open(&page->html, "dl", NULL);
	page_pair(page, "apply.card_fee",
		  page_money(page_number(product, "card_fee"), fee));
	page_pair(page, "apply.postage",
		  page_money(page_number(product, "postage"), postage));
	page_pair(page, "apply.amount",
		  page_money(page_number(product, "amount"), all));
	page_pair(page, "apply.pay_by",
		  page_moment(page, page_text(product, "pay_by"), moment));
	html_close(&page->html);
}

static void
draw_products(struct page *page, const struct page_apply *apply)
{
	const json_t *products = json_object_get(apply->home, "products");
	const json_t *product;
	const char *chosen =
		apply->form ? query_value(apply->form, "product") : "";
	size_t i, offered = 0, drawn = 0;

	json_array_foreach(products, i, product) offered += is_offered(product);
	html_open(&page->html, "fieldset", NULL);
	page_say(page, "legend", NULL, "apply.price");
	json_array_foreach(products, i, product)
	{
		bool is_chosen =
			*chosen ? strcmp(chosen,
					 page_text(product, "product")) == 0
				: drawn == 0;

		if (!is_offered(product))
			continue;
		draw_choice(page, product, offered == 1, is_chosen);
		draw_price(page, product);
		drawn++;
	}
	page_say(page, "p", "soft", "apply.fees");
	html_close(&page->html);
}

static void
draw_language(struct page *page, const struct query *form)
{
	static const char *const tags[] = {"zh-Hant", "en"};
	const char *chosen = form ? query_value(form, "language") : "";

	if (!*chosen)
		chosen = language_tag(page->language);
	html_open(&page->html, "fieldset", "class", "plain", "id", "language",
		  NULL);
	page_say(page, "legend", NULL, "field.language");
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		struct buffer id = {0};

		buffer_printf(&id, "language-%s", i == 0 ? "zh" : "en");
		html_open(&page->html, "div", "class", "tick", NULL);
		html_void(
			&page->html, "input", "type", "radio", "name",
			"language", "id", id.data, "value", tags[i], "checked",
			strcmp(chosen, tags[i]) == 0 ? "checked" : NULL, NULL);
		html_open(&page->html, "label", "for", id.data, "lang", tags[i],
			  NULL);
		html_text(&page->html, i == 0 ? "中文" : "English");
		html_close(&page->html);
		html_close(&page->html);
		buffer_free(&id);
	}
	html_close(&page->html);
}

static void
draw_who(struct page *page, const json_t *home)
{
	html_open(&page->html, "fieldset", NULL);
	page_say(page, "legend", NULL, "apply.who");
	html_open(&page->html, "dl", NULL);
	page_pair(page, "home.name", page_text(home, "name"));
	page_pair(page, "home.card_no",
		  page_text(json_object_get(home, "card"), "card_no"));
	html_close(&page->html);
	page_say(page, "p", "soft", "apply.who_wrong");
	html_close(&page->html);
}

static void
draw_consent(struct page *page, const struct page_apply *apply)
{
	static const char *const terms[] = {
		"consent.purpose", "consent.given",  "consent.unpaid",
		"consent.paid",    "consent.rights", "consent.refund",
	};

	html_open(&page->html, "fieldset", NULL);
	page_say(page, "legend", NULL, "apply.consent");
	html_open(&page->html, "ul", NULL);
	for (size_t i = 0; i < sizeof(terms) / sizeof(terms[0]); i++)
		html_say(&page->html, "li", NULL, page_word(page, terms[i]));
	html_close(&page->html);
	page_tick(page, "consent", "field.consent", apply->form,
		  apply->refused);
	html_close(&page->html);
}

void
page_apply(struct page *page, const struct page_apply *apply)
{
	page_begin(page, "apply.title", NULL);
	page_say(page, "p", "lead", "apply.lead");
	page_faults(page, apply->refused);
	page_form(page, "/apply", "apply");
	page_hidden(page, "request_id", apply->request_id);
	draw_who(page, apply->home);
	html_open(&page->html, "fieldset", NULL);
	page_say(page, "legend", NULL, "apply.where");
	page_say(page, "p", "soft", "apply.domestic");
	page_delivery(page, apply->form, NULL, apply->refused, apply->area);
	draw_language(page, apply->form);
	html_close(&page->html);
	html_open(&page->html, "fieldset", NULL);
	page_say(page, "legend", NULL, "apply.code");
	page_say(page, "p", NULL, "apply.code_why");
	page_field(page, &user_code, NULL, NULL, apply->refused);
	page_field(page, &user_code_again, NULL, NULL, apply->refused);
	html_close(&page->html);
	draw_products(page, apply);
	draw_consent(page, apply);
	html_open(&page->html, "p", "class", "go", NULL);
	page_button(page, "primary", "apply.go");
	html_text(&page->html, " ");
	page_link(page, NULL, "/", "back_home");
	html_close(&page->html);
	html_close(&page->html);
	page_script(page, "/apply.js");
	page_end(page);
}

void
page_address(struct page *page, const struct page_address *address)
{
	char path[64];
	const json_t *order = address->order;

	page_begin(page, "address.title", NULL);
	page_tell(page, "p", "lead", "address.lead",
		  page_text(order, "order_no"), NULL);
	if (!page_true(order, "can_edit")) {
		page_refusal(page, "frozen");
	} else if (page_order_path(order, "/address", path)) {
		page_faults(page, address->refused);
		page_form(page, path, "apply");
		page_delivery(page, address->form, order, address->refused,
			      address->area);
		html_open(&page->html, "p", "class", "go", NULL);
		page_button(page, "primary", "address.go");
		html_close(&page->html);
		html_close(&page->html);
		page_script(page, "/apply.js");
	}
	if (page_order_path(order, "", path)) {
		html_open(&page->html, "p", NULL);
		page_link(page, NULL, path, "back_order");
		html_close(&page->html);
	}
	page_end(page);
}
