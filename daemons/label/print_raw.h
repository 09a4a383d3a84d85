/*
 * Printing to a raw port (AppSocket, TCP 9100), which takes bytes and tells
 * nothing. Blocks: see print_call.h.
 */
#ifndef RECARD_PRINT_RAW_H
#define RECARD_PRINT_RAW_H

#include "print_report.h"

/* Sends the document: PRINT_SENT when all of it was taken, PRINT_REFUSED when
 * nothing was, PRINT_UNKNOWN otherwise. What was tried before and may have
 * arrived is not sent (may_send). */
void print_raw(const struct print_request *request,
	       struct print_report *report);

#endif
