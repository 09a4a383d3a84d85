/*
 * Payment channels from their configuration: see channel.h.
 */
#include <string.h>
#include <unistd.h>

#include "buffer.h"
#include "channel.h"
#include "mem.h"
#include "secret_file.h"

#define AT(field) offsetof(struct channel_settings, field)
#define MAX_SECRET 4096

const struct conf_setting channel_settings[] = {
	{"name", CONF_STRING, AT(name), NULL, 0, 0, false,
	 "The channel's name in settlement files and in the notices' address."},
	{"scheme", CONF_STRING, AT(scheme), NULL, 0, 0, false,
	 "How its notices are verified: standard-webhooks, ecpay, newebpay, "
	 "native or query."},
	{"secret", CONF_SECRET, AT(secret), NULL, 0, 0, false,
	 "File with the secret of the scheme."},
	{"old_secret", CONF_SECRET, AT(old_secret), NULL, 0, 0, false,
	 "File with a second secret that is good too, while they change."},
	{"tolerance", CONF_DURATION, AT(tolerance), "300s", 1000, 86400000,
	 false, "How far a signed time stamp may be off, both ways."},
	{"field_reference", CONF_STRING, AT(field_reference), NULL, 0, 0, false,
	 "Field with the service's number of the payment."},
	{"field_order", CONF_STRING, AT(field_order), NULL, 0, 0, false,
	 "Field with the order number."},
	{"field_amount", CONF_STRING, AT(field_amount), NULL, 0, 0, false,
	 "Field with the amount."},
	{"field_currency", CONF_STRING, AT(field_currency), NULL, 0, 0, false,
	 "Field with the currency."},
	{"field_paid_at", CONF_STRING, AT(field_paid_at), NULL, 0, 0, false,
	 "Field with the time of the payment."},
	{"field_result", CONF_STRING, AT(field_result), NULL, 0, 0, false,
	 "Field with the result code."},
	{"field_simulated", CONF_STRING, AT(field_simulated), NULL, 0, 0, false,
	 "Field that is 1 when no money moved."},
	{"field_merchant", CONF_STRING, AT(field_merchant), NULL, 0, 0, false,
	 "Field with the merchant's number."},
	{"merchant", CONF_STRING, AT(merchant), NULL, 0, 0, false,
	 "Our merchant number; a notice for another one pays nothing."},
	{"paid", CONF_STRINGS, AT(paid), NULL, 0, 0, false,
	 "Result codes that mean paid."},
	{"issued", CONF_STRINGS, AT(issued), NULL, 0, 0, false,
	 "Result codes that mean that only an account number was issued."},
	{"failed", CONF_STRINGS, AT(failed), NULL, 0, 0, false,
	 "Result codes that mean that the payment failed; * for all others."},
	{"refunded", CONF_STRINGS, AT(refunded), NULL, 0, 0, false,
	 "Result codes that mean that money went back to the payer."},
	{"charged_back", CONF_STRINGS, AT(charged_back), NULL, 0, 0, false,
	 "Result codes that mean that the payer's bank took the money back."},
	{"time_format", CONF_STRING, AT(time_format), NULL, 0, 0, false,
	 "How times are written: iso, or as for strptime(3)."},
	{"currency", CONF_STRING, AT(currency), "TWD", 0, 0, false,
	 "Currency of notices that do not say it."},
	{"answer", CONF_STRING, AT(answer), NULL, 0, 0, false,
	 "Text that acknowledges a notice."},
	{"query_url", CONF_STRING, AT(query_url), NULL, 0, 0, false,
	 "Where the service is asked about an order: an https address with "
	 "{order} or {reference} in it."},
	{"query_token", CONF_SECRET, AT(query_token), NULL, 0, 0, false,
	 "File with the token that the question carries."},
	{"query_ca", CONF_PATH, AT(query_ca), NULL, 0, 0, false,
	 "Certificates (PEM) that the service's is checked against; not set: "
	 "the system's."},
	{"ask_before_purge", CONF_BOOL, AT(ask_before_purge), "false", 0, 0,
	 false, "Whether the service is asked before an order is purged."},
	{0}};

static bool
name_ok(const char *name)
{
	size_t len = name ? strlen(name) : 0;

	return len >= 1 && len <= 20 &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-") == len;
}

static char *
read_secret(const char *path, enum scheme_kind kind,
	    struct scheme_secret *secret)
{
	struct buffer text = {0};
	char *error = NULL;
	int fd = secret_file_open(path, MAX_SECRET, &error);
	char piece[MAX_SECRET];
	ssize_t n;

