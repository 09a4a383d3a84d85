/*
 * Deciding an act: see act_form.h.
 */
#include <jansson.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act_form.h"
#include "acts.h"
#include "db.h"
#include "draw.h"
#include "hex.h"
#include "mem.h"
#include "pages.h"
#include "query.h"
#include "visit.h"

#define REASON_MOST 500

bool
act_form_takes(const struct query *query)
{
	const struct act *act = act_find(query_value(query, "do"));
	size_t count = query_count(query, "on");

	if (!act || count == 0 || count > ACT_SUBJECTS ||
	    (count > 1 && !act->many))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!subject_takes(subject_find(act->subject),
				   query_nth(query, "on", i)))
			return false;
	return true;
}

bool
act_form_chose_none(const struct query *query)
{
	return act_find(query_value(query, "do")) &&
	       query_count(query, "on") == 0;
}

/* Something is in it, and not too much. */
static bool
has_reason(const struct query *form)
{
	const char *reason = query_value(form, "reason");

	return reason[strspn(reason, " \t\r\n")] != '\0' &&
	       strlen(reason) <= (size_t)REASON_MOST * 4;
}

/* What cannot be taken back needs its count when it is done to several. */
static bool
is_confirmed(const struct query *form, const struct act *act)
{
	size_t count = query_count(form, "on");
	char wanted[24];

	snprintf(wanted, sizeof(wanted), "%zu", count);
	return count == 1 || !act->danger ||
	       strcmp(query_value(form, "count"), wanted) == 0;
}

const char *
act_form_objection(const struct query *form)
{
	const struct act *act = act_find(query_value(form, "do"));

	if (!act_form_takes(form))
		return "not_understood";
	if (!has_reason(form))
		return "reason_needed";
	for (int i = 0; i < ACT_INPUTS && act->inputs[i].name; i++)
		if (!input_takes(&act->inputs[i],
				 query_value(form, act->inputs[i].name)))
			return "input_needed";
	return is_confirmed(form, act) ? NULL : "count_needed";
}

char *
act_form_subjects(const struct query *form)
{
	struct buffer all = {0};

	for (size_t i = 0; i < query_count(form, "on"); i++) {
		if (i > 0)
			buffer_putc(&all, ',');
		buffer_puts(&all, query_nth(form, "on", i));
	}
	return all.data;
}

char *
act_form_inputs(const struct query *form)
{
	const struct act *act = act_find(query_value(form, "do"));
	json_t *inputs = json_object();
	char *dumped, *text;

	for (int i = 0; i < ACT_INPUTS && act->inputs[i].name; i++) {
		const char *value = query_value(form, act->inputs[i].name);

		if (*value)
			json_object_set_new(inputs, act->inputs[i].name,
					    json_string(value));
	}
	dumped = json_dumps(inputs, JSON_COMPACT);
	text = mem_strdup(dumped ? dumped : "{}");
	free(dumped);
	json_decref(inputs);
	return text;
}

/* The list that it came from, or the page of what it was done to. */
static char *
back_to(const struct visit *visit, const struct act *act)
{
	const struct subject *subject = subject_find(act->subject);
	const char *back = visit_value(visit, "back");
	size_t len = strlen(subject->page);

	if (*back && query_is_here(back))
		return mem_strdup(back);
	return mem_printf(
		"%s%s", subject->page,
		subject->page[len - 1] == '/' ? visit_value(visit, "on") : "");
}

char *
act_form_back(const struct visit *visit, const struct act *act,
	      const char *made)
{
	char *back = back_to(visit, act), *address;
	struct buffer path = {0};

	buffer_puts(&path, back);
	query_put(&path, "done", act->name);
	query_put(&path, "made", act->makes ? made : NULL);
	address = visit_address(visit, path.data);
	buffer_free(&path);
	mem_free(back);
	return address;
}

/* Drawing --------------------------------------------------------------------
 */

static void
draw_link_to(struct visit *visit, const struct subject *subject,
	     const char *name)
{
	char *path = mem_printf("%s%s", subject->page, name);

	if (subject->page[strlen(subject->page) - 1] == '/')
		visit_link(visit, path, NULL, name);
	else
		draw_value(visit, "subject", name);
	mem_free(path);
}

static void
draw_what(struct visit *visit, const struct act *act)
{
	const struct subject *subject = subject_find(act->subject);
	size_t count = query_count(&visit->query, "on");
	char number[24];

	html_open(&visit->html, "p", "class", "subject", NULL);
	html_text(&visit->html, visit_word(visit, act->subject));
	html_text(&visit->html, " ");
	if (count == 1) {
		draw_link_to(visit, subject, query_nth(&visit->query, "on", 0));
		html_close(&visit->html);
		return;
	}
	snprintf(number, sizeof(number), "× %zu", count);
	html_say(&visit->html, "strong", NULL, number);
	html_close(&visit->html);
	html_open(&visit->html, "ul", "class", "chosen", NULL);
	for (size_t i = 0; i < count; i++) {
		html_open(&visit->html, "li", NULL);
		draw_link_to(visit, subject, query_nth(&visit->query, "on", i));
		html_close(&visit->html);
	}
	html_close(&visit->html);
}

static void
draw_label(struct visit *visit, const char *name, const char *key, bool needed)
{
	html_open(&visit->html, "label", "for", name, NULL);
	html_text(&visit->html, visit_word(visit, key));
	if (!needed)
		html_text(&visit->html, visit_word(visit, "may_be_left_out"));
	html_close(&visit->html);
}

