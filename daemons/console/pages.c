/*
 * The pages: see pages.h.
 */
#include <stdio.h>
#include <string.h>

#include "acts.h"
#include "draw.h"
#include "mem.h"
#include "pages.h"
#include "visit.h"

enum {
	BELT = STATEMENT_PAGES,
	ORDERS,
	ORDER,
	HISTORY,
	SEARCH,
	REVEAL,
	EXCEPTIONS,
	PAYMENT_EXCEPTIONS,
	RETURNED,
	OVERDUE,
	CLAIMS,
	CLAIM,
	REQUESTS,
	REQUEST,
	REQUEST_REVEAL,
	BATCHES,
	BATCH,
	LABEL_RUNS,
	LABEL_RUN,
	IMPORTS,
	IMPORT,
	FEEDS,
	AUDIT
};

#define TIME(column) "recard.taipei_time(" column ") AS " column
#define SECONDS(column, name) \
	"floor(extract(epoch FROM " column "))::bigint AS " name

/* The first column of a list is where its next page starts. */
const struct db_statement page_statements[] = {
	[STATEMENT_AUTHORISE] =
		{"authorise",
		 "SELECT operator, role, allowed, array_to_string(acts, ' ')"
		 " FROM recard.console_authorise($1, $2, $3)",
		 3},
	[STATEMENT_ACT] = {"act",
			   "SELECT recard.console_act($1, $2, $3::bigint, $4)",
			   4},
	[BELT] = {"belt",
		  "SELECT status AS stage, orders, held AS held_orders, "
		  "in_today, out_today, " TIME("oldest_at") ", " SECONDS(
			  "age",
			  "age_s") ", " SECONDS("target",
						"target_s") ", over"
							    " FROM "
							    "recard.console_"
							    "belt()",
		  0},
	[ORDERS] = {"orders",
		    "SELECT key, order_no, product, status,"
		    " CASE WHEN held THEN 'yes' END AS held, "
		    "amount, " TIME("applied_at") ", " TIME("pay_by") ", " TIME(
			    "moved_at") " FROM "
					"recard."
					"console_"
					"orders($1, "
					"$2,"
					" $3::"
					"integer)",
		    3},
	[ORDER] = {"order",
		   "SELECT section, name, value"
		   " FROM recard.order_show($1::bigint)",
		   1},
	[HISTORY] = {"history",
		     "SELECT move_no, recard.taipei_time(at) AS moved_at, "
		     "event, from_status,"
		     " to_status, actor, detail"
		     " FROM recard.history($1::bigint)",
		     1},
	[SEARCH] = {"search",
		    "SELECT order_no, product, status, " TIME(
			    "moved_at") ", found_by"
					" FROM recard.console_search($1, $2)",
		    2},
	[REVEAL] = {"reveal",
		    "SELECT section, name, value"
		    " FROM recard.console_reveal($1, $2::bigint, $3)",
		    3},
	[EXCEPTIONS] =
		{"exceptions",
		 "SELECT exception_id AS key, exception_id, kind, order_no,"
		 " CASE WHEN subject IS DISTINCT FROM order_no THEN subject "
		 "END"
		 " AS subject, reason, " TIME("opened_at") ", " SECONDS(
			 "age",
			 "age_s") ", suggestion,"
				  " exception_id AS do_exception_close"
				  " FROM recard.exception_list($1, false, "
				  "100000)"
				  " WHERE exception_id > coalesce($2::bigint, "
				  "0)"
				  " ORDER BY exception_id LIMIT $3::integer",
		 3},
	[PAYMENT_EXCEPTIONS] =
		{"payment_exceptions",
		 "SELECT payment_id AS key, payment_id, reason, state,"
		 " order_no, amount, currency, channel, "
		 "reference, " TIME("opened_at") ", " SECONDS(
			 "age", "age_s") ", suggestion"
					 " FROM recard.payment_worklist($1, "
					 "NULL, 100000)"
					 " WHERE payment_id > "
					 "coalesce($2::bigint, 0)"
					 " ORDER BY payment_id LIMIT "
					 "$3::integer",
		 3},
	[RETURNED] =
		{"returned",
		 "SELECT order_no AS key, order_no, reason, " TIME(
			 "opened_at") ", " SECONDS("age",
						   "age_s") ","
							    " order_no AS "
							    "do_remail, "
							    "order_no AS "
							    "do_close"
							    " FROM "
							    "recard.exception_"
							    "list('returned_"
							    "mail', false,"
							    " 100000) WHERE "
							    "order_no > "
							    "coalesce($1, '')"
							    " ORDER BY "
							    "order_no LIMIT "
							    "$2::integer",
		 2},
	[OVERDUE] =
		{"overdue",
		 "SELECT key, order_no, tracking_no, posted_on,"
		 " promised_on, days_late, last_event, " TIME(
			 "last_event_at") ", order_no AS do_claim_open"
					  " FROM recard.console_overdue($1, "
					  "$2::integer)",
		 2},
	[CLAIMS] =
		{"claims",
		 "SELECT claim AS key, claim, order_no, status, " TIME(
			 "opened_at") ", opened_by, reason, notes,"
				      " CASE WHEN closed_at IS NULL THEN "
				      "claim END"
				      " AS do_claim_note, CASE WHEN closed_at "
				      "IS NULL THEN claim"
				      " END AS do_claim_close, outcome"
				      " FROM recard.claim_list(coalesce($1, "
				      "'open') = 'all',"
				      " 100000) WHERE claim > "
				      "coalesce($2::bigint, 0)"
				      " ORDER BY claim LIMIT $3::integer",
		 3},
	[CLAIM] = {"claim",
		   "SELECT section, name, value"
		   " FROM recard.claim_show($1::bigint)",
		   1},
	[REQUESTS] =
		{"requests",
		 "SELECT decision_no AS key, decision_no AS request, act,"
		 " CASE WHEN act IN ('retry_card', 'correct_address')"
		 " THEN subject END AS order_no,"
		 " CASE WHEN act NOT IN ('retry_card', 'correct_address')"
		 " THEN subject END AS subject, " TIME(
			 "requested_at") ", requested_by, reason, outcome,"
					 " decided_by, CASE WHEN outcome = "
					 "'open' THEN decision_no END"
					 " AS do_approve, CASE WHEN outcome = "
					 "'open' THEN decision_no"
					 " END AS do_decline"
					 " FROM "
					 "recard.decision_list(coalesce($1, "
					 "'open') <> 'all',"
					 " 100000) WHERE $2::bigint IS NULL "
					 "OR decision_no < $2::bigint"
					 " ORDER BY decision_no DESC LIMIT "
					 "$3::integer",
		 3},
	[REQUEST] = {"request",
		     "SELECT section, name, value"
		     " FROM recard.console_request($1, $2::bigint, NULL)",
		     2},
	[REQUEST_REVEAL] = {"request_reveal",
			    "SELECT section, name, value"
			    " FROM recard.console_request($1, $2::bigint, $3)",
			    3},
	[BATCHES] =
		{"batches",
		 "SELECT batch_no AS key, batch_no, line, product, state,"
		 " cards, made, open, " TIME("created_at") ", " TIME(
			 "published_at") ", " TIME("acked_at") ", ack_reason, "
							       "held"
							       " FROM "
							       "recard."
							       "console_"
							       "batches($1, "
							       "$2, "
							       "$3::integer)",
		 3},
	[BATCH] = {"batch",
		   "SELECT section, name, value FROM recard.batch_show($1)", 1},
	[LABEL_RUNS] =
		{"label_runs",
		 "SELECT run_no AS key, run_no, layout, state, labels, void,"
		 " sheets, " TIME("created_at") ", " TIME(
			 "published_at") ", printer, print_state"
					 " FROM recard.console_label_runs($1, "
					 "$2::integer)",
		 2},
	[LABEL_RUN] = {"label_run",
		       "SELECT place AS key, place, recard.order_text(order_no)"
		       " AS order_no, copy_no, state, sheet, cell FROM (SELECT"
		       " *, row_number() OVER () AS place"
		       " FROM recard.run_labels($1)) AS r"
		       " WHERE place > coalesce($2::bigint, 0)"
		       " ORDER BY place LIMIT $3::integer",
		       3},
	[IMPORTS] = {"imports",
		     "SELECT import AS key, import, kind, file, " TIME(
			     "taken_at") ", outcome, reason, rows, applied,"
					 " duplicate, rejected FROM"
					 " recard.console_imports($1, "
					 "$2::bigint, $3::integer)",
		     3},
	[IMPORT] = {"import",
		    "SELECT section, name, value"
		    " FROM recard.console_import_show($1::bigint)",
		    1},
	[FEEDS] =
		{"feeds",
		 "SELECT channel, display, state, " TIME(
			 "covered_until") ", last_sequence,"
					  " missing_sequence, " TIME(
						  "last_"
						  "file_"
						  "at") ", " SECONDS("silence",
								     "silence_"
								     "s") ", "
									  "wai"
									  "t"
									  "ing"
									  ","
									  " "
									  "que"
									  "s"
									  "tio"
									  "n"
									  "s,"
									  " pr"
									  "o"
									  "duc"
									  "t"
									  "s, "
									  "sta"
									  "t"
									  "e "
									  "<> "
									  "'ok"
									  "'"
									  " AS"
									  " "
									  "ove"
									  "r"
									  " FR"
									  "O"
									  "M "
									  "rec"
									  "a"
									  "rd."
									  "pay"
									  "m"
									  "ent"
									  "_"
									  "fee"
									  "d"
									  "s("
									  ")",
		 0},
	[AUDIT] = {"audit",
		   "SELECT key, " TIME(
			   "happened_at") ", actor, act, subject,"
					  " reason, times FROM "
					  "recard.console_audit($1,"
					  " coalesce($2, 'acts'), $3::bigint, "
					  "$4::integer)",
		   4},
	{0}};

