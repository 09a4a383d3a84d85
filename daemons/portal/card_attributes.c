/*
 * The card's number, its holder, the nonce and the time: see card_signature.h.
 */
#include <stdbool.h>
#include <string.h>

#include <openssl/asn1.h>
#include <openssl/err.h>

#include "card_private.h"
#include "hex.h"
#include "seal.h"
#include "x509_facts.h"

/* The clock of a citizen's machine. The challenge has our own time. */
#define CLOCK_OFF_S (24 * 60 * 60)
#define HOLDER_DIGITS 4
#define CARD_NO_LEN 16

/* The one value of an attribute that holds text, or bytes. */
static bool
attribute_text(X509_ATTRIBUTE *attribute, char out[CARD_TEXT_MOST + 1])
{
	const ASN1_TYPE *value = X509_ATTRIBUTE_get0_type(attribute, 0);
	const ASN1_STRING *text;
	int len;

	if (!value || X509_ATTRIBUTE_count(attribute) != 1)
		return false;
	switch (value->type) {
	case V_ASN1_UTF8STRING:
	case V_ASN1_PRINTABLESTRING:
	case V_ASN1_IA5STRING:
	case V_ASN1_NUMERICSTRING:
	case V_ASN1_OCTET_STRING:
		break;
	default:
		return false;
	}
	text = value->value.asn1_string;
	len = ASN1_STRING_length(text);
	if (len > CARD_TEXT_MOST ||
	    memchr(ASN1_STRING_get0_data(text), 0, (size_t)len))
		return false;
	memcpy(out, ASN1_STRING_get0_data(text), (size_t)len);
	out[len] = '\0';
	return true;
}

/* A signed attribute that may be there once: NULL and *several false when it
 * is not. */
static X509_ATTRIBUTE *
signed_attribute(const struct card_signature *s, const ASN1_OBJECT *oid,
		 bool *several)
{
	int at = CMS_signed_get_attr_by_OBJ(s->signer, oid, -1);

	*several =
		at >= 0 && CMS_signed_get_attr_by_OBJ(s->signer, oid, at) >= 0;
	return at >= 0 ? CMS_signed_get_attr(s->signer, at) : NULL;
}

static bool
card_no_ok(const char *text)
{
	return strlen(text) == CARD_NO_LEN && text[0] >= 'A' &&
	       text[0] <= 'Z' && text[1] >= 'A' && text[1] <= 'Z' &&
	       strspn(text + 2, "0123456789") == CARD_NO_LEN - 2;
}

enum card_verdict
card_check_card_no(struct card_signature *s)
{
	bool several;
	X509_ATTRIBUTE *attribute =
		signed_attribute(s, s->authority->card_no, &several);

	if (!attribute || several || !attribute_text(attribute, s->card_no) ||
	    !card_no_ok(s->card_no))
		return CARD_NO_CARD_NO;
	if (s->claim->said_card_no &&
	    strcmp(s->claim->said_card_no, s->card_no) != 0)
		return CARD_OTHER_CARD;
	return CARD_GOOD;
}

/* The attributes of RFC 5280, 4.2.1.8, which libcrypto knows by name only. */
static ASN1_SEQUENCE_ANY *
directory_attributes(const X509 *certificate)
{
	int at = X509_get_ext_by_NID(certificate,
				     NID_subject_directory_attributes, -1);
	const ASN1_OCTET_STRING *bytes;
	ASN1_SEQUENCE_ANY *all;
	const unsigned char *from;

	if (at < 0 ||
	    X509_get_ext_by_NID(certificate, NID_subject_directory_attributes,
				at) >= 0)
		return NULL;
	bytes = X509_EXTENSION_get_data(X509_get_ext(certificate, at));
	from = ASN1_STRING_get0_data(bytes);
	all = d2i_ASN1_SEQUENCE_ANY(NULL, &from, ASN1_STRING_length(bytes));
	ERR_clear_error();
	return all;
}

