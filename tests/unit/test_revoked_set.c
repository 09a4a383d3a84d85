/*
 * revoked_set and revocation_list: lists made here in DER and signed by an
 * authority of RSA-4096, whole, torn, changed, of the wrong kinds, and one of
 * half a million entries.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "buffer.h"
#include "clock.h"
#include "mem.h"
#include "revocation_list.h"
#include "revoked_set.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MANY 500000
#define DAY (24 * 60 * 60)

/* DER of id-ce extensions: head, OID, and whether it is critical. */
#define NUMBER "\x06\x03\x55\x1d\x14"
#define DELTA "\x06\x03\x55\x1d\x1b"
#define SCOPE "\x06\x03\x55\x1d\x1c"
#define UNKNOWN "\x06\x03\x55\x1d\x7f"
#define REASON "\x06\x03\x55\x1d\x15"
#define OTHER_ISSUER "\x06\x03\x55\x1d\x1d"
#define CRITICAL "\x01\x01\xff"
#define SHA256_RSA \
	"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b\x05\x00"
#define SHA1_RSA "\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05\x05\x00"
#define TIME(text) "\x17\x0d" text

/* A string that may hold zeroes. */
struct bytes {
	const char *at;
	size_t len;
};
#define BYTES(literal) ((struct bytes){literal, sizeof(literal) - 1})

/* What a list is made of; the rest is always the same. */
struct recipe {
	struct bytes version, algorithm, this_update, next_update, extensions;
	const struct buffer *entries;
	EVP_PKEY *key;
	const X509_NAME *issuer;
	const EVP_MD *digest;
};

static struct fixture {
	char folder[32];
	char *issuer_path;
	EVP_PKEY *key, *other_key;
	X509 *certificate;
	struct revoked_issuer *issuer;
	struct buffer entries; /* three: revoked, on hold, lifted */
} fixture = {.folder = "/tmp/test_revoked.XXXXXX"};

/* Appends one element. */
static void
put(struct buffer *out, int tag, const void *content, size_t len)
{
	buffer_putc(out, (char)tag);
	if (len >= 0x80) {
		int bytes = len > 0xffffff ? 4
			    : len > 0xffff ? 3
			    : len > 0xff   ? 2
					   : 1;

		buffer_putc(out, (char)(0x80 | bytes));
		for (bytes--; bytes > 0; bytes--)
			buffer_putc(out, (char)(len >> (8 * bytes)));
	}
	buffer_putc(out, (char)len);
	buffer_append(out, content, len);
}

/* Appends an extension; before: its OID and perhaps CRITICAL. */
static void
put_extension(struct buffer *out, struct bytes before, struct bytes value)
{
	struct buffer inner = {0};

	buffer_append(&inner, before.at, before.len);
	put(&inner, 0x04, value.at, value.len);
	put(out, 0x30, inner.data, inner.len);
	buffer_free(&inner);
}

static void
put_entry(struct buffer *out, const void *serial, size_t len,
	  struct bytes extension, struct bytes value)
{
	struct buffer inner = {0}, extensions = {0};

	put(&inner, 0x02, serial, len);
	buffer_append(&inner, TIME("261101000000Z"), 15);
	if (extension.len > 0) {
		put_extension(&extensions, extension, value);
		put(&inner, 0x30, extensions.data, extensions.len);
	}
	put(out, 0x30, inner.data, inner.len);
	buffer_free(&inner);
	buffer_free(&extensions);
}

static void
put_signature(struct buffer *out, const struct recipe *recipe,
	      const struct buffer *tbs)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned char signature[1 + 512] = {0};
	size_t len = sizeof(signature) - 1;

	assert_int_equal(EVP_DigestSignInit(context, NULL, recipe->digest, NULL,
					    recipe->key),
			 1);
	assert_int_equal(EVP_DigestSign(context, signature + 1, &len,
					(unsigned char *)tbs->data, tbs->len),
			 1);
	put(out, 0x03, signature, len + 1);
	EVP_MD_CTX_free(context);
}

