/*
 * Printing by IPP; see print_ipp.h. Everything a printer answers is hostile:
 * only numbers of known meaning and keywords are taken from it.
 */
#include <cups/cups.h>
#include <stdio.h>
#include <string.h>

#include "failpoint.h"
#include "print_ipp.h"
#include "print_tls.h"
#include "printer.h"

struct session {
	const struct print_request *request;
	struct print_report *report;
	http_t *http;
	char uri[1024]; /* printer-uri */
};

/* What the printer knows of a job. */
struct job {
	int number;
	ipp_jstate_t state;
	bool document; /* it has it */
	bool errors;   /* completed, but not well */
};

static const char *
no_password(const char *prompt, http_t *http, const char *method,
	    const char *resource, void *target)
{
	(void)prompt, (void)http, (void)method, (void)resource, (void)target;
	return NULL;
}

static bool
connected(struct session *s)
{
	const struct printer *printer = s->request->printer;
	bool tls = printer->kind == PRINTER_IPPS;
	const char *wrong;

	cupsSetPasswordCB2(no_password, NULL);
	s->http = httpConnect2(printer->host, printer->port, NULL, AF_UNSPEC,
			       tls ? HTTP_ENCRYPTION_ALWAYS
				   : HTTP_ENCRYPTION_NEVER,
			       1, (int)printer->settings->timeout, NULL);
	if (!s->http) {
		print_report_set(s->report, PRINT_REFUSED, "no connection");
		return false;
	}
	wrong = tls ? print_tls_objection(s->http, printer) : NULL;
	if (wrong)
		print_report_set(s->report, PRINT_REFUSED, wrong);
	return wrong == NULL;
}

static ipp_t *
new_request(const struct session *s, ipp_op_t operation)
{
	ipp_t *ipp = ippNewRequest(operation);

	ippAddString(ipp, IPP_TAG_OPERATION, IPP_TAG_URI, "printer-uri", NULL,
		     s->uri);
	ippAddString(ipp, IPP_TAG_OPERATION, IPP_TAG_NAME,
		     "requesting-user-name", NULL,
		     s->request->printer->settings->user);
	return ipp;
}

/* Sends the request (freed); NULL when there was no answer. */
static ipp_t *
ask(struct session *s, ipp_t *ipp, const char *path)
{
	const char *resource = s->request->printer->resource;

	return path ? cupsDoFileRequest(s->http, ipp, resource, path)
		    : cupsDoRequest(s->http, ipp, resource);
}

/* Whether the printer did it; otherwise *report says why not, `lost` when it
 * did not answer. Frees the answer. */
static bool
done(struct session *s, ipp_t *answer, enum print_state lost)
{
	ipp_status_t status;

	if (!answer) {
		print_report_set(s->report, lost, "no answer");
		return false;
	}
	status = ippGetStatusCode(answer);
	ippDelete(answer);
	if (status < IPP_STATUS_REDIRECTION_OTHER_SITE)
		return true;
	print_report_set(s->report, PRINT_REFUSED, "");
	print_report_add(s->report, ippErrorString(status));
	return false;
}

static int
number_of(ipp_t *answer, const char *name, int otherwise)
{
	ipp_attribute_t *found = ippFindAttribute(answer, name, IPP_TAG_ZERO);
	ipp_tag_t tag = found ? ippGetValueTag(found) : IPP_TAG_ZERO;

	return tag == IPP_TAG_INTEGER || tag == IPP_TAG_ENUM
		       ? ippGetInteger(found, 0)
		       : otherwise;
}

static bool
has_keyword(ipp_attribute_t *keywords, const char *wanted)
{
	int count = keywords ? ippGetCount(keywords) : 0;

	for (int i = 0; i < count; i++) {
		const char *word = ippGetString(keywords, i, NULL);

		if (word && strcmp(word, wanted) == 0)
			return true;
	}
	return false;
}

static void
add_keywords(struct print_report *report, ipp_attribute_t *keywords)
{
	int count = keywords ? ippGetCount(keywords) : 0;

	for (int i = 0; i < count; i++)
		print_report_add(report, ippGetString(keywords, i, NULL));
}

