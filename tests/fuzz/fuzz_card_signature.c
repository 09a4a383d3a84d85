/*
 * Log-ins of any bytes against an authority and a card that are made at the
 * start: nobody is let in but by what this card signed. The input is tried as
 * it is, and as changes to a log-in that is good.
 */
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "buffer.h"
#include "card_signature.h"
#include "fuzz_target.h"
#include "mem.h"
#include "revoked_set.h"

#define CHALLENGE "recard_log-in_host_2026-11-24T09.00.00_00.ff"
#define NONCE "00"
#define CARD_NO "AB12345678901234"
#define POLICY "2.16.886.101.0.3.3"
/* The same in DER. */
#define POLICIES "DER:30:0b:30:09:06:07:60:86:76:65:00:03:03"
#define DAY (24 * 60 * 60)
/* The attribute 2.16.886.1.100.2.51 with the PrintableString 6789. */
#define DIRECTORY \
	"DER:30:13:30:11:06:07:60:86:76:01:64:02:33:31:06:13:04:36:37:38:39"

static struct card_authority *authority;
static struct revoked_set *revoked;
static struct buffer good;
static time_t made;

static void
extend(X509 *certificate, int nid, const char *value)
{
	X509_EXTENSION *extension =
		X509V3_EXT_nconf_nid(NULL, NULL, nid, value);

	PROMISE(extension && X509_add_ext(certificate, extension, -1) == 1);
	X509_EXTENSION_free(extension);
}

static X509 *
make_certificate(EVP_PKEY *key, const char *common_name, const X509 *issuer)
{
	X509 *certificate = X509_new();
	X509_NAME *name;

	PROMISE(key && certificate);
	name = X509_get_subject_name(certificate);
	X509_set_version(certificate, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), issuer ? 2 : 1);
	X509_gmtime_adj(X509_getm_notBefore(certificate), -DAY);
	X509_gmtime_adj(X509_getm_notAfter(certificate), 365 * DAY);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
				   (const unsigned char *)common_name, -1, -1,
				   0);
	X509_set_issuer_name(certificate,
			     issuer ? X509_get_subject_name(issuer) : name);
	X509_set_pubkey(certificate, key);
	extend(certificate, NID_key_usage,
	       issuer ? "critical,digitalSignature"
		      : "critical,keyCertSign,cRLSign");
	extend(certificate, NID_basic_constraints,
	       issuer ? "CA:FALSE" : "critical,CA:TRUE");
	if (issuer) {
		extend(certificate, NID_certificate_policies, POLICIES);
		extend(certificate, NID_subject_directory_attributes,
		       DIRECTORY);
	}
	return certificate;
}

/* A list that names nobody. */
static struct buffer
make_list(const X509 *root, EVP_PKEY *key)
{
	ASN1_TIME *from = ASN1_TIME_adj(NULL, made, 0, -60);
	ASN1_TIME *until = ASN1_TIME_adj(NULL, made, 300, 0);
	ASN1_INTEGER *number = ASN1_INTEGER_new();
	X509_CRL *list = X509_CRL_new();
	struct buffer der = {0};
	unsigned char *at;
	int len;

	X509_CRL_set_version(list, X509_CRL_VERSION_2);
	X509_CRL_set_issuer_name(list, X509_get_subject_name(root));
	X509_CRL_set1_lastUpdate(list, from);
	X509_CRL_set1_nextUpdate(list, until);
	ASN1_INTEGER_set(number, 7);
	PROMISE(X509_CRL_add1_ext_i2d(list, NID_crl_number, number, 0, 0) == 1);
	PROMISE(X509_CRL_sign(list, key, EVP_sha256()) > 0);
	len = i2d_X509_CRL(list, NULL);
	buffer_reserve(&der, (size_t)len);
	at = (unsigned char *)der.data;
	i2d_X509_CRL(list, &at);
	der.len = (size_t)len;
	ASN1_TIME_free(from);
	ASN1_TIME_free(until);
	ASN1_INTEGER_free(number);
	X509_CRL_free(list);
	return der;
}

