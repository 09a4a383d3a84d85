/*
 * The pinned roots and the authorities below them: see card_signature.h.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "card_private.h"
#include "mem.h"
#include "seal_private.h"

/* Puts a certificate of the file where it belongs; it is the authority's
 * then. */
static void
sort_in(struct card_authority *authority, X509 *certificate)
{
	if (X509_self_signed(certificate, 1) == 1) {
		seal_must(X509_STORE_add_cert(authority->roots, certificate),
			  "store");
		X509_free(certificate);
	} else {
		seal_must(sk_X509_push(authority->others, certificate) > 0,
			  "stack");
	}
}

/* NULL, or what is wrong with the file (mem_free). */
static char *
read_certificates(struct card_authority *authority, const char *path)
{
	BIO *file = BIO_new_file(path, "re");
	X509 *certificate;
	char *wrong = NULL;
	bool ended;

	if (!file)
		return mem_printf("%s: %s", path, strerror(errno));
	ERR_clear_error();
	while ((certificate = PEM_read_bio_X509(file, NULL, NULL, NULL)))
		sort_in(authority, certificate);
	ended = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
	if (!ended)
		wrong = mem_printf("%s: something in it is no certificate "
				   "(PEM)",
				   path);
	else if (sk_X509_OBJECT_num(
			 X509_STORE_get0_objects(authority->roots)) == 0)
		wrong = mem_printf("%s: holds no root, which signs itself",
				   path);
	BIO_free(file);
	ERR_clear_error();
	return wrong;
}

static char *
read_policies(struct card_authority *authority, const char *const *policies)
{
	for (; policies && *policies; policies++) {
		ASN1_OBJECT *policy = OBJ_txt2obj(*policies, 1);

		ERR_clear_error();
		if (!policy)
			return mem_printf("\"%s\" is no OID", *policies);
		seal_must(sk_ASN1_OBJECT_push(authority->policies, policy) > 0,
			  "stack");
	}
	if (sk_ASN1_OBJECT_num(authority->policies) == 0)
		return mem_strdup("no policy is named");
	return NULL;
}

struct card_authority *
card_authority_load(const char *path, const char *const *policies, char **error)
{
	struct card_authority *authority = mem_alloc(1, sizeof(*authority));

	authority->roots = X509_STORE_new();
	authority->others = sk_X509_new_null();
	authority->policies = sk_ASN1_OBJECT_new_null();
	authority->card_no = OBJ_txt2obj(CARD_NUMBER_OID, 1);
	authority->holder = OBJ_txt2obj(CARD_HOLDER_OID, 1);
	authority->nonce = OBJ_txt2obj(CARD_NONCE_OID, 1);
	seal_must(authority->roots && authority->others &&
			  authority->policies && authority->card_no &&
			  authority->holder && authority->nonce,
		  "authority");
	*error = read_certificates(authority, path);
	if (!*error)
		*error = read_policies(authority, policies);
	if (!*error)
		return authority;
	card_authority_free(authority);
	return NULL;
}

void
card_authority_free(struct card_authority *authority)
{
	if (!authority)
		return;
	X509_STORE_free(authority->roots);
	sk_X509_pop_free(authority->others, X509_free);
	sk_ASN1_OBJECT_pop_free(authority->policies, ASN1_OBJECT_free);
	ASN1_OBJECT_free(authority->card_no);
	ASN1_OBJECT_free(authority->holder);
	ASN1_OBJECT_free(authority->nonce);
	mem_free(authority);
}
