/*
 * Writes card batches; see batch.h.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "batch.h"
#include "buffer.h"
#include "clock.h"
#include "mem.h"
#include "seal.h"

#define MODULUS UINT64_C(10000000000000)

/* First 13 digits of an order number. */
static uint64_t
order_digits(const char *order_no)
{
	return strtoull(order_no, NULL, 10) / 10;
}

static void
put_card(struct buffer *out, size_t line, const struct batch_card *card)
{
	buffer_printf(out, "D,%zu,%s,%s,%s,%s,", line, card->job_no,
		      card->attempt, card->reason, card->order_no);
	buffer_put_csv(out, card->print_name);
	buffer_printf(out, ",%s,%s,%s\n", card->valid_from, card->valid_to,
		      card->address_digest);
}

void
batch_render(const struct batch *batch, struct buffer *out,
	     char hash_total[BATCH_HASH_TOTAL])
{
	size_t start = out->len, i;
	char created[32], digest[SEAL_SHA256_HEX];
	uint64_t total = 0;

	clock_format_taipei(batch->created_at, created);
	buffer_reserve(out, start + 256 + batch->count * 192);
	buffer_printf(out, "H,RECARD-CARD-BATCH,1,%s,%s,%s,%zu\n",
		      batch->batch_no, created, batch->product, batch->count);
	for (i = 0; i < batch->count; i++) {
		put_card(out, i + 1, &batch->cards[i]);
		total = (total + order_digits(batch->cards[i].order_no)) %
			MODULUS;
	}
	seal_sha256_hex(out->data + start, out->len - start, digest);
	snprintf(hash_total, BATCH_HASH_TOTAL, "%013" PRIu64, total);
	buffer_printf(out, "T,%s,%zu,%s,%s\n", batch->batch_no, batch->count,
		      hash_total, digest);
}
