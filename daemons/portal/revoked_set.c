/*
 * Sets of revoked certificates: see revoked_set.h. An entry is 22 bytes in a
 * table that is three quarters full: some 29 bytes for each one revoked.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "authority_id.h"
#include "hex.h"
#include "mem.h"
#include "revocation_list.h"
#include "revoked_set.h"
#include "seal_private.h"
#include "x509_facts.h"

#define ENTRIES_MOST 20000000
/* Between two pauses: some milliseconds. */
#define PIECE (1 << 20)
#define PIECE_ENTRIES 8192

struct revoked_issuer {
	X509 *certificate;
	unsigned char id[REVOKED_ID];
	char *name;
};

struct slot {
	unsigned char state; /* enum revoked; REVOKED_NO: free */
	unsigned char len;
	unsigned char serial[REVOCATION_SERIAL_MAX];
};

struct revoked_set {
	struct revoked_facts facts;
	unsigned char issuer_id[REVOKED_ID];
	size_t slot_count;
	struct slot *slots;
};

static const char *
issuer_objection(X509 *certificate)
{
	EVP_PKEY *key = X509_get0_pubkey(certificate);

	if (!key || !x509_key_strong(key))
		return "its key is weak";
	/* All bits are set when the extension is not there. */
	if (!(X509_get_key_usage(certificate) & KU_CRL_SIGN))
		return "it may not sign lists of revoked certificates";
	return NULL;
}

struct revoked_issuer *
revoked_issuer_load(const char *path, char **error)
{
	struct revoked_issuer *issuer = mem_alloc(1, sizeof(*issuer));
	BIO *file = BIO_new_file(path, "re");
	const char *wrong;

	*error = NULL;
	if (!file)
		*error = mem_printf("%s: %s", path, strerror(errno));
	else if (!(issuer->certificate =
			   PEM_read_bio_X509(file, NULL, NULL, NULL)))
		*error = mem_printf("%s: holds no certificate (PEM)", path);
	else if ((wrong = issuer_objection(issuer->certificate)))
		*error = mem_printf("%s: %s", path, wrong);
	BIO_free(file);
	ERR_clear_error();
	if (*error) {
		revoked_issuer_free(issuer);
		return NULL;
	}
	authority_id(issuer->certificate, issuer->id);
	issuer->name =
		x509_name_text(X509_get_subject_name(issuer->certificate));
	return issuer;
}

void
revoked_issuer_free(struct revoked_issuer *issuer)
{
	if (!issuer)
		return;
	X509_free(issuer->certificate);
	mem_free(issuer->name);
	mem_free(issuer);
}

const unsigned char *
revoked_issuer_id(const struct revoked_issuer *issuer)
{
	return issuer->id;
}

const char *
revoked_issuer_name(const struct revoked_issuer *issuer)
{
	return issuer->name;
}

static bool
is_of(const struct revocation_list *list, const X509 *issuer)
{
	const unsigned char *at = list->issuer.at;
	X509_NAME *name = d2i_X509_NAME(NULL, &at, (long)list->issuer.len);
	bool same =
		name && X509_NAME_cmp(name, X509_get_subject_name(issuer)) == 0;

	X509_NAME_free(name);
	return same;
}

static void
turn(const struct revoked_pause *pause)
{
	if (pause)
		pause->turn(pause->arg);
}

static bool
signature_fits(const struct revocation_list *list, EVP_PKEY *key,
	       const EVP_MD *digest, const struct revoked_pause *pause)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool good;

	seal_must(context != NULL, "digest");
	good = EVP_DigestVerifyInit(context, NULL, digest, NULL, key) == 1;
	for (size_t at = 0; good && at < list->tbs.len; at += PIECE) {
		size_t rest = list->tbs.len - at;

		good = EVP_DigestVerifyUpdate(context, list->tbs.at + at,
					      rest < PIECE ? rest : PIECE) == 1;
		turn(pause);
	}
	good = good && EVP_DigestVerifyFinal(context, list->signature.at,
					     list->signature.len) == 1;
	EVP_MD_CTX_free(context);
	return good;
}

/* NULL, or what is wrong with the signature. */
static const char *
signature_objection(const struct revocation_list *list, const X509 *issuer,
		    const struct revoked_pause *pause)
{
	const unsigned char *at = list->algorithm.at;
	X509_ALGOR *algorithm =
		d2i_X509_ALGOR(NULL, &at, (long)list->algorithm.len);
	EVP_PKEY *key = X509_get0_pubkey(issuer);
	const EVP_MD *digest =
		algorithm ? x509_signature_digest(algorithm, key) : NULL;
	const char *wrong = NULL;

	if (!digest)
		wrong = "weak_algorithm";
	else if (!signature_fits(list, key, digest, pause))
		wrong = "bad_signature";
	X509_ALGOR_free(algorithm);
	ERR_clear_error();
	return wrong;
}

static uint64_t
mixed(uint64_t word)
{
	word ^= word >> 32;
	word *= UINT64_C(0xd6e8feb86659fd93);
	word ^= word >> 32;
	word *= UINT64_C(0xd6e8feb86659fd93);
	return word ^ word >> 32;
}

/* Serials are the authority's: random in new lists, running on in old ones. */
static size_t
place_of(const struct revoked_set *set, const unsigned char *serial, size_t len)
{
	unsigned char padded[24] = {0};
	uint64_t word, hash = len;

	memcpy(padded, serial, len);
	for (size_t i = 0; i < sizeof(padded); i += sizeof(word)) {
		memcpy(&word, padded + i, sizeof(word));
		hash = mixed(hash ^ word);
	}
	return (size_t)(((unsigned __int128)hash * set->slot_count) >> 64);
}

