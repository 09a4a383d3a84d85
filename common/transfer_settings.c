/*
 * Settings of a transfer: see transfer_settings.h.
 */
#include "transfer_settings.h"

struct transfer_remote
transfer_settings_remote(const struct transfer_settings *s, const char *url)
{
	return (struct transfer_remote){
		.url = url,
		.ca_file = s->ca,
		.certificate = s->certificate,
		.key = s->key,
		.token_file = s->token,
		.known_hosts = s->known_hosts,
		.private_key = s->private_key,
		.password_file = s->password,
		.connect_timeout_ms = s->connect_time,
		.timeout_ms = s->file_time,
		.stall_ms = s->stall_time,
	};
}
