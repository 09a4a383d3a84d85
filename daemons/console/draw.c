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
		     {"payment", "/payments/"},
		     {"payment_id", "/payments/"},
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
	return words_hold(
		" stage status state kind act outcome reason "
		"print_state held found_by suggestion suggested rule "
		"section batch_state event from_status to_status match cause "
		"about_stage verdict print ended_by order ",
		name);
}

/* Whether they are names and codes, of ours or of others, that no language
 * changes. */
static bool
is_name(const char *name)
{
	return words_hold(
		" stage_name detail file file_digest chain_digest "
		"content_digest address_digest archive_sha256 "
		"file_sha256 commitment reference refund_reference "
		"tracking_no error_code unprintable_on program host "
		"version line product products channel display source "
		"layout printer says job last_event subject signed_by "
		"hash_total order_ref told_by actor by operator "
		"opened_by closed_by reverted_by paused_by requested_by "
		"decided_by asked_by approved_by cut_by abandoned_by "
		"amount currency label_copy posting_list said_why "
		"said_outcome ",
		name);
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

void
draw_act_link(struct visit *visit, const char *name, const char *subject)
{
	const struct act *act = act_find(name);
	struct buffer path = {0};
	char *back;

	if (!*subject || !visit_may(visit, name))
		return;
	buffer_puts(&path, "/act");
	query_put(&path, "do", name);
	query_put(&path, "on", subject);
	/* From a list back to it, as it is filtered. */
	if (!visit->page->subject) {
		back = visit_here(visit, NULL);
		query_put(&path, "back", back);
		mem_free(back);
	}
	visit_link(visit, path.data, act->danger ? "act danger" : "act",
		   visit_word(visit, name));
	buffer_free(&path);
}

/* "act:subject;act:subject": those that are his to do. */
static void
draw_ways(struct visit *visit, const char *ways)
{
	for (const char *at = ways; *at; at += *at == ';') {
		size_t len = strcspn(at, ";"), name = strcspn(at, ":");
		char *act = mem_strndup(at, name);
		char *subject =
			name < len ? mem_strndup(at + name + 1, len - name - 1)
				   : mem_strdup("");

		draw_act_link(visit, act, subject);
		html_text(&visit->html, " ");
		mem_free(act);
		mem_free(subject);
		at += len;
	}
}

/* As much of a text as there are words for, from its beginning; the rest as it
 * stands: "counted 5", "unpaid 待繳費", "over: more than its order costs". */
static void
draw_words(struct visit *visit, const char *value)
{
	size_t len = strlen(value), found = 0;
	char *key = mem_strdup(value);
	const char *words = key;

	while (len > 0) {
		key[len] = '\0';
		words = visit_word(visit, key);
		if (words != key) {
			found = len;
			break;
		}
		while (len > 0 && !strchr(" :,", key[len - 1]))
			len--;
		while (len > 0 && strchr(" :,", key[len - 1]))
			len--;
	}
	html_text(&visit->html, found ? words : value);
	value += found;
	if (found && strncmp(value, ": ", 2) == 0) {
		html_text(&visit->html, "：");
		draw_words(visit, value + 2);
	} else if (found && !((unsigned char)value[*value != '\0'] & 0x80)) {
		/* What follows in Chinese says the same. */
		html_text(&visit->html, value);
	}
	mem_free(key);
}

void
draw_value(struct visit *visit, const char *name, const char *value)
{
	const char *page =
		(strcmp(name, "subject") == 0 || strcmp(name, "order") == 0) &&
				is_order(value)
			? "/orders/"
			: page_about(name);
	char *path;

	/* "26112300000012, cancelled 已取消" */
	if (strcmp(name, "order") == 0 && strspn(value, "0123456789") == 14 &&
	    value[14] == ',') {
		path = mem_strndup(value, 14);
		draw_value(visit, name, path);
		mem_free(path);
		html_text(&visit->html, ", ");
		draw_words(visit, value + 14 + strspn(value + 14, ", "));
	} else if (is_moment(value)) {
		draw_moment(visit, value);
	} else if (ends_with(name, "_s")) {
		draw_seconds(visit, value);
	} else if (strcmp(name, "ways") == 0) {
		draw_ways(visit, value);
	} else if (page && *value) {
		path = mem_printf("%s%s", page, value);
		visit_link(visit, path, NULL,
			   is_word(name) ? visit_word(visit, value) : value);
		mem_free(path);
	} else if (is_word(name)) {
		draw_words(visit, value);
	} else if (is_name(name) && *value) {
		html_open(&visit->html, "span", "translate", "no", NULL);
		html_text(&visit->html, value);
		html_close(&visit->html);
	} else {
		html_text(&visit->html, value);
	}
}

bool
is_numeric(const char *name, const char *value)
{
	return ends_with(name, "_s") || (is_number(value) && !page_about(name));
}

void
draw_refusal(struct visit *visit, const char *code, const char *says,
	     const char *way_out)
{
	const char *words = visit_word(visit, code);

	/* In his language what kind of refusal it is; the database's own words
	 * say what stands in the way. */
	if (visit->language != LANGUAGE_EN && words != code)
		html_say(&visit->html, "p", "error", words);
	html_open(&visit->html, "p", "class", "error", "lang", "en", NULL);
	html_text(&visit->html, says);
	html_close(&visit->html);
	if (!*way_out)
		return;
	html_open(&visit->html, "p", "class", "hint", "lang", "en", NULL);
	html_text(&visit->html, way_out);
	html_close(&visit->html);
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

/* Under what name a value is drawn: why a hold, a request or a claim is there
 * is what somebody wrote, and no code that has words. */
static const char *
name_in(const char *section, const char *name, const char *value)
{
	char *kind = mem_strndup(section, strcspn(section, " "));
	bool said = strcmp(name, "reason") == 0
			    ? words_hold(" hold request claim ", kind) &&
				      strcmp(value, "attempt_limit") != 0
			    : strcmp(name, "outcome") == 0 &&
				      strcmp(kind, "claim") == 0;

	mem_free(kind);
	return said ? "said_why" : name;
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
		const char *value = db_value(result, row, 2);

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
		/* What was recorded stands as it was recorded. */
		html_open(&visit->html, "dd", "translate",
			  is_moment(name) ||
					  words_hold(" answers acts ", section)
				  ? "no"
				  : NULL,
			  NULL);
		draw_value(visit, name_in(section, name, value), value);
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
