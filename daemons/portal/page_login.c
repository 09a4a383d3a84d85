/*
 * The page on which citizens log in with their card. The browser's script asks
 * the signing component on the same machine; the PIN goes to that component and
 * nowhere else: its field has no name, so that no browser sends it with the
 * form, and the script empties it before anything else happens.
 *
 * The component's own window would have to be opened across origins, and still
 * takes the PIN from the page that opened it; so it is asked directly.
 */
#include "page_private.h"

/* What the script may have to say; the words are the page's, so that the
 * script knows no language. */
static const char *const sayings[] = {
	"working",   "no_component", "no_reader",  "no_card",   "no_pin",
	"wrong_pin", "last_pin",     "locked_pin", "cancelled", "not_allowed",
	"too_slow",  "no_challenge", "bad_id",     "failed",    "sending",
};

static const struct page_field holder_id = {
	.name = "holder_id",
	.type = "password",
	.autocomplete = "off",
	.inputmode = "text",
	.pattern = "[A-Za-z][A-Da-d1289][0-9]{8}",
	.minlength = "10",
	.maxlength = "10",
	.secret = true,
};

static void
draw_sayings(struct page *page)
{
	html_open(&page->html, "div", "id", "said", "role", "status",
		  "aria-live", "polite", "tabindex", "-1", NULL);
	html_close(&page->html);
	html_open(&page->html, "div", "id", "sayings", "hidden", "hidden",
		  NULL);
	for (size_t i = 0; i < sizeof(sayings) / sizeof(sayings[0]); i++) {
		const char *more;
		struct buffer key = {0};

		html_open(&page->html, "div", "data-say", sayings[i], NULL);
		html_say(&page->html, "p", "what",
			 page_word_of(page, "sign", sayings[i]));
		buffer_printf(&key, "%s.do", sayings[i]);
		more = page_word_of(page, "sign", key.data);
		if (more)
			html_say(&page->html, "p", NULL, more);
		html_close(&page->html);
		buffer_free(&key);
	}
	html_close(&page->html);
}

static void
draw_pin(struct page *page)
{
	html_open(&page->html, "div", "class", "field", NULL);
	html_open(&page->html, "label", "for", "pin", NULL);
	html_text(&page->html, page_word(page, "field.pin"));
	html_close(&page->html);
	html_open(&page->html, "p", "class", "hint", "id", "pin-hint", NULL);
	html_text(&page->html, page_word(page, "hint.pin"));
	html_close(&page->html);
	html_void(&page->html, "input", "type", "password", "id", "pin",
		  "minlength", "6", "maxlength", "8", "autocomplete", "off",
		  "autocapitalize", "none", "spellcheck", "false",
		  "aria-describedby", "pin-hint", NULL);
	html_close(&page->html);
}

static void
draw_component(struct page *page)
{
	html_open(&page->html, "section", "class", "aside", NULL);
	page_say(page, "h2", NULL, "login.need");
	html_open(&page->html, "ul", NULL);
	page_say(page, "li", NULL, "login.need_card");
	page_say(page, "li", NULL, "login.need_reader");
	html_open(&page->html, "li", NULL);
	page_fill(page, "login.need_component", NULL);
	if (page->site->component_url) {
		html_text(&page->html, " ");
		html_open_outside(&page->html, NULL, page->site->component_url);
		page_fill(page, "login.get_component", NULL);
		html_close(&page->html);
	}
	html_close(&page->html);
	html_close(&page->html);
	html_open(&page->html, "p", NULL);
	page_link(page, NULL, "/help/reader", "topic.reader");
	html_text(&page->html, " ");
	page_link(page, NULL, "/help/pin", "topic.pin");
	html_close(&page->html);
	html_close(&page->html);
}

void
page_login(struct page *page, const struct page_login *login)
{
	struct html *html = &page->html;
	const char *refused[] = {login->refused, NULL};

	page_begin(page, "login.title", NULL);
	page_say(page, "p", "lead", "login.lead");
	if (login->refused)
		page_refusal(page, login->refused);
	html_open(html, "noscript", NULL);
	page_say(page, "p", "note bad", "login.no_script");
	html_close(html);
	html_open(html, "form", "method", "post", "action", "/login", "id",
		  "login", "autocomplete", "off", "data-component",
		  page->site->component, "data-nonce", login->nonce, NULL);
	page_hidden(page, "token", page->token ? page->token : "");
	page_hidden(page, "challenge", login->challenge);
	page_hidden(page, "signature", "");
	page_field(page, &holder_id, NULL, NULL,
		   login->refused && page_code_field(login->refused) ? refused
								     : NULL);
	draw_pin(page);
	draw_sayings(page);
	html_open(html, "p", "class", "go", NULL);
	/* The page's script sets it free: without one it could do nothing. */
	html_open(html, "button", "type", "submit", "id", "go", "class",
		  "primary", "disabled", "disabled", NULL);
	html_text(html, page_word(page, "login.go"));
	html_close(html);
	html_close(html);
	html_close(html);
	draw_component(page);
	page_script(page, "/sign.js");
	page_end(page);
}