/* Links to acts about the page's subject, those that he may do. */
static void
draw_offers(struct visit *visit, const char *const *offered)
{
	html_open(&visit->html, "p", "class", "acts", NULL);
	for (; *offered; offered++) {
		const struct act *act = act_find(*offered);
		struct buffer path = {0};

		if (!visit_may(visit, act->name))
			continue;
		buffer_puts(&path, "/act");
		query_put(&path, "do", act->name);
		query_put(&path, "on", visit->subject);
		visit_link(visit, path.data, act->danger ? "act danger" : "act",
			   visit_word(visit, act->name));
		buffer_free(&path);
	}
	html_close(&visit->html);
}

/* What the order's page offers to do. */
static void
draw_order(struct visit *visit, const struct db_result *result)
{
	const char *offered[ACTS_MOST + 1] = {NULL};
	char status[20] = "";
	bool held = false;
	int count = 0;

	for (int row = 0; row < db_rows(result); row++) {
		const char *name = db_value(result, row, 1);
		const char *value = db_value(result, row, 2);

		if (strcmp(db_value(result, row, 0), "order") != 0)
			continue;
		if (strcmp(name, "status") == 0)
			snprintf(status, sizeof(status), "%.*s",
				 (int)strcspn(value, " "), value);
		held |= strcmp(name, "held") == 0 && strcmp(value, "yes") == 0;
	}
	for (const struct act *act = acts; act->name; act++)
		if (act_offered(act, status, held))
			offered[count++] = act->name;
	draw_offers(visit, offered);
	draw_sections(visit, result);
}

