/*
 * The servers and what stands before a route: see gate.h.
 */
#include <event2/event.h>
#include <stdio.h>
#include <string.h>

#include "call.h"
#include "clock.h"
#include "files.h"
#include "gate.h"
#include "limit.h"
#include "log.h"
#include "mem.h"
#include "portal.h"
#include "say.h"
#include "seal.h"

#define DRAIN_MS 10000
#define PEERS 65536

enum { SIDE_CITIZENS, SIDE_PARTNERS, SIDES };

struct gate_side {
	struct gate *gate;
	struct http_server *server;
};

struct gate {
	struct daemon_context *ctx;
	struct gate_side sides[SIDES];
	struct http_server_options partners; /* what its server borrows */
	struct asker *asker;
	struct hasher *hasher;
	struct limit *requests, *tries;
	unsigned char *key;
	struct form_key form_key;
	char *holder_key; /* hex */
	struct card_authority *authority;
	struct revocation *revocation;
	struct page_site site;
	size_t calls; /* under way */
};

struct asker *
gate_asker(const struct gate *gate)
{
	return gate->asker;
}

struct hasher *
gate_hasher(const struct gate *gate)
{
	return gate->hasher;
}

const struct form_key *
gate_form_key(const struct gate *gate)
{
	return &gate->form_key;
}

struct challenge_key
gate_challenge_key(const struct gate *gate)
{
	return (struct challenge_key){gate->form_key.bytes, gate->form_key.len};
}

const struct card_authority *
gate_authority(const struct gate *gate)
{
	return gate->authority;
}

const struct revocation *
gate_revocation(const struct gate *gate)
{
	return gate->revocation;
}

const struct page_site *
gate_site(const struct gate *gate)
{
	return &gate->site;
}

void
gate_forget(struct gate *gate, struct call *call)
{
	(void)call;
	gate->calls--;
}

/* Whose bucket it is: who asks, or whom the proxy that we trust says. */
static const char *
peer_of(const struct call *call)
{
	const char *said = NULL;

	if (portal_settings.trusted_header &&
	    !http_request_secure(call->request))
		said = http_request_header(call->request,
					   portal_settings.trusted_header);
	return said && *said ? said : http_request_peer(call->request);
}

/* Whether it may go on. */
static bool
within_limits(struct gate *gate, struct call *call, bool is_try)
{
	const char *peer = peer_of(call);
	int64_t now = clock_monotonic_ms();
	int wait = limit_take(gate->requests, peer, now);
	char seconds[16];

	if (wait == 0 && is_try)
		wait = limit_take(gate->tries, peer, now);
	if (wait == 0)
		return true;
	snprintf(seconds, sizeof(seconds), "%d", wait);
	http_answer_header(call->request, "Retry-After", seconds);
	log_debug("portal.call.limited");
	call_error(call, 429, "too_many_requests");
	return false;
}

static void
take_cookies(struct call *call)
{
	const char *header = http_request_header(call->request, "Cookie");
	char language[4];

	cookie_read(header, COOKIE_VISITOR, call->visitor,
		    sizeof(call->visitor));
	cookie_read(header, COOKIE_CITIZEN, call->citizen,
		    sizeof(call->citizen));
	if (!cookie_is_secret(call->visitor))
		call->visitor[0] = '\0';
	if (!cookie_is_secret(call->citizen))
		call->citizen[0] = '\0';
	else
		call_digest(call->citizen, call->session);
	cookie_read(header, COOKIE_LANGUAGE, language, sizeof(language));
	call->chosen = query_value(&call->query, "lang");
	if (strcmp(call->chosen, "zh") != 0 && strcmp(call->chosen, "en") != 0)
		call->chosen = "";
	call->new_language = *call->chosen != '\0';
	call->language = language_of(
		*call->chosen ? call->chosen : language,
		http_request_header(call->request, "Accept-Language"));
}

/* Whoever asks for a page needs an owner of its forms. */
static void
be_a_visitor(struct call *call)
{
	if (*call->visitor || *call->citizen)
		return;
	call->new_visitor = call_secret(call->visitor);
}

/* Whether a post comes from a page of ours. Browsers say where it comes from;
 * the token shows it. */
