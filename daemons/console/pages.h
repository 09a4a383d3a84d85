/*
 * The pages of the console, as a table: what each asks the database, and how
 * the answers are drawn.
 */
#ifndef RECARD_PAGES_H
#define RECARD_PAGES_H

#include <stdbool.h>

struct db_result;
struct visit;

#define PAGE_ROWS 50
#define PAGE_QUESTIONS 3
#define PAGE_PARAMS 12
#define PAGE_FILTERS 8

struct page_question {
	int id;
	/* Names of values of the address or form, "" as NULL; "@identity",
	 * "@subject", "@rows" and "@none" are what they say. */
	const char *params[PAGE_PARAMS];
	void (*draw)(struct visit *visit, const struct db_result *result);
	const char *title; /* a heading before it; may be NULL */
};

/* A choice in the address. */
struct page_filter {
	const char *name; /* NULL: none */
	/* What it can be, blanks around each; NULL: FILTER_DAY's or a name. */
	const char *choices;
	enum { FILTER_ONE_OF, FILTER_DAY, FILTER_NAME } kind;
	const char *unchosen; /* word for none; NULL: the first choice is */
};

struct page {
	bool post;
	const char *path;    /* ends with "/": the rest is the subject */
	const char *subject; /* what it is about, as in acts.h; NULL: nothing */
	const char *act;     /* right that is needed; NULL: the one of "do" */
	const char *title;
	bool menu;
	bool refreshed; /* by a script, while somebody looks */
	struct page_question questions[PAGE_QUESTIONS];
	struct page_filter filters[PAGE_FILTERS];
	const char *pager; /* "after" or "before": where the next page starts */
	/* What its rows are, and acts that can be done to several of them,
	 * blanks around each. */
	const char *rows, *acts;
	void (*draw)(struct visit *visit); /* before any answer; may be NULL */
};
extern const struct page pages[]; /* path NULL ends it */

/* The page for a request; NULL: none. *subject points into path. */
const struct page *page_find(bool post, const char *path, const char **subject);
/* Whether a value can be that of a filter; "" can. */
bool filter_takes(const struct page_filter *filter, const char *value);

#endif
