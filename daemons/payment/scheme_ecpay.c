/*
 * ECPay: a form whose decoded fields are signed by CheckMacValue
 * (developers.ecpay.com.tw/?p=2902). It carries no time of sending, so it
 * is never stale: the same notice again is known by its reference.
 */
#include <string.h>

#include <openssl/crypto.h>

#include "buffer.h"
#include "mem.h"
#include "scheme_private.h"
#include "seal.h"

#define SIGNATURE "CheckMacValue"

/* As .NET's HttpUtility.UrlEncode() does, in lower case throughout. */
static void
put_encoded(struct buffer *out, const char *bytes, size_t len)
{
	static const char bare[] = "-_.!*()0123456789"
				   "abcdefghijklmnopqrstuvwxyz";

	for (size_t i = 0; i < len; i++) {
		char c = bytes[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (c == ' ') {
			buffer_putc(out, '+');
		} else if (c && strchr(bare, c)) {
			buffer_putc(out, c);
		} else {
			buffer_putc(out, '%');
			buffer_put_hex(out, &c, 1);
		}
	}
}

void
scheme_ecpay_check_mac(const struct scheme_secret *secret,
		       const struct scheme_pair *pairs, size_t count,
		       char out[SCHEME_CHECK_MAC_HEX])
{
	struct scheme_pair *sorted = mem_alloc(count, sizeof *sorted);
	/* The words around key and IV. */
	size_t len = secret->key_len + secret->iv_len + 32;
	struct buffer text = {0};

	for (size_t i = 0; i < count; i++) {
		sorted[i] = pairs[i];
		len += pairs[i].name_len + pairs[i].value_len + 2;
	}
	qsort(sorted, count, sizeof *sorted, scheme_pair_compare);
	/* All at once: growing would leave copies of the key behind. */
	buffer_reserve(&text, len * 3);
	put_encoded(&text, "HashKey=", 8);
	put_encoded(&text, (const char *)secret->key, secret->key_len);
	for (size_t i = 0; i < count; i++) {
		put_encoded(&text, "&", 1);
		put_encoded(&text, sorted[i].name, sorted[i].name_len);
		put_encoded(&text, "=", 1);
		put_encoded(&text, sorted[i].value, sorted[i].value_len);
	}
	put_encoded(&text, "&HashIV=", 8);
	put_encoded(&text, (const char *)secret->iv, secret->iv_len);
	seal_sha256_hex(text.data, text.len, out);
	for (char *at = out; *at; at++)
		if (*at >= 'a')
			*at = (char)(*at - 'a' + 'A');
	OPENSSL_cleanse(text.data, text.len);
	buffer_free(&text);
	mem_free(sorted);
}

/* Takes the signature out of the form. */
static struct scheme_pair
take_signature(struct scheme_form *form)
{
	size_t count = 0;
	struct scheme_pair signature = {0};

	for (size_t i = 0; i < form->count; i++) {
		const struct scheme_pair *pair = &form->pairs[i];

		if (scheme_pair_is(pair, SIGNATURE))
			signature = *pair;
		else
			form->pairs[count++] = *pair;
	}
	form->count = count;
	return signature;
}

/*
 * The signed text does not tell an ampersand inside a value from one between
 * fields: whoever sees a genuine "RtnMsg=ok&SimulatePaid=1" can send it as a
 * RtnMsg alone, rightly signed. What could hide a field is left to people.
 */
static bool
may_hide_fields(const struct scheme_form *form)
{
	for (size_t i = 0; i < form->count; i++) {
		const struct scheme_pair *pair = &form->pairs[i];
		const char *end = pair->value + pair->value_len;
		const char *hidden = memchr(pair->value, '&', pair->value_len);

		if (memchr(pair->name, '&', pair->name_len) ||
		    memchr(pair->name, '=', pair->name_len) ||
		    (hidden && memchr(hidden, '=', (size_t)(end - hidden))))
			return true;
	}
	return false;
}

static enum scheme_verdict
verify(const struct scheme_profile *profile, struct scheme_form *form,
       struct scheme_notice *notice)
{
	struct scheme_pair signature = take_signature(form);
	bool fits = false;

	if (!signature.name) {
		scheme_fault(notice, "no_signature");
		return SCHEME_MALFORMED;
	}
	for (size_t i = 0; i < profile->secret_count; i++) {
		char wanted[SCHEME_CHECK_MAC_HEX];

		scheme_ecpay_check_mac(&profile->secrets[i], form->pairs,
				       form->count, wanted);
		fits |= signature.value_len == sizeof wanted - 1 &&
			seal_equal(signature.value, wanted, sizeof wanted - 1);
	}
	return fits ? SCHEME_GENUINE : SCHEME_FORGED;
}

enum scheme_verdict
scheme_ecpay_read(const struct scheme_profile *profile,
		  const struct scheme_request *request,
		  struct scheme_notice *notice)
{
	struct scheme_content content = {0};
	enum scheme_verdict verdict = SCHEME_MALFORMED;

	if (!scheme_is_form(request->content_type)) {
		scheme_fault(notice, "bad_form");
		return verdict;
	}
	switch (scheme_form_parse(&content.form, request->body, request->len)) {
	case SCHEME_FORM_GOOD:
		verdict = verify(profile, &content.form, notice);
		break;
	case SCHEME_FORM_REPEATED:
		/* Which one was signed? */
		verdict = SCHEME_FORGED;
		scheme_fault(notice, "bad_form");
		break;
	case SCHEME_FORM_BROKEN:
		scheme_fault(notice, "bad_form");
		break;
	}
	if (verdict == SCHEME_GENUINE) {
		scheme_content_check_form(&content);
		if (!content.fault && may_hide_fields(&content.form))
			content.fault = "bad_form";
		scheme_fill(profile, scheme_defaults_of(profile->kind),
			    &content, request->body, request->len, notice);
	}
	scheme_content_free(&content);
	return verdict;
}
