/*
 * What watches recard comes here: /metrics, /healthz, /readyz, without TLS, on
 * a loopback address of their own, for scrapers have no card.
 */
#ifndef RECARD_WATCH_H
#define RECARD_WATCH_H

#include "daemon.h"

struct watch;

/* NULL with *error (mem_free). ctx->check: opens nothing. */
struct watch *watch_open(struct daemon_context *ctx, char **error);
enum work_outcome watch_step(struct watch *watch);
void watch_close(struct watch *watch);

#endif
