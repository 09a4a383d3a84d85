/*
 * One request of an operator, from its arrival to its answer, and what a page
 * may know of it while it is drawn.
 */
#ifndef RECARD_VISIT_H
#define RECARD_VISIT_H

#include <stdbool.h>

#include "buffer.h"
#include "db.h"
#include "html.h"
#include "http_server.h"
#include "query.h"
#include "session.h"
#include "words.h"

struct page;
struct site;

struct visit {
	struct site *site;
	struct http_request *request;
	const struct page *page;
	char identity[HTTP_FINGERPRINT_SIZE];
	char session[SESSION_SIZE];
	bool session_renewed; /* a cookie goes with the answer */
	bool session_over;    /* he did nothing for too long */
	enum language language;
	const char *chosen; /* "zh" or "en" by the address; "" */
	struct query query, form;
	char *subject; /* what follows the page's path; "" */
	/* What he may: known once he has been authorised. */
	char *operator, * role, *rights;
	int question; /* of the page, in hand */
	int code;
	bool acted;   /* an act was asked for: it may be done */
	char rows[8]; /* of a list, and one more */
	struct buffer text;
	struct html html;
};

const char *visit_word(const struct visit *visit, const char *key);
/* Whether his role may do it. */
bool visit_may(const struct visit *visit, const char *act);
/* An address of this site with the chosen language kept; path may have a
 * query. mem_free() it. */
char *visit_address(const struct visit *visit, const char *path);
/* This page's address, as it is narrowed down, without one name; NULL: with
 * all. What was said once, and the language, are left out. mem_free() it. */
char *visit_here(const struct visit *visit, const char *without);
/* How many rows a list shows. */
int visit_rows(const struct visit *visit);
/* A link with text that others wrote. */
void visit_link(struct visit *visit, const char *path, const char *class,
		const char *text);
/* Opens a form that posts to path, with its token. */
void visit_form(struct visit *visit, const char *path, const char *class);
/* A value that goes with the form, unless it is "". */
void visit_hidden(struct visit *visit, const char *name, const char *value);
/* A value of the form that was posted, or of the address. */
const char *visit_value(const struct visit *visit, const char *name);

#endif
