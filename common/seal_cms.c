/*
 * CMS sealing and opening. The other side is known by its pinned
 * certificates, compared as a whole, never by what a file carries.
 */
#include <limits.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/buffer.h>
#include <openssl/cms.h>
#include <openssl/crypto.h>
#include <openssl/err.h>

#include "buffer.h"
#include "mem.h"
#include "seal_private.h"

/* Bytes that go through libcrypto at a time. */
#define PIECE (256 * 1024)

/* Appends the DER of cms to out. */
static bool
append_der(CMS_ContentInfo *cms, struct buffer *out)
{
	int size = i2d_CMS_ContentInfo(cms, NULL);
	unsigned char *at;

	if (size <= 0)
		return false;
	buffer_reserve(out, out->len + (size_t)size);
	at = (unsigned char *)out->data + out->len;
	if (i2d_CMS_ContentInfo(cms, &at) != size)
		return false;
	out->len += (size_t)size;
	out->data[out->len] = '\0';
	return true;
}

/* Adds the signer, and the link when there is one. */
static bool
add_signer(CMS_ContentInfo *cms, const struct seal_identity *signer,
	   const char *link)
{
	CMS_SignerInfo *info =
		CMS_add1_signer(cms, signer->certificate, signer->key,
				EVP_sha256(), CMS_BINARY);

	return info != NULL &&
	       (link == NULL || CMS_signed_add1_attr_by_txt(
					info, SEAL_LINK_OID, V_ASN1_UTF8STRING,
					link, (int)strlen(link)) == 1);
}

/* Runs bytes through the chain that CMS_dataInit() gave, ends it and frees
 * it. */
static bool
pour(CMS_ContentInfo *cms, BIO *chain, const char *bytes, size_t len)
{
	bool ok = chain != NULL;

	while (ok && len > 0) {
		int piece = len < PIECE ? (int)len : PIECE;

		ok = BIO_write(chain, bytes, piece) == piece;
		bytes += piece;
		len -= (size_t)piece;
	}
	ok = ok && BIO_flush(chain) == 1 && CMS_dataFinal(cms, chain) == 1;
	BIO_free_all(chain);
	return ok;
}

/* Appends the DER of a detached signature with the content put in, which is
 * lent for that and not copied before. */
static bool
append_with_content(CMS_ContentInfo *cms, const void *bytes, size_t len,
		    struct buffer *out)
{
	ASN1_OCTET_STRING **content;
	bool ok;

	if (len > INT_MAX || CMS_set_detached(cms, 0) != 1)
		return false;
	content = CMS_get0_content(cms);
	if (content == NULL || *content == NULL)
		return false;
	ASN1_STRING_set0(*content, (void *)bytes, (int)len);
	/* Or it would be taken for one that is still to come. */
	(*content)->flags &= ~ASN1_STRING_FLAG_CONT;
	ok = append_der(cms, out);
	(*content)->data = NULL;
	(*content)->length = 0;
	return ok;
}

/* Where ciphertext goes: made large enough at once. libcrypto's own grows by
 * a third each time and copies what is there. */
static BIO *
sink(size_t room)
{
	BIO *bio = BIO_new(BIO_s_mem());
	BUF_MEM *memory = BUF_MEM_new();

	seal_must(bio != NULL && memory != NULL &&
			  BUF_MEM_grow(memory, room) == room,
		  "bio");
	memory->length = 0;
	seal_must(BIO_set_mem_buf(bio, memory, BIO_CLOSE) == 1, "bio");
	return bio;
}

static int
sign(const struct seal_identity *signer, const void *bytes, size_t len,
     const char *link, struct buffer *out, char **error)
{
	CMS_ContentInfo *cms;
	bool ok;

	*error = NULL;
	ERR_clear_error();
	if (!seal_identity_current(signer)) {
		*error = mem_printf("signing: %s is not valid today",
				    signer->name);
		return -1;
	}
	cms = CMS_sign(NULL, NULL, NULL, NULL,
		       CMS_BINARY | CMS_PARTIAL | CMS_DETACHED);
	ok = cms != NULL && add_signer(cms, signer, link) &&
	     pour(cms, CMS_dataInit(cms, BIO_new(BIO_s_null())), bytes, len) &&
	     append_with_content(cms, bytes, len, out);
	if (!ok)
		*error = seal_library_error("signing");
	CMS_ContentInfo_free(cms);
	return ok ? 0 : -1;
}