/* The list in DER. */
static struct buffer
make(const struct recipe *recipe)
{
	struct buffer inner = {0}, tbs = {0}, whole = {0}, list = {0};
	unsigned char *name = NULL;
	int name_len = i2d_X509_NAME(recipe->issuer, &name);

	buffer_append(&inner, recipe->version.at, recipe->version.len);
	buffer_append(&inner, recipe->algorithm.at, recipe->algorithm.len);
	buffer_append(&inner, name, (size_t)name_len);
	buffer_append(&inner, recipe->this_update.at, recipe->this_update.len);
	buffer_append(&inner, recipe->next_update.at, recipe->next_update.len);
	if (recipe->entries)
		put(&inner, 0x30, recipe->entries->data, recipe->entries->len);
	if (recipe->extensions.len > 0) {
		put(&whole, 0x30, recipe->extensions.at,
		    recipe->extensions.len);
		put(&inner, 0xa0, whole.data, whole.len);
		buffer_clear(&whole);
	}
	put(&tbs, 0x30, inner.data, inner.len);
	buffer_append(&whole, tbs.data, tbs.len);
	buffer_append(&whole, recipe->algorithm.at, recipe->algorithm.len);
	put_signature(&whole, recipe, &tbs);
	put(&list, 0x30, whole.data, whole.len);
	OPENSSL_free(name);
	buffer_free(&inner);
	buffer_free(&tbs);
	buffer_free(&whole);
	return list;
}

static struct recipe
good_recipe(void)
{
	return (struct recipe){
		.version = BYTES("\x02\x01\x01"),
		.algorithm = BYTES(SHA256_RSA),
		.this_update = BYTES(TIME("261128000000Z")),
		.next_update = BYTES("\x18\x0f"
				     "20261129000000Z"),
		.extensions = BYTES("\x30\x0b" NUMBER "\x04\x04\x02\x02\x12"
				    "\x34"),
		.entries = &fixture.entries,
		.key = fixture.key,
		.issuer = X509_get_subject_name(fixture.certificate),
		.digest = EVP_sha256(),
	};
}

/* The reason that the list is refused for, or "good". */
static const char *
verdict(const struct buffer *list)
{
	const char *reason;
	struct revoked_set *set = revoked_set_build(fixture.issuer, list->data,
						    list->len, NULL, &reason);

	assert_true((set != NULL) == (reason == NULL));
	revoked_set_free(set);
	return set ? "good" : reason;
}

static const char *
verdict_of(const struct recipe *recipe)
{
	struct buffer list = make(recipe);
	const char *reason = verdict(&list);

	buffer_free(&list);
	return reason;
}

static X509 *
make_certificate(EVP_PKEY *key, const char *common_name, const char *usage)
{
	X509 *certificate = X509_new();
	X509_NAME *name = X509_get_subject_name(certificate);
	X509_EXTENSION *extension =
		X509V3_EXT_conf_nid(NULL, NULL, NID_key_usage, usage);

	X509_set_version(certificate, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
	X509_gmtime_adj(X509_getm_notBefore(certificate), -DAY);
	X509_gmtime_adj(X509_getm_notAfter(certificate), DAY);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
				   (const unsigned char *)common_name, -1, -1,
				   0);
	X509_set_issuer_name(certificate, name);
	X509_set_pubkey(certificate, key);
	assert_int_equal(X509_add_ext(certificate, extension, -1), 1);
	assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
	X509_EXTENSION_free(extension);
	return certificate;
}

/* Writes it as PEM and loads it as an issuer. */
static struct revoked_issuer *
load(X509 *certificate, char **error)
{
	FILE *file = fopen(fixture.issuer_path, "w");

	assert_non_null(file);
	assert_int_equal(PEM_write_X509(file, certificate), 1);
	fclose(file);
	return revoked_issuer_load(fixture.issuer_path, error);
}

