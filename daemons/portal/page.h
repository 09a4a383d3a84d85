/*
 * What citizens see: pages in 繁體中文 and English, drawn from what the
 * database answers (the citizen_* functions) and from what the request says.
 * Values in, bytes out; nothing here asks, decides or logs. Pure.
 *
 * Codes are those of the database, of card_verdict_code() and of
 * challenge_verdict_code(); one that is not known is told in general words
 * together with the code. A value that is missing in an answer is left out.
 */
#ifndef RECARD_PAGE_H
#define RECARD_PAGE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "html.h"
#include "language.h"

struct query;

/* One way to pay, from the configuration. */
struct page_way {
	const char *product; /* NULL: every product */
	const char *name_zh, *name_en;
	const char *words_zh, *words_en; /* how it goes; may be NULL */
	const char *url;                 /* https, where to pay; may be NULL */
};

/* What is the same for everybody, from the configuration. NULL: not set. */
struct page_site {
	const char *component;     /* "http://localhost:61161" */
	const char *component_url; /* https, where it can be had */
	const char *tracking_url;  /* https, the post's query page */
	const char *counter_url;   /* https, list of counters */
	const char *phone;         /* customer service */
	const char *hours_zh, *hours_en;
	const struct page_way *ways;
	size_t way_count;
};

struct page {
	const struct page_site *site;
	enum language language;
	/* What GET shows again, without a query; NULL: there is no such, and
	 * the language leads to "/". */
	const char *path;
	const char *token; /* form_token.h; in every form as "token" */
	bool inside;       /* somebody is logged in */
	/* Done before the redirect that led here (?done=): "applied",
	 * "repeated", "edited", "edited_elsewhere" (postal code and district
	 * disagree), "activated", "logged_out", "session_over". Others and NULL
	 * are nothing. */
	const char *done;
	struct buffer *out; /* the document is appended to it */
	struct html html;   /* the page's own */
};

/* What a log-in form starts from. Posts to /login: token, challenge,
 * holder_id, signature (base64). Its script asks POST /api/login/challenge,
 * with the token in X-Recard-Token, for {"challenge", "nonce"} when the form
 * has stood there for a minute. */
struct page_login {
	const char *challenge; /* to be signed */
	const char *nonce;     /* its random part in hex */
	const char *refused;   /* code of what went wrong; NULL: nothing yet */
};
void page_login(struct page *page, const struct page_login *login);

/* home: citizen_home(). */
void page_home(struct page *page, const json_t *home);

/*
 * The application. Posts to /apply: token, request_id, product, postal_code,
 * address, phone, email, language (zh-Hant, en), user_code, user_code_again,
 * consent ("yes"); "check" when only the address is to be looked at. Codes of
 * refusals stand at their fields, others above the form. user_code is never
 * shown again. Its script asks POST /api/address-check with a JSON object
 * {"postal_code", "address"} and the token in X-Recard-Token.
 */
struct page_apply {
	const json_t *home;
	const char *request_id;
	const struct query *form;   /* what was posted; NULL: nothing */
	const char *const *refused; /* codes, NULL ends; NULL: none */
	const json_t *area;         /* citizen_check_address(), or NULL */
};
void page_apply(struct page *page, const struct page_apply *apply);
/* Everything that is wrong with a posted application and can be told without
 * the database: codes, NULL ends. How many. */
#define PAGE_FAULTS 16
size_t page_apply_faults(const struct query *form,
			 const char *codes[PAGE_FAULTS]);

/* order: citizen_order(). */
void page_order(struct page *page, const json_t *order);
void page_payment(struct page *page, const json_t *order);

/* Where the order goes, until it is paid. Posts to /orders/N/address: token,
 * postal_code, address, phone, email; "check". */
struct page_address {
	const json_t *order;
	const struct query *form;
	const char *const *refused;
	const json_t *area;
};
void page_address(struct page *page, const struct page_address *address);

/* activation: citizen_activation(). said: what came of a try ("wrong",
 * "locked", "not_open", "accept_missing", "bad_user_code"), or NULL. Posts to
 * /orders/N/activate: token, user_code, accept ("yes"). */
void page_activation(struct page *page, const json_t *activation,
		     const char *said);

enum page_topic {
	TOPIC_HELP, /* of all of it */
	TOPIC_READER,
	TOPIC_PIN,
	TOPIC_USER_CODE,
	TOPIC_COUNTER,
	TOPIC_MAIL,
	TOPIC_PRIVACY
};
void page_topic(struct page *page, enum page_topic topic);
/* "/help/pin"; false when it is no topic's. */
bool page_topic_of(const char *path, enum page_topic *topic);

/* What went wrong: 400, 403, 404, 405, 413, 415, 429, 503, others in general
 * words. Code "session_over" with 403, "form_done", "form_old" with 400 … are
 * told in their own words; NULL: none. */
void page_error(struct page *page, int status, const char *code);

#endif