int
seal_sign(const struct seal_identity *signer, const void *bytes, size_t len,
	  struct buffer *out, char **error)
{
	return sign(signer, bytes, len, NULL, out, error);
}

int
seal_close(const struct seal_identity *signer,
	   const struct seal_peer *recipient, const void *bytes, size_t len,
	   const char *link, struct buffer *out, char **error)
{
	STACK_OF(X509) *recipients = sk_X509_new_null();
	X509 *certificate = seal_first_current(recipient);
	struct buffer signed_data = {0};
	CMS_ContentInfo *cms = NULL;
	int result = -1;

	*error = NULL;
	if (certificate == NULL) {
		*error = mem_printf("encrypting: the recipient has no "
				    "certificate that is valid today");
		goto out;
	}
	/* Content, certificate, signature and frame. */
	buffer_reserve(&signed_data, len + 8192);
	if (sign(signer, bytes, len, link, &signed_data, error) != 0)
		goto out;
	seal_must(recipients != NULL &&
			  sk_X509_push(recipients, certificate) > 0,
		  "stack");
	cms = CMS_encrypt(recipients, NULL, EVP_aes_256_cbc(),
			  CMS_BINARY | CMS_PARTIAL);
	/* A block cipher adds a block. */
	if (cms == NULL ||
	    !pour(cms, CMS_dataInit(cms, sink(signed_data.len + 64)),
		  signed_data.data, signed_data.len) ||
	    !append_der(cms, out)) {
		*error = seal_library_error("encrypting");
		goto out;
	}
	result = 0;
out:
	CMS_ContentInfo_free(cms);
	sk_X509_free(recipients);
	if (signed_data.data)
		OPENSSL_cleanse(signed_data.data, signed_data.size);
	buffer_free(&signed_data);
	return result;
}

/* One whole CMS structure of the given type and nothing after it, or NULL. */
static CMS_ContentInfo *
parse(const void *bytes, size_t len, int type)
{
	const unsigned char *at = bytes;
	CMS_ContentInfo *cms;

	if (len == 0 || len > INT_MAX)
		return NULL;
	cms = d2i_CMS_ContentInfo(NULL, &at, (long)len);
	if (cms != NULL && at == (const unsigned char *)bytes + len &&
	    OBJ_obj2nid(CMS_get0_type(cms)) == type)
		return cms;
	CMS_ContentInfo_free(cms);
	ERR_clear_error();
	return NULL;
}

int
seal_open(const struct seal_identity *recipient, const struct seal_peer *signer,
	  const void *bytes, size_t len, struct buffer *out, char **error)
{
	CMS_ContentInfo *cms = parse(bytes, len, NID_pkcs7_enveloped);
	BIO *plain = BIO_new(BIO_s_mem());
	char *data;
	long size;
	int result = -1;

	*error = NULL;
	ERR_clear_error();
	seal_must(plain != NULL, "bio");
	if (cms == NULL) {
		*error = mem_printf("decrypting: not CMS EnvelopedData");
		goto out;
	}
	if (CMS_decrypt(cms, recipient->key, recipient->certificate, NULL,
			plain, CMS_BINARY) != 1) {
		*error = seal_library_error("decrypting");
		goto out;
	}
	size = BIO_get_mem_data(plain, &data);
	switch (seal_verify(signer, data, size > 0 ? (size_t)size : 0, out)) {
	case SEAL_VERIFIED:
		result = 0;
		break;
	case SEAL_MALFORMED:
		*error = mem_printf("verifying: not CMS SignedData");
		break;
	case SEAL_STRANGER:
		*error = mem_printf("verifying: signed by somebody else");
		break;
	case SEAL_TAMPERED:
		*error = mem_printf("verifying: the signature does not fit");
		break;
	}
out:
	BIO_free(plain);
	CMS_ContentInfo_free(cms);
	return result;
}

