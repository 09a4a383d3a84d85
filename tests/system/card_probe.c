/*
 * Drives card_signature.h from outside, for test_card_signature.py:
 *
 *	card_probe AUTHORITIES.pem POLICY...
 *
 * Each line of stdin is a claim: {"signature": PATH, "challenge", "nonce",
 * "holder_id", "said", "now", "grace", "revoked": [[ISSUER, LIST]...]}. Each
 * answer is a line: {"verdict": CODE, ...} with what the log-in was told.
 */
#include <jansson.h>
#include <string.h>

#include "buffer.h"
#include "card_signature.h"
#include "mem.h"
#include "revoked_set.h"

#define LISTS_MOST 4
#define FILE_MOST (1 << 20)

static struct revoked_set *
load_list(const char *issuer_path, const char *list_path)
{
	struct revoked_issuer *issuer;
	struct revoked_set *set;
	struct buffer list = {0};
	const char *reason;
	char *error;

	issuer = revoked_issuer_load(issuer_path, &error);
	if (!issuer || buffer_read_file(&list, list_path, FILE_MOST))
		exit(3);
	set = revoked_set_build(issuer, list.data, list.len, NULL, &reason);
	if (!set) {
		fprintf(stderr, "%s: %s\n", list_path, reason);
		exit(3);
	}
	buffer_free(&list);
	revoked_issuer_free(issuer);
	return set;
}

static void
answer(const struct card_authority *authority, const json_t *asked)
{
	struct revoked_set *sets[LISTS_MOST] = {0};
	struct card_claim claim = {0};
	struct card_login login;
	struct buffer signature = {0};
	const char *path;
	json_t *lists, *list, *said;
	enum card_verdict verdict;
	size_t i;

	if (json_unpack((json_t *)asked,
			"{s:s, s:s, s:s, s:s, s:o, s:I, s:I, s:o}", "signature",
			&path, "challenge", &claim.challenge, "nonce",
			&claim.nonce, "holder_id", &claim.holder_id, "said",
			&said, "now", &claim.now, "grace",
			&claim.revoked_grace_s, "revoked", &lists) ||
	    buffer_read_file(&signature, path, FILE_MOST))
		exit(2);
	json_array_foreach(lists, i, list)
	{
		if (i >= LISTS_MOST)
			exit(2);
		sets[i] = load_list(json_string_value(json_array_get(list, 0)),
				    json_string_value(json_array_get(list, 1)));
	}
	claim.said_card_no = json_string_value(said);
	claim.signature = signature.data;
	claim.signature_len = signature.len;
	claim.revoked = (const struct revoked_set *const *)sets;
	claim.revoked_count = json_array_size(lists);
	verdict = card_signature_check(authority, &claim, &login);
	list = json_pack("{s:s, s:s, s:s, s:I, s:s?, s:s?}", "verdict",
			 card_verdict_code(verdict), "card_no", login.card_no,
			 "serial", login.serial, "not_after",
			 (json_int_t)login.not_after, "name", login.name,
			 "issuer", login.issuer);
	json_dumpf(list, stdout, JSON_COMPACT);
	printf("\n");
	fflush(stdout);
	json_decref(list);
	card_login_clear(&login);
	for (i = 0; i < LISTS_MOST; i++)
		revoked_set_free(sets[i]);
	buffer_free(&signature);
}

int
main(int argc, char **argv)
{
	struct card_authority *authority;
	char *error;
	json_t *asked;

	if (argc < 2)
		return 2;
	authority = card_authority_load(
		argv[1], (const char *const *)(argv + 2), &error);
	if (!authority) {
		printf("%s\n", error);
		mem_free(error);
		return 3;
	}
	while ((asked = json_loadf(stdin, JSON_DISABLE_EOF_CHECK, NULL))) {
		answer(authority, asked);
		json_decref(asked);
	}
	card_authority_free(authority);
	return 0;
}
