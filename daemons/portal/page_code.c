/*
 * What codes of refusals mean to a citizen: which words tell it, and at which
 * field of a form. Several codes of one kind share their words: what is to be
 * done is the same, and a stranger learns no more. See page_private.h.
 */
#include <string.h>

#include "page_private.h"

/* Codes whose words are others than refused.CODE, or that belong to a field. */
static const struct {
	const char *code, *name, *field;
} codes[] = {
	/* Log-in: the challenge. */
	{"challenge_foreign", "challenge", NULL},
	{"challenge_from_the_future", "challenge", NULL},
	{"challenge_malformed", "challenge", NULL},
	{"challenge_old", "challenge_old", NULL},
	{"challenge_used", "challenge", NULL},
	/* What was signed, and how. */
	{"bad_signature", "signature", NULL},
	{"no_card_number", "signature", NULL},
	{"no_certificate", "signature", NULL},
	{"no_signed_attributes", "signature", NULL},
	{"not_one_signer", "signature", NULL},
	{"other_card_number", "signature", NULL},
	{"other_content", "signature", NULL},
	{"signature_malformed", "signature", NULL},
	{"signature_missing", "signature", NULL},
	{"signature_too_large", "signature", NULL},
	{"weak_algorithm", "signature", NULL},
	{"wrong_nonce", "signature", NULL},
	/* With what. */
	{"bad_chain", "certificate", NULL},
	{"no_holder_digits", "certificate", NULL},
	{"unknown_authority", "certificate", NULL},
	{"weak_key", "certificate", NULL},
	{"wrong_policy", "certificate", NULL},
	{"wrong_usage", "certificate", NULL},
	{"certificate_expired", "card_expired", NULL},
	{"certificate_not_yet_valid", "wrong_signing_time", NULL},
	{"certificate_revoked", "card_revoked", NULL},
	{"certificate_suspended", "card_suspended", NULL},
	{"revocation_list_missing", "revocation_list", NULL},
	{"revocation_list_stale", "revocation_list", NULL},
	/* Whose. */
	{"bad_holder_id", "bad_holder_id", "holder_id"},
	{"holder_id_malformed", "bad_holder_id", "holder_id"},
	{"holder_mismatch", "other_holder", "holder_id"},
	{"missing_holder_id", "bad_holder_id", "holder_id"},
	{"other_holder", "other_holder", "holder_id"},
	{"serial_mismatch", "unknown_card", NULL},
	/* Forms. */
	{"bad_address", "bad_address", "address"},
	{"bad_email", "bad_email", "email"},
	{"bad_language", "bad_language", "language"},
	{"bad_phone", "bad_phone", "phone"},
	{"bad_postal_code", "bad_postal_code", "postal_code"},
	{"bad_user_code", "bad_user_code", "user_code"},
	{"consent_missing", "missing_consent", "consent"},
	{"missing_address", "missing_address", "address"},
	{"missing_consent", "missing_consent", "consent"},
	{"missing_email", "bad_email", "email"},
	{"missing_phone", "bad_phone", "phone"},
	{"missing_postal_code", "bad_postal_code", "postal_code"},
	{"missing_product", "unknown_product", "product"},
	{"missing_user_code", "bad_user_code", "user_code"},
	{"missing_user_code_hash", "bad_user_code", "user_code"},
	{"accept_missing", "accept_missing", "accept"},
	{"unknown_postal_code", "unknown_postal_code", "postal_code"},
	{"unknown_product", "unknown_product", "product"},
	{"user_code_differs", "user_code_differs", "user_code_again"},
	{"user_codes_differ", "user_code_differs", "user_code_again"},
	{"wrong", "wrong_user_code", "user_code"},
};

const char *
page_code_name(const char *code)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcmp(codes[i].code, code) == 0)
			return codes[i].name;
	return code;
}

const char *
page_code_field(const char *code)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcmp(codes[i].code, code) == 0)
			return codes[i].field;
	return NULL;
}

void
page_way_out(struct page *page, const char *code)
{
	struct buffer key = {0};
	const char *words;

	buffer_printf(&key, "%s.do", page_code_name(code));
	words = page_word_of(page, "refused", key.data);
	if (words)
		html_say(&page->html, "p", NULL, words);
	buffer_free(&key);
}

void
page_refusal(struct page *page, const char *code)
{
	const char *words = page_word_of(page, "refused", page_code_name(code));

	html_open(&page->html, "div", "class", "note bad", "role", "alert",
		  "id", "refused", "tabindex", "-1", NULL);
	if (words)
		html_say(&page->html, "p", "what", words);
	else
		page_tell(page, "p", "what", "refused.other", code, NULL);
	page_way_out(page, words ? code : "other");
	html_close(&page->html);
}