static bool
same_certificate(X509 *a, X509 *b)
{
	unsigned char *a_der = NULL, *b_der = NULL;
	int a_len = i2d_X509(a, &a_der), b_len = i2d_X509(b, &b_der);
	bool same = a_len > 0 && a_len == b_len &&
		    memcmp(a_der, b_der, (size_t)a_len) == 0;

	OPENSSL_free(a_der);
	OPENSSL_free(b_der);
	return same;
}

/* True when a certificate inside claims to be info's signer, but is not
 * this one. Such a file speaks of another key, whatever its serial says. */
static bool
contradicted(CMS_SignerInfo *info, STACK_OF(X509) * embedded, X509 *pinned)
{
	for (int i = 0; i < sk_X509_num(embedded); i++) {
		X509 *certificate = sk_X509_value(embedded, i);

		if (CMS_SignerInfo_cert_cmp(info, certificate) == 0 &&
		    !same_certificate(certificate, pinned))
			return true;
	}
	return false;
}

static bool
signature_fits(CMS_ContentInfo *cms, CMS_SignerInfo *info, X509 *pinned)
{
	/* The key comes from the pinned certificate, never from the file. */
	CMS_SignerInfo_set1_signer_cert(info, pinned);
	return CMS_verify(cms, NULL, NULL, NULL, NULL,
			  CMS_BINARY | CMS_NOINTERN |
				  CMS_NO_SIGNER_CERT_VERIFY) == 1;
}

static enum seal_verified
verify_signer(const struct seal_peer *signer, CMS_ContentInfo *cms,
	      CMS_SignerInfo *info, bool past)
{
	STACK_OF(X509) *embedded = CMS_get1_certs(cms);
	enum seal_verified verified = SEAL_STRANGER;

	for (int i = 0; i < sk_X509_num(signer->certificates); i++) {
		X509 *pinned = sk_X509_value(signer->certificates, i);

		if (CMS_SignerInfo_cert_cmp(info, pinned) != 0 ||
		    (!past && !seal_is_current(pinned)) ||
		    contradicted(info, embedded, pinned))
			continue;
		if (signature_fits(cms, info, pinned)) {
			verified = SEAL_VERIFIED;
			break;
		}
		verified = SEAL_TAMPERED;
	}
	sk_X509_pop_free(embedded, X509_free);
	return verified;
}

static enum seal_verified
verify(const struct seal_peer *signer, const void *bytes, size_t len,
       struct buffer *out, bool past)
{
	enum seal_verified verified = SEAL_MALFORMED;
	STACK_OF(CMS_SignerInfo) * infos;
	ASN1_OCTET_STRING **content;
	CMS_ContentInfo *cms;

	ERR_clear_error();
	cms = parse(bytes, len, NID_pkcs7_signed);
	if (cms == NULL)
		return SEAL_MALFORMED;
	content = CMS_get0_content(cms);
	if (OBJ_obj2nid(CMS_get0_eContentType(cms)) != NID_pkcs7_data ||
	    content == NULL || *content == NULL)
		goto out;
	infos = CMS_get0_SignerInfos(cms);
	if (sk_CMS_SignerInfo_num(infos) < 1)
		goto out;
	if (sk_CMS_SignerInfo_num(infos) > 1) {
		verified = SEAL_STRANGER;
		goto out;
	}
	verified = verify_signer(signer, cms, sk_CMS_SignerInfo_value(infos, 0),
				 past);
	/* What CMS_verify() digested is this very string. */
	if (verified == SEAL_VERIFIED && ASN1_STRING_length(*content) > 0)
		buffer_append(out, ASN1_STRING_get0_data(*content),
			      (size_t)ASN1_STRING_length(*content));
out:
	CMS_ContentInfo_free(cms);
	ERR_clear_error();
	return verified;
}

enum seal_verified
seal_verify(const struct seal_peer *signer, const void *bytes, size_t len,
	    struct buffer *out)
{
	return verify(signer, bytes, len, out, false);
}

enum seal_verified
seal_verify_past(const struct seal_peer *signer, const void *bytes, size_t len,
		 struct buffer *out)
{
	return verify(signer, bytes, len, out, true);
}