static void
make_log_in(X509 *certificate, EVP_PKEY *key)
{
	BIO *text = BIO_new_mem_buf(CHALLENGE, -1);
	CMS_ContentInfo *cms =
		CMS_sign(NULL, NULL, NULL, text, CMS_BINARY | CMS_PARTIAL);
	CMS_SignerInfo *signer = CMS_add1_signer(cms, certificate, key,
						 EVP_sha256(), CMS_BINARY);
	unsigned char *at;
	int len;

	PROMISE(signer);
	PROMISE(CMS_signed_add1_attr_by_txt(signer, CARD_NUMBER_OID,
					    V_ASN1_PRINTABLESTRING, CARD_NO,
					    (int)strlen(CARD_NO)) == 1);
	PROMISE(CMS_final(cms, text, NULL, CMS_BINARY) == 1);
	len = i2d_CMS_ContentInfo(cms, NULL);
	buffer_reserve(&good, (size_t)len);
	at = (unsigned char *)good.data;
	i2d_CMS_ContentInfo(cms, &at);
	good.len = (size_t)len;
	CMS_ContentInfo_free(cms);
	BIO_free(text);
}

/* What is pinned is read from a file, and that once. */
static void
load(X509 *root, const struct buffer *list)
{
	static const char *const policies[] = {POLICY, NULL};
	char path[] = "/tmp/fuzz_card.XXXXXX", *error;
	FILE *file = fdopen(mkstemp(path), "w");
	struct revoked_issuer *issuer;
	const char *reason;

	PROMISE(file && PEM_write_X509(file, root) == 1);
	fclose(file);
	authority = card_authority_load(path, policies, &error);
	issuer = revoked_issuer_load(path, &error);
	PROMISE(authority && issuer);
	revoked =
		revoked_set_build(issuer, list->data, list->len, NULL, &reason);
	PROMISE(revoked);
	revoked_issuer_free(issuer);
	unlink(path);
}

static void
start(void)
{
	EVP_PKEY *root_key = EVP_RSA_gen(2048), *key = EVP_RSA_gen(2048);
	X509 *root = make_certificate(root_key, "root", NULL);
	X509 *card = make_certificate(key, "holder", root);
	struct buffer list;

	made = time(NULL);
	PROMISE(X509_sign(root, root_key, EVP_sha256()) > 0);
	PROMISE(X509_sign(card, root_key, EVP_sha256()) > 0);
	list = make_list(root, root_key);
	make_log_in(card, key);
	load(root, &list);
	buffer_free(&list);
	X509_free(root);
	X509_free(card);
	EVP_PKEY_free(root_key);
	EVP_PKEY_free(key);
}

/* Our card signed one thing only, so it is that, or nothing. */
static enum card_verdict
try_bytes(const void *bytes, size_t size)
{
	const struct revoked_set *const sets[] = {revoked};
	struct card_claim claim = {.signature = bytes,
				   .signature_len = size,
				   .challenge = CHALLENGE,
				   .nonce = NONCE,
				   .holder_id = "A123456789",
				   .now = made,
				   .revoked = sets,
				   .revoked_count = 1};
	struct card_login login;
	enum card_verdict verdict =
		card_signature_check(authority, &claim, &login);

	if (verdict == CARD_GOOD) {
		PROMISE(strcmp(login.card_no, CARD_NO) == 0);
		PROMISE(strcmp(login.name, "holder") == 0);
		PROMISE(strcmp(login.serial, "02") == 0);
	} else {
		PROMISE(!login.card_no[0] && !login.name && !login.issuer);
		PROMISE(*card_verdict_code(verdict));
	}
	card_login_clear(&login);
	return verdict;
}

/* Each 3 bytes of the input change one byte: place (2), what to add (1). A
 * rest of 2 bytes cuts it off there. */
static void
try_changed(const uint8_t *data, size_t size)
{
	size_t len = good.len, i;
	uint8_t *changed = (uint8_t *)mem_strndup(good.data, len);

	for (i = 0; i + 3 <= size; i += 3) {
		size_t place = (size_t)data[i] << 8 | data[i + 1];

		changed[place % len] ^= data[i + 2];
	}
	if (size - i == 2)
		len = ((size_t)data[i] << 8 | data[i + 1]) % len;
	try_bytes(changed, len);
	mem_free(changed);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!authority) {
		start();
		PROMISE(try_bytes(good.data, good.len) == CARD_GOOD);
	}
	PROMISE(try_bytes(data, size) != CARD_GOOD);
	try_changed(data, size);
	return 0;
}
