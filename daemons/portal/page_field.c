/*
 * Fields of forms, each with its label, its hint and what is wrong with it,
 * tied together for those who hear the page. See page_private.h.
 */
#include <string.h>

#include "page_private.h"

void
page_form(struct page *page, const char *path, const char *id)
{
	html_open(&page->html, "form", "method", "post", "action", path, "id",
		  id, "autocomplete", "off", NULL);
	page_hidden(page, "token", page->token ? page->token : "");
}

void
page_hidden(struct page *page, const char *name, const char *value)
{
	html_void(&page->html, "input", "type", "hidden", "name", name, "value",
		  value, NULL);
}

void
page_button(struct page *page, const char *class, const char *key)
{
	html_open(&page->html, "button", "type", "submit", "class", class,
		  NULL);
	html_text(&page->html, page_word(page, key));
	html_close(&page->html);
}

/* The first code that is told at a field; NULL: none. */
static const char *
fault_of(const char *name, const char *const *refused)
{
	for (; refused && *refused; refused++) {
		const char *field = page_code_field(*refused);

		if (field && strcmp(field, name) == 0)
			return *refused;
	}
	return NULL;
}

static void
draw_fault(struct page *page, const char *code, const char *id)
{
	const char *words;

	if (!code)
		return;
	words = page_word_of(page, "refused", page_code_name(code));
	html_open(&page->html, "p", "class", "fault", "id", id, NULL);
	html_text(&page->html, words ? words : code);
	html_close(&page->html);
}

void
page_field(struct page *page, const struct page_field *field,
	   const struct query *form, const char *at_first,
	   const char *const *refused)
{
	const char *fault = fault_of(field->name, refused);
	const char *hint = page_word_of(page, "hint", field->name);
	const char *value = form ? query_value(form, field->name) : at_first;
	const char *label = page_word_of(page, "field", field->name);
	struct buffer fault_id = {0}, hint_id = {0}, described = {0};

	buffer_printf(&fault_id, "%s-fault", field->name);
	buffer_printf(&hint_id, "%s-hint", field->name);
	if (fault)
		buffer_puts(&described, fault_id.data);
	if (hint)
		buffer_printf(&described, "%s%s", fault ? " " : "",
			      hint_id.data);
	html_open(&page->html, "div", "class", fault ? "field wrong" : "field",
		  NULL);
	html_open(&page->html, "label", "for", field->name, NULL);
	html_text(&page->html, label ? label : field->name);
	html_close(&page->html);
	if (hint) {
		html_open(&page->html, "p", "class", "hint", "id", hint_id.data,
			  NULL);
		html_text(&page->html, hint);
		html_close(&page->html);
	}
	draw_fault(page, fault, fault_id.data);
	html_void(&page->html, "input", "type", field->type, "id", field->name,
		  "name", field->name, "value", field->secret ? NULL : value,
		  "class", field->wide ? "wide" : NULL, "required", "required",
		  "autocomplete", field->autocomplete, "inputmode",
		  field->inputmode, "pattern", field->pattern, "minlength",
		  field->minlength, "maxlength", field->maxlength,
		  "autocapitalize", field->secret ? "none" : NULL, "spellcheck",
		  "false", "aria-describedby", described.data, "aria-invalid",
		  fault ? "true" : NULL, NULL);
	html_close(&page->html);
	buffer_free(&fault_id);
	buffer_free(&hint_id);
	buffer_free(&described);
}

static const struct page_field delivery[] = {
	{.name = "postal_code",
	 .type = "text",
	 .autocomplete = "postal-code",
	 .inputmode = "numeric",
	 .pattern = "[0-9]{3}([0-9]{2,3})?",
	 .maxlength = "6"},
	{.name = "address",
	 .type = "text",
	 .autocomplete = "street-address",
	 .maxlength = "120",
	 .wide = true},
	{.name = "phone",
	 .type = "tel",
	 .autocomplete = "tel",
	 .pattern = "[0-9+#\\(\\) \\-]{6,20}",
	 .maxlength = "20"},
	{.name = "email",
	 .type = "email",
	 .autocomplete = "email",
	 .maxlength = "254",
	 .wide = true},
};

