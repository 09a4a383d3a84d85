/*
 * What the parts of recard-console share: its settings in force.
 */
#ifndef RECARD_CONSOLE_H
#define RECARD_CONSOLE_H

#include <stdint.h>

#include "http_settings.h"

struct console_settings {
	struct http_server_options server;
	char *form_key;
	char *metrics_listen;
	char **watch_certificates;
	int64_t database_connections;
	int64_t page_time;    /* ms */
	int64_t form_time;    /* ms */
	int64_t session_idle; /* ms */
};
extern struct console_settings console_settings;

#endif