static bool
is_ours(struct gate *gate, const struct call *call)
{
	const struct http_request *r = call->request;
	const char *origin = http_request_header(r, "Origin");
	const char *where = http_request_header(r, "Sec-Fetch-Site");
	const char *token;

	if (where && strcmp(where, "same-origin") != 0 &&
	    strcmp(where, "none") != 0)
		return false;
	if (origin && (strncmp(origin, "https://", 8) != 0 ||
		       strcmp(origin + 8, call_host(call)) != 0))
		return false;
	/* It begins a visit, and changes nothing. */
	if (call->route->act == act_challenge)
		return true;
	token = call->route->says == CALL
			? http_request_header(r, "X-Recard-Token")
			: query_value(&call->input, "token");
	return token && *call_owner(call) &&
	       form_token_ok(&gate->form_key, call_owner(call), "portal",
			     clock_now_s(), portal_settings.form_time / 1000,
			     token);
}

static bool
has_type(const struct call *call, const char *wanted)
{
	const char *type = http_request_header(call->request, "Content-Type");
	size_t len = strlen(wanted);

	return type && strncasecmp(type, wanted, len) == 0 &&
	       (type[len] == '\0' || type[len] == ';' || type[len] == ' ');
}

/* A flat object of texts is a form; true stands for "yes". */
static bool
read_object(struct query *input, const char *body, size_t len)
{
	json_t *object = json_loadb(body, len, JSON_REJECT_DUPLICATES, NULL),
	       *value;
	const char *name;
	bool flat = json_is_object(object);

	if (flat)
		json_object_foreach(object, name, value)
		{
			flat = flat && input->count < QUERY_MOST &&
			       (json_is_string(value) ||
				json_is_boolean(value));
			if (!flat)
				break;
			input->pairs[input->count].name = mem_strdup(name);
			input->pairs[input->count++].value = mem_strdup(
				json_is_string(value) ? json_string_value(value)
				: json_is_true(value) ? "yes"
						      : "");
		}
	json_decref(object);
	return flat;
}

/* What was posted; false, and answered, when it cannot be read. */
static bool
read_body(struct call *call)
{
	bool object = call->route->says == CALL;
	size_t len;
	const char *body = http_request_body(call->request, &len);

	/* Without a body it need not say what it is. */
	if ((len > 0 || !object) &&
	    !has_type(call, object ? "application/json"
				   : "application/x-www-form-urlencoded")) {
		call_error(call, 415, "unsupported_type");
		return false;
	}
	/* What others bring is read where it is taken: it is no flat form. */
	if (call->partners || (object && len == 0))
		return true;
	if (object ? read_object(&call->input, body, len)
		   : query_read(&call->input, body, len))
		return true;
	call_error(call, 400, "not_understood");
	return false;
}

static void
go(struct gate *gate, struct call *call)
{
	const struct route *route = call->route;

	if (strcmp(route->method, "POST") == 0) {
		if (!read_body(call))
			return;
		if (route->whose == CITIZENS && !*call->session) {
			call_login_first(call);
			return;
		}
		if (!call->partners && !is_ours(gate, call)) {
			log_warn("portal.form.refused",
				 kv_str(path, route->path));
			call_error(call, 403, "form_old");
			return;
		}
	}
	if (route->whose == CITIZENS && !*call->session)
		call_login_first(call);
	else if (route->act)
		route->act(call);
	else
		call_show(call);
}

static bool
is_try(const struct call *call)
{
	return call->route && call->route->act &&
	       call->route->act != act_logout && !call->partners;
}

static void
on_request(struct http_request *request, void *arg)
{
	const struct gate_side *side = arg;
	struct gate *gate = side->gate;
	struct call *call = mem_alloc(1, sizeof(*call));
	const char *method = http_request_method(request);
	const char *path = http_request_path(request);
	const char *query = http_request_query(request);
	bool get = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
	bool other = false;

	gate->calls++;
	call->gate = gate;
	call->request = request;
	call->partners = side == &gate->sides[SIDE_PARTNERS];
	call->status = 200;
	call->chosen = "";
	if (!query_read(&call->query, query, strlen(query))) {
		call_say(call, 400, "text/plain", "not understood\n");
		return;
	}
	if (!call->partners)
		take_cookies(call);
	call->route =
		route_find(method, path, call->partners, call->order, &other);
	if (!within_limits(gate, call, is_try(call)))
		return;
	if (get && !call->route && !call->partners && files_say(call, path))
		return;
	if (portal_settings.host && !call->partners &&
	    (!http_request_header(request, "Host") ||
	     strcmp(http_request_header(request, "Host"),
		    portal_settings.host) != 0)) {
		call_error(call, 400, "other_host");
		return;
	}
	if (!call->partners)
		be_a_visitor(call);
	if (call->route)
		go(gate, call);
	else if (other)
		call_error(call, 405, "method_not_allowed");
	else
		call_error(call, 404, "no_such_page");
}

