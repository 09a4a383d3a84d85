/*
 * Keys that stay in a token: PKCS#11 by libp11. The key is found by its URI
 * (RFC 7512), used through OpenSSL, and never leaves the token.
 */
#include <string.h>
#include <unistd.h>

#include <libp11.h>
#include <openssl/err.h>

#include "buffer.h"
#include "hex.h"
#include "mem.h"
#include "seal_private.h"
#include "secret_file.h"

#define PIN_MAX 256
#define ID_MAX 256

struct seal_session {
	PKCS11_CTX *library;
	PKCS11_SLOT *slots;
	unsigned slot_count;
	bool loaded;
};

/* What a URI asks for; NULL: anything will do. */
struct wanted {
	char *token, *object;
	unsigned char id[ID_MAX];
	size_t id_len;
};

/* Decodes %xx; -1 when it is broken or too long for ID_MAX bytes. */
static int
decode(const char *text, size_t len, unsigned char *out, size_t *out_len)
{
	*out_len = 0;
	for (size_t i = 0; i < len; i++) {
		int c = (unsigned char)text[i];

		if (c == '%') {
			if (len - i < 3 || hex_digit(text[i + 1]) < 0 ||
			    hex_digit(text[i + 2]) < 0)
				return -1;
			c = hex_digit(text[i + 1]) << 4 |
			    hex_digit(text[i + 2]);
			i += 2;
		}
		if (*out_len == ID_MAX - 1)
			return -1;
		out[(*out_len)++] = (unsigned char)c;
	}
	out[*out_len] = '\0';
	return 0;
}

/* One "name=value" of the URI. */
static int
take_part(struct wanted *wanted, const char *part, size_t len)
{
	const char *equals = memchr(part, '=', len);
	unsigned char value[ID_MAX];
	size_t name_len = equals ? (size_t)(equals - part) : len, value_len;

	if (!equals ||
	    decode(equals + 1, len - name_len - 1, value, &value_len) != 0)
		return -1;
	if (name_len == 5 && strncmp(part, "token", 5) == 0) {
		mem_free(wanted->token);
		wanted->token = mem_strdup((char *)value);
	} else if (name_len == 6 && strncmp(part, "object", 6) == 0) {
		mem_free(wanted->object);
		wanted->object = mem_strdup((char *)value);
	} else if (name_len == 2 && strncmp(part, "id", 2) == 0) {
		memcpy(wanted->id, value, value_len);
		wanted->id_len = value_len;
	} else if (!(name_len == 4 && strncmp(part, "type", 4) == 0 &&
		     strcmp((char *)value, "private") == 0)) {
		return -1;
	}
	return 0;
}

static char *
read_uri(struct wanted *wanted, const char *uri)
{
	static const char scheme[] = "pkcs11:";
	const char *at = uri + strlen(scheme);
	size_t len;

	if (strncmp(uri, scheme, strlen(scheme)) != 0)
		return mem_printf("%s: not a pkcs11: URI", uri);
	for (; *at; at += len + (at[len] == ';')) {
		len = strcspn(at, ";");
		if (take_part(wanted, at, len) != 0)
			return mem_printf("%s: only token, object, id and "
					  "type=private are understood",
					  uri);
	}
	if (!wanted->token || (!wanted->object && wanted->id_len == 0))
		return mem_printf("%s: names no token, or neither object nor "
				  "id",
				  uri);
	return NULL;
}

static PKCS11_SLOT *
find_slot(struct seal_session *session, const char *label)
{
	for (unsigned i = 0; i < session->slot_count; i++) {
		PKCS11_SLOT *slot = &session->slots[i];

		if (slot->token && slot->token->label &&
		    strcmp(slot->token->label, label) == 0)
			return slot;
	}
	return NULL;
}

static bool
fits(const PKCS11_KEY *key, const struct wanted *wanted)
{
	if (wanted->object &&
	    (!key->label || strcmp(key->label, wanted->object) != 0))
		return false;
	return wanted->id_len == 0 ||
	       (key->id_len == wanted->id_len &&
		memcmp(key->id, wanted->id, wanted->id_len) == 0);
}

static EVP_PKEY *
find_key(PKCS11_SLOT *slot, const struct wanted *wanted)
{
	PKCS11_KEY *keys = NULL;
	unsigned count = 0;

	if (PKCS11_enumerate_keys(slot->token, &keys, &count) != 0)
		return NULL;
	for (unsigned i = 0; i < count; i++)
		if (fits(&keys[i], wanted))
			return PKCS11_get_private_key(&keys[i]);
	return NULL;
}

/* The PIN: one line. */
static bool
read_pin(const char *path, char pin[PIN_MAX + 1], char **error)
{
	int fd = secret_file_open(path, PIN_MAX, error);
	ssize_t len;

	if (fd < 0)
		return false;
	len = read(fd, pin, PIN_MAX);
	close(fd);
	if (len <= 0) {
		*error = mem_printf("%s: holds no PIN", path);
		return false;
	}
	pin[len] = '\0';
	pin[strcspn(pin, "\r\n")] = '\0';
	return true;
}

/* NULL, or what went wrong. */
static char *
open_session(struct seal_session *session, const struct seal_token *token,
	     const struct wanted *wanted, const char *pin, EVP_PKEY **key)
{
	PKCS11_SLOT *slot;

	session->library = PKCS11_CTX_new();
	seal_must(session->library != NULL, "libp11");
	if (PKCS11_CTX_load(session->library, token->module) != 0)
		return mem_printf("%s: not a PKCS#11 library that can be "
				  "loaded",
				  token->module);
	session->loaded = true;
	if (PKCS11_enumerate_slots(session->library, &session->slots,
				   &session->slot_count) != 0)
		return mem_printf("%s: has no slots", token->module);
	slot = find_slot(session, wanted->token);
	if (!slot)
		return mem_printf("%s: no such token", token->uri);
	if (PKCS11_login(slot, 0, pin) != 0)
		return mem_printf("%s: the token refuses the PIN of %s",
				  token->uri, token->pin_file);
	*key = find_key(slot, wanted);
	if (!*key)
		return mem_printf("%s: the token has no such key", token->uri);
	return NULL;
}

struct seal_session *
seal_session_open(const struct seal_token *token, EVP_PKEY **key, char **error)
{
	struct seal_session *session = mem_alloc(1, sizeof(*session));
	struct wanted wanted = {0};
	char pin[PIN_MAX + 1];

	*key = NULL;
	*error = read_uri(&wanted, token->uri);
	if (!*error && read_pin(token->pin_file, pin, error))
		*error = open_session(session, token, &wanted, pin, key);
	explicit_bzero(pin, sizeof(pin));
	mem_free(wanted.token);
	mem_free(wanted.object);
	ERR_clear_error();
	if (*key)
		return session;
	seal_session_close(session);
	return NULL;
}

void
seal_session_close(struct seal_session *session)
{
	if (!session)
		return;
	if (session->slots)
		PKCS11_release_all_slots(session->library, session->slots,
					 session->slot_count);
	if (session->loaded)
		PKCS11_CTX_unload(session->library);
	if (session->library)
		PKCS11_CTX_free(session->library);
	mem_free(session);
}
