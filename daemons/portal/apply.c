/*
 * Applications and addresses. What is typed goes to the database as it is:
 * there are the rules, and who it is.
 */
#include <string.h>

#include "call.h"
#include "gate.h"
#include "identity.h"
#include "mem.h"
#include "page.h"
#include "portal.h"
#include "say.h"

/* A JSON object of what was posted under these names (NULL ends), as text;
 * mem_free() it. */
static char *
take(const struct call *call, const char *const *names, const char *hash)
{
	json_t *object = json_object();
	char *text, *kept;

	for (; *names; names++)
		if (*call_input(call, *names))
			json_object_set_new(
				object, *names,
				json_string(call_input(call, *names)));
	if (hash)
		json_object_set_new(object, "user_code_hash",
				    json_string(hash));
	text = json_dumps(object, JSON_COMPACT);
	json_decref(object);
	kept = mem_strdup(text);
	if (text) {
		explicit_bzero(text, strlen(text));
		json_free_t give_back;

		json_get_alloc_funcs(NULL, &give_back);
		give_back(text);
	}
	return kept;
}

static void
on_area(void *arg, enum db_status status, const struct db_result *result,
	struct db *db)
{
	struct call *call = arg;

	if (status != DB_OK) {
		call_failed(call, status, db);
		return;
	}
	call->area = call_answer(result);
	if (call->route->draw)
		call_show(call); /* the form again, with what is known now */
	else
		call_done(call, 200, json_incref(call->area), NULL);
}

void
act_check_address(struct call *call)
{
	call_ask(call, ASK_CHECK_ADDRESS,
		 (const char *[]){call_input(call, "postal_code"),
				  call_input(call, "address"), NULL},
		 on_area);
}

static void
on_applied(void *arg, enum db_status status, const struct db_result *result,
	   struct db *db)
{
	struct call *call = arg;
	json_t *answer;
	const char *outcome;
	bool created;
	char *location;

	if (status != DB_OK) {
		call_failed(call, status, db);
		return;
	}
	answer = call_answer(result);
	outcome = json_string_value(json_object_get(answer, "outcome"));
	created = outcome && strcmp(outcome, "created") == 0;
	location = mem_printf(
		"/orders/%s/payment?done=%s",
		json_string_value(json_object_get(answer, "order_no")),
		created ? "applied" : "repeated");
	call_done(call, created ? 201 : 200, answer, location);
	mem_free(location);
}

static void
on_hash(void *arg, char *hash, bool right)
{
	static const char *const names[] = {"request_id",  "product",  "name",
					    "postal_code", "address",  "phone",
					    "email",       "language", NULL};
	struct call *call = arg;
	char *application;

	(void)right;
	application = take(call, names, hash);
	mem_free(hash);
	call_ask(call, ASK_APPLY, (const char *[]){application, NULL},
		 on_applied);
	mem_free_secret(application, strlen(application));
}

void
act_apply(struct call *call)
{
	const char *code = call_input(call, "user_code");
	const char *faults[PAGE_FAULTS];

	if (call->route->draw && *call_input(call, "check")) {
		act_check_address(call);
		return;
	}
	if (call->route->draw && page_apply_faults(&call->input, faults) > 0)
		call_refuse(call, 400, faults[0], NULL, NULL);
	else if (!identity_user_code_ok(code))
		call_refuse(call, 422, "bad_user_code", NULL, NULL);
	else if (strcmp(code, call_input(call, "user_code_again")) != 0)
		call_refuse(call, 422, "user_codes_differ", NULL, NULL);
	else if (strcmp(call_input(call, "consent"), "yes") != 0)
		call_refuse(call, 422, "consent_missing", NULL, NULL);
	else if (!hasher_reserve(gate_hasher(call->gate)))
		call_refuse(call, 503, "busy", NULL, NULL);
	else
		hasher_make(gate_hasher(call->gate), code,
			    (int)portal_settings.user_code_cost, on_hash, call);
}

static void
on_edited(void *arg, enum db_status status, const struct db_result *result,
	  struct db *db)
{
	struct call *call = arg;
	json_t *answer;
	char *location;

	if (status != DB_OK) {
		call_failed(call, status, db);
		return;
	}
	answer = call_answer(result);
	if (!answer) {
		call_error(call, 404, "no_such_order");
		return;
	}
	location = mem_printf(
		"/orders/%s?done=%s", call->order,
		json_array_size(json_object_get(answer, "warnings")) > 0
			? "edited_elsewhere"
			: "edited");
	call_done(call, 200, answer, location);
	mem_free(location);
}

void
act_edit(struct call *call)
{
	static const char *const names[] = {"postal_code", "address", "phone",
					    "email", NULL};
	char *changes;

	if (call->route->draw && *call_input(call, "check")) {
		act_check_address(call);
		return;
	}
	changes = take(call, names, NULL);
	call_ask(call, ASK_EDIT, (const char *[]){changes, NULL}, on_edited);
	mem_free(changes);
}
