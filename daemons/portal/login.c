/*
 * Log-in with the card, and leaving. What the card signed is judged here and
 * in card_signature.c; what only the register knows, and that a challenge
 * counts once, in the database.
 */
#include <ctype.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

#include "call.h"
#include "card_signature.h"
#include "challenge.h"
#include "clock.h"
#include "gate.h"
#include "hex.h"
#include "identity.h"
#include "log.h"
#include "mem.h"
#include "portal.h"
#include "say.h"

#define HOLDER_ID 11 /* with NUL */

void
act_challenge(struct call *call)
{
	unsigned char random[CHALLENGE_RANDOM];
	char challenge[CHALLENGE_SIZE], nonce[CHALLENGE_NONCE];
	struct challenge_key key = gate_challenge_key(call->gate);

	if (RAND_bytes(random, sizeof(random)) != 1 ||
	    !challenge_make(&key, call_host(call), call_owner(call), random,
			    clock_now_s(), challenge)) {
		call_refuse(call, 400, "not_understood", NULL, NULL);
		return;
	}
	hex_encode(random, sizeof(random), nonce);
	call_done(
		call, 200,
		json_pack("{s:s, s:s}", "challenge", challenge, "nonce", nonce),
		NULL);
}

/* Why somebody was not let in: a code, never who it was. */
static void
refuse(struct call *call, int status, const char *code, const char *text,
       const char *way_out)
{
	log_info("portal.login.refused", kv_str(code, code));
	call_refuse(call, status, code, text, way_out);
}

/* Base64, blanks and line ends between. Bytes of out (as many as text has
 * are enough), or -1. */
static long
decode(const char *text, unsigned char *out)
{
	EVP_ENCODE_CTX *context = EVP_ENCODE_CTX_new();
	int len = 0, rest = 0;
	bool good = context != NULL;

	if (good) {
		EVP_DecodeInit(context);
		good = EVP_DecodeUpdate(context, out, &len,
					(const unsigned char *)text,
					(int)strlen(text)) >= 0 &&
		       EVP_DecodeFinal(context, out + len, &rest) == 1;
	}
	EVP_ENCODE_CTX_free(context);
	return good && len + rest > 0 ? len + rest : -1;
}

/* In capitals, without blanks around. */
static bool
read_holder_id(const char *typed, char id[HOLDER_ID])
{
	size_t len;

	typed += strspn(typed, " \t");
	len = strcspn(typed, " \t");
	if (len != HOLDER_ID - 1 || typed[len + strspn(typed + len, " \t")])
		return false;
	for (size_t i = 0; i < len; i++)
		id[i] = (char)toupper((unsigned char)typed[i]);
	id[len] = '\0';
	return identity_holder_ok(id);
}

static void
on_login(void *arg, enum db_status status, const struct db_result *result,
	 struct db *db)
{
	struct call *call = arg;
	json_t *answer, *refused;

	if (status != DB_OK) {
		call->citizen[0] = '\0';
		call_failed(call, status, db);
		return;
	}
	answer = call_answer(result);
	refused = json_object_get(answer, "refused");
	if (refused) {
		/* The secret of a session that there is not. */
		call->citizen[0] = '\0';
		refuse(call, 403,
		       json_string_value(json_object_get(refused, "code")),
		       json_string_value(json_object_get(refused, "text")),
		       json_string_value(json_object_get(refused, "way_out")));
		json_decref(answer);
		return;
	}
	log_info("portal.login.done");
	/* A new secret, and the visitor is no more: nobody who knew him from
	 * before knows the citizen. */
	call->new_citizen = true;
	call->visitor[0] = '\0';
	call->new_visitor = true;
	call_done(call, 200, answer, "/");
}

static void
begin_session(struct call *call, const struct card_login *login,
	      const char *nonce, const char *holder_id)
{
	char challenge[CHALLENGE_NONCE + 2] = "\\x", session[CALL_SESSION];
	char idle[32];

	if (!call_secret(call->citizen)) {
		call_refuse(call, 500, "unavailable", NULL, NULL);
		return;
	}
	memcpy(challenge + 2, nonce, CHALLENGE_NONCE);
	call_digest(call->citizen, session);
	snprintf(idle, sizeof(idle), "%lld milliseconds",
		 (long long)portal_settings.session_idle);
	asker_ask(gate_asker(call->gate), ASK_LOGIN,
		  (const char *[]){session, challenge, login->card_no,
				   login->serial, holder_id, idle},
		  on_login, call);
}

void
act_login(struct call *call)
{
	const char *signature = call_input(call, "signature");
	const char *text = call_input(call, "challenge");
	const char *said = call_input(call, "card_no");
	struct challenge_key key = gate_challenge_key(call->gate);
	char nonce[CHALLENGE_NONCE], holder_id[HOLDER_ID] = "";
	struct card_login login = {.name = NULL};
	unsigned char *der;
	long len;
	enum challenge_verdict known;
	enum card_verdict verdict;
	size_t lists;
	const struct revoked_set *const *revoked =
		revocation_sets(gate_revocation(call->gate), &lists);

	known = challenge_check(
		&key, call_host(call), call_owner(call), clock_now_s(),
		portal_settings.challenge_time / 1000, text, nonce);
	if (known != CHALLENGE_GOOD) {
		refuse(call, 403, challenge_verdict_code(known), NULL, NULL);
		return;
	}
	if (!read_holder_id(call_input(call, "holder_id"), holder_id)) {
		refuse(call, 422, "holder_id_malformed", NULL, NULL);
		return;
	}
	der = mem_alloc(strlen(signature) + 4, 1);
	len = decode(signature, der);
	if (len < 0) {
		mem_free(der);
		refuse(call, 422, "signature_malformed", NULL, NULL);
		return;
	}
	verdict = card_signature_check(
		gate_authority(call->gate),
		&(struct card_claim){.signature = der,
				     .signature_len = (size_t)len,
				     .challenge = text,
				     .nonce = nonce,
				     .holder_id = holder_id,
				     .said_card_no = *said ? said : NULL,
				     .now = clock_now_s(),
				     .revoked = revoked,
				     .revoked_count = lists,
				     .revoked_grace_s =
					     portal_settings.revocation_grace /
					     1000},
		&login);
	mem_free(der);
	if (verdict == CARD_GOOD)
		begin_session(call, &login, nonce, holder_id);
	else
		refuse(call, 403, card_verdict_code(verdict), NULL, NULL);
	card_login_clear(&login);
	explicit_bzero(holder_id, sizeof(holder_id));
}

static void
on_logout(void *arg, enum db_status status, const struct db_result *result,
	  struct db *db)
{
	struct call *call = arg;

	(void)result;
	if (status != DB_OK) {
		call_failed(call, status, db);
		return;
	}
	call->citizen[0] = '\0';
	call->new_citizen = true;
	http_answer_header(call->request, "Clear-Site-Data",
			   "\"cache\", \"storage\"");
	call_done(call, 200, NULL, "/login?done=logged_out");
}

void
act_logout(struct call *call)
{
	if (*call->session)
		call_ask(call, ASK_LOGOUT, NULL, on_logout);
	else
		call_done(call, 200, NULL, "/login?done=logged_out");
}
