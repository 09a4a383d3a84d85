/*
 * What every call may need: see call.h.
 */
#include <openssl/rand.h>
#include <string.h>

#include "call.h"
#include "gate.h"
#include "hex.h"
#include "portal.h"
#include "seal.h"

#define MORE_MOST 4

const char *
call_input(const struct call *call, const char *name)
{
	return query_value(&call->input, name);
}

const char *
call_host(const struct call *call)
{
	const char *host = portal_settings.host;

	if (!host)
		host = http_request_header(call->request, "Host");
	return host ? host : "";
}

const char *
call_owner(const struct call *call)
{
	return *call->citizen ? call->citizen : call->visitor;
}

void
call_ask(struct call *call, enum question_id id, const char *const *more,
	 ask_done *done)
{
	const char *params[2 + MORE_MOST] = {call->session, call->order};
	int given = id == ASK_HOME || id == ASK_LOGOUT || id == ASK_APPLY ||
				    id == ASK_CHECK_ADDRESS
			    ? 1
			    : 2;

	for (int i = 0; more && more[i]; i++)
		params[given + i] = more[i];
	asker_ask(gate_asker(call->gate), (int)id, params, done, call);
}

json_t *
call_answer(const struct db_result *result)
{
	if (db_rows(result) != 1 || db_is_null(result, 0, 0))
		return NULL;
	return json_loads(db_value(result, 0, 0), JSON_DECODE_ANY, NULL);
}

bool
call_secret(char out[COOKIE_SECRET])
{
	unsigned char random[(COOKIE_SECRET - 1) / 2];

	out[0] = '\0';
	if (RAND_bytes(random, sizeof(random)) != 1)
		return false;
	hex_encode(random, sizeof(random), out);
	return true;
}

void
call_digest(const char *secret, char out[CALL_SESSION])
{
	memcpy(out, "\\x", 2);
	seal_sha256_hex(secret, strlen(secret), out + 2);
}
