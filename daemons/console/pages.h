/*
 * The pages of the console, as a table: what each asks the database, and how
 * the answers are drawn.
 */
#ifndef RECARD_PAGES_H
#define RECARD_PAGES_H

#include <stdbool.h>

#include "db.h"

struct visit;

#define PAGE_ROWS 50
#define PAGE_QUESTIONS 3
#define PAGE_PARAMS 5
#define PAGE_CHOICES 14

struct page_question {
	int statement;
	/* Names of values of the address or form, "" as NULL; "@identity",
	 * "@subject" and "@rows" are what they say. */
	const char *params[PAGE_PARAMS];
	void (*draw)(struct visit *visit, const struct db_result *result);
};

struct page {
	bool post;
	const char *path;    /* ends with "/": the rest is the subject */
	const char *subject; /* characters it is made of; NULL: there is none */
	const char *act;     /* right that is needed; NULL: the one of "do" */
	const char *title;
	bool menu;
	struct page_question questions[PAGE_QUESTIONS];
	/* A choice in the address: name and values. */
	const char *filter;
	const char *choices[PAGE_CHOICES];
	const char *pager; /* "after" or "before": where the next page starts */
	void (*draw)(struct visit *visit); /* before any answer; may be NULL */
};
extern const struct page pages[]; /* path NULL ends it */
extern const struct db_statement page_statements[];

enum { STATEMENT_AUTHORISE, STATEMENT_ACT, STATEMENT_PAGES };

/* The page for a request; NULL: none. *subject points into path. */
const struct page *page_find(bool post, const char *path, const char **subject);
/* Whether a value of its filter is one of its choices, or "". */
bool page_takes(const struct page *page, const char *choice);

#endif
