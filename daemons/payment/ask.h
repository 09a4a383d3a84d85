/*
 * Questions to payment services: see ask.c.
 */
#ifndef RECARD_ASK_H
#define RECARD_ASK_H

#include "daemon.h"

/* Prepares the channels that can be asked. NULL, or what is wrong with one
 * (mem_free). */
char *asks_open(struct daemon_context *ctx);
void asks_close(struct daemon_context *ctx);
/* Asks what is due to be asked. */
enum work_outcome ask_step(struct daemon_context *ctx);

#endif
