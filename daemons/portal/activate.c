/*
 * Activation: a try is reserved in the database, the slow hash is computed
 * beside the loop while no transaction is open, and what came of it is booked.
 * Whoever goes away in between has used the try.
 */
#include <string.h>

#include "call.h"
#include "failpoint.h"
#include "gate.h"
#include "identity.h"
#include "log.h"
#include "mem.h"
#include "say.h"

/* "locked" and others that stand against it. */
static void
refuse(struct call *call, const char *state)
{
	if (strcmp(state, "no_such_order") == 0)
		call_error(call, 404, "no_such_order");
	else
		call_refuse(call, strcmp(state, "wrong") == 0 ? 422 : 409,
			    state, NULL, NULL);
}

static void
done(struct call *call)
{
	char *location =
		mem_printf("/orders/%s/activate?done=activated", call->order);

	call_done(call, 200, json_pack("{s:s}", "outcome", "activated"),
		  location);
	mem_free(location);
}

static void
on_ended(void *arg, enum db_status status, const struct db_result *result,
	 struct db *db)
{
	struct call *call = arg;
	const char *state;

	if (status != DB_OK) {
		call_failed(call, status, db);
		return;
	}
	state = db_value(result, 0, 0);
	log_info("portal.activation.tried", kv_str(order, call->order),
		 kv_str(outcome, state));
	if (strcmp(state, "activated") == 0)
		done(call);
	else
		refuse(call, state);
}

static void
on_checked(void *arg, char *hash, bool right)
{
	struct call *call = arg;
	char number[24];

	(void)hash;
	FAILPOINT("portal.activation.checked");
	snprintf(number, sizeof(number), "%lld", (long long)call->attempt);
	call_ask(call, ASK_END_TRY,
		 (const char *[]){number, right ? "true" : "false", NULL},
		 on_ended);
}

static void
on_begun(void *arg, enum db_status status, const struct db_result *result,
	 struct db *db)
{
	struct call *call = arg;
	struct hasher *hasher = gate_hasher(call->gate);
	const char *state;

	if (status == DB_OK && db_rows(result) == 1 &&
	    !db_is_null(result, 0, 1)) {
		call->attempt = db_int64(result, 0, 2);
		hasher_check(hasher, call_input(call, "user_code"),
			     db_value(result, 0, 1), on_checked, call);
		return;
	}
	hasher_release(hasher);
	if (status != DB_OK) {
		call_failed(call, status, db);
		return;
	}
	state = db_value(result, 0, 0);
	/* A form that was sent twice. */
	if (strcmp(state, "activated") == 0)
		done(call);
	else
		refuse(call, state);
}

void
act_activate(struct call *call)
{
	if (strcmp(call_input(call, "accept"), "yes") != 0)
		call_refuse(call, 422, "accept_missing", NULL, NULL);
	/* That is no try: no code looks like it. */
	else if (!identity_user_code_ok(call_input(call, "user_code")))
		call_refuse(call, 422, "bad_user_code", NULL, NULL);
	/* Before the try is counted. */
	else if (!hasher_reserve(gate_hasher(call->gate)))
		call_refuse(call, 503, "busy", NULL, NULL);
	else
		call_ask(call, ASK_BEGIN_TRY, NULL, on_begun);
}
