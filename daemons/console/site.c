/*
 * Visits from arrival to answer: see site.h.
 */
#include <event2/event.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

#include "act_form.h"
#include "acts.h"
#include "answer.h"
#include "asker.h"
#include "clock.h"
#include "console.h"
#include "frame.h"
#include "hex.h"
#include "log.h"
#include "mem.h"
#include "pages.h"
#include "questions.h"
#include "seal.h"
#include "site.h"
#include "visit.h"

#define RENEW_S 60    /* a cookie this old is written anew, */
#define RENEW_PART 10 /* or one that is this part of the way to its end */
#define DRAIN_MS 5000

struct site {
	struct daemon_context *ctx;
	struct http_server *server;
	struct asker *asker;
	unsigned char *key;
	struct form_key form_key;
};

static void ask_next(struct visit *visit);

const struct form_key *
site_form_key(const struct site *site)
{
	return &site->form_key;
}

const char *
site_config(const struct site *site)
{
	return site->ctx->config;
}

/* Whether a script of the page asks, and nobody has touched anything. */
static bool
asks_by_itself(const struct visit *visit)
{
	const char *what =
		http_request_header(visit->request, "Sec-Fetch-Dest");

	return what && strcmp(what, "empty") == 0;
}

/* Takes the session from the cookies, or begins one. */
static void
take_session(struct visit *visit)
{
	unsigned char random[32];
	int64_t now = clock_now_s(), seen = now;
	int64_t idle = console_settings.session_idle / 1000;
	int64_t renew =
		idle / RENEW_PART < RENEW_S ? idle / RENEW_PART : RENEW_S;
	enum session_state state =
		session_read(&visit->site->form_key,
			     http_request_header(visit->request, "Cookie"),
			     visit->identity, now, idle, visit->session, &seen);

	visit->session_over = state == SESSION_OVER;
	visit->session_renewed = state != SESSION_GOOD || seen <= now - renew;
	if (asks_by_itself(visit))
		visit->session_renewed = false;
	if (state == SESSION_GOOD)
		return;
	visit->session[0] = '\0';
	if (RAND_bytes(random, sizeof(random)) == 1)
		hex_encode(random, sizeof(random), visit->session);
	else
		visit->session_renewed = false; /* its forms are refused */
}

/* Whether a post comes from a form of ours. Browsers say where it comes from;
 * the token shows it. */
static bool
is_ours(const struct visit *visit)
{
	const struct http_request *r = visit->request;
	const char *origin = http_request_header(r, "Origin");
	const char *host = http_request_header(r, "Host");
	const char *where = http_request_header(r, "Sec-Fetch-Site");

	if (where && strcmp(where, "same-origin") != 0)
		return false;
	if (origin && (!host || strncmp(origin, "https://", 8) != 0 ||
		       strcmp(origin + 8, host) != 0))
		return false;
	return form_token_ok(&visit->site->form_key, visit->session,
			     visit->identity, clock_now_s(),
			     console_settings.form_time / 1000,
			     query_value(&visit->form, "token"));
}

static const char *
param_of(struct visit *visit, const char *name)
{
	const char *value;

	if (strcmp(name, "@identity") == 0)
		return visit->identity;
	if (strcmp(name, "@subject") == 0)
		return visit->subject;
	if (strcmp(name, "@rows") == 0) {
		/* One that tells of more. */
		snprintf(visit->rows, sizeof(visit->rows), "%d",
			 visit_rows(visit) + 1);
		return visit->rows;
	}
	if (*name == '@') /* @none */
		return NULL;
	value = visit_value(visit, name);
	return *value ? value : NULL;
}

static void
on_answer(void *arg, enum db_status status, const struct db_result *result,
	  struct db *db)
{
	struct visit *visit = arg;
	const struct page_question *q;

	if (status != DB_OK) {
		answer_failure(visit, status, db);
		return;
	}
	q = &visit->page->questions[visit->question];
	if (q->title)
		html_say(&visit->html, "h2", NULL, visit_word(visit, q->title));
	q->draw(visit, result);
	visit->question++;
	ask_next(visit);
}

static void
ask_next(struct visit *visit)
{
	const struct page_question *q =
		&visit->page->questions[visit->question];
	const char *params[PAGE_PARAMS + 1] = {NULL};

	/* Of what is not there nothing more is asked. */
	if (visit->question == PAGE_QUESTIONS || !q->draw ||
	    visit->code != 200) {
		answer_page(visit);
		return;
	}
	for (int i = 0; i < PAGE_PARAMS && q->params[i]; i++)
		params[i] = param_of(visit, q->params[i]);
	asker_ask(visit->site->asker, q->id, params, on_answer, visit);
}