static int
set_up(void **state)
{
	char *error;

	(void)state;
	assert_non_null(mkdtemp(fixture.folder));
	fixture.issuer_path = mem_printf("%s/issuer.crt", fixture.folder);
	fixture.key = EVP_RSA_gen(4096);
	fixture.other_key = EVP_RSA_gen(2048);
	fixture.certificate =
		make_certificate(fixture.key, "issuer", "keyCertSign,cRLSign");
	fixture.issuer = load(fixture.certificate, &error);
	assert_non_null(fixture.issuer);
	put_entry(&fixture.entries, "\x01\x02\x03", 3, BYTES(REASON),
		  BYTES("\x0a\x01\x01"));
	put_entry(&fixture.entries, "\x00\xff", 2, BYTES(REASON),
		  BYTES("\x0a\x01\x06"));
	put_entry(&fixture.entries, "\x05", 1, BYTES(REASON),
		  BYTES("\x0a\x01\x08"));
	put_entry(&fixture.entries, "\x07", 1, BYTES(""), BYTES(""));
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	unlink(fixture.issuer_path);
	rmdir(fixture.folder);
	mem_free(fixture.issuer_path);
	revoked_issuer_free(fixture.issuer);
	X509_free(fixture.certificate);
	EVP_PKEY_free(fixture.key);
	EVP_PKEY_free(fixture.other_key);
	buffer_free(&fixture.entries);
	return 0;
}

static void
test_who_is_revoked(void **state)
{
	struct recipe recipe = good_recipe();
	struct buffer list = make(&recipe);
	struct revoked_facts facts;
	const char *reason;
	struct revoked_set *set = revoked_set_build(fixture.issuer, list.data,
						    list.len, NULL, &reason);

	(void)state;
	assert_non_null(set);
	assert_int_equal(revoked_set_look(set, "\x01\x02\x03", 3), REVOKED_YES);
	assert_int_equal(revoked_set_look(set, "\x00\x01\x02\x03", 4),
			 REVOKED_YES);
	assert_int_equal(revoked_set_look(set, "\xff", 1), REVOKED_SUSPENDED);
	assert_int_equal(revoked_set_look(set, "\x05", 1), REVOKED_NO);
	assert_int_equal(revoked_set_look(set, "\x07", 1), REVOKED_YES);
	assert_int_equal(revoked_set_look(set, "\x07\x00", 2), REVOKED_NO);
	assert_int_equal(revoked_set_look(set, "", 0), REVOKED_NO);
	assert_int_equal(
		revoked_set_look(set, "123456789012345678901234567890", 30),
		REVOKED_NO);
	revoked_set_facts(set, &facts);
	assert_memory_equal(facts.issuer_id, revoked_issuer_id(fixture.issuer),
			    REVOKED_ID);
	assert_string_equal(facts.number, "1234");
	assert_int_equal(facts.entries, 3);
	assert_int_equal(facts.this_update, 1795824000);
	assert_int_equal(facts.next_update, 1795824000 + DAY);
	assert_string_equal(revoked_issuer_name(fixture.issuer), "CN=issuer");
	revoked_set_free(set);
	buffer_free(&list);
}

/* A list that names one twice, in either order, believes the worse. */
static void
test_named_twice(void **state)
{
	struct recipe recipe = good_recipe();
	struct buffer entries = {0}, list;
	const char *reason;
	struct revoked_set *set;

	(void)state;
	put_entry(&entries, "\x07", 1, BYTES(REASON), BYTES("\x0a\x01\x06"));
	put_entry(&entries, "\x07", 1, BYTES(""), BYTES(""));
	put_entry(&entries, "\x08", 1, BYTES(""), BYTES(""));
	put_entry(&entries, "\x08", 1, BYTES(REASON), BYTES("\x0a\x01\x06"));
	recipe.entries = &entries;
	list = make(&recipe);
	set = revoked_set_build(fixture.issuer, list.data, list.len, NULL,
				&reason);
	assert_non_null(set);
	assert_int_equal(revoked_set_look(set, "\x07", 1), REVOKED_YES);
	assert_int_equal(revoked_set_look(set, "\x08", 1), REVOKED_YES);
	revoked_set_free(set);
	buffer_free(&list);
	buffer_free(&entries);
}

static void
test_nobody_is_revoked(void **state)
{
	struct recipe recipe = good_recipe();

	(void)state;
	recipe.entries = NULL;
	assert_string_equal(verdict_of(&recipe), "good");
}

