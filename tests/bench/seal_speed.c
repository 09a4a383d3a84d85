/*
 * Seals the same bytes again and again, in three ways, and prints how many
 * MB/s (10^6 bytes) each way makes; see bench_seal.
 *
 *	seal_speed OUR.crt OUR.key LINE.crt MEGABYTES SECONDS
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "buffer.h"
#include "clock.h"
#include "mem.h"
#include "seal.h"

struct bench {
	struct seal_identity *us;
	struct seal_peer *line;
	X509 *our_certificate, *line_certificate;
	EVP_PKEY *our_key;
	char *content;
	size_t len;
};

static void
must(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "seal_speed: %s\n", what);
	exit(1);
}

static void
seal_as_we_do(struct bench *b)
{
	struct buffer out = {0};
	char *error;

	must(seal_close(b->us, b->line, b->content, b->len, "-", &out,
			&error) == 0,
	     "sealing");
	buffer_free(&out);
}

/* As the manual of CMS_sign(3) and CMS_encrypt(3) shows it. */
static void
seal_by_default(struct bench *b)
{
	STACK_OF(X509) *to = sk_X509_new_null();
	BIO *in = BIO_new_mem_buf(b->content, (int)b->len);
	BIO *middle = BIO_new(BIO_s_mem()), *out = BIO_new(BIO_s_mem());
	CMS_ContentInfo *cms =
		CMS_sign(b->our_certificate, b->our_key, NULL, in, CMS_BINARY);

	must(cms && i2d_CMS_bio(middle, cms) == 1, "signing");
	CMS_ContentInfo_free(cms);
	sk_X509_push(to, b->line_certificate);
	cms = CMS_encrypt(to, middle, EVP_aes_256_cbc(), CMS_BINARY);
	must(cms && i2d_CMS_bio(out, cms) == 1, "encrypting");
	CMS_ContentInfo_free(cms);
	sk_X509_free(to);
	BIO_free(in);
	BIO_free(middle);
	BIO_free(out);
}

/* Nothing but SHA-256 and AES-256-GCM over the bytes. */
static void
floor_of_it(struct bench *b)
{
	unsigned char digest[32], key[32] = {1}, iv[12] = {2};
	unsigned char *out = mem_alloc(b->len + 32, 1);
	EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
	int n, last;

	must(EVP_Digest(b->content, b->len, digest, NULL, EVP_sha256(), NULL) ==
			     1 &&
		     EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, key,
					iv) == 1 &&
		     EVP_EncryptUpdate(cipher, out, &n,
				       (unsigned char *)b->content,
				       (int)b->len) == 1 &&
		     EVP_EncryptFinal_ex(cipher, out + n, &last) == 1,
	     "the floor");
	EVP_CIPHER_CTX_free(cipher);
	mem_free(out);
}

static double
rate(struct bench *b, void (*way)(struct bench *), int64_t ms)
{
	int64_t begin = clock_monotonic_ms(), now;
	size_t times = 0;

	do {
		way(b);
		times++;
		now = clock_monotonic_ms();
	} while (now - begin < ms);
	return (double)(b->len * times) / 1000.0 / (double)(now - begin);
}

int
main(int argc, char **argv)
{
	struct bench b = {0};
	char *error;
	int64_t ms;
	FILE *file;

	must(argc == 6, "OUR.crt OUR.key LINE.crt MEGABYTES SECONDS");
	b.us = seal_identity_load(argv[1], argv[2], &error);
	b.line = seal_peer_load(argv[3], &error);
	must(b.us && b.line, "keys");
	file = fopen(argv[1], "r");
	must(file && (b.our_certificate =
			      PEM_read_X509(file, NULL, NULL, NULL)) != NULL,
	     argv[1]);
	fclose(file);
	file = fopen(argv[2], "r");
	must(file && (b.our_key = PEM_read_PrivateKey(file, NULL, NULL,
						      NULL)) != NULL,
	     argv[2]);
	fclose(file);
	file = fopen(argv[3], "r");
	must(file && (b.line_certificate =
			      PEM_read_X509(file, NULL, NULL, NULL)) != NULL,
	     argv[3]);
	fclose(file);
	b.len = (size_t)(strtod(argv[4], NULL) * 1e6);
	ms = (int64_t)(strtod(argv[5], NULL) * 1000);
	b.content = mem_alloc(b.len, 1);
	for (size_t i = 0; i < b.len; i++)
		b.content[i] = (char)(' ' + i * 7919 % 95);
	printf("%.1f %.1f %.1f\n", rate(&b, seal_as_we_do, ms),
	       rate(&b, seal_by_default, ms), rate(&b, floor_of_it, ms));
	return 0;
}