/* The attributes of one job, from the answer's current one on. */
static void
read_reasons(ipp_attribute_t *reasons, struct job *job)
{
	if (has_keyword(reasons, "job-incoming") ||
	    has_keyword(reasons, "job-data-insufficient"))
		job->document = false;
	if (has_keyword(reasons, "job-completed-with-errors"))
		job->errors = true;
}

/* Looks for the job's name in a list of jobs, the latest first or not. */
static bool
find_named(ipp_t *answer, const char *name, struct job *job)
{
	struct job seen = {.document = true};
	bool named = false, found = false;

	for (ipp_attribute_t *a = ippFirstAttribute(answer);;
	     a = ippNextAttribute(answer)) {
		const char *what = a ? ippGetName(a) : NULL;

		if (!what) { /* end of a group */
			if (named && seen.number > 0 && !found) {
				*job = seen;
				found = true;
			}
			seen = (struct job){.document = true};
			named = false;
			if (!a)
				return found;
			continue;
		}
		if (strcmp(what, "job-id") == 0 &&
		    ippGetValueTag(a) == IPP_TAG_INTEGER)
			seen.number = ippGetInteger(a, 0);
		else if (strcmp(what, "job-state") == 0 &&
			 ippGetValueTag(a) == IPP_TAG_ENUM)
			seen.state = (ipp_jstate_t)ippGetInteger(a, 0);
		else if (strcmp(what, "job-state-reasons") == 0)
			read_reasons(a, &seen);
		else if (strcmp(what, "job-name") == 0 &&
			 ippGetString(a, 0, NULL))
			named = strcmp(ippGetString(a, 0, NULL), name) == 0;
	}
}

static const char *const job_attributes[] = {"job-id", "job-name", "job-state",
					     "job-state-reasons"};

/* Looks among the jobs that are over, or not. False: could not be asked. */
static bool
look_among(struct session *s, const char *which, struct job *job)
{
	ipp_t *ipp = new_request(s, IPP_OP_GET_JOBS), *answer;
	ipp_status_t status;

	ippAddString(ipp, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "which-jobs",
		     NULL, which);
	ippAddStrings(ipp, IPP_TAG_OPERATION, IPP_TAG_KEYWORD,
		      "requested-attributes", 4, NULL, job_attributes);
	answer = ask(s, ipp, NULL);
	if (!answer) {
		print_report_set(s->report, PRINT_REFUSED, "no answer");
		return false;
	}
	status = ippGetStatusCode(answer);
	/* "No jobs" is told as not found by some. */
	if (status >= IPP_STATUS_REDIRECTION_OTHER_SITE &&
	    status != IPP_STATUS_ERROR_NOT_FOUND) {
		print_report_set(s->report, PRINT_REFUSED, "");
		print_report_add(s->report, ippErrorString(status));
		ippDelete(answer);
		return false;
	}
	if (!find_named(answer, s->request->job_name, job))
		*job = (struct job){0};
	ippDelete(answer);
	return true;
}

static bool
look(struct session *s, struct job *job)
{
	return look_among(s, "not-completed", job) &&
	       (job->number > 0 || look_among(s, "completed", job));
}

static bool
create(struct session *s, struct job *job)
{
	ipp_t *ipp = new_request(s, IPP_OP_CREATE_JOB), *answer;

	ippAddString(ipp, IPP_TAG_OPERATION, IPP_TAG_NAME, "job-name", NULL,
		     s->request->job_name);
	answer = ask(s, ipp, NULL);
	*job = (struct job){.number =
				    answer ? number_of(answer, "job-id", 0) : 0,
			    .state = IPP_JSTATE_PENDING};
	if (!done(s, answer, PRINT_LOST))
		return false;
	if (job->number > 0)
		return true;
	print_report_set(s->report, PRINT_LOST, "no job number");
	return false;
}

static bool
send_document(struct session *s, const struct job *job)
{
	ipp_t *ipp = new_request(s, IPP_OP_SEND_DOCUMENT);

	ippAddInteger(ipp, IPP_TAG_OPERATION, IPP_TAG_INTEGER, "job-id",
		      job->number);
	ippAddString(ipp, IPP_TAG_OPERATION, IPP_TAG_MIMETYPE,
		     "document-format", NULL, s->request->type);
	ippAddBoolean(ipp, IPP_TAG_OPERATION, "last-document", 1);
	return done(s, ask(s, ipp, s->request->path), PRINT_LOST);
}

