/*
 * Answers: see say.h.
 */
#include <string.h>

#include "buffer.h"
#include "clock.h"
#include "gate.h"
#include "log.h"
#include "mem.h"
#include "portal.h"
#include "say.h"
#include "show.h"

#define RETRY_AFTER_S 5

static const struct problem {
	const char *code, *text, *way_out;
} problems[] = {
#define PROBLEM(code, text, way_out) {#code, text, way_out},
#include "problems.def"
#undef PROBLEM
};

static const struct problem *
problem_of(const char *code)
{
	/* What the card's signature lacks is told by its code alone. */
	static const struct problem refused = {"", "the log-in was refused",
					       "see the code"};

	for (size_t i = 0; i < sizeof(problems) / sizeof(problems[0]); i++)
		if (strcmp(problems[i].code, code) == 0)
			return &problems[i];
	return &refused;
}

static void
call_free(struct call *call)
{
	gate_forget(call->gate, call);
	query_free(&call->query);
	query_free(&call->input);
	json_decref(call->data);
	json_decref(call->area);
	mem_free(call->code_hash);
	mem_free(call->code);
	mem_free(call->text);
	mem_free(call->way_out);
	explicit_bzero(call, sizeof(*call));
	mem_free(call);
}

static void
set_cookies(struct call *call)
{
	char header[COOKIE_HEADER];

	if (call->new_visitor) {
		cookie_write(COOKIE_VISITOR, call->visitor, header);
		http_answer_header(call->request, "Set-Cookie", header);
	}
	if (call->new_citizen) {
		cookie_write(COOKIE_CITIZEN, call->citizen, header);
		http_answer_header(call->request, "Set-Cookie", header);
	}
	if (call->new_language) {
		cookie_write(COOKIE_LANGUAGE, call->chosen, header);
		http_answer_header(call->request, "Set-Cookie", header);
	}
	explicit_bzero(header, sizeof(header));
}

static void
set_headers(struct call *call)
{
	struct http_request *r = call->request;
	char *policy = mem_printf(
		"default-src 'self'; connect-src 'self' %s; img-src 'self' "
		"data:; base-uri 'none'; form-action 'self'; frame-ancestors "
		"'none'; object-src 'none'",
		portal_settings.signing_component);

	http_answer_header(r, "Content-Security-Policy", policy);
	http_answer_header(r, "Referrer-Policy", "same-origin");
	/* The signing component opens a window of its own. */
	http_answer_header(r, "Cross-Origin-Opener-Policy",
			   "same-origin-allow-popups");
	http_answer_header(r, "Cross-Origin-Resource-Policy", "same-origin");
	http_answer_header(r, "Permissions-Policy",
			   "camera=(), geolocation=(), microphone=(), "
			   "payment=()");
	http_answer_header(r, "Strict-Transport-Security", "max-age=31536000");
	mem_free(policy);
}

void
call_say(struct call *call, int status, const char *type, const char *body)
{
	char token[FORM_TOKEN_SIZE];

	set_headers(call);
	if (!call->partners) {
		set_cookies(call);
		/* With it the next call is made; whoever may read it may ask.
		 */
		if (call->route && call->route->says == CALL &&
		    *call_owner(call)) {
			form_token_make(gate_form_key(call->gate),
					call_owner(call), "portal",
					clock_now_s(), token);
			http_answer_header(call->request, "X-Recard-Token",
					   token);
		}
	}
	http_answer(call->request, status, type, body,
		    status == 503 ? RETRY_AFTER_S : 0);
	call_free(call);
}

static void
say_json(struct call *call, int status, const char *type, const json_t *value)
{
	char *text = value ? json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY)
			   : NULL;

	call_say(call, status, type, text ? text : "{}");
	mem_free(text);
}

static bool
says_json(const struct call *call)
{
	return call->partners || (call->route && call->route->says == CALL);
}

static void
say_problem(struct call *call)
{
	const struct problem *ours = problem_of(call->code);
	json_t *said = json_pack(
		"{s:i, s:s, s:s, s:s}", "status", call->status, "code",
		call->code, "text", call->text ? call->text : ours->text,
		"way_out", call->way_out ? call->way_out : ours->way_out);

	say_json(call, call->status, "application/problem+json", said);
	json_decref(said);
}

