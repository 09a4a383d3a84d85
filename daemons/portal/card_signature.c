/*
 * Whether a card signed: see card_signature.h.
 */
#include <stdbool.h>
#include <string.h>

#include <openssl/err.h>

#include "card_private.h"
#include "hex.h"
#include "mem.h"
#include "seal.h"
#include "x509_facts.h"

/* Certificates that may come along. */
#define HELPERS_MOST 8

const char *
card_verdict_code(enum card_verdict verdict)
{
	switch (verdict) {
	case CARD_GOOD:
		return "good";
	case CARD_TOO_LARGE:
		return "signature_too_large";
	case CARD_MALFORMED:
		return "signature_malformed";
	case CARD_NOT_ONE_SIGNER:
		return "not_one_signer";
	case CARD_OTHER_CONTENT:
		return "other_content";
	case CARD_NO_CERTIFICATE:
		return "no_certificate";
	case CARD_WEAK_ALGORITHM:
		return "weak_algorithm";
	case CARD_WEAK_KEY:
		return "weak_key";
	case CARD_NO_ATTRIBUTES:
		return "no_signed_attributes";
	case CARD_BAD_SIGNATURE:
		return "bad_signature";
	case CARD_UNKNOWN_AUTHORITY:
		return "unknown_authority";
	case CARD_BAD_CHAIN:
		return "bad_chain";
	case CARD_NOT_YET_VALID:
		return "certificate_not_yet_valid";
	case CARD_EXPIRED:
		return "certificate_expired";
	case CARD_WRONG_USAGE:
		return "wrong_usage";
	case CARD_WRONG_POLICY:
		return "wrong_policy";
	case CARD_REVOKED:
		return "certificate_revoked";
	case CARD_SUSPENDED:
		return "certificate_suspended";
	case CARD_LIST_MISSING:
		return "revocation_list_missing";
	case CARD_LIST_STALE:
		return "revocation_list_stale";
	case CARD_NO_CARD_NO:
		return "no_card_number";
	case CARD_OTHER_CARD:
		return "other_card_number";
	case CARD_NO_HOLDER:
		return "no_holder_digits";
	case CARD_OTHER_HOLDER:
		return "other_holder";
	case CARD_WRONG_NONCE:
		return "wrong_nonce";
	case CARD_WRONG_TIME:
		return "wrong_signing_time";
	}
	return "";
}

static enum card_verdict
parse(struct card_signature *s)
{
	const unsigned char *at = s->claim->signature;
	ASN1_OCTET_STRING **content;

	if (s->claim->signature_len > CARD_SIGNATURE_MAX)
		return CARD_TOO_LARGE;
	s->cms = d2i_CMS_ContentInfo(NULL, &at, (long)s->claim->signature_len);
	if (!s->cms ||
	    at != (const unsigned char *)s->claim->signature +
			    s->claim->signature_len ||
	    OBJ_obj2nid(CMS_get0_type(s->cms)) != NID_pkcs7_signed ||
	    OBJ_obj2nid(CMS_get0_eContentType(s->cms)) != NID_pkcs7_data)
		return CARD_MALFORMED;
	content = CMS_get0_content(s->cms);
	if (!content || !*content)
		return CARD_MALFORMED;
	s->helpers = CMS_get1_certs(s->cms);
	return sk_X509_num(s->helpers) > HELPERS_MOST ? CARD_MALFORMED
						      : CARD_GOOD;
}

static enum card_verdict
check_signer(struct card_signature *s)
{
	STACK_OF(CMS_SignerInfo) *signers = CMS_get0_SignerInfos(s->cms);

	if (sk_CMS_SignerInfo_num(signers) != 1)
		return CARD_NOT_ONE_SIGNER;
	s->signer = sk_CMS_SignerInfo_value(signers, 0);
	return CARD_GOOD;
}

static enum card_verdict
check_content(struct card_signature *s)
{
	const ASN1_OCTET_STRING *content = *CMS_get0_content(s->cms);
	size_t len = strlen(s->claim->challenge);

	if ((size_t)ASN1_STRING_length(content) != len ||
	    !seal_equal(ASN1_STRING_get0_data(content), s->claim->challenge,
			len))
		return CARD_OTHER_CONTENT;
	return CARD_GOOD;
}

static enum card_verdict
find_certificate(struct card_signature *s)
{
	for (int i = 0; i < sk_X509_num(s->helpers) && !s->certificate; i++) {
		X509 *one = sk_X509_value(s->helpers, i);

		if (CMS_SignerInfo_cert_cmp(s->signer, one) == 0)
			s->certificate = one;
	}
	if (!s->certificate || !X509_get0_pubkey(s->certificate))
		return CARD_NO_CERTIFICATE;
	return CARD_GOOD;
}

