/*
 * What stands around every page for citizens: head, menu, the other language,
 * what was done before, and whom to call. See page_private.h.
 */
#include <string.h>

#include "page_private.h"

/* Where each page stands in the menu. */
static const struct {
	const char *path, *key;
	bool inside; /* only for who is logged in */
} menu[] = {
	{"/", "menu.home", true},
	{"/help", "menu.help", false},
};

static bool
is_here(const struct page *page, const char *path)
{
	size_t len = strlen(path);

	if (!page->path || strncmp(page->path, path, len) != 0)
		return false;
	return page->path[len] == '\0' || (len > 1 && page->path[len] == '/');
}

static void
draw_language(struct page *page)
{
	bool english = page->language == LANGUAGE_EN;
	struct buffer path = {0};

	buffer_puts(&path, page->path ? page->path : "/");
	query_put(&path, "lang", english ? "zh" : "en");
	html_open(&page->html, "a", "class", "language", "href", path.data,
		  "lang", english ? "zh-Hant" : "en", "hreflang",
		  english ? "zh-Hant" : "en", NULL);
	html_text(&page->html, english ? "中文" : "English");
	html_close(&page->html);
	buffer_free(&path);
}

static void
draw_menu(struct page *page)
{
	html_open(&page->html, "nav", "aria-label", page_word(page, "menu"),
		  NULL);
	html_open(&page->html, "ul", NULL);
	for (size_t i = 0; i < sizeof(menu) / sizeof(menu[0]); i++) {
		if (menu[i].inside && !page->inside)
			continue;
		html_open(&page->html, "li", NULL);
		html_open(&page->html, "a", "href", menu[i].path,
			  "aria-current",
			  is_here(page, menu[i].path) ? "page" : NULL, NULL);
		html_text(&page->html, page_word(page, menu[i].key));
		html_close(&page->html);
		html_close(&page->html);
	}
	html_open(&page->html, "li", NULL);
	draw_language(page);
	html_close(&page->html);
	if (page->inside) {
		html_open(&page->html, "li", NULL);
		page_form(page, "/logout", NULL);
		page_button(page, "plain", "menu.logout");
		html_close(&page->html);
		html_close(&page->html);
	}
	html_close(&page->html);
	html_close(&page->html);
}

static void
draw_done(struct page *page)
{
	const char *words =
		page->done ? page_word_of(page, "done", page->done) : NULL;

	if (!words)
		return;
	html_open(&page->html, "p", "class", "note good", "role", "status",
		  NULL);
	html_text(&page->html, words);
	html_close(&page->html);
}

void
page_begin(struct page *page, const char *title, const char *value)
{
	struct html *html = &page->html;

	html_begin(html, page->out, language_tag(page->language));
	html_open(html, "head", NULL);
	html_void(html, "meta", "charset", "utf-8", NULL);
	html_void(html, "meta", "name", "viewport", "content",
		  "width=device-width, initial-scale=1", NULL);
	/* Numbers of orders are no phone numbers. */
	html_void(html, "meta", "name", "format-detection", "content",
		  "telephone=no", NULL);
	html_void(html, "link", "rel", "stylesheet", "href", "/style.css",
		  NULL);
	html_void(html, "link", "rel", "icon", "href", "/icon.svg", NULL);
	html_open(html, "title", NULL);
	page_fill(page, title, value, NULL);
	html_text(html, " – ");
	html_text(html, page_word(page, "site"));
	html_close(html);
	html_close(html);
	html_open(html, "body", NULL);
	html_open(html, "a", "class", "skip", "href", "#main", NULL);
	html_text(html, page_word(page, "skip"));
	html_close(html);
	html_open(html, "header", NULL);
	html_open(html, "div", "class", "bar", NULL);
	html_open(html, "p", "class", "name", NULL);
	page_link(page, NULL, "/", "site");
	html_close(html);
	draw_menu(page);
	html_close(html);
	html_close(html);
	html_open(html, "main", "id", "main", "tabindex", "-1", NULL);
	draw_done(page);
	page_tell(page, "h1", NULL, title, value, NULL);
}

void
page_script(struct page *page, const char *src)
{
	html_open(&page->html, "script", "src", src, "defer", "defer", NULL);
	html_close(&page->html);
}

void
page_end(struct page *page)
{
	struct html *html = &page->html;

	html_close(html); /* main */
	html_open(html, "footer", NULL);
	html_open(html, "div", "class", "bar", NULL);
	page_contact(page);
	html_open(html, "p", NULL);
	page_link(page, NULL, "/help", "menu.help");
	html_text(html, " ");
	page_link(page, NULL, "/privacy", "topic.privacy");
	html_close(html);
	html_end(html);
}