/* Whether a reason of the printer's may keep it from printing. Empty trays are
 * told as a warning by printers that have others, and by some that wait. */
static bool
is_obstacle(const char *word)
{
	static const char *const obstacles[] = {
		"media-empty",   "media-needed", "media-jam",
		"toner-empty",   "cover-open",   "door-open",
		"paused",        "shutdown",     "marker-supply-empty",
		"interlock-open"};
	size_t len = strlen(word);

	if (len > 6 && strcmp(word + len - 6, "-error") == 0)
		return true;
	for (size_t i = 0; i < sizeof obstacles / sizeof *obstacles; i++)
		if (strncmp(word, obstacles[i], strlen(obstacles[i])) == 0 &&
		    !strstr(word, "-report"))
			return true;
	return false;
}

/* A job that does not print may stand at a printer that cannot. */
static void
look_at_printer(struct session *s)
{
	static const char *const wanted[] = {"printer-state",
					     "printer-state-reasons"};
	ipp_t *ipp = new_request(s, IPP_OP_GET_PRINTER_ATTRIBUTES), *answer;
	ipp_attribute_t *reasons;
	bool stopped;

	ippAddStrings(ipp, IPP_TAG_OPERATION, IPP_TAG_KEYWORD,
		      "requested-attributes", 2, NULL, wanted);
	answer = ask(s, ipp, NULL);
	if (!answer)
		return;
	reasons = ippFindAttribute(answer, "printer-state-reasons",
				   IPP_TAG_KEYWORD);
	stopped = number_of(answer, "printer-state", 0) == IPP_PSTATE_STOPPED;
	for (int i = 0; reasons && i < ippGetCount(reasons); i++) {
		const char *word = ippGetString(reasons, i, NULL);

		stopped = stopped || (word && is_obstacle(word));
	}
	if (stopped)
		s->report->state = PRINT_STOPPED;
	add_keywords(s->report, reasons);
	ippDelete(answer);
}

static void
tell(struct session *s, const struct job *job)
{
	enum print_state state = PRINT_PENDING;

	switch (job->state) {
	case IPP_JSTATE_PENDING:
		break;
	case IPP_JSTATE_HELD:
		state = PRINT_HELD;
		break;
	case IPP_JSTATE_PROCESSING:
		state = PRINT_PROCESSING;
		break;
	case IPP_JSTATE_STOPPED:
		state = PRINT_STOPPED;
		break;
	case IPP_JSTATE_CANCELED:
		state = PRINT_CANCELLED;
		break;
	case IPP_JSTATE_COMPLETED:
		state = job->errors ? PRINT_FAILED : PRINT_COMPLETED;
		break;
	case IPP_JSTATE_ABORTED:
	default:
		state = PRINT_FAILED;
		break;
	}
	s->report->job = job->number;
	print_report_set(s->report, state, "");
	if (state == PRINT_PENDING || state == PRINT_PROCESSING ||
	    state == PRINT_STOPPED)
		look_at_printer(s);
}

static void
submit(struct session *s)
{
	struct job job;

	if (!look(s, &job))
		return;
	FAILPOINT("print.looked");
	if (job.number > 0 &&
	    (job.document || job.state >= IPP_JSTATE_PROCESSING)) {
		tell(s, &job);
		return;
	}
	/* A job that waits for its document may have it at any time. */
	if (job.number == 0 && !s->request->may_send) {
		print_report_set(s->report, PRINT_UNKNOWN,
				 "the printer does not know it");
		return;
	}
	if (job.number == 0 && !create(s, &job))
		return;
	FAILPOINT("print.created");
	s->report->job = job.number;
	if (!send_document(s, &job))
		return;
	FAILPOINT("print.sent");
	print_report_set(s->report, PRINT_PENDING, "");
}

void
print_ipp(const struct print_request *request, struct print_report *report)
{
	const struct printer *printer = request->printer;
	struct session s = {.request = request, .report = report};

	*report = (struct print_report){0};
	(void)httpAssembleURI(HTTP_URI_CODING_ALL, s.uri, sizeof s.uri,
			      printer->kind == PRINTER_IPPS ? "ipps" : "ipp",
			      NULL, printer->host, printer->port,
			      printer->resource);
	if (connected(&s))
		submit(&s);
	httpClose(s.http);
	if (report->job < 0)
		report->job = 0;
}
