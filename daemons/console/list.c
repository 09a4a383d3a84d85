/*
 * Lists: see list.h.
 */
#include <stdio.h>
#include <string.h>

#include "acts.h"
#include "draw.h"
#include "list.h"
#include "mem.h"
#include "pages.h"
#include "visit.h"

static bool
is_empty(const struct db_result *result, int column)
{
	for (int row = 0; row < db_rows(result); row++)
		if (*db_value(result, row, column))
			return false;
	return true;
}

/* Columns that steer the drawing, and how things ended where none has. */
static bool
is_hidden(const struct db_result *result, int column)
{
	const char *name = db_column_name(result, column);

	return words_hold(" key over ", name) ||
	       (words_hold(" closed_at closed_by resolution outcome decided_by "
			   "subject ",
			   name) &&
		is_empty(result, column));
}

static const char *
value_of(const struct db_result *result, int row, const char *column)
{
	for (int i = 0; i < db_columns(result); i++)
		if (strcmp(db_column_name(result, i), column) == 0)
			return db_value(result, row, i);
	return "";
}

/* The column that says what a row is about: "order" is in order_no. */
static const char *
row_subject(const struct visit *visit, const struct db_result *result, int row)
{
	static const struct {
		const char *subject, *column;
	} columns[] = {{"order", "order_no"},         {"payment", "payment_id"},
		       {"exception", "exception_id"}, {"batch", "batch_no"},
		       {"request", "request"},        {NULL, NULL}};

	for (int i = 0; columns[i].subject; i++)
		if (strcmp(columns[i].subject, visit->page->rows) == 0)
			return value_of(result, row, columns[i].column);
	return "";
}

/* Whether he may do something to several rows at once. */
static bool
may_choose(const struct visit *visit)
{
	if (!visit->page->acts)
		return false;
	for (const struct act *act = acts; act->name; act++)
		if (words_hold(visit->page->acts, act->name) &&
		    visit_may(visit, act->name))
			return true;
	return false;
}

static void
draw_head(struct visit *visit, const struct db_result *result, bool choose)
{
	html_open(&visit->html, "thead", NULL);
	html_open(&visit->html, "tr", NULL);
	if (choose)
		html_say(&visit->html, "th", "choose",
			 visit_word(visit, "choose"));
	for (int i = 0; i < db_columns(result); i++) {
		const char *name = db_column_name(result, i);

		if (is_hidden(result, i))
			continue;
		html_open(&visit->html, "th", "scope", "col", "class",
			  is_numeric(name, db_value(result, 0, i)) ? "n" : NULL,
			  NULL);
		html_text(&visit->html, visit_word(visit, name));
		html_close(&visit->html);
	}
	html_close(&visit->html);
	html_close(&visit->html);
}

static void
draw_choice(struct visit *visit, const struct db_result *result, int row)
{
	const char *subject = row_subject(visit, result, row);

	html_open(&visit->html, "td", "class", "choose", NULL);
	if (*subject)
		html_void(&visit->html, "input", "type", "checkbox", "name",
			  "on", "value", subject, "aria-label", subject, NULL);
	html_close(&visit->html);
}

static void
draw_row(struct visit *visit, const struct db_result *result, int row,
	 bool choose)
{
	bool over = strcmp(value_of(result, row, "over"), "t") == 0;

	html_open(&visit->html, "tr", "class", over ? "over" : NULL, NULL);
	if (choose)
		draw_choice(visit, result, row);
	for (int i = 0; i < db_columns(result); i++) {
		const char *name = db_column_name(result, i);
		const char *value = db_value(result, row, i);

		if (is_hidden(result, i))
			continue;
		html_open(&visit->html, "td", "class",
			  strcmp(name, "ways") == 0 ? "ways"
			  : is_numeric(name, value) ? "n"
						    : NULL,
			  NULL);
		draw_value(visit, name, value);
		/* Not by colour alone. */
		if (over && strcmp(name, "age_s") == 0)
			html_say(&visit->html, "strong", "late",
				 visit_word(visit, "over_target"));
		html_close(&visit->html);
	}
	html_close(&visit->html);
}

/* What can be done to those that are chosen. */
static void
draw_choices(struct visit *visit)
{
	html_open(&visit->html, "p", "class", "acts chosen", NULL);
	html_say(&visit->html, "span", NULL, visit_word(visit, "with_chosen"));
	for (const struct act *act = acts; act->name; act++) {
		if (!words_hold(visit->page->acts, act->name) ||
		    !visit_may(visit, act->name))
			continue;
		html_open(&visit->html, "button", "type", "submit", "name",
			  "do", "value", act->name, "class",
			  act->danger ? "danger" : NULL, NULL);
		html_text(&visit->html, visit_word(visit, act->name));
		html_close(&visit->html);
	}
	html_close(&visit->html);
}

