/*
 * What the pages share: the frame around them, words, moments, fields of
 * forms, and what codes mean. Pure.
 */
#ifndef RECARD_PAGE_PRIVATE_H
#define RECARD_PAGE_PRIVATE_H

#include "page.h"
#include "query.h"

/* Frame (page_frame.c) ---------------------------------------------------- */

/* Starts a page; title is a key, with {1} for value, which may be NULL. */
void page_begin(struct page *page, const char *title, const char *value);
void page_end(struct page *page);
/* The page's own script, a path of this site. */
void page_script(struct page *page, const char *src);

/* Words (page_text.c) ----------------------------------------------------- */

/* The words for a key, which there must be. */
const char *page_word(const struct page *page, const char *key);
/* The words for "group.name"; NULL when there are none. */
const char *page_word_of(const struct page *page, const char *group,
			 const char *name);
/* Text with {1} … {9} filled in by the values that follow; NULL ends. */
void page_fill(struct page *page, const char *key, ...)
	__attribute__((sentinel));
/* An element with nothing but words in it; class may be NULL. */
void page_say(struct page *page, const char *element, const char *class,
	      const char *key);
/* The same with values, as in page_fill(). */
void page_tell(struct page *page, const char *element, const char *class,
	       const char *key, ...) __attribute__((sentinel));
/* A link to a page of ours. */
void page_link(struct page *page, const char *class, const char *path,
	       const char *key);
/* A name and its value in a list of them; nothing for no value. */
void page_pair(struct page *page, const char *key, const char *value);

#define PAGE_MOMENT_SIZE 96
/* ISO 8601 as people read it: "115年11月25日（星期三）09:00"; a date without
 * time of day stays one. "" when it is neither. */
const char *page_moment(const struct page *page, const char *iso,
			char out[PAGE_MOMENT_SIZE]);
/* The same in an element of its own. */
void page_time(struct page *page, const char *iso);
/* "NT$228" */
const char *page_money(json_int_t amount, char out[32]);

/* What an answer of the database says: "" and 0 when it does not. */
const char *page_text(const json_t *object, const char *name);
json_int_t page_number(const json_t *object, const char *name);
bool page_true(const json_t *object, const char *name);
/* "/orders/14…/payment"; NULL for what is no order number. */
const char *page_order_path(const json_t *order, const char *rest,
			    char out[64]);
/* What status an order has, in words. */
const char *page_status(const struct page *page, const json_t *order);
/* Customer service: where and when, as far as it is known. */
void page_contact(struct page *page);

/* Forms (page_field.c) ---------------------------------------------------- */

/* Opens one that posts to path, with the token. id may be NULL. */
void page_form(struct page *page, const char *path, const char *id);
void page_hidden(struct page *page, const char *name, const char *value);
void page_button(struct page *page, const char *class, const char *key);

struct page_field {
	const char *name; /* words: field.NAME, hint.NAME when there are */
	const char *type;
	const char *autocomplete, *inputmode, *pattern, *minlength, *maxlength;
	bool secret; /* never shown again */
	bool wide;
};
/* A field with label, hint, what is wrong with it, and the value: what was
 * posted, or else at first. */
void page_field(struct page *page, const struct page_field *field,
		const struct query *form, const char *at_first,
		const char *const *refused);
/* Postal code, address, phone, e-mail, and what is known of the address. */
void page_delivery(struct page *page, const struct query *form,
		   const json_t *at_first, const char *const *refused,
		   const json_t *area);
/* A box to tick, with words.NAME; what is wrong with it. */
void page_tick(struct page *page, const char *name, const char *words,
	       const struct query *form, const char *const *refused);
/* What is wrong, above a form: links to the fields, words for the others. */
void page_faults(struct page *page, const char *const *refused);

/* Codes (page_code.c) ----------------------------------------------------- */

/* The group of words that a code is told by: refused.NAME, refused.NAME.do. */
const char *page_code_name(const char *code);
/* The field at which it is told; NULL: at none. */
const char *page_code_field(const char *code);
/* In words, with the way out. */
void page_refusal(struct page *page, const char *code);
/* What is to be done about it. */
void page_way_out(struct page *page, const char *code);

#endif