static void
note_refusal(struct call *call, int status, const char *code, const char *text,
	     const char *way_out)
{
	mem_free(call->code);
	mem_free(call->text);
	mem_free(call->way_out);
	call->status = status;
	call->code = mem_strdup(code);
	call->text = mem_strdup(text);
	call->way_out = mem_strdup(way_out);
}

void
call_done(struct call *call, int status, json_t *result, const char *location)
{
	if (says_json(call)) {
		json_t *empty = result ? NULL : json_object();

		say_json(call, status, "application/json",
			 result ? result : empty);
		json_decref(empty);
	} else {
		http_answer_header(call->request, "Location", location);
		call_say(call, 303, NULL, NULL);
	}
	json_decref(result);
}

void
call_refuse(struct call *call, int status, const char *code, const char *text,
	    const char *way_out)
{
	note_refusal(call, status, code, text, way_out);
	if (says_json(call))
		say_problem(call);
	else if (call->route && call->route->draw)
		call_show(call);
	else
		call_error(call, status, code);
}

void
call_error(struct call *call, int status, const char *code)
{
	struct buffer out = {0};

	note_refusal(call, status, code, NULL, NULL);
	if (says_json(call)) {
		say_problem(call);
		return;
	}
	show_error(call, status, code, &out);
	call_say(call, status, "text/html; charset=utf-8", out.data);
	buffer_free(&out);
}

void
call_login_first(struct call *call)
{
	/* What the browser holds is worth nothing. */
	if (*call->citizen) {
		call->citizen[0] = call->session[0] = '\0';
		call->new_citizen = true;
		if (!*call->visitor)
			call->new_visitor = call_secret(call->visitor);
	}
	if (says_json(call)) {
		call_error(call, 401, "session_over");
		return;
	}
	http_answer_header(call->request, "Location",
			   call->new_citizen ? "/login?done=session_over"
					     : "/login");
	call_say(call, 303, NULL, NULL);
}

/* "code: text" of one of our errors. */
static void
refused_by_database(struct call *call, struct db *db)
{
	const char *said = db_error(db), *colon = strstr(said, ": ");
	char *code = colon ? mem_strndup(said, (size_t)(colon - said))
			   : mem_strdup("refused");

	call_refuse(call, 422, code, colon ? colon + 2 : said, db_hint(db));
	mem_free(code);
}

void
call_failed(struct call *call, enum db_status status, struct db *db)
{
	const char *state = status == DB_LOST ? "" : db_sqlstate(db);

	if (status == DB_LOST) {
		call_error(call, 503, "no_database");
	} else if (strcmp(state, "RC080") == 0) {
		call_login_first(call);
	} else if (strcmp(state, "RC010") == 0) {
		refused_by_database(call, db);
	} else if (strcmp(state, "57014") == 0 || strcmp(state, "55P03") == 0 ||
		   strcmp(state, "40P01") == 0) {
		/* statement_timeout, lock_timeout, deadlock */
		log_warn("portal.call.slow", kv_str(path, call->route->path));
		call_error(call, 503, "too_slow");
	} else {
		log_error("portal.call.failed", kv_str(path, call->route->path),
			  kv_str(sqlstate, state));
		/* A value that is none of its kind. */
		if (strncmp(state, "22", 2) == 0)
			call_error(call, 400, "not_understood");
		else
			call_error(call, 500, "unavailable");
	}
}

static void
draw(struct call *call)
{
	struct buffer out = {0};

	show_page(call, &out);
	call_say(call, call->status, "text/html; charset=utf-8", out.data);
	buffer_free(&out);
}

static void
on_data(void *arg, enum db_status status, const struct db_result *result,
	struct db *db)
{
	struct call *call = arg;

	if (status != DB_OK) {
		call_failed(call, status, db);
		return;
	}
	call->data = call_answer(result);
	if (!call->data)
		call_error(call, 404, "no_such_order");
	else if (says_json(call))
		say_json(call, 200, "application/json", call->data);
	else
		draw(call);
}

void
call_show(struct call *call)
{
	if (call->route->asks == ASK_NOTHING)
		draw(call);
	else
		call_ask(call, call->route->asks, NULL, on_data);
}
