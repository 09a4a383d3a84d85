/*
 * A list of revoked certificates (CRL, RFC 5280 section 5) as bytes: what it
 * says of itself, and its entries one after the other, without taking it apart
 * in memory. Nothing here is signed by anybody: see revoked_set.h. Pure.
 *
 * Complete lists of one authority only: a list of changes (delta), one that
 * speaks for others (indirect, or parts of a whole), and one with a critical
 * extension that we do not know, is refused, for it would not say who is
 * revoked.
 */
#ifndef RECARD_REVOCATION_LIST_H
#define RECARD_REVOCATION_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REVOCATION_SERIAL_MAX 20 /* octets: RFC 5280, 4.1.2.2 */

/* Bytes inside the list. */
struct revocation_bytes {
	const unsigned char *at;
	size_t len;
};

struct revocation_list {
	struct revocation_bytes tbs;       /* what is signed, with its head */
	struct revocation_bytes algorithm; /* with its head; twice the same */
	struct revocation_bytes signature; /* without the unused bits' count */
	struct revocation_bytes issuer;    /* a Name, with its head */
	int64_t this_update, next_update;  /* seconds since 1970 */
	/* Without zeroes in front, at most 20 octets. */
	struct revocation_bytes number;
	struct revocation_bytes entries;
};

struct revocation_entry {
	/* Without zeroes in front; at most REVOCATION_SERIAL_MAX octets. */
	struct revocation_bytes serial;
	bool suspended; /* reason certificateHold */
	bool lifted;    /* reason removeFromCRL: not revoked */
};

/* Reads DER, all of it; the list borrows it. False with *reason (a constant):
 * "malformed", "delta_list", "indirect_list", "partial_list",
 * "unknown_critical_extension", "no_number", "no_next_update",
 * "bad_times". Its entries are not looked at yet. */
bool revocation_list_read(const void *der, size_t len,
			  struct revocation_list *list, const char **reason);

/* How many entries there are, of which not one has been looked at: enough to
 * make room. */
size_t revocation_list_count(const struct revocation_list *list);

/* Takes the next entry off list->entries. False at the end, with *reason NULL,
 * or at one that cannot be read, with *reason as above. */
bool revocation_list_next(struct revocation_list *list,
			  struct revocation_entry *entry, const char **reason);

#endif
