/*
 * Tables and sections: see draw.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acts.h"
#include "draw.h"
#include "mem.h"
#include "pages.h"
#include "visit.h"

static bool
ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), tail = strlen(end);

	return len >= tail && strcmp(text + len - tail, end) == 0;
}

/* Where the page about a value is, by the value's name; NULL: nowhere. */
static const char *
page_about(const char *name)
{
	static const struct {
		const char *name, *path;
	} about[] = {{"order_no", "/orders/"},
		     {"batch", "/batches/"},
		     {"batch_no", "/batches/"},
		     {"claim", "/claims/"},
		     {"import", "/imports/"},
		     {"request", "/requests/"},
		     {"run", "/label-runs/"},
		     {"run_no", "/label-runs/"},
		     {"label_run", "/label-runs/"},
		     {"stage", "/orders?status="},
		     {NULL, NULL}};

	for (int i = 0; about[i].name; i++)
		if (strcmp(about[i].name, name) == 0)
			return about[i].path;
	return NULL;
}

/* Whether the values of a name are words of ours. */
static bool
is_word(const char *name)
{
	static const char names[] =
		" stage status state kind act outcome reason print_state "
		"held found_by suggestion rule section ";
	char padded[64];

	snprintf(padded, sizeof(padded), " %s ", name);
	return strstr(names, padded) != NULL;
}

static bool
is_order(const char *text)
{
	return strlen(text) == 14 && strspn(text, "0123456789") == 14;
}

/* An amount; the number of an order is a name. */
static bool
is_number(const char *text)
{
	return *text && !is_order(text) &&
	       strspn(text, "0123456789") == strlen(text);
}

/* "2026-11-23T09:00:00+08:00", as taipei_time() writes it. */
static bool
is_moment(const char *value)
{
	return strlen(value) == 25 && value[10] == 'T' &&
	       strcmp(value + 19, "+08:00") == 0;
}

/* As people read it. */
static void
draw_moment(struct visit *visit, const char *value)
{
	char shown[20];

	snprintf(shown, sizeof(shown), "%.10s %.8s", value, value + 11);
	html_open(&visit->html, "time", "datetime", value, "title", value,
		  NULL);
	html_text(&visit->html, shown);
	html_close(&visit->html);
}

/* The two largest units. */
static void
draw_seconds(struct visit *visit, const char *value)
{
	static const struct {
		const char *unit;
		long long seconds;
	} units[] = {{"unit_d", 86400},
		     {"unit_h", 3600},
		     {"unit_m", 60},
		     {"unit_s", 1}};
	long long left = strtoll(value, NULL, 10);
	int shown = 0;

	if (!*value)
		return;
	if (left < 0)
		left = 0; /* clocks differ */
	for (int i = 0; i < 4 && shown < 2; i++) {
		char text[64];
		long long n = left / units[i].seconds;

		if (n == 0 && !(i == 3 && shown == 0)) {
			shown += shown > 0;
			continue;
		}
		snprintf(text, sizeof(text), "%s%lld%s", shown ? " " : "", n,
			 visit_word(visit, units[i].unit));
		html_text(&visit->html, text);
		left %= units[i].seconds;
		shown++;
	}
}

static void
draw_do(struct visit *visit, const char *act, const char *subject)
{
	struct buffer path = {0};

	if (!*subject || !visit_may(visit, act))
		return;
	buffer_puts(&path, "/act");
	query_put(&path, "do", act);
	query_put(&path, "on", subject);
	visit_link(visit, path.data, "act", visit_word(visit, act));
	buffer_free(&path);
}

static void
draw_value(struct visit *visit, const char *name, const char *value)
{
	const char *page = strcmp(name, "subject") == 0 && is_order(value)
				   ? "/orders/"
				   : page_about(name);
	const char *shown = is_word(name) ? visit_word(visit, value) : value;
	char *path;

	if (is_moment(value)) {
		draw_moment(visit, value);
	} else if (ends_with(name, "_s")) {
		draw_seconds(visit, value);
	} else if (strncmp(name, "do_", 3) == 0) {
		draw_do(visit, name + 3, value);
	} else if (page && *value) {
		path = mem_printf("%s%s", page, value);
		visit_link(visit, path, NULL, shown);
		mem_free(path);
	} else {
		html_text(&visit->html, shown);
	}
}

/* Columns that steer the drawing and are not shown. */
static bool
is_hidden(const struct visit *visit, const char *name)
{
	return strcmp(name, "key") == 0 || strcmp(name, "over") == 0 ||
	       (strncmp(name, "do_", 3) == 0 && !visit_may(visit, name + 3));
}

/* Set to the right. */
static bool
is_numeric(const char *name, const char *value)
{
	return ends_with(name, "_s") ||
	       (is_number(value) && !page_about(name) &&
		strncmp(name, "do_", 3) != 0);
}

