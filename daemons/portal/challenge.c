/*
 * Texts that cards sign: see challenge.h.
 */
#include <string.h>

#include "buffer.h"
#include "challenge.h"
#include "clock.h"
#include "hex.h"
#include "mem.h"
#include "seal.h"

#define AHEAD_S 60
#define HOST_MAX 253
#define OPENING "recard_log-in_"
#define BETWEEN '_'
#define TIME_LEN 19 /* "2026-11-24T09.00.00" */
#define MAC_LEN 64
/* "<time>_<random>.<mac>", behind the host and its line */
#define TAIL_LEN (TIME_LEN + 1 + CHALLENGE_NONCE - 1 + 1 + MAC_LEN)

const char *
challenge_verdict_code(enum challenge_verdict verdict)
{
	switch (verdict) {
	case CHALLENGE_GOOD:
		return "good";
	case CHALLENGE_MALFORMED:
		return "challenge_malformed";
	case CHALLENGE_FOREIGN:
		return "challenge_foreign";
	case CHALLENGE_OLD:
		return "challenge_old";
	case CHALLENGE_FROM_THE_FUTURE:
		return "challenge_from_the_future";
	}
	return "";
}

/* Letters, digits and what stands between them, also a port or an IPv6
 * address. */
static bool
host_ok(const char *host)
{
	size_t len = strlen(host);

	return len > 0 && len <= HOST_MAX &&
	       strspn(host, "abcdefghijklmnopqrstuvwxyz"
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "0123456789.-:[]") == len;
}

/* As the text has it: what stands around a port or an address is a dot. */
static void
show_host(const char *host, char out[HOST_MAX + 1])
{
	size_t i;

	for (i = 0; host[i] && i < HOST_MAX; i++)
		out[i] = strchr(":[]", host[i]) ? '.' : host[i];
	out[i] = '\0';
}

static void
show_time(int64_t when, char out[TIME_LEN + 1])
{
	char iso[32];

	clock_format_taipei(when, iso);
	memcpy(out, iso, TIME_LEN);
	out[TIME_LEN] = '\0';
	out[13] = out[16] = '.';
}

static bool
read_time(const char shown[TIME_LEN + 1], int64_t *when)
{
	char iso[32];

	if (shown[13] != '.' || shown[16] != '.')
		return false;
	snprintf(iso, sizeof(iso), "%s+08:00", shown);
	iso[13] = iso[16] = ':';
	return clock_parse_iso(iso, when);
}

/* No part holds a line end, so none runs into the next. */
static void
put_text(const struct challenge_key *key, const char *host, const char *browser,
	 const char *time, const char *nonce, char out[CHALLENGE_SIZE])
{
	struct buffer parts = {0};
	char shown[HOST_MAX + 1];
	unsigned char mac[32];
	int used;

	buffer_printf(&parts, "log-in\n%s\n%s\n%s\n%s", host, browser, time,
		      nonce);
	seal_hmac(key->bytes, key->len, parts.data, parts.len, mac);
	show_host(host, shown);
	used = snprintf(out, CHALLENGE_SIZE, OPENING "%s%c%s%c%s.", shown,
			BETWEEN, time, BETWEEN, nonce);
	hex_encode(mac, sizeof(mac), out + used);
	buffer_free(&parts);
}

bool
challenge_make(const struct challenge_key *key, const char *host,
	       const char *browser,
	       const unsigned char random[CHALLENGE_RANDOM], int64_t now,
	       char out[CHALLENGE_SIZE])
{
	char time[TIME_LEN + 1], nonce[CHALLENGE_NONCE];

	if (!host_ok(host))
		return false;
	show_time(now, time);
	hex_encode(random, CHALLENGE_RANDOM, nonce);
	put_text(key, host, browser, time, nonce, out);
	return true;
}

/* Its parts, of which only the form is known so far. */
struct parts {
	char host[HOST_MAX + 1];
	char time[TIME_LEN + 1];
	char nonce[CHALLENGE_NONCE];
	int64_t made;
};

static bool
take_apart(const char *text, struct parts *parts)
{
	size_t len = strlen(text), host_len;
	const char *tail;

	if (len < strlen(OPENING) + 1 + TAIL_LEN || len >= CHALLENGE_SIZE ||
	    strncmp(text, OPENING, strlen(OPENING)) != 0)
		return false;
	text += strlen(OPENING);
	tail = text + strlen(text) - TAIL_LEN;
	host_len = (size_t)(tail - text);
	if (host_len < 2 || host_len > HOST_MAX + 1 || tail[-1] != BETWEEN ||
	    tail[TIME_LEN] != BETWEEN || tail[TAIL_LEN - MAC_LEN - 1] != '.')
		return false;
	memcpy(parts->host, text, host_len - 1);
	parts->host[host_len - 1] = '\0';
	memcpy(parts->time, tail, TIME_LEN);
	parts->time[TIME_LEN] = '\0';
	memcpy(parts->nonce, tail + TIME_LEN + 1, CHALLENGE_NONCE - 1);
	parts->nonce[CHALLENGE_NONCE - 1] = '\0';
	return host_ok(parts->host) &&
	       strspn(parts->nonce, "0123456789abcdef") ==
		       CHALLENGE_NONCE - 1 &&
	       read_time(parts->time, &parts->made);
}

enum challenge_verdict
challenge_check(const struct challenge_key *key, const char *host,
		const char *browser, int64_t now, int64_t max_age,
		const char *text, char nonce[CHALLENGE_NONCE])
{
	char ours[CHALLENGE_SIZE];
	char shown[HOST_MAX + 1];
	struct parts parts;

	nonce[0] = '\0';
	if (!take_apart(text, &parts))
		return CHALLENGE_MALFORMED;
	show_host(host, shown);
	if (!*browser || strcmp(parts.host, shown) != 0)
		return CHALLENGE_FOREIGN;
	put_text(key, host, browser, parts.time, parts.nonce, ours);
	/* Its parts are as long as ours, so the whole is. */
	if (!seal_equal(text, ours, strlen(ours)))
		return CHALLENGE_FOREIGN;
	memcpy(nonce, parts.nonce, sizeof(parts.nonce));
	if (parts.made > now + AHEAD_S)
		return CHALLENGE_FROM_THE_FUTURE;
	return parts.made < now - max_age ? CHALLENGE_OLD : CHALLENGE_GOOD;
}