static void
test_pem(void **state)
{
	struct recipe recipe = good_recipe();
	struct buffer list = make(&recipe), text = {0};
	BIO *bio = BIO_new(BIO_s_mem());
	char *pem;
	long len;

	(void)state;
	assert_true(PEM_write_bio(bio, "X509 CRL", "",
				  (unsigned char *)list.data,
				  (long)list.len) > 0);
	len = BIO_get_mem_data(bio, &pem);
	buffer_append(&text, pem, (size_t)len);
	assert_string_equal(verdict(&text), "good");
	text.len /= 2;
	assert_string_equal(verdict(&text), "malformed");
	buffer_free(&text);
	buffer_free(&list);
	BIO_free(bio);
}

/* Each end and each changed byte: refused, never read past its end. */
static void
test_torn_and_changed(void **state)
{
	struct recipe recipe = good_recipe();
	struct buffer list = make(&recipe), torn = {0};

	(void)state;
	for (size_t len = 0; len < list.len; len++) {
		/* A block of its own, whose end the sanitizer knows. */
		buffer_append(&torn, list.data, len);
		assert_string_not_equal(verdict(&torn), "good");
		buffer_free(&torn);
	}
	for (size_t i = 0; i < list.len; i++) {
		for (int change = 1; change < 256; change *= 4) {
			list.data[i] = (char)(list.data[i] ^ change);
			assert_string_not_equal(verdict(&list), "good");
			list.data[i] = (char)(list.data[i] ^ change);
		}
	}
	assert_string_equal(verdict(&list), "good");
	buffer_putc(&list, 0);
	assert_string_equal(verdict(&list), "malformed");
	buffer_free(&list);
}

static void
test_kinds_of_lists(void **state)
{
#define WITH(head, more) BYTES(head NUMBER "\x04\x03\x02\x01\x01" more)
	static const struct {
		const char *reason;
		struct bytes extensions;
	} cases[] = {
		{"good", WITH("\x30\x0a", "")},
		{"no_number", BYTES("")},
		{"no_number", BYTES("\x30\x0a" UNKNOWN "\x04\x03\x02\x01\x01")},
		{"malformed",
		 WITH("\x30\x0a", "\x30\x0a" NUMBER "\x04\x03\x02\x01\x02")},
		{"malformed", BYTES("\x30\x0a" NUMBER "\x04\x03\x02\x01\xff")},
		{"delta_list", WITH("\x30\x0a", "\x30\x0d" DELTA CRITICAL
						"\x04\x03\x02\x01\x01")},
		{"unknown_critical_extension",
		 WITH("\x30\x0a", "\x30\x0a" UNKNOWN CRITICAL "\x04\x00")},
		{"good", WITH("\x30\x0a", "\x30\x07" UNKNOWN "\x04\x00")},
		{"good", WITH("\x30\x0a", "\x30\x0f" SCOPE CRITICAL
					  "\x04\x05\x30\x03\x81\x01\xff")},
		{"indirect_list",
		 WITH("\x30\x0a", "\x30\x0f" SCOPE CRITICAL
				  "\x04\x05\x30\x03\x84\x01\xff")},
		{"partial_list",
		 WITH("\x30\x0a", "\x30\x0f" SCOPE CRITICAL
				  "\x04\x05\x30\x03\x82\x01\xff")},
		{"partial_list", WITH("\x30\x0a", "\x30\x0e" SCOPE CRITICAL
						  "\x04\x04\x30\x02\xa0\x00")},
		{"malformed", WITH("\x30\x0a", "\x30\x0f" SCOPE CRITICAL
					       "\x04\x05\x30\x03\x81\x01\x01")},
		{"malformed", WITH("\x30\x0a", "\x30\x0d" UNKNOWN
					       "\x01\x01\x00\x04\x03\x02\x01"
					       "\x01")},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct recipe recipe = good_recipe();

		recipe.extensions = cases[i].extensions;
		assert_string_equal(verdict_of(&recipe), cases[i].reason);
	}
}

