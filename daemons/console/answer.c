/*
 * Answers: see answer.h.
 */
#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "clock.h"
#include "db.h"
#include "draw.h"
#include "embedded.h"
#include "frame.h"
#include "log.h"
#include "mem.h"
#include "pages.h"
#include "query.h"
#include "site.h"
#include "visit.h"

#define RETRY_AFTER_S 5

static void
end_visit(struct visit *visit)
{
	query_free(&visit->query);
	query_free(&visit->form);
	mem_free(visit->subject);
	mem_free(visit->operator);
	mem_free(visit->role);
	mem_free(visit->rights);
	buffer_free(&visit->text);
	mem_free(visit);
}

/* Every answer of the site leaves here. */
void
answer(struct visit *visit, int code, const char *type, const char *text)
{
	struct http_request *r = visit->request;
	char cookie[SESSION_COOKIE_SIZE], header[SESSION_COOKIE_SIZE + 80];

	http_answer_header(r, "Content-Security-Policy",
			   "default-src 'self'; img-src 'self' data:; base-uri "
			   "'none'; form-action "
			   "'self'; frame-ancestors 'none'; object-src 'none'");
	http_answer_header(r, "Referrer-Policy", "same-origin");
	http_answer_header(r, "Cross-Origin-Opener-Policy", "same-origin");
	http_answer_header(r, "Strict-Transport-Security", "max-age=31536000");
	if (visit->session_renewed) {
		session_write(site_form_key(visit->site), visit->session,
			      visit->identity, clock_now_s(), cookie);
		snprintf(header, sizeof(header),
			 SESSION_COOKIE
			 "%s; Path=/; Secure; HttpOnly; SameSite=Lax",
			 cookie);
		http_answer_header(r, "Set-Cookie", header);
	}
	http_answer(r, code, type, text, code == 503 ? RETRY_AFTER_S : 0);
	end_visit(visit);
}

void
answer_page(struct visit *visit)
{
	frame_end(visit);
	answer(visit, visit->code, "text/html; charset=utf-8",
	       visit->text.data);
}

static void
begin_refusal(struct visit *visit, int code, const char *key)
{
	buffer_clear(&visit->text);
	visit->code = code;
	frame_begin(visit, "refused");
	html_say(&visit->html, "p", "refused", visit_word(visit, key));
}

/* A page that says why there is none. */
void
answer_refusal(struct visit *visit, int code, const char *key)
{
	begin_refusal(visit, code, key);
	answer_page(visit);
}

/* The database refused it, and says why. */
void
answer_not_done(struct visit *visit, const char *code, const char *says,
		const char *way_out)
{
	begin_refusal(visit, 409, "not_done");
	draw_refusal(visit, code, says, way_out);
	answer_page(visit);
}

/* A page in place of the one that was asked for, and the way there. */
void
answer_session_over(struct visit *visit)
{
	char *here = visit->page && !visit->page->post ? visit_here(visit, NULL)
						       : mem_strdup("/");

	begin_refusal(visit, 403, "session_over");
	html_open(&visit->html, "p", NULL);
	visit_link(visit, here, "more", visit_word(visit, "go_on"));
	html_close(&visit->html);
	mem_free(here);
	answer_page(visit);
}

/* A button of a list, and nothing of it was chosen. */
void
answer_none_chosen(struct visit *visit)
{
	const char *back = query_value(&visit->query, "back");

	begin_refusal(visit, 400, "choose_one");
	if (*back && query_is_here(back)) {
		html_open(&visit->html, "p", NULL);
		visit_link(visit, back, "more", visit_word(visit, "back"));
		html_close(&visit->html);
	}
	answer_page(visit);
}

/* He goes: what the browser has kept of it goes too. */
void
answer_left(struct visit *visit)
{
	http_answer_header(visit->request, "Set-Cookie",
			   SESSION_COOKIE "; Path=/; Secure; HttpOnly; "
					  "SameSite=Lax; Max-Age=0");
	/* Not "cookies": those are the whole domain's. */
	http_answer_header(visit->request, "Clear-Site-Data",
			   "\"cache\", \"storage\"");
	visit->session_renewed = false;
	visit->code = 200;
	frame_begin(visit, "leave");
	html_say(&visit->html, "p", "done", visit_word(visit, "left"));
	answer_page(visit);
}

void
answer_failure(struct visit *visit, enum db_status status, struct db *db)
{
	if (status == DB_LOST) {
		answer_refusal(visit, 503,
			       visit->acted ? "perhaps_done" : "no_database");
		return;
	}
	/* statement_timeout, lock_timeout; two who were in each other's way */
	if (strcmp(db_sqlstate(db), "57014") == 0 ||
	    strcmp(db_sqlstate(db), "55P03") == 0 ||
	    strcmp(db_sqlstate(db), "40P01") == 0) {
		log_warn("console.page.slow",
			 kv_str(path, visit->page ? visit->page->path : ""));
		answer_refusal(visit, 503,
			       visit->acted ? "in_hand" : "too_slow");
		return;
	}
	/* Ours, or a value in the address that is none of its kind. */
	if (strncmp(db_sqlstate(db), "RC", 2) == 0) {
		answer_not_done(visit, db_sqlstate(db), db_error(db),
				db_hint(db));
		return;
	}
	log_error("console.page.refused",
		  kv_str(path, visit->page ? visit->page->path : ""),
		  kv_str(sqlstate, db_sqlstate(db)));
	answer_refusal(visit,
		       strncmp(db_sqlstate(db), "22", 2) == 0 ? 400 : 500,
		       "not_understood");
}

/* The files that pages name: "/style.css" is one of them, of whatever folder.
 * False: there is none of that name. */
bool
answer_file(struct visit *visit, const char *path)
{
	static const struct {
		const char *path, *type;
	} files[] = {{"/refresh.js", "text/javascript; charset=utf-8"},
		     {"/style.css", "text/css; charset=utf-8"}};

	/* Both are in the order of their names. */
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (strcmp(files[i].path, path) == 0) {
			visit->session_renewed = false;
			answer(visit, 200, files[i].type,
			       embedded_files[i].data);
			return true;
		}
	return false;
}
