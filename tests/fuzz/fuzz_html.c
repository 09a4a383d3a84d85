/*
 * Bytes of any kind as text, as a value and as an address of a page: nothing
 * of them is markup, the page stays UTF-8, no link leads elsewhere. And as a
 * form: what is read, written into an address again, is the same.
 */
#include <string.h>

#include "buffer.h"
#include "charset.h"
#include "fuzz_target.h"
#include "html.h"
#include "mem.h"
#include "query.h"

/* What stands between before and after in the page. */
static void
check_text(const struct buffer *page, size_t before, size_t after)
{
	static const char *const entities[] = {"&amp;", "&lt;", "&gt;",
					       "&quot;", "&#39;"};
	size_t offset;

	PROMISE(charset_utf8_ok(page->data, page->len, &offset));
	for (size_t i = before; i < page->len - after; i++) {
		bool known = page->data[i] != '&';

		PROMISE(!strchr("<>\"'", page->data[i]));
		for (int e = 0; !known && e < 5; e++)
			known = strncmp(page->data + i, entities[e],
					strlen(entities[e])) == 0;
		PROMISE(known);
	}
}

static void
try_html(const char *text)
{
	struct buffer page = {0};
	struct html html = {.out = &page};

	buffer_puts(&page, " ");
	html_text(&html, text);
	check_text(&page, 1, 0);
	buffer_clear(&page);
	html_void(&html, "input", "value", text, NULL);
	check_text(&page, strlen("<input value=\""), strlen("\">"));
	buffer_clear(&page);
	html_void(&html, "a", "href", text, NULL);
	check_text(&page, strlen("<a href=\""), strlen("\">"));
	PROMISE(page.data[9] == '#' ||
		(page.data[9] == '/' && !strchr("/\\", page.data[10])));
	buffer_free(&page);
}

static void
try_query(const char *data, size_t size)
{
	struct buffer address = {0};
	struct query query, again;
	size_t kept = 0;

	if (!query_read(&query, data, size))
		return;
	buffer_puts(&address, "/");
	for (size_t i = 0; i < query.count; i++) {
		query_put(&address, query.pairs[i].name, query.pairs[i].value);
		kept += *query.pairs[i].value != '\0';
	}
	PROMISE(!strpbrk(address.data, "<>\"' \r\n"));
	PROMISE(query_read(&again, kept ? address.data + 2 : "",
			   kept ? address.len - 2 : 0));
	PROMISE(again.count == kept);
	for (size_t i = 0; i < again.count; i++)
		PROMISE(strcmp(again.pairs[i].value,
			       query_value(&query, again.pairs[i].name)) == 0);
	query_free(&again);
	query_free(&query);
	buffer_free(&address);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_strndup((const char *)data, size);

	try_html(text);
	try_query((const char *)data, size);
	mem_free(text);
	return 0;
}
