/*
 * For programs that people tell secrets: what they no longer need of memory
 * is overwritten, whoever of our libraries had it, and nobody gets a picture
 * of the rest.
 */
#ifndef RECARD_SECRECY_H
#define RECARD_SECRECY_H

/* No core file, and no other process of the same user looks inside. */
void secrecy_no_dumps(void);
/* Every block that libevent, jansson, OpenSSL or mem.h give back is
 * overwritten first. Before anything else of them is called. */
void secrecy_scrub(void);

#endif
