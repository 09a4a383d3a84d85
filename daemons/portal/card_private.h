/*
 * What the parts of card_signature.h share: its checks, each of which finds
 * what the ones before it left.
 */
#ifndef RECARD_CARD_PRIVATE_H
#define RECARD_CARD_PRIVATE_H

#include <openssl/cms.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include "card_signature.h"

#define CARD_TEXT_MOST 64 /* bytes of an attribute's text */

struct card_authority {
	X509_STORE *roots;
	STACK_OF(X509) * others;
	STACK_OF(ASN1_OBJECT) * policies;
	ASN1_OBJECT *card_no, *holder, *nonce;
};

/* What is looked at, once it has been taken apart. */
struct card_signature {
	const struct card_authority *authority;
	const struct card_claim *claim;
	CMS_ContentInfo *cms;
	CMS_SignerInfo *signer;   /* of cms */
	STACK_OF(X509) * helpers; /* what came along */
	X509 *certificate;        /* of helpers: the signer's */
	STACK_OF(X509) * chain;   /* from it to the root */
	char card_no[CARD_TEXT_MOST + 1];
};

/* card_chain.c: who made the certificate, for what, and whether it still
 * holds. */
enum card_verdict card_check_chain(struct card_signature *s);
enum card_verdict card_check_usage(struct card_signature *s);
enum card_verdict card_check_policy(struct card_signature *s);
enum card_verdict card_check_revoked(struct card_signature *s);
/* card_attributes.c: what is signed with the content, and whose card it is. */
enum card_verdict card_check_card_no(struct card_signature *s);
enum card_verdict card_check_holder(struct card_signature *s);
enum card_verdict card_check_nonce(struct card_signature *s);
enum card_verdict card_check_time(struct card_signature *s);

#endif
