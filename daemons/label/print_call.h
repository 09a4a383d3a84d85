/*
 * A call to a printer in a process of its own: however slow a printer is, the
 * daemon goes on, and whatever it answers reaches neither the daemon's memory
 * nor its connection to the database.
 */
#ifndef RECARD_PRINT_CALL_H
#define RECARD_PRINT_CALL_H

#include "print_report.h"

struct print_call;

/* Starts it; request is read before this returns. NULL, with errno, when
 * there could be no process. Ends with print_call_close(). */
struct print_call *print_call_start(const struct print_request *request);
/* Readable when there is a report; belongs to the call. */
int print_call_fd(const struct print_call *call);
/* Whether it is over: at the latest at the printer's timeout, when the process
 * is killed. *report is PRINT_LOST then, as after a crash;
 * of a raw port, which cannot be asked, PRINT_UNKNOWN. */
bool print_call_over(struct print_call *call, struct print_report *report);
/* The same, waiting for it. */
void print_call_wait(struct print_call *call, struct print_report *report);
/* Kills what still runs. */
void print_call_close(struct print_call *call);

#endif