static void
draw_history(struct visit *visit, const struct db_result *result)
{
	if (db_rows(result) == 0)
		return;
	html_say(&visit->html, "h2", NULL, visit_word(visit, "history"));
	draw_table(visit, result);
}

/* Whether a name has a value, or a certain one. */
static bool
says(const struct db_result *result, const char *name, const char *value)
{
	for (int row = 0; row < db_rows(result); row++)
		if (strcmp(db_value(result, row, 1), name) == 0 &&
		    (!value || strcmp(db_value(result, row, 2), value) == 0))
			return true;
	return false;
}

static void
draw_claim(struct visit *visit, const struct db_result *result)
{
	static const char *const offered[] = {"claim_note", "claim_close",
					      NULL};

	if (db_rows(result) > 0 && !says(result, "closed_at", NULL))
		draw_offers(visit, offered);
	draw_sections(visit, result);
}

static void
draw_request(struct visit *visit, const struct db_result *result)
{
	static const char *const offered[] = {"approve", "decline", NULL};
	static const char *const reveal[] = {"request_reveal", NULL};

	if (says(result, "outcome", "open"))
		draw_offers(visit, offered);
	if (says(result, "act", "correct_address"))
		draw_offers(visit, reveal);
	draw_sections(visit, result);
}

/* What will happen, why, and the one button that does it. */
static void
draw_act_form(struct visit *visit)
{
	const struct act *act = act_find(visit_value(visit, "do"));
	const char *on = visit_value(visit, "on");
	char *key = mem_printf("will_%s", act->name);
	char *path = mem_printf("/orders/%s", on);

	html_open(&visit->html, "p", "class", "subject", NULL);
	html_text(&visit->html, visit_word(visit, act->subject));
	html_text(&visit->html, " ");
	if (strcmp(act->subject, "order") == 0)
		visit_link(visit, path, NULL, on);
	else
		html_text(&visit->html, on);
	html_close(&visit->html);
	html_say(&visit->html, "p", act->danger ? "will danger" : "will",
		 visit_word(visit, key));
	visit_form(visit, act->post, "decide");
	html_void(&visit->html, "input", "type", "hidden", "name", "do",
		  "value", act->name, NULL);
	html_void(&visit->html, "input", "type", "hidden", "name", "on",
		  "value", on, NULL);
	html_open(&visit->html, "label", "for", "reason", NULL);
	html_text(&visit->html, visit_word(visit, "why"));
	html_close(&visit->html);
	html_open(&visit->html, "textarea", "id", "reason", "name", "reason",
		  "rows", "3", "cols", "60", "maxlength", "500", "required",
		  "required", NULL);
	html_close(&visit->html);
	html_open(&visit->html, "button", "type", "submit", "class",
		  act->danger ? "danger" : NULL, NULL);
	html_text(&visit->html, visit_word(visit, act->name));
	html_close(&visit->html);
	html_close(&visit->html);
	mem_free(path);
	mem_free(key);
}

