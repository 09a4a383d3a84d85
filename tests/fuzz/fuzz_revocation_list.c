/*
 * Lists of revoked certificates of any bytes: what is read stays inside them,
 * and is what a list may say.
 */
#include <string.h>

#include "fuzz_target.h"
#include "revocation_list.h"

static void
inside(const struct revocation_bytes *part, const uint8_t *data, size_t size)
{
	if (part->len == 0)
		return;
	PROMISE(part->at >= data);
	PROMISE(part->len <= size);
	PROMISE((size_t)(part->at - data) <= size - part->len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct revocation_list list;
	struct revocation_entry entry;
	const char *reason;
	size_t count, seen = 0;

	if (!revocation_list_read(data, size, &list, &reason)) {
		PROMISE(reason && *reason);
		return 0;
	}
	PROMISE(!reason);
	PROMISE(list.this_update <= list.next_update);
	PROMISE(list.number.len <= REVOCATION_SERIAL_MAX);
	inside(&list.tbs, data, size);
	inside(&list.algorithm, data, size);
	inside(&list.signature, data, size);
	inside(&list.issuer, data, size);
	inside(&list.number, data, size);
	inside(&list.entries, data, size);
	count = revocation_list_count(&list);
	while (revocation_list_next(&list, &entry, &reason)) {
		inside(&entry.serial, data, size);
		PROMISE(entry.serial.len <= REVOCATION_SERIAL_MAX);
		PROMISE(entry.serial.len == 0 || entry.serial.at[0] != 0);
		PROMISE(!entry.suspended || !entry.lifted);
		seen++;
	}
	/* All of them, or up to one that cannot be read. */
	PROMISE(seen <= count);
	PROMISE(reason || (seen == count && list.entries.len == 0));
	return 0;
}
