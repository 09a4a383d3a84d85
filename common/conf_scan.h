/*
 * The text of a configuration file before libconfig sees it: what libconfig
 * would misread in silence is put right or refused. Pure.
 */
#ifndef RECARD_CONF_SCAN_H
#define RECARD_CONF_SCAN_H

struct buffer;

#define CONF_NAME_LIMIT 64 /* longer ones are no names of ours */

/* Where in a file something is wrong. */
struct conf_place {
	unsigned long line;
	char group[CONF_NAME_LIMIT]; /* "": none */
	char name[CONF_NAME_LIMIT];
};

/*
 * Appends raw to text with an L after every whole number that libconfig
 * would cut to 32 bits. NULL, or a constant that says what is wrong at
 * *place: NULs, numbers beyond 64 bits, includes.
 */
const char *conf_scan(const struct buffer *raw, struct buffer *text,
		      struct conf_place *place);

#endif