#define DIGITS "0123456789"

const struct page pages[] = {
	{.path = "/",
	 .act = "view",
	 .title = "belt",
	 .menu = true,
	 .questions = {{BELT, {NULL}, draw_table}}},
	{.path = "/orders",
	 .act = "view",
	 .title = "orders",
	 .menu = true,
	 .questions = {{ORDERS, {"status", "after", "@rows"}, draw_table}},
	 .filter = "status",
	 .choices = {"unpaid", "paid", "queued", "producing", "produced",
		     "mailed", "delivered", "returned", "activated", "purged",
		     "cancelled", "closed"},
	 .pager = "after"},
	{.path = "/orders/",
	 .subject = DIGITS,
	 .act = "view",
	 .title = "order",
	 .questions = {{ORDER, {"@subject"}, draw_order},
		       {HISTORY, {"@subject"}, draw_history}}},
	{.path = "/exceptions",
	 .act = "view",
	 .title = "exceptions",
	 .menu = true,
	 .questions = {{EXCEPTIONS, {"kind", "after", "@rows"}, draw_table}},
	 .filter = "kind",
	 .choices = {"card", "batch", "label", "print", "mail_number",
		     "returned_mail"},
	 .pager = "after"},
	{.path = "/payment-exceptions",
	 .act = "view",
	 .title = "payment_exceptions",
	 .menu = true,
	 .questions = {{PAYMENT_EXCEPTIONS,
			{"reason", "after", "@rows"},
			draw_table}},
	 .filter = "reason",
	 .choices = {"unknown_order", "purged_order", "cancelled_order",
		     "second_payment", "short", "over", "currency", "simulated",
		     "stale", "chargeback", "refund", "unreadable", "differs"},
	 .pager = "after"},
	{.path = "/returned",
	 .act = "view",
	 .title = "returned_mail",
	 .menu = true,
	 .questions = {{RETURNED, {"after", "@rows"}, draw_table}},
	 .pager = "after"},
	{.path = "/overdue",
	 .act = "view",
	 .title = "overdue",
	 .menu = true,
	 .questions = {{OVERDUE, {"after", "@rows"}, draw_table}},
	 .pager = "after"},
	{.path = "/claims",
	 .act = "view",
	 .title = "claims",
	 .menu = true,
	 .questions = {{CLAIMS, {"show", "after", "@rows"}, draw_table}},
	 .filter = "show",
	 .choices = {"all"},
	 .pager = "after"},
	{.path = "/claims/",
	 .subject = DIGITS,
	 .act = "view",
	 .title = "claim",
	 .questions = {{CLAIM, {"@subject"}, draw_claim}}},
	{.path = "/requests",
	 .act = "view",
	 .title = "requests",
	 .menu = true,
	 .questions = {{REQUESTS, {"show", "before", "@rows"}, draw_table}},
	 .filter = "show",
	 .choices = {"all"},
	 .pager = "before"},
	{.path = "/requests/",
	 .subject = DIGITS,
	 .act = "view",
	 .title = "request",
	 .questions = {{REQUEST, {"@identity", "@subject"}, draw_request}}},
	{.path = "/batches",
	 .act = "view",
	 .title = "batches",
	 .menu = true,
	 .questions = {{BATCHES, {"state", "before", "@rows"}, draw_table}},
	 .filter = "state",
	 .choices = {"cut", "sealed", "published", "accepted", "refused"},
	 .pager = "before"},
	{.path = "/batches/",
	 .subject = DIGITS "CB-",
	 .act = "view",
	 .title = "batch",
	 .questions = {{BATCH, {"@subject"}, draw_sections}}},
	{.path = "/label-runs",
	 .act = "view",
	 .title = "label_runs",
	 .menu = true,
	 .questions = {{LABEL_RUNS, {"before", "@rows"}, draw_table}},
	 .pager = "before"},
	{.path = "/label-runs/",
	 .subject = DIGITS "LR-",
	 .act = "view",
	 .title = "label_run",
	 .questions = {{LABEL_RUN, {"@subject", "after", "@rows"}, draw_table}},
	 .pager = "after"},
	{.path = "/imports",
	 .act = "view",
	 .title = "imports",
	 .menu = true,
	 .questions = {{IMPORTS, {"kind", "before", "@rows"}, draw_table}},
	 .filter = "kind",
	 .choices = {"settlement", "card_ack", "card_result", "tracking"},
	 .pager = "before"},
	{.path = "/imports/",
	 .subject = DIGITS,
	 .act = "view",
	 .title = "import",
	 .questions = {{IMPORT, {"@subject"}, draw_sections}}},
	{.path = "/feeds",
	 .act = "view",
	 .title = "feeds",
	 .menu = true,
	 .questions = {{FEEDS, {NULL}, draw_table}}},
	{.path = "/audit",
	 .act = "audit",
	 .title = "audit",
	 .menu = true,
	 .questions = {{AUDIT,
			{"@identity", "what", "before", "@rows"},
			draw_table}},
	 .filter = "what",
	 .choices = {"acts", "accesses", "refusals"},
	 .pager = "before"},
	{.path = "/act", .title = "act", .draw = draw_act_form},
	{.path = "/search",
	 .post = true,
	 .act = "search",
	 .title = "search",
	 .questions = {{SEARCH, {"@identity", "q"}, draw_table}}},
	{.path = "/reveal",
	 .post = true,
	 .act = "reveal",
	 .title = "reveal",
	 .questions = {{REVEAL, {"@identity", "on", "reason"}, draw_sections}}},
	{.path = "/reveal-request",
	 .post = true,
	 .act = "request_reveal",
	 .title = "request_reveal",
	 .questions = {{REQUEST_REVEAL,
			{"@identity", "on", "reason"},
			draw_sections}}},
	{.path = NULL}};

/* Whether rest is a subject of the page's. */
static bool
is_subject(const struct page *page, const char *rest)
{
	return *rest && strlen(rest) <= 18 &&
	       strspn(rest, page->subject) == strlen(rest);
}

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
		if (page->subject && is_subject(page, path + len)) {
			*subject = path + len;
			return page;
		}
	}
	return NULL;
}

bool
page_takes(const struct page *page, const char *choice)
{
	if (!*choice)
		return true;
	for (int i = 0; i < PAGE_CHOICES && page->choices[i]; i++)
		if (strcmp(page->choices[i], choice) == 0)
			return true;
	return false;
}
