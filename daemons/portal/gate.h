/*
 * Where citizens and other portals come in: their servers, who may ask how
 * often, and whose forms are believed.
 */
#ifndef RECARD_PORTAL_GATE_H
#define RECARD_PORTAL_GATE_H

#include "asker.h"
#include "card_signature.h"
#include "challenge.h"
#include "daemon.h"
#include "form_token.h"
#include "hasher.h"
#include "page.h"
#include "revocation.h"

struct gate;
struct call;

/* NULL with *error (mem_free). ctx->check: opens nothing that others see. */
struct gate *gate_open(struct daemon_context *ctx, char **error);
enum work_outcome gate_step(struct gate *gate);
/* Lists of revoked cards that changed, or are due. */
enum work_outcome gate_look_at_lists(struct gate *gate);
/* Certificates, authorities and rates anew; NULL, or what is wrong
 * (mem_free). */
char *gate_renew(struct gate *gate);
void gate_close(struct gate *gate);

struct asker *gate_asker(const struct gate *gate);
struct hasher *gate_hasher(const struct gate *gate);
const struct form_key *gate_form_key(const struct gate *gate);
struct challenge_key gate_challenge_key(const struct gate *gate);
const struct card_authority *gate_authority(const struct gate *gate);
const struct revocation *gate_revocation(const struct gate *gate);
const struct page_site *gate_site(const struct gate *gate);
/* A call is over. */
void gate_forget(struct gate *gate, struct call *call);

#endif
