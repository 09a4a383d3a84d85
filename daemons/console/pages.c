/*
 * The pages: see pages.h.
 */
#include <string.h>

#include "act_form.h"
#include "acts.h"
#include "draw.h"
#include "list.h"
#include "pages.h"
#include "pictures.h"
#include "questions.h"
#include "subject.h"

/* The filters that several lists have. */
#define STATUSES                                                            \
	" unpaid paid queued producing produced mailed delivered returned " \
	"activated purged cancelled closed "
#define ONE_OF(name, choices)                       \
	{                                           \
		name, choices, FILTER_ONE_OF, "any" \
	}
#define DAYS                                 \
	{"from", NULL, FILTER_DAY, NULL},    \
	{                                    \
		"to", NULL, FILTER_DAY, NULL \
	}
#define AGE ONE_OF("age", " 1d 3d 7d 30d ")
#define ROWS                                                \
	{                                                   \
		"rows", " 50 100 200 ", FILTER_ONE_OF, NULL \
	}
#define NAMED(name)                           \
	{                                     \
		name, NULL, FILTER_NAME, NULL \
	}

const struct page pages[] = {
	{.path = "/",
	 .act = "view",
	 .title = "belt",
	 .menu = true,
	 .refreshed = true,
	 .questions = {{ASK_BELT, {NULL}, draw_table}}},
	{.path = "/orders",
	 .act = "view",
	 .title = "orders",
	 .menu = true,
	 .questions = {{ASK_ORDERS,
			{"status", "product", "held", "from", "to", "age",
			 "after", "@rows"},
			draw_table}},
	 .filters = {ONE_OF("status", STATUSES), NAMED("product"),
		     ONE_OF("held", " yes "), AGE, DAYS, ROWS},
	 .pager = "after",
	 .rows = "order",
	 .acts = " hold release cancel retry remail close label_reprint "},
	{.path = "/orders/",
	 .subject = "order",
	 .act = "view",
	 .title = "order",
	 .questions = {{ASK_ORDER, {"@subject"}, draw_subject},
		       {ASK_HISTORY, {"@subject"}, draw_table, "history"}}},
	{.path = "/exceptions",
	 .act = "view",
	 .title = "exceptions",
	 .menu = true,
	 .questions = {{ASK_EXCEPTIONS,
			{"kind", "reason", "state", "from", "to", "age",
			 "after", "@rows"},
			draw_table}},
	 .filters = {ONE_OF("kind", " card batch label print mail_number "
				    "returned_mail source mail "),
		     NAMED("reason"),
		     {"state", " closed ", FILTER_ONE_OF, "open"},
		     AGE,
		     DAYS,
		     ROWS},
	 .pager = "after",
	 .rows = "exception",
	 .acts = " exception_close "},
	{.path = "/payment-exceptions",
	 .act = "view",
	 .title = "payment_exceptions",
	 .menu = true,
	 .questions = {{ASK_PAYMENT_EXCEPTIONS,
			{"reason", "state", "channel", "from", "to", "age",
			 "after", "@rows"},
			draw_table}},
	 .filters = {ONE_OF("reason",
			    " unknown_order purged_order cancelled_order "
			    "second_payment short over currency simulated "
			    "stale chargeback refund unreadable differs "),
		     {"state", " open refund_due refunded matched ",
		      FILTER_ONE_OF, "not_closed"},
		     NAMED("channel"),
		     AGE,
		     DAYS,
		     ROWS},
	 .pager = "after",
	 .rows = "payment",
	 .acts = " payment_refund_due payment_matched "},
	{.path = "/payments/",
	 .subject = "payment",
	 .act = "view",
	 .title = "payment",
	 .questions = {{ASK_PAYMENT, {"@subject"}, draw_subject}}},
	{.path = "/returned",
	 .act = "view",
	 .title = "returned_mail",
	 .menu = true,
	 .questions = {{ASK_RETURNED,
			{"reason", "state", "from", "to", "age", "after",
			 "@rows"},
			draw_table}},
	 .filters = {NAMED("reason"),
		     {"state", " closed ", FILTER_ONE_OF, "open"},
		     AGE,
		     DAYS,
		     ROWS},
	 .pager = "after",
	 .rows = "order",
	 .acts = " remail close "},
	{.path = "/overdue",
	 .act = "view",
	 .title = "overdue",
	 .menu = true,
	 .questions = {{ASK_OVERDUE,
			{"late", "from", "to", "after", "@rows"},
			draw_table}},
	 .filters = {ONE_OF("late", " 5 10 20 "), DAYS},
	 .pager = "after"},
	{.path = "/claims",
	 .act = "view",
	 .title = "claims",
	 .menu = true,
	 .questions = {{ASK_CLAIMS,
			{"state", "status", "from", "to", "after", "@rows"},
			draw_table}},
	 .filters = {{"state", " closed ", FILTER_ONE_OF, "open"},
		     ONE_OF("status", STATUSES),
		     DAYS},
	 .pager = "after"},
	{.path = "/claims/",
	 .subject = "claim",
	 .act = "view",
	 .title = "claim",
	 .questions = {{ASK_CLAIM, {"@subject"}, draw_subject}}},
	{.path = "/requests",
	 .act = "view",
	 .title = "requests",
	 .menu = true,
	 .questions = {{ASK_REQUESTS,
			{"state", "act", "from", "to", "before", "@rows"},
			draw_table}},
	 .filters = {{"state", " approved declined ", FILTER_ONE_OF, "open"},
		     ONE_OF("act", " retry_card correct_address abandon_batch "
				   "revert_import "),
		     DAYS,
		     ROWS},
	 .pager = "before",
	 .rows = "request",
	 .acts = " approve decline "},
	{.path = "/requests/",
	 .subject = "request",
	 .act = "view",
	 .title = "request",
	 .questions = {{ASK_REQUEST, {"@identity", "@subject"}, draw_subject}}},
	{.path = "/batches",
	 .act = "view",
	 .title = "batches",
	 .menu = true,
	 .questions = {{ASK_BATCHES,
			{"state", "line", "product", "held", "from", "to",
			 "before", "@rows"},
			draw_table}},
	 .filters = {ONE_OF("state", " cut sealed published accepted refused "
				     "abandoned empty "),
		     NAMED("line"), NAMED("product"), ONE_OF("held", " yes "),
		     DAYS},
	 .pager = "before",
	 .rows = "batch",
	 .acts = " batch_hold batch_release "},
	{.path = "/batches/",
	 .subject = "batch",
	 .act = "view",
	 .title = "batch",
	 .questions = {{ASK_BATCH, {"@subject"}, draw_subject}}},
	{.path = "/lines",
	 .act = "view",
	 .title = "lines",
	 .menu = true,
	 .questions = {{ASK_LINES, {NULL}, draw_table}}},
	{.path = "/label-runs",
	 .act = "view",
	 .title = "label_runs",
	 .menu = true,
	 .questions = {{ASK_LABEL_RUNS,
			{"state", "print_state", "from", "to", "before",
			 "@rows"},
			draw_table}},
	 .filters = {ONE_OF("state", " cut sealed published "),
		     ONE_OF("print_state",
			    " waiting sending pending held processing stopped "
			    "sent unknown cancelled failed printed replaced "),
		     DAYS},
	 .pager = "before"},
	{.path = "/label-runs/",
	 .subject = "label_run",
	 .act = "view",
	 .title = "label_run",
	 .questions = {{ASK_LABEL_RUN, {"@subject"}, draw_subject},
		       {ASK_RUN_LABELS,
			{"@subject", "after", "@rows"},
			draw_table,
			"label"}},
	 .pager = "after"},
	{.path = "/imports",
	 .act = "view",
	 .title = "imports",
	 .menu = true,
	 .questions = {{ASK_IMPORTS,
			{"kind", "outcome", "source", "from", "to", "before",
			 "@rows"},
			draw_table}},
	 .filters = {ONE_OF("kind", " settlement card_ack card_result "
				    "code_reset tracking "),
		     ONE_OF("outcome", " done rejected reverted "),
		     NAMED("source"), DAYS},
	 .pager = "before"},
	{.path = "/imports/",
	 .subject = "import",
	 .act = "view",
	 .title = "import",
	 .questions = {{ASK_IMPORT, {"@subject"}, draw_subject}}},
	{.path = "/feeds",
	 .act = "view",
	 .title = "feeds",
	 .menu = true,
	 .questions = {{ASK_FEEDS, {NULL}, draw_table, "feeds"},
		       {ASK_SOURCES, {NULL}, draw_table, "sources"}}},
	{.path = "/stages",
	 .act = "view",
	 .title = "stages",
	 .menu = true,
	 .questions = {{ASK_DAEMONS, {NULL}, draw_table, "daemons"},
		       {ASK_JOBS, {NULL}, draw_table, "jobs"},
		       {ASK_STAGES, {NULL}, draw_table, "stages"}}},
	{.path = "/audit",
	 .act = "audit",
	 .title = "audit",
	 .menu = true,
	 .questions = {{ASK_AUDIT,
			{"@identity", "what", "actor", "from", "to", "before",
			 "@rows"},
			draw_table}},
	 .filters = {{"what", " acts accesses refusals ", FILTER_ONE_OF, NULL},
		     NAMED("actor"),
		     DAYS},
	 .pager = "before"},
	{.path = "/act", .title = "act", .draw = act_form_draw},
	{.path = "/act", .post = true, .title = "act"},
	{.path = "/search",
	 .post = true,
	 .act = "search",
	 .title = "search",
	 .questions = {{ASK_SEARCH, {"@identity", "q"}, draw_table}}},
	{.path = "/reveal",
	 .post = true,
	 .act = "reveal",
	 .title = "reveal",
	 .questions = {{ASK_REVEAL,
			{"@identity", "on", "reason"},
			draw_sections}}},
	{.path = "/label",
	 .post = true,
	 .act = "label_preview",
	 .title = "label_preview",
	 .questions = {{ASK_LABELS,
			{"@identity", "on", "@none", "@none", "reason"},
			draw_label_picture}}},
	{.path = "/sheet",
	 .post = true,
	 .act = "sheet_preview",
	 .title = "sheet_preview",
	 .questions = {{ASK_LABELS,
			{"@identity", "@none", "on", "sheet", "reason"},
			draw_sheet_picture}}},
	{.path = "/reveal-request",
	 .post = true,
	 .act = "request_reveal",
	 .title = "request_reveal",
	 .questions = {{ASK_REQUEST_REVEAL,
			{"@identity", "on", "reason"},
			draw_sections}}},
	{.path = NULL}};

const struct page *
page_find(bool post, const char *path, const char **subject)
{
	*subject = "";
	for (const struct page *page = pages; page->path; page++) {
		size_t len = strlen(page->path);

		if (page->post != post || strncmp(path, page->path, len) != 0)
			continue;
		if (!page->subject && path[len] == '\0')
			return page;
		if (page->subject &&
		    subject_takes(subject_find(page->subject), path + len)) {
			*subject = path + len;
			return page;
		}
	}
	return NULL;
}

/* "2026-11-30" */
static bool
is_day(const char *value)
{
	return strlen(value) == 10 && value[4] == '-' && value[7] == '-' &&
	       strspn(value, "0123456789-") == 10;
}

bool
filter_takes(const struct page_filter *filter, const char *value)
{
	if (!*value)
		return true;
	switch (filter->kind) {
	case FILTER_DAY:
		return is_day(value);
	case FILTER_NAME:
		return strlen(value) <= 100;
	case FILTER_ONE_OF:
		break;
	}
	return words_hold(filter->choices, value);
}
