/*
 * Whether an IPP printer behind TLS is the one that is meant.
 */
#ifndef RECARD_PRINT_TLS_H
#define RECARD_PRINT_TLS_H

#include <cups/http.h>

struct printer;

/* Verifies the chain that the printer showed against its ca_file, and its
 * name. NULL, or what speaks against it (a constant). */
const char *print_tls_objection(http_t *http, const struct printer *printer);

#endif