/* The signature may name its digest once more, or just be one of the key. */
static enum card_verdict
check_strength(struct card_signature *s)
{
	EVP_PKEY *key = X509_get0_pubkey(s->certificate);
	const ASN1_OBJECT *digest_oid, *plain_oid;
	X509_ALGOR *digest, *algorithm;
	const EVP_MD *named;
	int nid;

	if (!x509_key_strong(key))
		return CARD_WEAK_KEY;
	CMS_SignerInfo_get0_algs(s->signer, NULL, NULL, &digest, &algorithm);
	X509_ALGOR_get0(&digest_oid, NULL, NULL, digest);
	X509_ALGOR_get0(&plain_oid, NULL, NULL, algorithm);
	nid = OBJ_obj2nid(digest_oid);
	if (!x509_digest_strong(nid))
		return CARD_WEAK_ALGORITHM;
	if (OBJ_obj2nid(plain_oid) == NID_rsaEncryption &&
	    EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA)
		return CARD_GOOD;
	named = x509_signature_digest(algorithm, key);
	return named && EVP_MD_get_type(named) == nid ? CARD_GOOD
						      : CARD_WEAK_ALGORITHM;
}

static enum card_verdict
check_signature(struct card_signature *s)
{
	if (CMS_signed_get_attr_count(s->signer) <= 0)
		return CARD_NO_ATTRIBUTES;
	/* Whose certificate it is comes next. */
	CMS_SignerInfo_set1_signer_cert(s->signer, s->certificate);
	if (CMS_verify(s->cms, NULL, NULL, NULL, NULL,
		       CMS_BINARY | CMS_NOINTERN | CMS_NO_SIGNER_CERT_VERIFY) !=
	    1)
		return CARD_BAD_SIGNATURE;
	return CARD_GOOD;
}

static char *
common_name(const X509 *certificate)
{
	X509_NAME *subject = X509_get_subject_name(certificate);
	int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
	unsigned char *text = NULL;
	int len = at < 0 ? 0
			 : ASN1_STRING_to_UTF8(
				   &text,
				   X509_NAME_ENTRY_get_data(
					   X509_NAME_get_entry(subject, at)));
	char *copy = mem_strndup(len > 0 ? (const char *)text : "",
				 len > 0 ? (size_t)len : 0);

	OPENSSL_free(text);
	return copy;
}

/* What the log-in is told; numbers longer than authorities may give are a
 * fault of the chain. */
static enum card_verdict
fill_login(struct card_signature *s, struct card_login *login)
{
	const ASN1_INTEGER *serial = X509_get0_serialNumber(s->certificate);
	size_t len = (size_t)ASN1_STRING_length(serial);

	if (2 * len >= sizeof(login->serial) ||
	    !x509_seconds(X509_get0_notAfter(s->certificate),
			  &login->not_after))
		return CARD_BAD_CHAIN;
	hex_encode(ASN1_STRING_get0_data(serial), len, login->serial);
	memcpy(login->card_no, s->card_no, sizeof(login->card_no));
	login->name = common_name(s->certificate);
	login->issuer = x509_name_text(X509_get_issuer_name(s->certificate));
	return CARD_GOOD;
}

static enum card_verdict
check(struct card_signature *s, struct card_login *login)
{
	static enum card_verdict (*const checks[])(struct card_signature *
						   s) = {parse,
							 check_signer,
							 check_content,
							 find_certificate,
							 check_strength,
							 check_signature,
							 card_check_chain,
							 card_check_usage,
							 card_check_policy,
							 card_check_revoked,
							 card_check_card_no,
							 card_check_holder,
							 card_check_nonce,
							 card_check_time};
	enum card_verdict verdict = CARD_GOOD;

	for (size_t i = 0;
	     i < sizeof(checks) / sizeof(checks[0]) && verdict == CARD_GOOD;
	     i++)
		verdict = checks[i](s);
	return verdict == CARD_GOOD ? fill_login(s, login) : verdict;
}

enum card_verdict
card_signature_check(const struct card_authority *authority,
		     const struct card_claim *claim, struct card_login *login)
{
	struct card_signature s = {.authority = authority, .claim = claim};
	enum card_verdict verdict;

	*login = (struct card_login){0};
	ERR_clear_error();
	verdict = check(&s, login);
	CMS_ContentInfo_free(s.cms);
	sk_X509_pop_free(s.helpers, X509_free);
	sk_X509_pop_free(s.chain, X509_free);
	ERR_clear_error();
	return verdict;
}

void
card_login_clear(struct card_login *login)
{
	mem_free(login->name);
	mem_free(login->issuer);
	*login = (struct card_login){0};
}