static void
test_kinds_of_entries(void **state)
{
	static const struct {
		const char *reason;
		struct bytes serial, extension, value;
	} cases[] = {
		{"good", BYTES("\x01"), BYTES(UNKNOWN), BYTES("")},
		{"unknown_critical_extension", BYTES("\x01"),
		 BYTES(UNKNOWN CRITICAL), BYTES("")},
		{"indirect_list", BYTES("\x01"), BYTES(OTHER_ISSUER CRITICAL),
		 BYTES("\x30\x00")},
		{"malformed", BYTES("\x01"), BYTES(REASON),
		 BYTES("\x0a\x02\x00\x01")},
		{"malformed", BYTES("\x81"), BYTES(""), BYTES("")},
		{"malformed", BYTES("\x00\x01"), BYTES(""), BYTES("")},
		{"malformed", BYTES(""), BYTES(""), BYTES("")},
		{"good", BYTES("\x00"), BYTES(""), BYTES("")},
		{"good", BYTES("\x00\x80"), BYTES(""), BYTES("")},
		{"good", BYTES("12345678901234567890"), BYTES(""), BYTES("")},
		{"malformed", BYTES("123456789012345678901"), BYTES(""),
		 BYTES("")},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct recipe recipe = good_recipe();
		struct buffer entries = {0};

		put_entry(&entries, cases[i].serial.at, cases[i].serial.len,
			  cases[i].extension, cases[i].value);
		recipe.entries = &entries;
		assert_string_equal(verdict_of(&recipe), cases[i].reason);
		buffer_free(&entries);
	}
}

static void
test_times(void **state)
{
	static const struct {
		const char *reason;
		struct bytes this_update, next_update;
	} cases[] = {
		{"no_next_update", BYTES(TIME("261128000000Z")), BYTES("")},
		{"bad_times", BYTES(TIME("261128000000Z")),
		 BYTES(TIME("261127000000Z"))},
		{"good", BYTES(TIME("240229235959Z")),
		 BYTES(TIME("240229235959Z"))},
		{"malformed", BYTES(TIME("230229000000Z")),
		 BYTES(TIME("261129000000Z"))},
		{"malformed", BYTES(TIME("261128240000Z")),
		 BYTES(TIME("261129000000Z"))},
		{"malformed", BYTES(TIME("2611280000001")),
		 BYTES(TIME("261129000000Z"))},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct recipe recipe = good_recipe();

		recipe.this_update = cases[i].this_update;
		recipe.next_update = cases[i].next_update;
		assert_string_equal(verdict_of(&recipe), cases[i].reason);
	}
}

static void
test_who_signed(void **state)
{
	X509 *other = make_certificate(fixture.other_key, "other", "cRLSign");
	struct recipe recipe = good_recipe();

	(void)state;
	recipe.key = fixture.other_key;
	assert_string_equal(verdict_of(&recipe), "bad_signature");
	recipe.issuer = X509_get_subject_name(other);
	assert_string_equal(verdict_of(&recipe), "other_issuer");
	recipe = good_recipe();
	recipe.digest = EVP_sha1();
	recipe.algorithm = BYTES(SHA1_RSA);
	assert_string_equal(verdict_of(&recipe), "weak_algorithm");
	recipe.version = BYTES("");
	assert_string_equal(verdict_of(&recipe), "weak_algorithm");
	recipe.version = BYTES("\x02\x01\x02");
	assert_string_equal(verdict_of(&recipe), "malformed");
	X509_free(other);
}

static void
test_issuers(void **state)
{
	X509 *no_lists =
		make_certificate(fixture.other_key, "issuer", "keyCertSign");
	X509 *same_name =
		make_certificate(fixture.other_key, "issuer", "cRLSign");
	EVP_PKEY *small = EVP_RSA_gen(1024);
	X509 *weak = make_certificate(small, "issuer", "cRLSign");
	struct revoked_issuer *issuer;
	char *error;

	(void)state;
	assert_null(load(no_lists, &error));
	assert_non_null(strstr(error, "may not sign lists"));
	mem_free(error);
	assert_null(load(weak, &error));
	assert_non_null(strstr(error, "its key is weak"));
	mem_free(error);
	assert_null(revoked_issuer_load("/nowhere/issuer.crt", &error));
	assert_non_null(strstr(error, "/nowhere/issuer.crt: No such file"));
	mem_free(error);
	assert_null(revoked_issuer_load("/dev/null", &error));
	assert_non_null(strstr(error, "holds no certificate"));
	mem_free(error);
	issuer = load(same_name, &error);
	assert_memory_not_equal(revoked_issuer_id(issuer),
				revoked_issuer_id(fixture.issuer), REVOKED_ID);
	revoked_issuer_free(issuer);
	X509_free(no_lists);
	X509_free(same_name);
	X509_free(weak);
	EVP_PKEY_free(small);
}

