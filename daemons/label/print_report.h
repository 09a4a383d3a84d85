/*
 * What is asked of a printer, and what it answered. Plain data: it passes
 * from a child process.
 */
#ifndef RECARD_PRINT_REPORT_H
#define RECARD_PRINT_REPORT_H

#include <stdbool.h>

struct printer;

enum print_state {
	PRINT_REFUSED, /* nothing of it arrived: it may be sent again */
	PRINT_LOST,    /* no answer: whether it arrived is not known */
	PRINT_PENDING,
	PRINT_HELD,
	PRINT_PROCESSING,
	PRINT_STOPPED, /* paper, cover, toner; goes on by itself */
	PRINT_SENT,    /* a raw port took it all, and tells no more */
	PRINT_UNKNOWN, /* the printer does not know it any more */
	PRINT_CANCELLED,
	PRINT_FAILED,
	PRINT_COMPLETED,
	PRINT_STATES
};

struct print_request {
	const struct printer *printer;
	const char *job_name;
	const char *path, *type; /* of the document */
	bool may_send; /* unless the printer knows it; otherwise it is asked */
};

struct print_report {
	enum print_state state;
	int job;        /* the printer's number of it; 0: not known */
	char says[160]; /* keywords of [a-z0-9.-], or words of ours */
};

/* Sets the state, and the words as far as there is room. */
void print_report_set(struct print_report *report, enum print_state state,
		      const char *says);
/* Adds what a printer said: only what looks like an IPP keyword. */
void print_report_add(struct print_report *report, const char *keyword);

#endif
