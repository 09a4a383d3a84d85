/*
 * The acts: see acts.h.
 */
#include <stdlib.h>
#include <string.h>

#include "acts.h"

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyz"

const struct subject subjects[] = {
	{"order", DIGITS, 14, "/orders/", " status held user_code "},
	{"payment", DIGITS, 18, "/payments/", " state "},
	{"claim", DIGITS, 18, "/claims/", " closed_at "},
	{"exception", DIGITS, 18, "/exceptions", " "},
	{"request", DIGITS, 18, "/requests/", " outcome act "},
	{"batch", DIGITS "CB-", 18, "/batches/", " state held "},
	{"label_run", DIGITS "LR-", 18, "/label-runs/", " state print_state "},
	{"import", DIGITS, 18, "/imports/", " kind outcome "},
	/* A line, or a line and a product. */
	{"line", DIGITS LETTERS "-_ ", 60, "/lines", " "},
	{"stage", LETTERS "._", 60, "/stages", " "},
	{.name = NULL}};

/* Statuses of an order in which it can still be told to wait. */
#define OPEN " unpaid paid queued produced mailed delivered returned "
#define LABELLED " queued producing produced "

const struct act acts[] = {
	{"hold", "order", OPEN, .unless = " held ", .many = true},
	{"release", "order", " held ", .many = true},
	{"cancel", "order", " unpaid paid queued ", .danger = true,
	 .many = true},
	{"retry", "order", " queued ", .needs = " held ", .makes = "request",
	 .many = true},
	{"remail", "order", " returned ", .makes = "label_copy", .many = true},
	{"correct_address", "order", " returned ", .makes = "request",
	 .inputs = {{"postal_code", INPUT_NUMBER, true, "999999"},
		    {"address", INPUT_TEXT, true, "120"}}},
	{"close", "order", " returned ", .danger = true, .many = true},
	{"label_reprint", "order", LABELLED, .makes = "label_copy",
	 .many = true},
	{"label_void", "order", LABELLED, .makes = "label_copy"},
	{"label_preview", "order", LABELLED " mailed delivered returned ",
	 .post = "/label"},
	{"unlock", "order", " locked ", .needs = " mailed delivered returned "},
	{"claim_open", "order", " mailed delivered returned activated ",
	 .makes = "claim"},
	{"reveal", "order", OPEN " producing activated cancelled closed ",
	 .post = "/reveal"},
	{"payment_refund_due", "payment", " open ", .many = true},
	{"payment_refunded", "payment", " open refund_due ", .danger = true,
	 .inputs = {{"reference", INPUT_TEXT, true, "100"}}},
	{"payment_matched", "payment", " open refund_due ", .danger = true,
	 .many = true,
	 .inputs = {{"order_no", INPUT_NUMBER, false, "99999999999999"}}},
	{"claim_note", "claim", " any ", .unless = " closed "},
	{"claim_close", "claim", " any ", .unless = " closed "},
	{"exception_close", "exception", NULL, .many = true},
	{"request_reveal", "request", " correct_address ",
	 .post = "/reveal-request"},
	{"approve", "request", " open ", .danger = true, .many = true},
	{"decline", "request", " open ", .many = true},
	{"batch_hold", "batch", " cut sealed ", .unless = " held ",
	 .many = true},
	{"batch_release", "batch", " held ", .many = true},
	{"batch_resend", "batch", " published refused "},
	{"batch_abandon", "batch", " refused ", .makes = "request"},
	{"batch_cut", "line", NULL, .makes = "batch", .danger = true},
	{"stock_counted", "line", NULL,
	 .inputs = {{"cards", INPUT_NUMBER, true, "10000000"}}},
	{"stock_delivered", "line", NULL,
	 .inputs = {{"cards", INPUT_NUMBER, true, "10000000"}}},
	{"line_resume", "line", NULL, .danger = true,
	 .inputs = {{"number", INPUT_NUMBER, true, "99999"}}},
	{"run_reprint", "label_run", " published ", .danger = true,
	 .inputs = {{"sheet", INPUT_NUMBER, false, "1000000"}}},
	{"print_confirm", "label_run", " sent unknown cancelled failed ",
	 .danger = true},
	{"sheet_preview", "label_run", " published ", .post = "/sheet",
	 .inputs = {{"sheet", INPUT_NUMBER, true, "1000000"}}},
	{"revert_import", "import", " tracking ", .needs = " done ",
	 .makes = "request"},
	{"pause", "stage", NULL,
	 .inputs = {{"until", INPUT_MOMENT, false, NULL}}},
	{"resume", "stage", NULL},
	{.name = NULL}};

const struct act *
act_find(const char *name)
{
	for (const struct act *act = acts; act->name; act++)
		if (strcmp(act->name, name) == 0)
			return act;
	return NULL;
}

const struct subject *
subject_find(const char *name)
{
	for (const struct subject *subject = subjects; subject->name; subject++)
		if (strcmp(subject->name, name) == 0)
			return subject;
	return NULL;
}

const char *
act_post(const struct act *act)
{
	return act->post ? act->post : "/act";
}

bool
subject_takes(const struct subject *subject, const char *text)
{
	return *text && strlen(text) <= subject->most &&
	       strspn(text, subject->characters) == strlen(text);
}

bool
words_hold(const char *words, const char *one)
{
	size_t len = strlen(one);

	for (const char *at = words; len > 0 && (at = strstr(at, one)); at++)
		if (at > words && at[-1] == ' ' && at[len] == ' ')
			return true;
	return false;
}

/* Whether two lists of words have one in common. */
static bool
share(const char *words, const char *others)
{
	char one[64];

	for (const char *at = words; *(at += strspn(at, " "));) {
		size_t len = strcspn(at, " ");

		if (len < sizeof(one)) {
			memcpy(one, at, len);
			one[len] = '\0';
			if (words_hold(others, one))
				return true;
		}
		at += len;
	}
	return false;
}

bool
act_offered(const struct act *act, const char *facts)
{
	return act->offered && share(act->offered, facts) &&
	       (!act->needs || share(act->needs, facts)) &&
	       (!act->unless || !share(act->unless, facts));
}

/* "2026-11-30T17:00", as browsers send it. */
static bool
is_moment(const char *value)
{
	static const char form[] = "dddd-dd-ddTdd:dd";

	if (strlen(value) != sizeof(form) - 1)
		return false;
	for (size_t i = 0; form[i]; i++)
		if (form[i] == 'd' ? value[i] < '0' || value[i] > '9'
				   : value[i] != form[i])
			return false;
	return true;
}

bool
input_takes(const struct act_input *input, const char *value)
{
	size_t len = strlen(value);

	if (len == 0)
		return !input->needed;
	if (input->kind == INPUT_MOMENT)
		return is_moment(value);
	if (input->kind == INPUT_NUMBER)
		return len <= 14 && strspn(value, DIGITS) == len &&
		       strtoll(value, NULL, 10) <=
			       strtoll(input->most, NULL, 10);
	/* Characters of four bytes at most. */
	return value[strspn(value, " \t\r\n")] != '\0' &&
	       len <= (size_t)strtoul(input->most, NULL, 10) * 4;
}
