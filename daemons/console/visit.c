/*
 * What pages may do with a visit: see visit.h.
 */
#include <string.h>

#include "clock.h"
#include "form_token.h"
#include "mem.h"
#include "pages.h"
#include "site.h"
#include "visit.h"

const char *
visit_word(const struct visit *visit, const char *key)
{
	return word(visit->language, key);
}

bool
visit_may(const struct visit *visit, const char *act)
{
	size_t len = strlen(act);

	for (const char *at = visit->rights; at && *at;
	     at += strcspn(at, " "), at += *at == ' ')
		if (strcspn(at, " ") == len && strncmp(at, act, len) == 0)
			return true;
	return false;
}

char *
visit_address(const struct visit *visit, const char *path)
{
	struct buffer address = {0};

	buffer_puts(&address, path);
	query_put(&address, "lang", visit->chosen);
	return address.data;
}

char *
visit_here(const struct visit *visit, const char *without)
{
	struct buffer here = {0};

	buffer_puts(&here, visit->page->path);
	buffer_puts(&here, visit->subject);
	for (size_t i = 0; i < visit->query.count; i++) {
		const char *name = visit->query.pairs[i].name;

		if (strcmp(name, "lang") != 0 && strcmp(name, "done") != 0 &&
		    strcmp(name, "made") != 0 &&
		    !(without && strcmp(name, without) == 0))
			query_put(&here, name, visit->query.pairs[i].value);
	}
	return here.data;
}

int
visit_rows(const struct visit *visit)
{
	const char *rows = query_value(&visit->query, "rows");

	if (strcmp(rows, "200") == 0)
		return 200;
	return strcmp(rows, "100") == 0 ? 100 : PAGE_ROWS;
}

void
visit_link(struct visit *visit, const char *path, const char *class,
	   const char *text)
{
	char *address = visit_address(visit, path);

	html_open(&visit->html, "a", "href", address, "class", class, NULL);
	html_text(&visit->html, text);
	html_close(&visit->html);
	mem_free(address);
}

void
visit_form(struct visit *visit, const char *path, const char *class)
{
	char *address = visit_address(visit, path);
	char token[FORM_TOKEN_SIZE];

	form_token_make(site_form_key(visit->site), visit->session,
			visit->identity, clock_now_s(), token);
	html_open(&visit->html, "form", "method", "post", "action", address,
		  "class", class, NULL);
	visit_hidden(visit, "token", token);
	mem_free(address);
}

void
visit_hidden(struct visit *visit, const char *name, const char *value)
{
	if (*value)
		html_void(&visit->html, "input", "type", "hidden", "name", name,
			  "value", value, NULL);
}

const char *
visit_value(const struct visit *visit, const char *name)
{
	const char *value = query_value(&visit->form, name);

	return *value ? value : query_value(&visit->query, name);
}