/* The slot of a serial, or the free one where it would be. */
static struct slot *
slot_of(const struct revoked_set *set, const unsigned char *serial, size_t len)
{
	size_t place = place_of(set, serial, len);
	struct slot *slot = &set->slots[place];

	while (slot->state != REVOKED_NO &&
	       (slot->len != len || memcmp(slot->serial, serial, len) != 0)) {
		place = place + 1 == set->slot_count ? 0 : place + 1;
		slot = &set->slots[place];
	}
	return slot;
}

static void
put(struct revoked_set *set, const struct revocation_entry *entry)
{
	unsigned char state =
		entry->suspended ? REVOKED_SUSPENDED : REVOKED_YES;
	struct slot *slot;

	if (entry->lifted)
		return;
	slot = slot_of(set, entry->serial.at, entry->serial.len);
	set->facts.entries += slot->state == REVOKED_NO;
	/* Of one that is named twice, the worse is believed. */
	if (slot->state < state)
		slot->state = state;
	slot->len = (unsigned char)entry->serial.len;
	memcpy(slot->serial, entry->serial.at, entry->serial.len);
}

/* NULL, or why the entries cannot be read. */
static const char *
fill(struct revoked_set *set, struct revocation_list list,
     const struct revoked_pause *pause)
{
	struct revocation_entry entry;
	const char *reason;

	for (size_t n = 1; revocation_list_next(&list, &entry, &reason); n++) {
		put(set, &entry);
		if (n % PIECE_ENTRIES == 0)
			turn(pause);
	}
	return reason;
}

static struct revoked_set *
set_of(const struct revocation_list *list, const struct revoked_issuer *issuer,
       size_t count)
{
	struct revoked_set *set = mem_alloc(1, sizeof(*set));

	/* One is always free, so that a look for who is not there ends. */
	set->slot_count = count + count / 3 + 1;
	set->slots = mem_alloc(set->slot_count, sizeof(*set->slots));
	memcpy(set->issuer_id, issuer->id, sizeof(set->issuer_id));
	set->facts = (struct revoked_facts){
		.issuer_id = set->issuer_id,
		.this_update = list->this_update,
		.next_update = list->next_update,
		.memory = sizeof(*set) + set->slot_count * sizeof(*set->slots),
	};
	hex_encode(list->number.at, list->number.len, set->facts.number);
	return set;
}

static struct revoked_set *
build_from_der(const struct revoked_issuer *issuer, const void *der, size_t len,
	       const struct revoked_pause *pause, const char **reason)
{
	struct revocation_list list;
	struct revoked_set *set;
	size_t count;

	if (!revocation_list_read(der, len, &list, reason))
		return NULL;
	count = revocation_list_count(&list);
	if (!is_of(&list, issuer->certificate))
		*reason = "other_issuer";
	else if (count > ENTRIES_MOST)
		*reason = "too_many_entries";
	else
		*reason =
			signature_objection(&list, issuer->certificate, pause);
	if (*reason)
		return NULL;
	set = set_of(&list, issuer, count);
	*reason = fill(set, list, pause);
	if (!*reason)
		return set;
	revoked_set_free(set);
	return NULL;
}

static struct revoked_set *
build_from_pem(const struct revoked_issuer *issuer, const void *bytes,
	       size_t len, const struct revoked_pause *pause,
	       const char **reason)
{
	BIO *file = len <= INT_MAX ? BIO_new_mem_buf(bytes, (int)len) : NULL;
	struct revoked_set *set = NULL;
	unsigned char *der = NULL;
	long der_len = 0;

	*reason = "malformed";
	if (file &&
	    PEM_bytes_read_bio(&der, &der_len, NULL, PEM_STRING_X509_CRL, file,
			       NULL, NULL) == 1)
		set = build_from_der(issuer, der, (size_t)der_len, pause,
				     reason);
	OPENSSL_free(der);
	BIO_free(file);
	ERR_clear_error();
	return set;
}

struct revoked_set *
revoked_set_build(const struct revoked_issuer *issuer, const void *bytes,
		  size_t len, const struct revoked_pause *pause,
		  const char **reason)
{
	static const char pem[] = "-----BEGIN";

	if (len > strlen(pem) && memcmp(bytes, pem, strlen(pem)) == 0)
		return build_from_pem(issuer, bytes, len, pause, reason);
	return build_from_der(issuer, bytes, len, pause, reason);
}

void
revoked_set_free(struct revoked_set *set)
{
	if (!set)
		return;
	mem_free(set->slots);
	mem_free(set);
}

enum revoked
revoked_set_look(const struct revoked_set *set, const void *serial, size_t len)
{
	const unsigned char *at = serial;

	for (; len > 0 && *at == 0; len--)
		at++;
	/* Longer ones are in no list. */
	if (len > REVOCATION_SERIAL_MAX)
		return REVOKED_NO;
	return (enum revoked)slot_of(set, at, len)->state;
}

void
revoked_set_facts(const struct revoked_set *set, struct revoked_facts *facts)
{
	*facts = set->facts;
}

int
revoked_number_order(const char *a, const char *b)
{
	size_t a_len = strlen(a), b_len = strlen(b);

	if (a_len != b_len)
		return a_len < b_len ? -1 : 1;
	return strcmp(a, b);
}