/* What is configured but must be seen to -------------------------------------
 */

static char *
read_keys(struct gate *gate)
{
	struct buffer hex = {0};
	unsigned char *holder;
	char *error = NULL;
	size_t len = 0;

	if (!portal_settings.form_key || !portal_settings.holder_key)
		return mem_strdup("portal needs form_key and holder_key");
	gate->key = seal_read_key(portal_settings.form_key, &gate->form_key.len,
				  &error);
	gate->form_key.bytes = gate->key;
	if (error)
		return error;
	holder = seal_read_key(portal_settings.holder_key, &len, &error);
	if (error)
		return error;
	buffer_reserve(&hex, 2 * len);
	buffer_put_hex(&hex, holder, len);
	mem_free_secret(holder, len);
	gate->holder_key = hex.data;
	return NULL;
}

/* A page links to it: it is no script. */
static char *
bad_link(const char *name, const char *url)
{
	if (!url || (strncmp(url, "https://", 8) == 0 && url[8] != '\0' &&
		     !strpbrk(url, " \t\r\n\"'<>\\")))
		return NULL;
	return mem_printf("%s is to be an address with https://", name);
}

static char *
site_objection(void)
{
	const struct portal_settings *s = &portal_settings;
	const char *component = s->signing_component;
	const struct page_way *ways = s->payment_ways.items;
	char *error = bad_link("component_page", s->component_page);

	if (!error)
		error = bad_link("tracking_page", s->tracking_page);
	if (!error)
		error = bad_link("counter_page", s->counter_page);
	for (size_t i = 0; i < s->payment_ways.count && !error; i++) {
		error = bad_link("payment_ways: url", ways[i].url);
		if (!error && (!ways[i].name_zh || !ways[i].name_en))
			error = mem_strdup("payment_ways: each needs name and "
					   "name_en");
	}
	/* It stands in a header, too. */
	if (!error &&
	    ((strncmp(component, "http://localhost:", 17) != 0 &&
	      strncmp(component, "http://127.0.0.1:", 17) != 0) ||
	     strspn(component + 17, "0123456789") != strlen(component + 17) ||
	     component[17] == '\0'))
		error = mem_strdup("signing_component is to be "
				   "http://localhost:PORT");
	return error;
}

static void
tell_site(struct gate *gate)
{
	const struct portal_settings *s = &portal_settings;

	gate->site = (struct page_site){
		.component = s->signing_component,
		.component_url = s->component_page,
		.tracking_url = s->tracking_page,
		.counter_url = s->counter_page,
		.phone = s->phone,
		.hours_zh = s->hours,
		.hours_en = s->hours_en,
		.ways = s->payment_ways.items,
		.way_count = s->payment_ways.count,
	};
}

static char *
partners_objection(struct gate *gate)
{
	const struct portal_settings *s = &portal_settings;

	gate->partners = s->server;
	gate->partners.listen_plain = NULL;
	gate->partners.listen =
		s->api_listen && *s->api_listen ? s->api_listen : NULL;
	gate->partners.client_ca = s->api_clients_ca;
	gate->partners.client_crl = s->api_revoked;
	if (!gate->partners.listen)
		return NULL;
	if (!s->api_clients_ca)
		return mem_strdup("api_listen needs api_clients_ca");
	return http_server_objection(&gate->partners);
}

static char *
load_authority(struct gate *gate)
{
	struct card_authority *authority;
	char *error = NULL;

	if (!portal_settings.authorities || !portal_settings.policies)
		return mem_strdup("portal needs authorities and policies");
	authority = card_authority_load(
		portal_settings.authorities,
		(const char *const *)portal_settings.policies, &error);
	if (!authority)
		return error;
	card_authority_free(gate->authority);
	gate->authority = authority;
	return NULL;
}

