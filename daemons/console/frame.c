/*
 * The frame of pages: see frame.h.
 */
#include <string.h>

#include "acts.h"
#include "draw.h"
#include "frame.h"
#include "list.h"
#include "mem.h"
#include "pages.h"
#include "visit.h"

/* The same page in the other language. */
static void
draw_language(struct visit *visit)
{
	bool english = visit->language == LANGUAGE_EN;
	struct buffer path = {0};
	/* Of a page that was posted to, and of none, the belt. */
	char *here = visit->page && !visit->page->post ? visit_here(visit, NULL)
						       : mem_strdup("/");

	buffer_puts(&path, here);
	mem_free(here);
	query_put(&path, "done", query_value(&visit->query, "done"));
	query_put(&path, "made", query_value(&visit->query, "made"));
	query_put(&path, "lang", english ? "zh" : "en");
	html_open(&visit->html, "a", "class", "language", "href", path.data,
		  "lang", english ? "zh-Hant" : "en", NULL);
	html_text(&visit->html, english ? "中文" : "English");
	html_close(&visit->html);
	buffer_free(&path);
}

static void
draw_search(struct visit *visit)
{
	if (!visit_may(visit, "search"))
		return;
	visit_form(visit, "/search", "search");
	html_open(&visit->html, "label", "for", "q", NULL);
	html_text(&visit->html, visit_word(visit, "search_for"));
	html_close(&visit->html);
	html_void(&visit->html, "input", "type", "search", "id", "q", "name",
		  "q", "size", "20", "maxlength", "20", "autocomplete", "off",
		  "required", "required", NULL);
	html_open(&visit->html, "button", "type", "submit", NULL);
	html_text(&visit->html, visit_word(visit, "search"));
	html_close(&visit->html);
	html_close(&visit->html);
}

static void
draw_menu(struct visit *visit)
{
	html_open(&visit->html, "nav", "aria-label", visit_word(visit, "menu"),
		  NULL);
	html_open(&visit->html, "ul", NULL);
	for (const struct page *page = pages; page->path; page++) {
		char *address;

		if (!page->menu || !visit_may(visit, page->act))
			continue;
		address = visit_address(visit, page->path);
		html_open(&visit->html, "li", NULL);
		html_open(&visit->html, "a", "href", address, "aria-current",
			  page == visit->page ? "page" : NULL, NULL);
		html_text(&visit->html, visit_word(visit, page->title));
		html_close(&visit->html);
		html_close(&visit->html);
		mem_free(address);
	}
	html_close(&visit->html);
	html_close(&visit->html);
}

static void
draw_who(struct visit *visit)
{
	html_open(&visit->html, "p", "class", "who", NULL);
	if (visit->operator&& * visit->operator) {
		html_text(&visit->html, visit->operator);
		html_text(&visit->html, " (");
		html_text(&visit->html, visit_word(visit, visit->role));
		html_text(&visit->html, ") ");
	}
	draw_language(visit);
	html_close(&visit->html);
	if (visit->operator&& * visit->operator) {
		visit_form(visit, "/leave", "leave");
		html_open(&visit->html, "button", "type", "submit", NULL);
		html_text(&visit->html, visit_word(visit, "leave"));
		html_close(&visit->html);
		html_close(&visit->html);
	}
}

/* A switch that the page's script shows and reads; without it there is
 * none. */
static void
draw_refresh(struct visit *visit)
{
	html_open(&visit->html, "p", "class", "refresh", "hidden", "hidden",
		  "data-seconds", "30", NULL);
	html_open(&visit->html, "label", NULL);
	html_void(&visit->html, "input", "type", "checkbox", NULL);
	html_text(&visit->html, visit_word(visit, "refresh_itself"));
	html_close(&visit->html);
	html_close(&visit->html);
	html_open(&visit->html, "script", "src", "/refresh.js", "defer",
		  "defer", NULL);
	html_close(&visit->html);
}

/* "request 7", and where it is. */
static void
draw_made(struct visit *visit, const struct act *done)
{
	const char *made = query_value(&visit->query, "made");

	if (!done->makes || !*made || strlen(made) > 18)
		return;
	html_text(&visit->html, " → ");
	html_text(&visit->html, visit_word(visit, done->makes));
	html_text(&visit->html, " ");
	draw_value(visit, done->makes, made);
}

void
frame_begin(struct visit *visit, const char *title)
{
	const struct act *done = act_find(query_value(&visit->query, "done"));

	html_begin(&visit->html, &visit->text, language_tag(visit->language));
	html_open(&visit->html, "head", NULL);
	html_void(&visit->html, "meta", "charset", "utf-8", NULL);
	html_void(&visit->html, "meta", "name", "viewport", "content",
		  "width=device-width, initial-scale=1", NULL);
	html_void(&visit->html, "link", "rel", "stylesheet", "href",
		  "/style.css", NULL);
	html_open(&visit->html, "title", NULL);
	html_text(&visit->html, visit_word(visit, title));
	html_text(&visit->html, " – recard");
	html_close(&visit->html);
	html_close(&visit->html);
	html_open(&visit->html, "body", NULL);
	html_open(&visit->html, "a", "class", "skip", "href", "#main", NULL);
	html_text(&visit->html, visit_word(visit, "skip"));
	html_close(&visit->html);
	html_open(&visit->html, "header", NULL);
	html_open(&visit->html, "p", "class", "name", NULL);
	visit_link(visit, "/", NULL, visit_word(visit, "recard"));
	html_close(&visit->html);
	draw_search(visit);
	draw_who(visit);
	html_close(&visit->html);
	draw_menu(visit);
	html_open(&visit->html, "main", "id", "main", NULL);
	html_open(&visit->html, "h1", NULL);
	html_text(&visit->html, visit_word(visit, title));
	if (visit->page && visit->page->subject) {
		html_text(&visit->html, " ");
		html_text(&visit->html, visit->subject);
	}
	html_close(&visit->html);
	if (done) {
		html_open(&visit->html, "p", "class", "done", "role", "status",
			  NULL);
		html_text(&visit->html, visit_word(visit, "done_said"));
		html_text(&visit->html, visit_word(visit, done->name));
		draw_made(visit, done);
		html_close(&visit->html);
	}
	if (visit->code == 200)
		draw_filters(visit);
	if (visit->code == 200 && visit->page && visit->page->refreshed)
		draw_refresh(visit);
}

void
frame_end(struct visit *visit)
{
	html_end(&visit->html);
}
