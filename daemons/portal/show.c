/*
 * From a call to its page: see show.h.
 */
#include <openssl/rand.h>
#include <string.h>

#include "call.h"
#include "challenge.h"
#include "clock.h"
#include "gate.h"
#include "hex.h"
#include "page.h"
#include "show.h"

static const struct query *
posted(const struct call *call)
{
	return call->input.count > 0 ? &call->input : NULL;
}

void
draw_home(struct call *call, struct page *page)
{
	page_home(page, call->data);
}

void
draw_login(struct call *call, struct page *page)
{
	unsigned char random[CHALLENGE_RANDOM];
	char challenge[CHALLENGE_SIZE] = "", nonce[CHALLENGE_NONCE] = "";
	struct challenge_key key = gate_challenge_key(call->gate);
	struct page_login login = {challenge, nonce, call->code};

	/* Without one it cannot be answered; the next one may be better. */
	if (RAND_bytes(random, sizeof(random)) == 1 &&
	    challenge_make(&key, call_host(call), call_owner(call), random,
			   clock_now_s(), challenge))
		hex_encode(random, sizeof(random), nonce);
	page_login(page, &login);
}

void
draw_apply(struct call *call, struct page *page)
{
	const char *codes[PAGE_FAULTS] = {call->code, NULL};
	char fresh[COOKIE_SECRET] = "";
	struct page_apply apply = {
		.home = call->data,
		.request_id = call_input(call, "request_id"),
		.form = posted(call),
		.refused = codes,
		.area = call->area,
	};

	if (!*apply.request_id) {
		call_secret(fresh);
		fresh[32] = '\0'; /* a number of the form, and no secret */
		apply.request_id = fresh;
	}
	/* What the page can tell by itself it tells at once. */
	if (apply.form && call->status == 400)
		page_apply_faults(apply.form, codes);
	page_apply(page, &apply);
}

void
draw_order(struct call *call, struct page *page)
{
	page_order(page, call->data);
}

void
draw_payment(struct call *call, struct page *page)
{
	page_payment(page, call->data);
}

void
draw_address(struct call *call, struct page *page)
{
	const char *codes[] = {call->code, NULL};
	struct page_address address = {.order = call->data,
				       .form = posted(call),
				       .refused = codes,
				       .area = call->area};

	page_address(page, &address);
}

void
draw_activation(struct call *call, struct page *page)
{
	page_activation(page, call->data, call->code);
}

void
draw_topic(struct call *call, struct page *page)
{
	enum page_topic topic;

	if (page_topic_of(call->route->path, &topic))
		page_topic(page, topic);
	else
		page_error(page, 404, "no_such_page");
}

/* path: what GET shows again, or NULL. */
static struct page
begin(struct call *call, const char *path, char token[FORM_TOKEN_SIZE],
      struct buffer *out)
{
	form_token_make(gate_form_key(call->gate), call_owner(call), "portal",
			clock_now_s(), token);
	return (struct page){
		.site = gate_site(call->gate),
		.language = call->language,
		.path = path,
		.token = token,
		.inside = *call->citizen != '\0',
		.done = query_value(&call->query, "done"),
		.out = out,
	};
}

void
show_page(struct call *call, struct buffer *out)
{
	char token[FORM_TOKEN_SIZE];
	struct page page =
		begin(call, http_request_path(call->request), token, out);

	call->route->draw(call, &page);
}

void
show_error(struct call *call, int status, const char *code, struct buffer *out)
{
	char token[FORM_TOKEN_SIZE];
	const struct route *route = call->route;
	struct page page = begin(
		call,
		route && route->draw ? http_request_path(call->request) : NULL,
		token, out);

	page_error(&page, status, code);
}
