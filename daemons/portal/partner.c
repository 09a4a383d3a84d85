/*
 * Other portals: POST /api/orders, an application that says whose it is. The
 * user code is hashed here; the database sees no plain one.
 */
#include <string.h>

#include "call.h"
#include "files.h"
#include "gate.h"
#include "identity.h"
#include "log.h"
#include "mem.h"
#include "portal.h"
#include "say.h"

static void
on_submitted(void *arg, enum db_status status, const struct db_result *result,
	     struct db *db)
{
	struct call *call = arg;
	json_t *answer;
	const char *outcome;

	if (status != DB_OK) {
		call_failed(call, status, db);
		return;
	}
	answer = call_answer(result);
	outcome = json_string_value(json_object_get(answer, "outcome"));
	log_info("portal.order.submitted",
		 kv_str(order,
			json_string_value(json_object_get(answer, "order_no"))),
		 kv_str(outcome, outcome ? outcome : ""));
	call_done(call, outcome && strcmp(outcome, "created") == 0 ? 201 : 200,
		  answer, NULL);
}

static void
submit(struct call *call)
{
	char *text = json_dumps(call->data, JSON_COMPACT);
	json_free_t give_back;

	asker_ask(gate_asker(call->gate), ASK_SUBMIT, (const char *[]){text},
		  on_submitted, call);
	json_get_alloc_funcs(NULL, &give_back);
	give_back(text);
}

static void
on_hash(void *arg, char *hash, bool right)
{
	struct call *call = arg;

	(void)right;
	json_object_set_new(call->data, "user_code_hash", json_string(hash));
	mem_free(hash);
	submit(call);
}

void
act_submit(struct call *call)
{
	size_t len;
	const char *body = http_request_body(call->request, &len);
	const char *code;
	json_t *given;

	call->data = json_loadb(body, len, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(call->data)) {
		call_refuse(call, 400, "not_understood", NULL, NULL);
		return;
	}
	given = json_object_get(call->data, "user_code");
	code = json_string_value(given);
	/* A hash of theirs may cost nothing to break. */
	if (json_object_get(call->data, "user_code_hash") ||
	    (given && (!code || !identity_user_code_ok(code)))) {
		call_refuse(call, 422, "bad_user_code", NULL, NULL);
		return;
	}
	if (!given) {
		submit(call); /* the database says what is missing */
		return;
	}
	if (!hasher_reserve(gate_hasher(call->gate))) {
		call_refuse(call, 503, "busy", NULL, NULL);
		return;
	}
	hasher_make(gate_hasher(call->gate), code,
		    (int)portal_settings.user_code_cost, on_hash, call);
	json_object_del(call->data, "user_code");
}

void
act_describe(struct call *call)
{
	files_say(call, "/openapi.json");
}
