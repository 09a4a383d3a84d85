/*
 * CMS of any bytes against a pinned certificate that is made at the start:
 * nothing that its key did not sign is ever verified. The input is tried as
 * it is, and as changes to a file that is rightly signed.
 */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "buffer.h"
#include "fuzz_target.h"
#include "mem.h"
#include "seal.h"

#define CONTENT "R,1,1,SPOILED,,,,,\n"
#define DAY (24 * 60 * 60)

static struct seal_identity *identity;
static struct seal_peer *peer;
static struct buffer rightly_signed;

static void
write_pem(X509 *certificate, EVP_PKEY *key, const char *path)
{
	FILE *file = fopen(path, "w");

	PROMISE(file != NULL);
	if (certificate)
		PROMISE(PEM_write_X509(file, certificate) == 1);
	else
		PROMISE(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL,
					     NULL) == 1);
	fclose(file);
}

static void
make_certificate(const char *certificate_path, const char *key_path)
{
	EVP_PKEY *key = EVP_RSA_gen(2048);
	X509 *certificate = X509_new();
	X509_NAME *name;

	PROMISE(key && certificate);
	name = X509_get_subject_name(certificate);
	X509_set_version(certificate, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
	X509_gmtime_adj(X509_getm_notBefore(certificate), -DAY);
	X509_gmtime_adj(X509_getm_notAfter(certificate), 365 * DAY);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
				   (const unsigned char *)"line", -1, -1, 0);
	X509_set_issuer_name(certificate, name);
	X509_set_pubkey(certificate, key);
	PROMISE(X509_sign(certificate, key, EVP_sha256()) > 0);
	write_pem(certificate, NULL, certificate_path);
	write_pem(NULL, key, key_path);
	X509_free(certificate);
	EVP_PKEY_free(key);
}

static void
start(void)
{
	char folder[] = "/tmp/fuzz_cms.XXXXXX";
	char *certificate, *key, *error = NULL;
	mode_t mask = umask(077);

	PROMISE(mkdtemp(folder) != NULL);
	certificate = mem_printf("%s/line.crt", folder);
	key = mem_printf("%s/line.key", folder);
	make_certificate(certificate, key);
	identity = seal_identity_load(certificate, key, &error);
	PROMISE(identity != NULL);
	peer = seal_peer_load(certificate, &error);
	PROMISE(peer != NULL);
	PROMISE(seal_sign(identity, CONTENT, strlen(CONTENT), &rightly_signed,
			  &error) == 0);
	unlink(certificate);
	unlink(key);
	rmdir(folder);
	umask(mask);
	mem_free(certificate);
	mem_free(key);
}

/* Our key signed CONTENT only, so it is that, or nothing. */
static enum seal_verified
try_bytes(const void *bytes, size_t size)
{
	struct buffer content = {0};
	enum seal_verified verified = seal_verify(peer, bytes, size, &content);

	if (verified == SEAL_VERIFIED) {
		PROMISE(content.len == strlen(CONTENT));
		PROMISE(memcmp(content.data, CONTENT, content.len) == 0);
	} else {
		PROMISE(content.len == 0);
	}
	buffer_free(&content);
	return verified;
}

/* Each 3 bytes of the input change one byte: place (2), what to add (1). A
 * rest of 2 bytes cuts the file off there. */
static void
try_changed(const uint8_t *data, size_t size)
{
	size_t len = rightly_signed.len;
	uint8_t *changed = (uint8_t *)mem_strndup(rightly_signed.data, len);
	size_t i;

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
	if (!identity) {
		start();
		PROMISE(try_bytes(rightly_signed.data, rightly_signed.len) ==
			SEAL_VERIFIED);
	}
	PROMISE(try_bytes(data, size) != SEAL_VERIFIED);
	try_changed(data, size);
	return 0;
}
