/*
 * Who is revoked, of one authority: the serial numbers of a list that the
 * authority signed (revocation_list.h), hashed, so that half a million of them
 * cost one look. Built once, never changed. Pure.
 */
#ifndef RECARD_REVOKED_SET_H
#define RECARD_REVOKED_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REVOKED_ID 32     /* bytes */
#define REVOKED_NUMBER 41 /* hex digits of a list's number, with NUL */

/* Whose lists are believed: one authority's certificate. */
struct revoked_issuer;

/* path: PEM, the first certificate. NULL with *error (mem_free), which names
 * the file: also when it may not sign such lists, or its key is weak. */
struct revoked_issuer *revoked_issuer_load(const char *path, char **error);
void revoked_issuer_free(struct revoked_issuer *issuer);
/* Two authorities may have one name, so this is a digest of name and key. */
const unsigned char *revoked_issuer_id(const struct revoked_issuer *issuer);
/* Its name (RFC 2253), fit for a log. */
const char *revoked_issuer_name(const struct revoked_issuer *issuer);

struct revoked_set;

/* What whoever waits for a long list does meanwhile: called every few
 * milliseconds, from inside. */
struct revoked_pause {
	void (*turn)(void *arg);
	void *arg;
};

/*
 * bytes: DER or PEM, not needed afterwards. pause may be NULL. NULL with
 * *reason (a constant): one of revocation_list.h's, "other_issuer",
 * "weak_algorithm", "bad_signature" or "too_many_entries".
 */
struct revoked_set *revoked_set_build(const struct revoked_issuer *issuer,
				      const void *bytes, size_t len,
				      const struct revoked_pause *pause,
				      const char **reason);
void revoked_set_free(struct revoked_set *set);

enum revoked { REVOKED_NO, REVOKED_SUSPENDED, REVOKED_YES };
/* serial: big-endian octets; zeroes in front do not count. */
enum revoked revoked_set_look(const struct revoked_set *set, const void *serial,
			      size_t len);

struct revoked_facts {
	const unsigned char *issuer_id;   /* REVOKED_ID bytes */
	int64_t this_update, next_update; /* seconds since 1970 */
	char number[REVOKED_NUMBER];      /* hex; see revoked_number_order() */
	size_t entries;
	size_t memory; /* bytes that the set takes */
};
void revoked_set_facts(const struct revoked_set *set,
		       struct revoked_facts *facts);
/* As strcmp(): below zero when a is the lower number. */
int revoked_number_order(const char *a, const char *b);

#endif
