/*
 * What the payment schemes share among themselves; see scheme.h.
 */
#ifndef RECARD_SCHEME_PRIVATE_H
#define RECARD_SCHEME_PRIVATE_H

#include <jansson.h>

#include "scheme.h"

/* A decoded form. Its pairs are sorted by name, ignoring case. */
struct scheme_form {
	struct scheme_pair *pairs;
	size_t count;
	char *bytes; /* what the pairs point into */
};

enum scheme_form_state {
	SCHEME_FORM_GOOD,
	SCHEME_FORM_BROKEN,  /* not a form */
	SCHEME_FORM_REPEATED /* a name stands there twice, in any case */
};

/* Decodes application/x-www-form-urlencoded. Free it either way. */
enum scheme_form_state scheme_form_parse(struct scheme_form *form,
					 const char *bytes, size_t len);
void scheme_form_free(struct scheme_form *form);
/*
 * NULL when there is no such field. Names are found in any case, because
 * ECPay signs them in lower case: a SimulatePaid that somebody wrote
 * otherwise must not be overlooked.
 */
const struct scheme_pair *scheme_form_find(const struct scheme_form *form,
					   const char *name);
bool scheme_pair_is(const struct scheme_pair *pair, const char *name);
/* Order of names: ignoring case, then by their bytes. */
int scheme_pair_compare(const void *a, const void *b);
/* True unless the header says that the body is something else. */
bool scheme_is_form(const char *content_type);

/* The content of a notice, once its signature is checked. */
struct scheme_content {
	json_t *json; /* NULL: a form, or nothing */
	struct scheme_form form;
	const char *fault; /* code, or NULL */
};

/* Reads JSON when the first byte that is no blank is a brace, else a form.
 * Beside a fault there may be fields that can be read. */
void scheme_content_read(struct scheme_content *content, const char *bytes,
			 size_t len);
/* JSON and nothing else. */
void scheme_content_read_json(struct scheme_content *content, const char *bytes,
			      size_t len);
/* Finds the fault of a form that is parsed already. */
void scheme_content_check_form(struct scheme_content *content);
void scheme_content_free(struct scheme_content *content);
/* The text of a field (mem_free), numbers as they are written; NULL when it
 * is missing, null, or no single value. path may be NULL. */
char *scheme_content_get(const struct scheme_content *content,
			 const char *path);

/* A whole number up to 10^12, just as one is written. */
bool scheme_parse_amount(const char *text, int64_t *amount);
/* Time by the format of a profile, as ISO 8601 with offset (mem_free), or
 * NULL. */
char *scheme_parse_time(const char *text, const char *format);

/* Names, codes and texts of a scheme, where a profile has none. */
struct scheme_defaults {
	const char *name;
	const char *reference, *order, *amount, *currency, *paid_at, *result;
	const char *simulated, *merchant;
	const char *const *paid, *const *issued, *const *failed;
	const char *const *refunded, *const *charged_back;
	const char *time_format, *answer;
};

const struct scheme_defaults *scheme_defaults_of(enum scheme_kind kind);

/* Fills the notice from the content; body is what a missing reference is
 * made of. kind is what the notice says, not yet whether it counts. */
void scheme_fill(const struct scheme_profile *profile,
		 const struct scheme_defaults *defaults,
		 const struct scheme_content *content, const char *body,
		 size_t len, struct scheme_notice *notice);
/* Reference, order and nothing else. false when there is neither. */
bool scheme_fill_hint(const struct scheme_profile *profile,
		      const struct scheme_content *content,
		      struct scheme_notice *notice);
/* Sets the fault unless there is one, and the kind "unknown". */
void scheme_fault(struct scheme_notice *notice, const char *code);

/* Each verifies and reads the notices of its kinds, into a notice that is
 * all zero. */
enum scheme_verdict scheme_webhooks_read(const struct scheme_profile *profile,
					 const struct scheme_request *request,
					 int64_t now_s,
					 struct scheme_notice *notice);
enum scheme_verdict scheme_ecpay_read(const struct scheme_profile *profile,
				      const struct scheme_request *request,
				      struct scheme_notice *notice);
enum scheme_verdict scheme_newebpay_read(const struct scheme_profile *profile,
					 const struct scheme_request *request,
					 struct scheme_notice *notice);

#endif
