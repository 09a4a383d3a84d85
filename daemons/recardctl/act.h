/*
 * What an operator does: a function of the schema that is told the subject,
 * who does it and why, and keeps the record of it.
 */
#ifndef RECARD_ACT_H
#define RECARD_ACT_H

#include <stdbool.h>

struct ctl;
struct db_result;
struct output;

/* True when there is a reason for the record; says it when not. */
bool act_has_reason(const struct ctl *ctl);
/*
 * Does it, or fails and says why: 0 or an exit code. doing: "batch hold";
 * sql: a constant with $1 subject, $2 operator and $3 reason, all text.
 * *result (may be NULL when no rows are wanted) is set with 0 only.
 */
int act_call(const struct ctl *ctl, const char *doing, const char *sql,
	     const char *subject, struct db_result **result);
/* Around acts that --dry-run does and takes back: what they would do is what
 * they did. 0 or an exit code, everything said; without --dry-run nothing. */
int act_begin(const struct ctl *ctl);
void act_take_back(const struct ctl *ctl);
/* For those who take back themselves. */
void act_say_dry_run(void);
/*
 * Tells what was done: for people in words on stderr, a line each; for
 * programs as a row of act, subject, outcome and the same words on stdout.
 * One act, or several that end in one report.
 */
int act_done(struct ctl *ctl, const char *subject, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void act_report_begin(struct output *report);
void act_report_add(const struct ctl *ctl, struct output *report,
		    const char *subject, const char *outcome,
		    const char *words);
int act_report_end(const struct ctl *ctl, struct output *report);
/* A report of requests, several; and one more of them: asks for it, and says
 * what the second one types. */
void act_requests_begin(struct output *report, bool several);
int act_requests_add(struct ctl *ctl, struct output *report, const char *doing,
		     const char *request, const char *subject);
/* Prints the number of a request, and says what the second one types. */
int act_print_request(struct ctl *ctl, const char *request, const char *subject,
		      const char *number);
/* Asks for what two people decide: prints the number of the request, and what
 * the second one types. request: "retry_card"; subject as it names it. */
int act_request(struct ctl *ctl, const char *doing, const char *request,
		const char *subject);

#endif
