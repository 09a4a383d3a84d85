/*
 * What a printer answered; see print_report.h.
 */
#include <stdio.h>
#include <string.h>

#include "print_report.h"

#define KEYWORD_MAX 60

void
print_report_set(struct print_report *report, enum print_state state,
		 const char *says)
{
	report->state = state;
	(void)snprintf(report->says, sizeof report->says, "%s", says);
}

void
print_report_add(struct print_report *report, const char *keyword)
{
	size_t len = keyword ? strlen(keyword) : 0, used = strlen(report->says);

	if (len == 0 || len > KEYWORD_MAX ||
	    strspn(keyword, "abcdefghijklmnopqrstuvwxyz0123456789.-") != len ||
	    strcmp(keyword, "none") == 0 ||
	    used + len + 2 > sizeof report->says)
		return;
	(void)snprintf(report->says + used, sizeof report->says - used, "%s%s",
		       used > 0 ? " " : "", keyword);
}