/* What is known of the address; its script fills it in, too. */
static void
draw_area(struct page *page, const json_t *area)
{
	static const char *const says[] = {"area_fits", "area_district",
					   "area_island"};
	bool island = page_true(area, "outlying_island");
	bool warned = json_array_size(json_object_get(area, "warnings")) > 0;
	bool said[] = {area && !warned, warned, island};

	html_open(&page->html, "div", "class", "area", "id", "area", "role",
		  "status", "data-failed", page_word(page, "area_failed"),
		  NULL);
	for (size_t i = 0; i < sizeof(says) / sizeof(says[0]); i++) {
		html_open(&page->html, "p", "class",
			  i == 0 ? "note good" : "note", "data-say", says[i],
			  "hidden", said[i] ? NULL : "hidden", NULL);
		html_text(&page->html, page_word(page, says[i]));
		html_close(&page->html);
	}
	html_close(&page->html);
	html_open(&page->html, "button", "type", "submit", "name", "check",
		  "value", "1", "class", "plain", "id", "check",
		  "formnovalidate", "formnovalidate", NULL);
	html_text(&page->html, page_word(page, "check_address"));
	html_close(&page->html);
}

void
page_delivery(struct page *page, const struct query *form,
	      const json_t *at_first, const char *const *refused,
	      const json_t *area)
{
	for (size_t i = 0; i < sizeof(delivery) / sizeof(delivery[0]); i++) {
		page_field(page, &delivery[i], form,
			   page_text(at_first, delivery[i].name), refused);
		if (strcmp(delivery[i].name, "address") == 0)
			draw_area(page, area);
	}
}

void
page_tick(struct page *page, const char *name, const char *words,
	  const struct query *form, const char *const *refused)
{
	const char *fault = fault_of(name, refused);
	bool ticked = form && strcmp(query_value(form, name), "yes") == 0;
	struct buffer id = {0};

	buffer_printf(&id, "%s-fault", name);
	html_open(&page->html, "div", "class",
		  fault ? "field tick wrong" : "field tick", NULL);
	draw_fault(page, fault, id.data);
	html_void(&page->html, "input", "type", "checkbox", "id", name, "name",
		  name, "value", "yes", "required", "required", "checked",
		  ticked ? "checked" : NULL, "aria-describedby",
		  fault ? id.data : NULL, "aria-invalid", fault ? "true" : NULL,
		  NULL);
	html_open(&page->html, "label", "for", name, NULL);
	html_text(&page->html, page_word(page, words));
	html_close(&page->html);
	html_close(&page->html);
	buffer_free(&id);
}

/* "#address" */
static void
draw_fault_link(struct page *page, const char *field, const char *words)
{
	struct buffer address = {0};

	buffer_printf(&address, "#%s", field);
	html_open(&page->html, "a", "href", address.data, NULL);
	html_text(&page->html, words);
	html_close(&page->html);
	buffer_free(&address);
}

void
page_faults(struct page *page, const char *const *refused)
{
	if (!refused || !*refused)
		return;
	html_open(&page->html, "div", "class", "note bad", "role", "alert",
		  "id", "refused", "tabindex", "-1", NULL);
	page_say(page, "h2", NULL, "faults");
	html_open(&page->html, "ul", NULL);
	for (; *refused; refused++) {
		const char *words =
			page_word_of(page, "refused", page_code_name(*refused));
		const char *field = page_code_field(*refused);

		html_open(&page->html, "li", NULL);
		if (field && words)
			draw_fault_link(page, field, words);
		else if (words)
			html_text(&page->html, words);
		else
			page_fill(page, "refused.other", *refused, NULL);
		if (!field)
			page_way_out(page, words ? *refused : "other");
		html_close(&page->html);
	}
	html_close(&page->html);
	html_close(&page->html);
}
