/*
 * What went wrong, and the way back. An order that is somebody else's and one
 * that there is not are told in the same words.
 */
#include <stdio.h>
#include <string.h>

#include "page_private.h"

void
page_error(struct page *page, int status, const char *code)
{
	const char *name = code ? page_code_name(code) : "";
	char title[32];
	bool over = strcmp(name, "session_over") == 0;

	snprintf(title, sizeof(title), "error.%d", status);
	page_begin(page,
		   over                                     ? "error.session"
		   : page_word_of(page, "error", title + 6) ? title
							    : "error.other",
		   NULL);
	if (code && page_word_of(page, "refused", name)) {
		page_refusal(page, code);
	} else {
		struct buffer more = {0};
		const char *words;

		buffer_printf(&more, "%d.do", status);
		words = page_word_of(page, "error", more.data);
		html_say(&page->html, "p", "lead",
			 words ? words : page_word(page, "error.other.do"));
		if (code)
			page_tell(page, "p", "soft", "error.code", code, NULL);
		buffer_free(&more);
	}
	html_open(&page->html, "p", "class", "go", NULL);
	if (over || !page->inside)
		page_link(page, "primary", "/login", "login.title");
	else
		page_link(page, "primary", "/", "back_home");
	html_text(&page->html, " ");
	page_link(page, NULL, "/help", "menu.help");
	html_close(&page->html);
	page_contact(page);
	page_end(page);
}
