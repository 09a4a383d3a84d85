/*
 * Whether a log-in was signed by somebody's card: a CMS SignedData (RFC 5652)
 * over our challenge, as the signing component on the citizen's machine makes
 * it. Everything in it comes from outside and is believed only as far as it
 * leads to a pinned root: the certificates that come along are helpers, and
 * the card's number is the signed one, whatever else is said. Pure: revoked
 * certificates, the time and the authority are values.
 *
 * The profile is that of the government's key infrastructure; recard-files(5)
 * describes it.
 */
#ifndef RECARD_CARD_SIGNATURE_H
#define RECARD_CARD_SIGNATURE_H

#include <stddef.h>
#include <stdint.h>

struct revoked_set;

#define CARD_SIGNATURE_MAX 49152 /* bytes of DER: 64 KiB in base64 */

/* Signed attribute: the number of the card. */
#define CARD_NUMBER_OID "2.16.886.1.100.2.204"
/* Subject directory attribute: the last four of the holder's ID. */
#define CARD_HOLDER_OID "2.16.886.1.100.2.51"
/* Signed attribute: what the caller gave as nonce (PKCS #9). */
#define CARD_NONCE_OID "1.2.840.113549.1.9.25.3"

/* Roots and the authorities below them. */
struct card_authority;

/*
 * path: PEM. Its self-signed certificates are the roots, the others help to
 * build chains. policies: OIDs, NULL ends; a card's certificate must name one
 * of them. NULL with *error (mem_free), which names the file or the OID.
 */
struct card_authority *card_authority_load(const char *path,
					   const char *const *policies,
					   char **error);
void card_authority_free(struct card_authority *authority);

struct card_claim {
	const void *signature; /* DER, content inside */
	size_t signature_len;
	const char *challenge;    /* what should have been signed */
	const char *nonce;        /* its random part in hex */
	const char *holder_id;    /* as typed; already known to be one */
	const char *said_card_no; /* beside the signature; NULL: nothing */
	int64_t now;              /* seconds since 1970 */
	/* The lists of revoked certificates that we have, and for how long
	 * each serves after its successor is due. */
	const struct revoked_set *const *revoked;
	size_t revoked_count;
	int64_t revoked_grace_s;
};

enum card_verdict {
	CARD_GOOD,
	CARD_TOO_LARGE,
	CARD_MALFORMED,      /* not SignedData with content, in DER */
	CARD_NOT_ONE_SIGNER, /* none, or several */
	CARD_OTHER_CONTENT,  /* something else than our challenge */
	CARD_NO_CERTIFICATE, /* the signer's is not inside */
	CARD_WEAK_ALGORITHM, /* digest or signature is none of ours */
	CARD_WEAK_KEY,       /* RSA below 2048 bits, no curve of P-256 up */
	CARD_NO_ATTRIBUTES,  /* nothing but the content is signed */
	CARD_BAD_SIGNATURE,
	CARD_UNKNOWN_AUTHORITY, /* no chain to a root of ours */
	CARD_BAD_CHAIN,         /* one, but something in it is wrong */
	CARD_NOT_YET_VALID,
	CARD_EXPIRED,
	CARD_WRONG_USAGE,  /* a certificate not meant for signatures */
	CARD_WRONG_POLICY, /* issued under another policy */
	CARD_REVOKED,
	CARD_SUSPENDED,
	CARD_LIST_MISSING, /* ours: cannot know whether it is revoked */
	CARD_LIST_STALE,   /* ours: not for sure */
	CARD_NO_CARD_NO,   /* not in the signed attributes, not once, or not
			      as a card's number is written */
	CARD_OTHER_CARD,   /* signed is another one than said */
	CARD_NO_HOLDER,    /* the certificate does not say four of an ID */
	CARD_OTHER_HOLDER, /* and not these */
	CARD_WRONG_NONCE,  /* there is one, and not this challenge's */
	CARD_WRONG_TIME    /* signing time is there, and a day off */
};
#define CARD_VERDICTS (CARD_WRONG_TIME + 1)

/* Reason code for logs and pages: "list_stale"; "good" for CARD_GOOD. */
const char *card_verdict_code(enum card_verdict verdict);

struct card_login {
	char card_no[17];
	char serial[41];   /* of the certificate: two hex digits an octet,
			      lower case */
	int64_t not_after; /* of the certificate: seconds since 1970 */
	char *name;        /* subject's common name, UTF-8 */
	char *issuer;      /* RFC 2253, fit for a log */
};

/* The first thing that is wrong is told. login is filled only with CARD_GOOD;
 * card_login_clear() it in any case. */
enum card_verdict card_signature_check(const struct card_authority *authority,
				       const struct card_claim *claim,
				       struct card_login *login);
void card_login_clear(struct card_login *login);

#endif
