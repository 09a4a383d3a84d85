/*
 * What the parts of recard-portal share: its settings in force.
 */
#ifndef RECARD_PORTAL_H
#define RECARD_PORTAL_H

#include <stdint.h>

#include "conf.h"
#include "http_settings.h"

struct portal_settings {
	struct http_server_options server;
	char *host, *trusted_header;
	/* For other portals; the rest is server's. */
	char *api_listen, *api_clients_ca, *api_revoked;
	char *form_key, *holder_key;
	char *authorities, **policies;
	struct conf_records revocations;
	char *revocation_folder;
	int64_t revocation_grace;                        /* ms */
	int64_t session_idle, challenge_time, form_time; /* ms */
	int64_t page_time;                               /* ms */
	int64_t database_connections;
	int64_t peer_requests, peer_tries; /* a minute */
	int64_t user_code_cost, hash_threads, hash_queue;
	char *signing_component, *component_page, *tracking_page;
	char *counter_page;
	char *phone, *hours, *hours_en;
	struct conf_records payment_ways; /* of struct page_way */
};
extern struct portal_settings portal_settings;
extern const struct conf_setting portal_setting_table[];

/* way_settings.c: one block of payment_ways, a struct page_way. */
extern const struct conf_setting way_settings[];

#endif
