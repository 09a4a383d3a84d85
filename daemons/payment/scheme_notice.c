/*
 * From the fields of a notice's content to what it says.
 */
#include <string.h>

#include "charset.h"
#include "mem.h"
#include "scheme_private.h"
#include "seal.h"

#define REFERENCE_HASH 16

#define CHOSEN(profile_has, default_is) \
	((profile_has) ? (profile_has) : (default_is))

static bool
is_in(const char *const *codes, const char *code)
{
	for (; codes && *codes; codes++)
		if (strcmp(*codes, code) == 0)
			return true;
	return false;
}

/* What brings no money comes first: a code that two lists have is no
 * payment. NULL when no list has it. */
static const char *
kind_of(const struct scheme_profile *profile,
	const struct scheme_defaults *defaults, const char *code)
{
	const char *const *failed = CHOSEN(profile->failed, defaults->failed);
	const struct {
		const char *const *codes;
		const char *kind;
	} lists[] = {
		{CHOSEN(profile->issued, defaults->issued), "issued"},
		{failed, "failed"},
		{CHOSEN(profile->refunded, defaults->refunded), "refund"},
		{CHOSEN(profile->charged_back, defaults->charged_back),
		 "chargeback"},
		{CHOSEN(profile->paid, defaults->paid), "paid"},
	};

	if (!code || !*code)
		return NULL;
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		if (is_in(lists[i].codes, code))
			return lists[i].kind;
	return is_in(failed, "*") ? "failed" : NULL;
}

static bool
moves_money(const char *kind)
{
	static const char *const kinds[] = {"paid", "refund", "chargeback",
					    NULL};

	return is_in(kinds, kind);
}

/* Cuts text to at most SCHEME_TEXT_MAX bytes of whole characters. */
static bool
cut(char *text)
{
	const char *at = text, *end = text + strlen(text);
	const char *fits = text;

	if (end - text <= SCHEME_TEXT_MAX)
		return false;
	while (charset_utf8_next(&at, end) >= 0 && at - text <= SCHEME_TEXT_MAX)
		fits = at;
	text[fits - text] = '\0';
	return true;
}

static void
fill_reference(char *reference, const char *body, size_t len,
	       struct scheme_notice *notice)
{
	char digest[SEAL_SHA256_HEX];

	if (reference && *reference && strlen(reference) <= SCHEME_TEXT_MAX) {
		notice->reference = reference;
		return;
	}
	scheme_fault(notice, reference && *reference ? "reference_too_long"
						     : "no_reference");
	mem_free(reference);
	/* The same notice sent again gets the same one. */
	seal_sha256_hex(body, len, digest);
	notice->reference =
		mem_printf("no-reference-%.*s", REFERENCE_HASH, digest);
}

static void
fill_order(char *order, struct scheme_notice *notice)
{
	notice->order_ref = order ? order : mem_strdup("");
	if (cut(notice->order_ref))
		scheme_fault(notice, "order_too_long");
}

static void
fill_amount(char *amount, struct scheme_notice *notice)
{
	/* Where no money moves there need not be one. */
	bool wanted = (amount && *amount) || moves_money(notice->kind);

	if (wanted &&
	    !scheme_parse_amount(amount ? amount : "", &notice->amount))
		scheme_fault(notice, "bad_amount");
	mem_free(amount);
}

static void
fill_currency(char *currency, const char *otherwise,
	      struct scheme_notice *notice)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	if (!currency || !*currency) {
		mem_free(currency);
		currency = mem_strdup(CHOSEN(otherwise, "TWD"));
	} else if (strlen(currency) != 3 || strspn(currency, letters) != 3) {
		scheme_fault(notice, "bad_currency");
		*currency = '\0';
	}
	notice->currency = currency;
}

static void
fill_paid_at(char *paid_at, const char *format, struct scheme_notice *notice)
{
	if (paid_at && *paid_at) {
		notice->paid_at = scheme_parse_time(paid_at, format);
		if (!notice->paid_at)
			scheme_fault(notice, "bad_paid_at");
	}
	mem_free(paid_at);
}

static bool
field_is(const struct scheme_content *content, const char *path,
	 const char *wanted)
{
	char *value = scheme_content_get(content, path);
	bool is = value && strcmp(value, wanted) == 0;

	mem_free(value);
	return is;
}

static bool
is_simulated(const struct scheme_content *content, const char *path)
{
	static const char *const no[] = {"", "0", "false", NULL};
	char *value = scheme_content_get(content, path);
	bool simulated = value && !is_in(no, value);

	mem_free(value);
	return simulated;
}

#define FIELD(name)                 \
	scheme_content_get(content, \
			   CHOSEN(profile->field_##name, defaults->name))

void
scheme_fill(const struct scheme_profile *profile,
	    const struct scheme_defaults *defaults,
	    const struct scheme_content *content, const char *body, size_t len,
	    struct scheme_notice *notice)
{
	char *result = FIELD(result);
	const char *kind = kind_of(profile, defaults, result);

	mem_free(result);
	notice->kind = CHOSEN(kind, "unknown");
	if (content->fault)
		scheme_fault(notice, content->fault);
	if (profile->kind == SCHEME_NATIVE &&
	    !field_is(content, "channel", profile->channel))
		scheme_fault(notice, "wrong_channel");
	if (profile->merchant &&
	    !field_is(content,
		      CHOSEN(profile->field_merchant, defaults->merchant),
		      profile->merchant))
		scheme_fault(notice, "wrong_merchant");
	fill_reference(FIELD(reference), body, len, notice);
	fill_order(FIELD(order), notice);
	if (!kind)
		scheme_fault(notice, "unknown_result");
	fill_amount(FIELD(amount), notice);
	fill_currency(FIELD(currency), profile->currency, notice);
	fill_paid_at(FIELD(paid_at),
		     CHOSEN(profile->time_format, defaults->time_format),
		     notice);
	if (!notice->event_id)
		notice->event_id = mem_strdup(notice->reference);
	if (moves_money(notice->kind) &&
	    is_simulated(content,
			 CHOSEN(profile->field_simulated, defaults->simulated)))
		notice->kind = "simulated";
}

/* The fields are those of the answer, which may wrap up what a notice says
 * plainly. */
static char *
hint_field(const struct scheme_content *content, const char *path)
{
	char *value = scheme_content_get(content, path);
	const char *dot = strrchr(path, '.');

	return value || !dot ? value : scheme_content_get(content, dot + 1);
}

bool
scheme_fill_hint(const struct scheme_profile *profile,
		 const struct scheme_content *content,
		 struct scheme_notice *notice)
{
	const struct scheme_defaults *defaults =
		scheme_defaults_of(profile->kind);
	char *reference = hint_field(
		content, CHOSEN(profile->field_reference, defaults->reference));
	char *order = hint_field(content,
				 CHOSEN(profile->field_order, defaults->order));

	/* Anybody may have written it: what is odd is not asked about. */
	if (reference && (!*reference || strlen(reference) > SCHEME_TEXT_MAX)) {
		mem_free(reference);
		reference = NULL;
	}
	if (!order || strlen(order) > SCHEME_TEXT_MAX) {
		mem_free(order);
		order = mem_strdup("");
	}
	if (!reference && !*order) {
		mem_free(order);
		return false;
	}
	notice->reference = reference;
	notice->order_ref = order;
	notice->event_id = mem_strdup(reference);
	return true;
}
