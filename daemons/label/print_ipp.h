/*
 * Printing by IPP (RFC 8010, 8011), with libcups. Blocks: see print_call.h.
 */
#ifndef RECARD_PRINT_IPP_H
#define RECARD_PRINT_IPP_H

#include "print_report.h"

/*
 * Looks for the job, by its number or else by its name; tells its state, and
 * sends what has not arrived when that is wanted: never a document whose job
 * the printer knows to have it.
 */
void print_ipp(const struct print_request *request,
	       struct print_report *report);

#endif
