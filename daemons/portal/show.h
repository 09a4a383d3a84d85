/*
 * The pages of the routes: what page.h wants to know, taken from a call.
 */
#ifndef RECARD_PORTAL_SHOW_H
#define RECARD_PORTAL_SHOW_H

struct buffer;
struct call;
struct page;

void draw_home(struct call *call, struct page *page);
void draw_login(struct call *call, struct page *page);
void draw_apply(struct call *call, struct page *page);
void draw_order(struct call *call, struct page *page);
void draw_payment(struct call *call, struct page *page);
void draw_address(struct call *call, struct page *page);
void draw_activation(struct call *call, struct page *page);
void draw_topic(struct call *call, struct page *page);

/* The call's page, or the error's of its status and code when it has none, at
 * the end of out. */
void show_page(struct call *call, struct buffer *out);
void show_error(struct call *call, int status, const char *code,
		struct buffer *out);

#endif