	if (fd < 0)
		return error;
	while ((n = read(fd, piece, sizeof(piece))) > 0)
		buffer_append(&text, piece, (size_t)n);
	explicit_bzero(piece, sizeof(piece));
	close(fd);
	if (n < 0)
		error = mem_printf("%s: cannot be read", path);
	else if (!scheme_secret_parse(kind, text.data ? text.data : "",
				      text.len, secret, &error)) {
		char *words = mem_printf("%s: %s", path, error);

		mem_free(error);
		error = words;
	}
	mem_free_secret(text.data, text.len);
	return error;
}

/* Names of the other blocks; a channel has one. */
static bool
name_taken(const struct channel *channels, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(channels[i].settings->name, name) == 0)
			return true;
	return false;
}

static char *
check_query(const struct channel_settings *s, enum scheme_kind kind)
{
	if (kind == SCHEME_QUERY && !s->query_url)
		return mem_strdup("scheme query needs query_url");
	if (s->ask_before_purge && !s->query_url)
		return mem_strdup("ask_before_purge needs query_url");
	if (!s->query_url)
		return NULL;
	if (strncmp(s->query_url, "https://", 8) != 0)
		return mem_strdup("query_url must begin with https://");
	if (!strstr(s->query_url, "{order}") &&
	    !strstr(s->query_url, "{reference}"))
		return mem_strdup("query_url has neither {order} nor "
				  "{reference} in it");
	if (s->ask_before_purge && !strstr(s->query_url, "{order}"))
		return mem_strdup("ask_before_purge needs {order} in "
				  "query_url");
	return NULL;
}

static void
fill_profile(const struct channel_settings *s, struct scheme_profile *p)
{
	p->channel = s->name;
	p->tolerance_s = s->tolerance / 1000;
	p->field_reference = s->field_reference;
	p->field_order = s->field_order;
	p->field_amount = s->field_amount;
	p->field_currency = s->field_currency;
	p->field_paid_at = s->field_paid_at;
	p->field_result = s->field_result;
	p->field_simulated = s->field_simulated;
	p->field_merchant = s->field_merchant;
	p->merchant = s->merchant;
	p->paid = (const char *const *)s->paid;
	p->issued = (const char *const *)s->issued;
	p->failed = (const char *const *)s->failed;
	p->refunded = (const char *const *)s->refunded;
	p->charged_back = (const char *const *)s->charged_back;
	p->time_format = s->time_format;
	p->currency = s->currency;
	p->answer = s->answer;
}

/* NULL, or what is wrong with the block. */
static char *
fill_channel(struct channel *channels, size_t at,
	     const struct channel_settings *s)
{
	struct scheme_profile *p = &channels[at].profile;
	char *error;

	if (!name_ok(s->name))
		return mem_strdup("name must be 1 to 20 of a-z 0-9 _ -");
	if (name_taken(channels, at, s->name))
		return mem_printf("name \"%s\" is another block's", s->name);
	if (!s->scheme || !scheme_kind_of(s->scheme, &p->kind))
		return mem_strdup("scheme must be standard-webhooks, ecpay, "
				  "newebpay, native or query");
	fill_profile(s, p);
	error = check_query(s, p->kind);
	if (error || p->kind == SCHEME_QUERY)
		return error;
	if (!s->secret)
		return mem_printf("scheme %s needs secret", s->scheme);
	error = read_secret(s->secret, p->kind, &p->secrets[0]);
	if (error)
		return error;
	p->secret_count = 1;
	if (!s->old_secret)
		return NULL;
	error = read_secret(s->old_secret, p->kind, &p->secrets[1]);
	p->secret_count += !error;
	return error;
}

struct channel *
channels_new(const struct conf_records *records, char **error)
{
	const struct channel_settings *settings = records->items;
	struct channel *channels =
		mem_alloc(records->count + 1, sizeof(*channels));

	*error = NULL;
	for (size_t i = 0; i < records->count; i++) {
		char *words;

		channels[i].settings = &settings[i];
		words = fill_channel(channels, i, &settings[i]);
		if (!words)
			continue;
		*error = mem_printf("payment.channels[%zu]: %s", i + 1, words);
		mem_free(words);
		channels_free(channels, records->count);
		return NULL;
	}
	return channels;
}

void
channels_free(struct channel *channels, size_t count)
{
	for (size_t i = 0; channels && i < count; i++)
		for (size_t j = 0; j < 2; j++)
			scheme_secret_free(&channels[i].profile.secrets[j]);
	mem_free(channels);
}

struct channel *
channel_find(struct channel *channels, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(channels[i].settings->name, name) == 0)
			return &channels[i];
	return NULL;
}
