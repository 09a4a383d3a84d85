/*
 * The posting list of registered mail as the form that the post signs
 * (交寄大宗函件執據 and its 存根): A4, 20 letters a page, both copies in one
 * PDF. The same list gives the same bytes. Pure but for fonts.
 */
#ifndef RECARD_POSTING_FORM_H
#define RECARD_POSTING_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pdf_writer.h"
#include "posting_list.h"

struct font_set;

enum {
	POSTING_SENDER,
	POSTING_AGENT,
	POSTING_ADDRESS,
	POSTING_PHONE,
	POSTING_SENDER_LINES
};

/* Borrowed; UTF-8. NULL leaves a field blank to be filled in by hand. */
struct posting_form {
	const char *list_no;
	int64_t created_at; /* seconds since 1970; told as a date of Taipei */
	const char *area;   /* "local", "out_of_town" or NULL */
	const char *kind;   /* one of posting_kinds; the others are struck */
	const char *office; /* 6 digits of the office, 2 of the kind */
	const char *sender[POSTING_SENDER_LINES];
};

/* 限時掛號, 掛號, 快捷郵件; ends with NULL. */
extern const char *const posting_kinds[];

/* Letters on a page: the post counts in groups of so many. */
#define POSTING_PAGE 20

/*
 * Writes the form. A character that no font has is printed as □, as in the
 * CSV file. weight and postage of all items, when they are numbers, are added
 * up. False when the sink refused, or a font could not be embedded.
 */
bool posting_form_write(const struct posting_form *form,
			const struct posting_item *items, size_t count,
			struct font_set *fonts, pdf_sink sink, void *target);

#endif
