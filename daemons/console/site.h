/*
 * The operators' HTTPS side: who comes, by the certificate that TLS has
 * verified; what he wants; whether he may; and the answer.
 */
#ifndef RECARD_SITE_H
#define RECARD_SITE_H

#include "daemon.h"
#include "form_token.h"

struct site;

/* NULL with *error (mem_free). ctx->check: opens nothing. */
struct site *site_open(struct daemon_context *ctx, char **error);
enum work_outcome site_step(struct site *site);
/* Certificate, authority and revoked list anew; NULL, or what is wrong. */
char *site_renew(struct site *site);
void site_close(struct site *site);

const struct form_key *site_form_key(const struct site *site);
/* Path of the configuration. */
const char *site_config(const struct site *site);

#endif