static void
test_order_of_numbers(void **state)
{
	(void)state;
	assert_true(revoked_number_order("ff", "0100") < 0);
	assert_true(revoked_number_order("0100", "ff") > 0);
	assert_true(revoked_number_order("0101", "0100") > 0);
	assert_int_equal(revoked_number_order("12", "12"), 0);
	assert_true(revoked_number_order("", "01") < 0);
}

/* The nth serial: 16 octets that nobody could tell from random ones. */
static void
serial_of(uint32_t n, unsigned char serial[16])
{
	uint64_t word = n * UINT64_C(0x9e3779b97f4a7c15);

	for (int i = 0; i < 16; i++) {
		word ^= word << 13;
		word ^= word >> 7;
		word ^= word << 17;
		serial[i] = (unsigned char)(word >> 24);
	}
	serial[0] = 0x41;
	memcpy(serial + 12, &n, sizeof(n));
}

struct pauses {
	int64_t last, longest;
	int count;
};

static void
note_pause(void *arg)
{
	struct pauses *pauses = arg;
	int64_t now = clock_monotonic_ms();

	if (now - pauses->last > pauses->longest)
		pauses->longest = now - pauses->last;
	pauses->last = now;
	pauses->count++;
}

/* Half a million: each is found, nobody else is, and a look takes no time
 * that anybody would see. The bounds are far above what was measured, for
 * sanitizers and busy machines. */
static void
test_half_a_million(void **state)
{
	struct pauses pauses = {.last = clock_monotonic_ms()};
	struct revoked_pause pause = {note_pause, &pauses};
	struct recipe recipe = good_recipe();
	struct buffer entries = {0}, list;
	struct revoked_facts facts;
	unsigned char serial[16];
	struct revoked_set *set;
	int64_t began, built;
	const char *reason;

	(void)state;
	buffer_reserve(&entries, MANY * 64);
	for (uint32_t n = 0; n < MANY; n++) {
		serial_of(n, serial);
		put_entry(&entries, serial, sizeof(serial), BYTES(REASON),
			  n % 10 ? BYTES("\x0a\x01\x01")
				 : BYTES("\x0a\x01\x06"));
	}
	recipe.entries = &entries;
	list = make(&recipe);
	began = pauses.last = clock_monotonic_ms();
	set = revoked_set_build(fixture.issuer, list.data, list.len, &pause,
				&reason);
	built = clock_monotonic_ms();
	assert_non_null(set);
	for (uint32_t n = 0; n < MANY; n++) {
		serial_of(n, serial);
		assert_int_equal(revoked_set_look(set, serial, 16),
				 n % 10 ? REVOKED_YES : REVOKED_SUSPENDED);
		serial_of(n + MANY, serial);
		assert_int_equal(revoked_set_look(set, serial, 16), REVOKED_NO);
	}
	print_message("%zu bytes: built in %d ms, 2 x %d looks in %d ms\n",
		      list.len, (int)(built - began), MANY,
		      (int)(clock_monotonic_ms() - built));
	assert_true(clock_monotonic_ms() - built < 5000);
	revoked_set_facts(set, &facts);
	assert_int_equal(facts.entries, MANY);
	assert_true(facts.memory < (size_t)MANY * 32);
	print_message("%.1f bytes an entry, longest without a pause: %d ms\n",
		      (double)facts.memory / (double)MANY, (int)pauses.longest);
	assert_true(pauses.count > MANY / 10000);
	assert_true(pauses.longest < (built - began) / 2);
	revoked_set_free(set);
	buffer_free(&entries);
	buffer_free(&list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_is_revoked),
		cmocka_unit_test(test_named_twice),
		cmocka_unit_test(test_nobody_is_revoked),
		cmocka_unit_test(test_pem),
		cmocka_unit_test(test_torn_and_changed),
		cmocka_unit_test(test_kinds_of_lists),
		cmocka_unit_test(test_kinds_of_entries),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_who_signed),
		cmocka_unit_test(test_issuers),
		cmocka_unit_test(test_order_of_numbers),
		cmocka_unit_test(test_half_a_million),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