static void
draw_head(struct visit *visit, const struct db_result *result)
{
	html_open(&visit->html, "thead", NULL);
	html_open(&visit->html, "tr", NULL);
	for (int i = 0; i < db_columns(result); i++) {
		const char *name = db_column_name(result, i);

		if (is_hidden(visit, name))
			continue;
		html_open(&visit->html, "th", "scope", "col", "class",
			  is_numeric(name, db_value(result, 0, i)) ? "n" : NULL,
			  NULL);
		html_text(&visit->html, strncmp(name, "do_", 3) == 0
						? visit_word(visit, "do")
						: visit_word(visit, name));
		html_close(&visit->html);
	}
	html_close(&visit->html);
	html_close(&visit->html);
}

static void
draw_row(struct visit *visit, const struct db_result *result, int row)
{
	bool over = false;

	for (int i = 0; i < db_columns(result); i++)
		if (strcmp(db_column_name(result, i), "over") == 0)
			over = db_bool(result, row, i);
	html_open(&visit->html, "tr", "class", over ? "over" : NULL, NULL);
	for (int i = 0; i < db_columns(result); i++) {
		const char *name = db_column_name(result, i);
		const char *value = db_value(result, row, i);

		if (is_hidden(visit, name))
			continue;
		html_open(&visit->html, "td", "class",
			  is_numeric(name, value) ? "n" : NULL, NULL);
		draw_value(visit, name, value);
		/* Not by colour alone. */
		if (over && strcmp(name, "age_s") == 0)
			html_say(&visit->html, "strong", "late",
				 visit_word(visit, "over_target"));
		html_close(&visit->html);
	}
	html_close(&visit->html);
}

/* The same address with another start. */
static void
draw_more(struct visit *visit, const char *key)
{
	struct buffer path = {0};

	buffer_puts(&path, visit->page->path);
	buffer_puts(&path, visit->subject);
	for (size_t i = 0; i < visit->query.count; i++)
		if (strcmp(visit->query.pairs[i].name, visit->page->pager) &&
		    strcmp(visit->query.pairs[i].name, "lang"))
			query_put(&path, visit->query.pairs[i].name,
				  visit->query.pairs[i].value);
	query_put(&path, visit->page->pager, key);
	html_open(&visit->html, "p", "class", "pager", NULL);
	visit_link(visit, path.data, "more", visit_word(visit, "more"));
	html_close(&visit->html);
	buffer_free(&path);
}

void
draw_table(struct visit *visit, const struct db_result *result)
{
	int rows = db_rows(result);

	if (rows == 0) {
		html_say(&visit->html, "p", "none", visit_word(visit, "none"));
		return;
	}
	html_open(&visit->html, "div", "class", "wide", "tabindex", "0", NULL);
	html_open(&visit->html, "table", NULL);
	draw_head(visit, result);
	html_open(&visit->html, "tbody", NULL);
	for (int row = 0; row < rows && row < PAGE_ROWS; row++)
		draw_row(visit, result, row);
	html_close(&visit->html);
	html_close(&visit->html);
	html_close(&visit->html);
	if (rows > PAGE_ROWS && visit->page->pager)
		draw_more(visit, db_value(result, PAGE_ROWS - 1, 0));
}

/* "card job 2": words of ours, and its number or name. */
static void
draw_section_title(struct visit *visit, const char *section)
{
	const char *number = strrchr(section, ' ');
	char *kind;

	if (!number || strpbrk(number, "0123456789") == NULL) {
		html_say(&visit->html, "h2", NULL, visit_word(visit, section));
		return;
	}
	kind = mem_strndup(section, (size_t)(number - section));
	html_open(&visit->html, "h2", NULL);
	html_text(&visit->html, visit_word(visit, kind));
	html_text(&visit->html, number);
	html_close(&visit->html);
	mem_free(kind);
}

void
draw_sections(struct visit *visit, const struct db_result *result)
{
	const char *section = "";

	if (db_rows(result) == 0) {
		draw_nothing(visit);
		return;
	}
	html_open(&visit->html, "div", "class", "sections", NULL);
	for (int row = 0; row < db_rows(result); row++) {
		const char *name = db_value(result, row, 1);

		if (strcmp(db_value(result, row, 0), section) != 0) {
			if (*section) {
				html_close(&visit->html);
				html_close(&visit->html);
			}
			section = db_value(result, row, 0);
			html_open(&visit->html, "section", NULL);
			draw_section_title(visit, section);
			html_open(&visit->html, "dl", NULL);
		}
		html_open(&visit->html, "dt", NULL);
		if (is_moment(name))
			draw_moment(visit, name);
		else
			html_text(&visit->html, visit_word(visit, name));
		html_close(&visit->html);
		html_open(&visit->html, "dd", NULL);
		draw_value(visit, name, db_value(result, row, 2));
		html_close(&visit->html);
	}
	html_close(&visit->html);
	html_close(&visit->html);
	html_close(&visit->html);
}

void
draw_nothing(struct visit *visit)
{
	visit->code = 404;
	html_say(&visit->html, "p", "none", visit_word(visit, "no_such"));
}