/* NULL, or what is wrong with what is configured. */
static char *
objection(struct gate *gate)
{
	char *error = http_server_objection(&portal_settings.server);

	if (!error)
		error = partners_objection(gate);
	if (!error)
		error = read_keys(gate);
	if (!error)
		error = load_authority(gate);
	if (!error)
		error = site_objection();
	return error;
}

/* Coming and going ------------------------------------------------------------
 */

static enum db_status
tell_key(struct db *db, void *arg)
{
	const struct gate *gate = arg;
	struct db_param params[] = {db_text(gate->holder_key)};

	return db_call(db, ASK_KEY, params, NULL);
}

static char *
open_servers(struct gate *gate)
{
	const struct http_server_options *options[SIDES] = {
		&portal_settings.server, &gate->partners};
	char *error = NULL;

	for (int i = 0; i < SIDES && !error; i++) {
		gate->sides[i].gate = gate;
		gate->sides[i].server =
			http_server_new(gate->ctx->base, options[i], on_request,
					&gate->sides[i], &error);
	}
	return error;
}

struct gate *
gate_open(struct daemon_context *ctx, char **error)
{
	struct gate *gate = mem_alloc(1, sizeof(*gate));

	gate->ctx = ctx;
	*error = objection(gate);
	if (*error)
		return gate;
	tell_site(gate);
	gate->revocation =
		revocation_open(ctx, &portal_settings.revocations,
				portal_settings.revocation_folder,
				portal_settings.revocation_grace, error);
	if (*error || ctx->check || ctx->once)
		return gate;
	gate->requests = limit_new(portal_settings.peer_requests, PEERS);
	gate->tries = limit_new(portal_settings.peer_tries, PEERS);
	gate->hasher =
		hasher_new(ctx->base, (size_t)portal_settings.hash_threads,
			   (size_t)portal_settings.hash_queue, error);
	gate->asker = asker_new(
		ctx,
		&(struct asker_options){
			.role = "recard_portal",
			.program = "recard-portal citizens",
			.connections =
				(size_t)portal_settings.database_connections,
			.ms = portal_settings.page_time,
			.statements = questions,
			.connected = tell_key,
			.arg = gate});
	if (!*error)
		*error = open_servers(gate);
	return gate;
}

enum work_outcome
gate_step(struct gate *gate)
{
	return gate->asker ? asker_keep(gate->asker) : WORK_IDLE;
}

enum work_outcome
gate_look_at_lists(struct gate *gate)
{
	return revocation_step(gate->revocation);
}

char *
gate_renew(struct gate *gate)
{
	const struct portal_settings *s = &portal_settings;
	char *error = site_objection();

	/* Texts of the former configuration are gone. */
	tell_site(gate);
	gate->partners.certificate = s->server.certificate;
	gate->partners.key = s->server.key;
	gate->partners.client_ca = s->api_clients_ca;
	gate->partners.client_crl = s->api_revoked;
	if (gate->requests) {
		limit_change(gate->requests, s->peer_requests);
		limit_change(gate->tries, s->peer_tries);
	}
	if (!error)
		error = load_authority(gate);
	/* Each keeps what it has when the new one is bad. */
	for (int i = 0; i < SIDES && !error; i++)
		if (gate->sides[i].server)
			error = http_server_renew(gate->sides[i].server);
	return error;
}

void
gate_close(struct gate *gate)
{
	int64_t until = clock_monotonic_ms() + DRAIN_MS;

	if (!gate)
		return;
	for (int i = 0; i < SIDES; i++)
		if (gate->sides[i].server)
			http_server_quiesce(gate->sides[i].server);
	while (gate->calls > 0 && asker_connected(gate->asker) &&
	       clock_monotonic_ms() < until)
		event_base_loop(gate->ctx->base, EVLOOP_ONCE);
	hasher_free(gate->hasher);
	asker_free(gate->asker);
	/* The last answers leave. */
	event_base_loop(gate->ctx->base, EVLOOP_NONBLOCK);
	for (int i = 0; i < SIDES; i++)
		http_server_free(gate->sides[i].server);
	revocation_close(gate->revocation);
	card_authority_free(gate->authority);
	limit_free(gate->requests);
	limit_free(gate->tries);
	if (gate->key)
		mem_free_secret(gate->key, gate->form_key.len);
	if (gate->holder_key)
		mem_free_secret(gate->holder_key, strlen(gate->holder_key));
	mem_free(gate);
}
