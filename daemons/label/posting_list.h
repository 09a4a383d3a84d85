/*
 * The posting list of registered mail (大宗掛號函件執據) as the CSV that goes
 * to the post and comes back with mail numbers. Pure.
 */
#ifndef RECARD_POSTING_LIST_H
#define RECARD_POSTING_LIST_H

#include <stddef.h>

struct buffer;

/* UTF-8; NULL counts as empty. */
struct posting_item {
	const char *tracking_no; /* empty as long as the post assigns it */
	const char *name;
	const char *address;
	const char *return_receipt; /* "V" or empty, as the two below */
	const char *airmail;
	const char *printed_matter;
	const char *weight;
	const char *postage;
	const char *order_no; /* goes into the remarks: the way back */
};

/*
 * Appends the list to out: header, one line an item, in the order given;
 * RFC 4180 quoting, LF, in encoding (an iconv name, the post's is "CP950").
 *
 * A character the encoding lacks is written as □ (U+25A1), the box that
 * stands for a missing character in Taiwan and is in Big5; the item itself
 * stays on the list and its order number identifies it. *substituted (may be
 * NULL) counts the items this happened to.
 *
 * A value that starts like a spreadsheet formula (= + - @ TAB CR LF, or the
 * full-width ＝ ＋ － ＠) gets an apostrophe in front.
 *
 * 0; or -1 with out as it was, when the encoding is unknown, lacks even □ or
 * the text is not UTF-8.
 */
int posting_list_csv(const struct posting_item *items, size_t count,
		     const char *encoding, struct buffer *out,
		     size_t *substituted);

#endif