static X509_ATTRIBUTE *
attribute_of(const ASN1_TYPE *one)
{
	const unsigned char *from;

	if (one->type != V_ASN1_SEQUENCE)
		return NULL;
	from = ASN1_STRING_get0_data(one->value.sequence);
	return d2i_X509_ATTRIBUTE(NULL, &from,
				  ASN1_STRING_length(one->value.sequence));
}

/* The last four of the holder's ID, once. */
static bool
holder_digits(const struct card_signature *s, char out[CARD_TEXT_MOST + 1])
{
	ASN1_SEQUENCE_ANY *all = directory_attributes(s->certificate);
	int found = 0;
	bool good = false;

	for (int i = 0; i < sk_ASN1_TYPE_num(all); i++) {
		X509_ATTRIBUTE *one = attribute_of(sk_ASN1_TYPE_value(all, i));

		if (one && OBJ_cmp(X509_ATTRIBUTE_get0_object(one),
				   s->authority->holder) == 0) {
			found++;
			good = attribute_text(one, out) &&
			       strlen(out) == HOLDER_DIGITS;
		}
		X509_ATTRIBUTE_free(one);
	}
	sk_ASN1_TYPE_pop_free(all, ASN1_TYPE_free);
	ERR_clear_error();
	return found == 1 && good;
}

enum card_verdict
card_check_holder(struct card_signature *s)
{
	size_t len = strlen(s->claim->holder_id);
	char digits[CARD_TEXT_MOST + 1];

	if (!holder_digits(s, digits))
		return CARD_NO_HOLDER;
	if (len < HOLDER_DIGITS ||
	    !seal_equal(digits, s->claim->holder_id + len - HOLDER_DIGITS,
			HOLDER_DIGITS))
		return CARD_OTHER_HOLDER;
	return CARD_GOOD;
}

/* Signing components differ in whether they sign the nonce as it was given,
 * in hex, or the bytes that it means. */
enum card_verdict
card_check_nonce(struct card_signature *s)
{
	bool several;
	X509_ATTRIBUTE *attribute =
		signed_attribute(s, s->authority->nonce, &several);
	const ASN1_OCTET_STRING *bytes;
	char hex[2 * CARD_TEXT_MOST + 1];
	size_t len;

	if (!attribute)
		return CARD_GOOD;
	bytes = X509_ATTRIBUTE_get0_data(attribute, 0, V_ASN1_OCTET_STRING,
					 NULL);
	if (several || !bytes || X509_ATTRIBUTE_count(attribute) != 1 ||
	    ASN1_STRING_length(bytes) > CARD_TEXT_MOST)
		return CARD_WRONG_NONCE;
	len = (size_t)ASN1_STRING_length(bytes);
	hex_encode(ASN1_STRING_get0_data(bytes), len, hex);
	if (strcmp(hex, s->claim->nonce) == 0 ||
	    (len == strlen(s->claim->nonce) &&
	     memcmp(ASN1_STRING_get0_data(bytes), s->claim->nonce, len) == 0))
		return CARD_GOOD;
	return CARD_WRONG_NONCE;
}

enum card_verdict
card_check_time(struct card_signature *s)
{
	bool several;
	X509_ATTRIBUTE *attribute = signed_attribute(
		s, OBJ_nid2obj(NID_pkcs9_signingTime), &several);
	const ASN1_TYPE *value;
	int64_t when;

	if (!attribute)
		return CARD_GOOD;
	value = X509_ATTRIBUTE_get0_type(attribute, 0);
	if (several || !value || X509_ATTRIBUTE_count(attribute) != 1 ||
	    (value->type != V_ASN1_UTCTIME &&
	     value->type != V_ASN1_GENERALIZEDTIME) ||
	    !x509_seconds(value->value.asn1_string, &when) ||
	    when < s->claim->now - CLOCK_OFF_S ||
	    when > s->claim->now + CLOCK_OFF_S)
		return CARD_WRONG_TIME;
	return CARD_GOOD;
}