static void
on_act(void *arg, enum db_status status, const struct db_result *result,
       struct db *db)
{
	struct visit *visit = arg;
	const struct act *act = act_find(query_value(&visit->form, "do"));
	char *address;

	if (status != DB_OK) {
		visit->acted = true;
		answer_failure(visit, status, db);
		return;
	}
	if (db_rows(result) == 0) {
		log_warn("console.visit.refused", kv_str(path, "/act"));
		answer_refusal(visit, 403, "not_your_role");
		return;
	}
	log_info("console.act.done", kv_str(work, act->name),
		 kv_int(count, db_rows(result)));
	if (db_rows(result) > 1) {
		frame_begin(visit, act->name);
		act_form_draw_results(visit, act, result);
		answer_page(visit);
		return;
	}
	if (!db_is_null(result, 0, 2)) {
		answer_not_done(visit, db_value(result, 0, 2),
				db_value(result, 0, 3), db_value(result, 0, 4));
		return;
	}
	/* To where he came from; a reload repeats nothing. */
	address = act_form_back(visit, act, db_value(result, 0, 1));
	http_answer_header(visit->request, "Location", address);
	mem_free(address);
	answer(visit, 303, NULL, NULL);
}

/* Does what the form says, by one function that authorises and acts. */
static void
do_act(struct visit *visit)
{
	const struct act *act = act_find(query_value(&visit->form, "do"));
	const char *form = query_value(&visit->form, "form");
	char *on, *inputs;

	on = act_form_subjects(&visit->form);
	inputs = act_form_inputs(&visit->form);
	asker_ask(visit->site->asker, ASK_ACT,
		  (const char *[]){visit->identity, act->name, on,
				   query_value(&visit->form, "reason"), inputs,
				   *form ? form : NULL},
		  on_act, visit);
	mem_free(on);
	mem_free(inputs);
}

static void
on_authorised(void *arg, enum db_status status, const struct db_result *result,
	      struct db *db)
{
	struct visit *visit = arg;

	if (status != DB_OK) {
		answer_failure(visit, status, db);
		return;
	}
	visit->operator= mem_strdup(db_value(result, 0, 0));
	visit->role = mem_strdup(db_value(result, 0, 1));
	visit->rights = mem_strdup(db_value(result, 0, 3));
	if (!db_bool(result, 0, 2)) {
		log_warn("console.visit.refused",
			 kv_str(path, visit->page->path));
		answer_refusal(visit, 403,
			       *visit->operator? "not_your_role" : "stranger");
		return;
	}
	if (visit->page->post && !visit->page->act) {
		do_act(visit);
		return;
	}
	frame_begin(visit, visit->page->act ? visit->page->title
					    : visit_value(visit, "do"));
	if (visit->page->draw)
		visit->page->draw(visit);
	ask_next(visit);
}

/* What the page needs is right; is he the one who may? An act asks again, and
 * it is there that it is decided. */
static void
authorise(struct visit *visit)
{
	const char *act = visit->page->act;
	const char *on = visit_value(visit, "on");
	const char *params[] = {visit->identity,
				act ? act : visit_value(visit, "do"),
				*on ? on : visit->subject};

	asker_ask(visit->site->asker, ASK_AUTHORISE, params, on_authorised,
		  visit);
}

static bool
read_form(struct visit *visit)
{
	size_t len;
	const char *body = http_request_body(visit->request, &len);

	return query_read(&visit->form, body, len);
}

static void
take_post(struct visit *visit)
{
	const char *path = http_request_path(visit->request);
	const char *objection = NULL;

	if (!read_form(visit)) {
		answer_refusal(visit, 400, "not_understood");
		return;
	}
	if (!is_ours(visit)) {
		log_warn("console.form.refused", kv_str(path, path));
		answer_refusal(visit, 403, "form_too_old");
		return;
	}
	if (strcmp(path, "/leave") == 0) {
		answer_left(visit);
		return;
	}
	if (!visit->page) {
		answer_refusal(visit, 404, "no_such");
		return;
	}
	/* All forms but the search decide an act. */
	if (strcmp(path, "/search") != 0)
		objection = act_form_objection(&visit->form);
	if (!objection && strcmp(path, "/search") != 0 &&
	    strcmp(act_post(act_find(query_value(&visit->form, "do"))), path))
		objection = "not_understood";
	if (objection)
		answer_refusal(visit, 400, objection);
	else
		authorise(visit);
}