/* The same address with another start. */
static void
draw_more(struct visit *visit, const char *key)
{
	char *here = visit_here(visit, visit->page->pager);
	struct buffer path = {0};

	buffer_puts(&path, here);
	query_put(&path, visit->page->pager, key);
	html_open(&visit->html, "p", "class", "pager", NULL);
	visit_link(visit, path.data, "more", visit_word(visit, "more"));
	html_close(&visit->html);
	buffer_free(&path);
	mem_free(here);
}

/* Whether the last row only tells up to where was looked. */
static bool
ends_in_key(const struct db_result *result)
{
	int row = db_rows(result) - 1;

	if (row < 0 || strcmp(db_column_name(result, 0), "key") != 0)
		return false;
	for (int i = 1; i < db_columns(result); i++)
		if (!db_is_null(result, row, i))
			return false;
	return true;
}

/* The rows of a list, in a form when several can be chosen. */
static void
draw_rows(struct visit *visit, const struct db_result *result, int rows)
{
	bool choose = may_choose(visit);
	char *here;

	if (choose) {
		here = visit_here(visit, NULL);
		html_open(&visit->html, "form", "method", "get", "action",
			  "/act", "class", "list", NULL);
		visit_hidden(visit, "lang", visit->chosen);
		visit_hidden(visit, "back", here);
		mem_free(here);
	}
	html_open(&visit->html, "div", "class", "wide", "tabindex", "0", NULL);
	html_open(&visit->html, "table", NULL);
	draw_head(visit, result, choose);
	html_open(&visit->html, "tbody", NULL);
	for (int row = 0; row < rows; row++)
		draw_row(visit, result, row, choose);
	html_close(&visit->html);
	html_close(&visit->html);
	html_close(&visit->html);
	if (choose) {
		draw_choices(visit);
		html_close(&visit->html);
	}
}

void
draw_table(struct visit *visit, const struct db_result *result)
{
	int rows = db_rows(result), most = visit_rows(visit);
	bool looked = ends_in_key(result);
	int shown = rows - looked < most ? rows - looked : most;

	if (shown > 0)
		draw_rows(visit, result, shown);
	else if (!looked)
		html_say(&visit->html, "p", "none", visit_word(visit, "none"));
	if (looked)
		html_say(&visit->html, "p", "hint",
			 visit_word(visit, "looked_through"));
	if (looked)
		draw_more(visit, db_value(result, rows - 1, 0));
	else if (rows > most && visit->page->pager)
		draw_more(visit, db_value(result, most - 1, 0));
}

/* Filters --------------------------------------------------------------------
 */

static void
draw_option(struct visit *visit, const char *value, const char *words,
	    const char *chosen)
{
	html_open(&visit->html, "option", "value", value, "selected",
		  strcmp(value, chosen) == 0 ? "selected" : NULL, NULL);
	html_text(&visit->html, words);
	html_close(&visit->html);
}

static void
draw_select(struct visit *visit, const struct page_filter *filter,
	    const char *chosen)
{
	html_open(&visit->html, "select", "id", filter->name, "name",
		  filter->name, NULL);
	if (filter->unchosen)
		draw_option(visit, "", visit_word(visit, filter->unchosen),
			    chosen);
	for (const char *at = filter->choices; *(at += strspn(at, " "));) {
		size_t len = strcspn(at, " ");
		char *value = mem_strndup(at, len);

		draw_option(visit, value, visit_word(visit, value), chosen);
		mem_free(value);
		at += len;
	}
	html_close(&visit->html);
}

void
draw_filters(struct visit *visit)
{
	const struct page *page = visit->page;

	if (!page || !page->filters[0].name)
		return;
	html_open(&visit->html, "form", "method", "get", "action", page->path,
		  "class", "filter", NULL);
	visit_hidden(visit, "lang", visit->chosen);
	for (int i = 0; i < PAGE_FILTERS && page->filters[i].name; i++) {
		const struct page_filter *filter = &page->filters[i];
		const char *chosen = query_value(&visit->query, filter->name);

		html_open(&visit->html, "span", "class", "field", NULL);
		html_open(&visit->html, "label", "for", filter->name, NULL);
		html_text(&visit->html, visit_word(visit, filter->name));
		html_close(&visit->html);
		if (filter->kind == FILTER_ONE_OF)
			draw_select(visit, filter, chosen);
		else
			html_void(&visit->html, "input", "type",
				  filter->kind == FILTER_DAY ? "date" : "text",
				  "id", filter->name, "name", filter->name,
				  "value", chosen, "size", "12", "maxlength",
				  "100", NULL);
		html_close(&visit->html);
	}
	html_open(&visit->html, "button", "type", "submit", NULL);
	html_text(&visit->html, visit_word(visit, "filter"));
	html_close(&visit->html);
	html_close(&visit->html);
}
