/*
 * The certificates that sign our batches: two while one replaces the other.
 */
#ifndef RECARD_SIGNER_H
#define RECARD_SIGNER_H

#include "conf.h"
#include "seal.h"

/* One block. */
struct signer_settings {
	char *certificate, *key;
	char *token, *module, *pin;
};
extern const struct conf_setting signer_settings[];

struct signer {
	struct seal_identity *identity;
};

/*
 * Loads certificates and keys. NULL with *error (mem_free), which names the
 * block; an array of records->count signers otherwise (signers_free).
 */
struct signer *signers_new(const struct conf_records *records, char **error);
void signers_free(struct signer *signers, size_t count);

/* The first whose certificate is valid now, or NULL. */
const struct seal_identity *signers_current(const struct signer *signers,
					    size_t count);
/* Until when one of them is valid: seconds since 1970. */
int64_t signers_expire(const struct signer *signers, size_t count);

#endif
