/*
 * Signing certificates from their configuration: see signer.h.
 */
#include "mem.h"
#include "signer.h"

#define AT(field) offsetof(struct signer_settings, field)

const struct conf_setting signer_settings[] = {
	{"certificate", CONF_PATH, AT(certificate), NULL, 0, 0, false,
	 "Certificate (PEM) with which batches are signed."},
	{"key", CONF_SECRET, AT(key), NULL, 0, 0, false,
	 "Private key (PEM) of the certificate, unless it is in a token."},
	{"token", CONF_STRING, AT(token), NULL, 0, 0, false,
	 "The key in a PKCS#11 token, as \"pkcs11:token=recard;object=batch\" "
	 "(RFC 7512)."},
	{"module", CONF_PATH, AT(module), NULL, 0, 0, false,
	 "PKCS#11: the token's library."},
	{"pin", CONF_SECRET, AT(pin), NULL, 0, 0, false,
	 "PKCS#11: file with the token's PIN."},
	{0}};

static struct seal_identity *
load(const struct signer_settings *s, char **error)
{
	*error = NULL;
	if (!s->certificate)
		*error = mem_strdup("certificate is not set");
	else if (!s->key == !s->token)
		*error = mem_strdup("key or token must be set, one of them");
	else if (s->token && (!s->module || !s->pin))
		*error = mem_strdup("a token needs module and pin");
	else if (!s->token && (s->module || s->pin))
		*error = mem_strdup("module and pin belong to a token");
	if (*error)
		return NULL;
	if (s->key)
		return seal_identity_load(s->certificate, s->key, error);
	return seal_identity_token(s->certificate,
				   &(struct seal_token){.module = s->module,
							.uri = s->token,
							.pin_file = s->pin},
				   error);
}

struct signer *
signers_new(const struct conf_records *records, char **error)
{
	const struct signer_settings *settings = records->items;
	struct signer *signers =
		mem_alloc(records->count + 1, sizeof(*signers));
	char *words = NULL;

	*error = NULL;
	for (size_t i = 0; i < records->count && !*error; i++) {
		signers[i].identity = load(&settings[i], &words);
		if (!signers[i].identity)
			*error = mem_printf("manufacture.signers[%zu]: %s",
					    i + 1, words);
		mem_free(words);
	}
	if (!*error && !signers_current(signers, records->count))
		*error = mem_strdup("manufacture.signers: none has a "
				    "certificate that is valid today");
	if (!*error)
		return signers;
	signers_free(signers, records->count);
	return NULL;
}

void
signers_free(struct signer *signers, size_t count)
{
	for (size_t i = 0; signers && i < count; i++)
		seal_identity_free(signers[i].identity);
	mem_free(signers);
}

const struct seal_identity *
signers_current(const struct signer *signers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (seal_identity_current(signers[i].identity))
			return signers[i].identity;
	return NULL;
}

int64_t
signers_expire(const struct signer *signers, size_t count)
{
	int64_t last = 0, until;

	for (size_t i = 0; i < count; i++) {
		until = seal_identity_expires(signers[i].identity);
		if (until > last)
			last = until;
	}
	return last;
}