/* Whether its filters can be what the address says. */
static bool
filters_fit(const struct visit *visit)
{
	const struct page *page = visit->page;

	for (int i = 0; i < PAGE_FILTERS && page->filters[i].name; i++)
		if (!filter_takes(
			    &page->filters[i],
			    query_value(&visit->query, page->filters[i].name)))
			return false;
	return true;
}

static void
on_request(struct http_request *request, void *arg)
{
	struct visit *visit = mem_alloc(1, sizeof(*visit));
	const char *method = http_request_method(request);
	const char *path = http_request_path(request);
	const char *query = http_request_query(request);
	const char *subject = "";
	bool post = strcmp(method, "POST") == 0;

	visit->site = arg;
	visit->request = request;
	visit->code = 200;
	if (!http_request_client(request, visit->identity)) {
		answer(visit, 403, "text/plain", "no certificate\n");
		return;
	}
	take_session(visit);
	if (!query_read(&visit->query, query, strlen(query))) {
		answer(visit, 400, "text/plain", "not understood\n");
		return;
	}
	visit->chosen = query_value(&visit->query, "lang");
	if (strcmp(visit->chosen, "zh") != 0 && strcmp(visit->chosen, "en"))
		visit->chosen = "";
	visit->language = language_of(
		visit->chosen, http_request_header(request, "Accept-Language"));
	visit->page = page_find(post, path, &subject);
	visit->subject = mem_strdup(subject);
	if (!post && answer_file(visit, path))
		return;
	if (visit->session_over)
		answer_session_over(visit);
	else if (post)
		take_post(visit);
	else if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
		answer(visit, 405, NULL, NULL);
	else if (!visit->page)
		answer_refusal(visit, 404, "no_such");
	else if (!visit->page->act && act_form_chose_none(&visit->query))
		answer_none_chosen(visit);
	else if ((!visit->page->act && !act_form_takes(&visit->query)) ||
		 !filters_fit(visit))
		answer_refusal(visit, 400, "not_understood");
	else
		authorise(visit);
}

/* NULL, or what is missing for pages. */
static char *
objection(struct site *site)
{
	const struct http_server_options *o = &console_settings.server;
	char *error = NULL;

	if (!o->certificate || !o->key || !o->client_ca ||
	    !console_settings.form_key)
		return mem_strdup("listen needs certificate, key, operators_ca "
				  "and form_key");
	error = http_server_objection(o);
	if (!error)
		site->key = seal_read_key(console_settings.form_key,
					  &site->form_key.len, &error);
	site->form_key.bytes = site->key;
	return error;
}

struct site *
site_open(struct daemon_context *ctx, char **error)
{
	struct site *site = mem_alloc(1, sizeof(*site));

	site->ctx = ctx;
	*error = objection(site);
	if (*error || ctx->check || ctx->once)
		return site;
	site->asker = asker_new(
		ctx,
		&(struct asker_options){
			.role = "recard_console",
			.program = "recard-console pages",
			.connections =
				(size_t)console_settings.database_connections,
			.ms = console_settings.page_time,
			.statements = questions});
	site->server = http_server_new(ctx->base, &console_settings.server,
				       on_request, site, error);
	return site;
}

enum work_outcome
site_step(struct site *site)
{
	return site->asker ? asker_keep(site->asker) : WORK_IDLE;
}

char *
site_renew(struct site *site)
{
	return site->server ? http_server_renew(site->server) : NULL;
}

void
site_close(struct site *site)
{
	int64_t until = clock_monotonic_ms() + DRAIN_MS;

	if (!site)
		return;
	if (site->server) {
		http_server_quiesce(site->server);
		while (http_server_pending(site->server) > 0 &&
		       asker_connected(site->asker) &&
		       clock_monotonic_ms() < until)
			event_base_loop(site->ctx->base, EVLOOP_ONCE);
	}
	asker_free(site->asker);
	/* The last answers leave. */
	event_base_loop(site->ctx->base, EVLOOP_NONBLOCK);
	http_server_free(site->server);
	if (site->key)
		mem_free_secret(site->key, site->form_key.len);
	mem_free(site);
}
