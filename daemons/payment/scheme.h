/*
 * Payment notices as the services send them: is this one genuine, and what
 * does it say? Pure: bytes and values in, values out; the time is a
 * parameter. A genuine notice is never dropped: what cannot be read of it is
 * told by its fault, and such a one pays for nothing.
 */
#ifndef RECARD_SCHEME_H
#define RECARD_SCHEME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of a body beyond which nothing is even looked at. */
#define SCHEME_BODY_MAX ((size_t)8 * 1024 * 1024)
/* Bytes of a reference or an order number, because an index holds them. */
#define SCHEME_TEXT_MAX 200

enum scheme_kind {
	/* HMAC-SHA-256 in headers, JSON of any shape: standardwebhooks.com */
	SCHEME_STANDARD_WEBHOOKS,
	/* a form with CheckMacValue: developers.ecpay.com.tw/?p=2902 */
	SCHEME_ECPAY,
	/* a form with TradeInfo (AES-256-CBC) and TradeSha */
	SCHEME_NEWEBPAY,
	/* signed like standard-webhooks, recard's own JSON inside */
	SCHEME_NATIVE,
	/* unsigned: says only whom to ask the service about */
	SCHEME_QUERY
};

/* From the name in the configuration: "standard-webhooks", "ecpay",
 * "newebpay", "native", "query". */
bool scheme_kind_of(const char *name, enum scheme_kind *kind);

struct scheme_secret {
	unsigned char *key;
	size_t key_len;
	unsigned char *iv; /* ecpay and newebpay only */
	size_t iv_len;
};

/*
 * Reads a secret as it stands in its file: "whsec_" and base64 of 24 to 64
 * bytes for standard-webhooks and native; a line HashKey and a line HashIV
 * for ecpay and newebpay (there of 32 and 16 bytes); one line for query.
 * Line ends may be CRLF. scheme_secret_free() it. false with *error
 * (mem_free), which quotes nothing of the secret.
 */
bool scheme_secret_parse(enum scheme_kind kind, const char *text, size_t len,
			 struct scheme_secret *secret, char **error);
/* Overwrites, then frees; all zero is fine. */
void scheme_secret_free(struct scheme_secret *secret);

/*
 * One channel as configured. Whatever is NULL is the scheme's default, and
 * an empty field name means that there is no such field. Fields of JSON are
 * dotted paths ("data.amount", "records.0.amount"); in a form, and in a hint,
 * the name is taken whole, or else what follows its last dot. Result codes are
 * lists that end with NULL; "issued" beats every other list, and "*" in failed
 * takes what no list has.
 */
struct scheme_profile {
	const char *channel;
	enum scheme_kind kind;
	struct scheme_secret secrets[2]; /* both are good: rotation */
	size_t secret_count;
	int64_t tolerance_s; /* seconds, both ways; for signed timestamps */
	const char *field_reference, *field_order, *field_amount;
	const char *field_currency, *field_paid_at, *field_result;
	const char *field_simulated, *field_merchant;
	const char *merchant; /* whose notices these are; NULL: not checked */
	const char *const *paid, *const *issued, *const *failed;
	const char *const *refunded, *const *charged_back;
	/* "iso", or strptime(3)'s; a time without offset is Taipei's. */
	const char *time_format;
	const char *currency; /* where the notice has none; NULL: TWD */
	const char *answer;   /* body that acknowledges a notice */
};

struct scheme_request {
	const char *content_type, *webhook_id, *webhook_timestamp;
	const char *webhook_signature; /* headers; NULL when missing */
	const char *body;
	size_t len;
};

enum scheme_verdict {
	SCHEME_GENUINE,
	SCHEME_STALE,     /* rightly signed, but not at this time */
	SCHEME_FORGED,    /* no secret fits */
	SCHEME_MALFORMED, /* cannot even be verified */
	SCHEME_HINT       /* nobody signed it: ask the service */
};

/*
 * What a notice says. kind is "unknown" exactly when there is a fault,
 * except for a hint, whose kind is always "unknown".
 */
struct scheme_notice {
	char *event_id;  /* the header webhook-id, or the reference, or NULL */
	char *reference; /* the service's number of the payment */
	/* "paid", "issued", "failed", "refund", "chargeback", "simulated",
	 * "stale", "unknown" */
	const char *kind;
	char *order_ref; /* as written; "" when missing */
	int64_t amount;  /* 0 when there is none, or no whole number */
	char *currency;
	char *paid_at;     /* ISO 8601 with offset; NULL when none or bad */
	const char *fault; /* code of the first thing unreadable, or NULL */
};

/*
 * Verifies the request and reads it. Fills *notice whatever the verdict
 * (scheme_notice_free()): of a forged or malformed one only kind and fault
 * are set; of a hint only reference (or NULL), order_ref and event_id. A
 * genuine or stale one always has a reference: "no-reference-" and 16 hex
 * digits of the body's SHA-256 where the service's own cannot be read. now_s
 * is in seconds since 1970.
 */
enum scheme_verdict scheme_read(const struct scheme_profile *profile,
				const struct scheme_request *request,
				int64_t now_s, struct scheme_notice *notice);
/*
 * Reads the answer that a service gave when asked over a verified
 * connection: JSON, with the profile's own fields and codes, and query's
 * defaults whatever the kind is, because services answer in other words
 * than those of their notices.
 */
void scheme_read_answer(const struct scheme_profile *profile, const char *body,
			size_t len, struct scheme_notice *notice);
void scheme_notice_free(struct scheme_notice *notice);

/* The body that acknowledges a notice: "1|OK" for ecpay, else "OK", unless
 * the profile says otherwise. */
const char *scheme_answer(const struct scheme_profile *profile);

/* A field of a form; neither text needs to end with NUL. */
struct scheme_pair {
	const char *name;
	size_t name_len;
	const char *value;
	size_t value_len;
};

#define SCHEME_CHECK_MAC_HEX 65 /* with NUL */

/* ECPay's CheckMacValue of fields in any order, CheckMacValue itself not
 * among them: SHA-256 in upper-case hex (developers.ecpay.com.tw/?p=2902). */
void scheme_ecpay_check_mac(const struct scheme_secret *secret,
			    const struct scheme_pair *pairs, size_t count,
			    char out[SCHEME_CHECK_MAC_HEX]);

#endif