static void
draw_input(struct visit *visit, const struct act_input *input)
{
	static const char *const types[] = {[INPUT_TEXT] = "text",
					    [INPUT_NUMBER] = "text",
					    [INPUT_MOMENT] = "datetime-local"};
	bool number = input->kind == INPUT_NUMBER;
	const char *given = query_value(&visit->query, input->name);

	draw_label(visit, input->name, input->name, input->needed);
	html_void(&visit->html, "input", "type", types[input->kind], "id",
		  input->name, "name", input->name, "value",
		  *given && input_takes(input, given) ? given : NULL,
		  "inputmode", number ? "numeric" : NULL, "pattern",
		  number ? "[0-9]{1,14}" : NULL, "maxlength",
		  number                      ? "14"
		  : input->kind == INPUT_TEXT ? input->most
					      : NULL,
		  "autocomplete", "off", "required",
		  input->needed ? "required" : NULL, NULL);
}

static void
draw_count(struct visit *visit, size_t count)
{
	char number[24];

	snprintf(number, sizeof(number), "%zu", count);
	html_open(&visit->html, "label", "for", "count", NULL);
	html_text(&visit->html, visit_word(visit, "type_count"));
	html_text(&visit->html, number);
	html_close(&visit->html);
	html_void(&visit->html, "input", "type", "text", "id", "count", "name",
		  "count", "inputmode", "numeric", "pattern", number,
		  "autocomplete", "off", "required", "required", NULL);
}

/* The form's own number, by which it is done once, however often it is
 * sent. */
static void
draw_number(struct visit *visit)
{
	unsigned char random[16];
	char number[sizeof(random) * 2 + 1];

	if (RAND_bytes(random, sizeof(random)) != 1)
		return;
	hex_encode(random, sizeof(random), number);
	visit_hidden(visit, "form", number);
}

void
act_form_draw(struct visit *visit)
{
	const struct act *act = act_find(visit_value(visit, "do"));
	size_t count = query_count(&visit->query, "on");
	char *key = mem_printf("will_%s", act->name);

	draw_what(visit, act);
	html_say(&visit->html, "p", act->danger ? "will danger" : "will",
		 visit_word(visit, key));
	visit_form(visit, act_post(act), "decide");
	visit_hidden(visit, "do", act->name);
	for (size_t i = 0; i < count; i++)
		visit_hidden(visit, "on", query_nth(&visit->query, "on", i));
	visit_hidden(visit, "back", query_value(&visit->query, "back"));
	draw_number(visit);
	for (int i = 0; i < ACT_INPUTS && act->inputs[i].name; i++)
		draw_input(visit, &act->inputs[i]);
	draw_label(visit, "reason", "why", true);
	html_open(&visit->html, "textarea", "id", "reason", "name", "reason",
		  "rows", "3", "cols", "60", "maxlength", "500", "required",
		  "required", NULL);
	html_close(&visit->html);
	if (count > 1 && act->danger)
		draw_count(visit, count);
	html_open(&visit->html, "button", "type", "submit", "class",
		  act->danger ? "danger" : NULL, NULL);
	html_text(&visit->html, visit_word(visit, act->name));
	html_close(&visit->html);
	html_close(&visit->html);
	mem_free(key);
}

static void
draw_result(struct visit *visit, const struct act *act,
	    const struct db_result *result, int row)
{
	bool refused = !db_is_null(result, row, 2);

	html_open(&visit->html, "tr", "class", refused ? "over" : NULL, NULL);
	html_open(&visit->html, "td", NULL);
	draw_link_to(visit, subject_find(act->subject),
		     db_value(result, row, 0));
	html_close(&visit->html);
	html_say(&visit->html, "td", NULL,
		 visit_word(visit, refused ? "not_done" : "was_done"));
	html_open(&visit->html, "td", NULL);
	if (refused)
		draw_refusal(visit, db_value(result, row, 2),
			     db_value(result, row, 3),
			     db_value(result, row, 4));
	else if (act->makes && !db_is_null(result, row, 1))
		draw_value(visit, act->makes, db_value(result, row, 1));
	html_close(&visit->html);
	html_close(&visit->html);
}

void
act_form_draw_results(struct visit *visit, const struct act *act,
		      const struct db_result *result)
{
	char *back = back_to(visit, act);
	int refused = 0;
	char text[64];

	for (int row = 0; row < db_rows(result); row++)
		refused += !db_is_null(result, row, 2);
	html_open(&visit->html, "p", "class", refused ? "refused" : "done",
		  "role", "status", NULL);
	snprintf(text, sizeof(text), "%s %d", visit_word(visit, "done_to"),
		 db_rows(result) - refused);
	html_text(&visit->html, text);
	if (refused) {
		snprintf(text, sizeof(text), "; %s %d",
			 visit_word(visit, "refused_to"), refused);
		html_text(&visit->html, text);
	}
	html_close(&visit->html);
	html_open(&visit->html, "div", "class", "wide", "tabindex", "0", NULL);
	html_open(&visit->html, "table", NULL);
	html_open(&visit->html, "tbody", NULL);
	for (int row = 0; row < db_rows(result); row++)
		draw_result(visit, act, result, row);
	html_close(&visit->html);
	html_close(&visit->html);
	html_close(&visit->html);
	html_open(&visit->html, "p", NULL);
	visit_link(visit, back, "more", visit_word(visit, "back"));
	html_close(&visit->html);
	mem_free(back);
}
