/*
 * From the card's certificate to a root of ours: see card_signature.h.
 */
#include <stdbool.h>
#include <string.h>

#include <openssl/x509v3.h>

#include "authority_id.h"
#include "card_private.h"
#include "revoked_set.h"
#include "seal_private.h"

/* Certificates that a chain may have below its root. */
#define CHAIN_MOST 4
/* 112 bits: RSA-2048, SHA-256. */
#define SECURITY_LEVEL 2

static enum card_verdict
chain_verdict(int error, int depth)
{
	switch (error) {
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
	case X509_V_ERR_CERT_UNTRUSTED:
		return CARD_UNKNOWN_AUTHORITY;
	case X509_V_ERR_CERT_NOT_YET_VALID:
		return depth == 0 ? CARD_NOT_YET_VALID : CARD_BAD_CHAIN;
	case X509_V_ERR_CERT_HAS_EXPIRED:
		return depth == 0 ? CARD_EXPIRED : CARD_BAD_CHAIN;
	case X509_V_ERR_EE_KEY_TOO_SMALL:
	case X509_V_ERR_CA_KEY_TOO_SMALL:
		return CARD_WEAK_KEY;
	case X509_V_ERR_CA_MD_TOO_WEAK:
		return CARD_WEAK_ALGORITHM;
	}
	return CARD_BAD_CHAIN;
}

/* Certificates of ours before those that came along: of two that fit, the
 * first is taken. */
static STACK_OF(X509) * candidates(const struct card_signature *s)
{
	STACK_OF(X509) *all = sk_X509_dup(s->authority->others);

	seal_must(all != NULL, "stack");
	for (int i = 0; i < sk_X509_num(s->helpers); i++)
		seal_must(sk_X509_push(all, sk_X509_value(s->helpers, i)) > 0,
			  "stack");
	return all;
}

enum card_verdict
card_check_chain(struct card_signature *s)
{
	X509_STORE_CTX *context = X509_STORE_CTX_new();
	X509_VERIFY_PARAM *parameters;
	STACK_OF(X509) *others = candidates(s);
	enum card_verdict verdict = CARD_GOOD;

	seal_must(context && X509_STORE_CTX_init(context, s->authority->roots,
						 s->certificate, others) == 1,
		  "chain");
	parameters = X509_STORE_CTX_get0_param(context);
	X509_VERIFY_PARAM_set_depth(parameters, CHAIN_MOST);
	X509_VERIFY_PARAM_set_auth_level(parameters, SECURITY_LEVEL);
	X509_VERIFY_PARAM_set_time(parameters, (time_t)s->claim->now);
	if (X509_verify_cert(context) == 1)
		s->chain = X509_STORE_CTX_get1_chain(context);
	else
		verdict =
			chain_verdict(X509_STORE_CTX_get_error(context),
				      X509_STORE_CTX_get_error_depth(context));
	X509_STORE_CTX_free(context);
	sk_X509_free(others);
	/* A root that signs for itself is nobody's card. */
	if (verdict == CARD_GOOD && sk_X509_num(s->chain) < 2)
		return CARD_WRONG_USAGE;
	return verdict;
}

/* A certificate without the extension is meant for anything, and so not for
 * this. */
enum card_verdict
card_check_usage(struct card_signature *s)
{
	uint32_t usage = X509_get_key_usage(s->certificate);

	if (usage == UINT32_MAX || !(usage & KU_DIGITAL_SIGNATURE) ||
	    X509_check_ca(s->certificate) != 0)
		return CARD_WRONG_USAGE;
	return CARD_GOOD;
}

enum card_verdict
card_check_policy(struct card_signature *s)
{
	CERTIFICATEPOLICIES *named = X509_get_ext_d2i(
		s->certificate, NID_certificate_policies, NULL, NULL);
	bool found = false;

	for (int i = 0; i < sk_POLICYINFO_num(named); i++) {
		const POLICYINFO *one = sk_POLICYINFO_value(named, i);

		for (int j = 0; j < sk_ASN1_OBJECT_num(s->authority->policies);
		     j++)
			found = found || OBJ_cmp(one->policyid,
						 sk_ASN1_OBJECT_value(
							 s->authority->policies,
							 j)) == 0;
	}
	CERTIFICATEPOLICIES_free(named);
	return found ? CARD_GOOD : CARD_WRONG_POLICY;
}

static const struct revoked_set *
list_of(const struct card_claim *claim, const X509 *issuer,
	struct revoked_facts *facts)
{
	unsigned char id[REVOKED_ID];

	authority_id(issuer, id);
	for (size_t i = 0; i < claim->revoked_count; i++) {
		if (!claim->revoked[i])
			continue;
		revoked_set_facts(claim->revoked[i], facts);
		if (memcmp(facts->issuer_id, id, sizeof(id)) == 0)
			return claim->revoked[i];
	}
	return NULL;
}

static enum card_verdict
check_one_revoked(const struct card_claim *claim, const X509 *certificate,
		  const struct revoked_set *list,
		  const struct revoked_facts *facts)
{
	const ASN1_INTEGER *serial = X509_get0_serialNumber(certificate);

	/* Who is on an old list is not better for it. */
	switch (revoked_set_look(list, ASN1_STRING_get0_data(serial),
				 (size_t)ASN1_STRING_length(serial))) {
	case REVOKED_NO:
		break;
	case REVOKED_SUSPENDED:
		return CARD_SUSPENDED;
	case REVOKED_YES:
		return CARD_REVOKED;
	}
	return claim->now > facts->next_update + claim->revoked_grace_s
		       ? CARD_LIST_STALE
		       : CARD_GOOD;
}

/* The card's authority must have a list; of those above it, whichever has. */
enum card_verdict
card_check_revoked(struct card_signature *s)
{
	enum card_verdict verdict = CARD_GOOD;

	for (int i = 0; i + 1 < sk_X509_num(s->chain) && verdict == CARD_GOOD;
	     i++) {
		struct revoked_facts facts;
		const struct revoked_set *list = list_of(
			s->claim, sk_X509_value(s->chain, i + 1), &facts);

		if (list)
			verdict = check_one_revoked(s->claim,
						    sk_X509_value(s->chain, i),
						    list, &facts);
		else if (i == 0)
			verdict = CARD_LIST_MISSING;
	}
	return verdict;
}
