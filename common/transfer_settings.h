/*
 * How another house is reached, as configuration blocks say it: the same
 * names wherever files are fetched or handed over.
 */
#ifndef RECARD_TRANSFER_SETTINGS_H
#define RECARD_TRANSFER_SETTINGS_H

#include "conf.h"
#include "transfer.h"

struct transfer_settings {
	char *known_hosts, *private_key, *password;
	char *ca, *certificate, *key, *token;
	int64_t every, connect_time, file_time, stall_time;
};

/* The other side's folder as these settings reach it; all is borrowed. */
struct transfer_remote
transfer_settings_remote(const struct transfer_settings *s, const char *url);

/* Rows of a settings table whose struct has struct transfer_settings at
 * `where`. */
#define TRANSFER_SETTINGS(where)                                             \
	{"known_hosts",                                                      \
	 CONF_PATH,                                                          \
	 (where) + offsetof(struct transfer_settings, known_hosts),          \
	 NULL,                                                               \
	 0,                                                                  \
	 0,                                                                  \
	 false,                                                              \
	 "SFTP: file with the host's key, as ssh(1) keeps it."},             \
		{"private_key",                                              \
		 CONF_SECRET,                                                \
		 (where) + offsetof(struct transfer_settings, private_key),  \
		 NULL,                                                       \
		 0,                                                          \
		 0,                                                          \
		 false,                                                      \
		 "SFTP: our key file, without pass phrase."},                \
		{"password",                                                 \
		 CONF_SECRET,                                                \
		 (where) + offsetof(struct transfer_settings, password),     \
		 NULL,                                                       \
		 0,                                                          \
		 0,                                                          \
		 false,                                                      \
		 "SFTP: file with the password, instead of a key."},         \
		{"ca",                                                       \
		 CONF_PATH,                                                  \
		 (where) + offsetof(struct transfer_settings, ca),           \
		 NULL,                                                       \
		 0,                                                          \
		 0,                                                          \
		 false,                                                      \
		 "HTTPS: certificates (PEM) that the host's is checked "     \
		 "against; not set: the system's."},                         \
		{"certificate",                                              \
		 CONF_PATH,                                                  \
		 (where) + offsetof(struct transfer_settings, certificate),  \
		 NULL,                                                       \
		 0,                                                          \
		 0,                                                          \
		 false,                                                      \
		 "HTTPS: our certificate (PEM), if the host wants one."},    \
		{"key",                                                      \
		 CONF_SECRET,                                                \
		 (where) + offsetof(struct transfer_settings, key),          \
		 NULL,                                                       \
		 0,                                                          \
		 0,                                                          \
		 false,                                                      \
		 "HTTPS: key file (PEM) of our certificate."},               \
		{"token",                                                    \
		 CONF_SECRET,                                                \
		 (where) + offsetof(struct transfer_settings, token),        \
		 NULL,                                                       \
		 0,                                                          \
		 0,                                                          \
		 false,                                                      \
		 "HTTPS: file with the token that each request carries."},   \
		{"every",                                                    \
		 CONF_DURATION,                                              \
		 (where) + offsetof(struct transfer_settings, every),        \
		 "15m",                                                      \
		 10,                                                         \
		 86400000,                                                   \
		 false,                                                      \
		 "Time between two looks for files to fetch."},              \
		{"connect_time",                                             \
		 CONF_DURATION,                                              \
		 (where) + offsetof(struct transfer_settings, connect_time), \
		 "15s",                                                      \
		 100,                                                        \
		 600000,                                                     \
		 false,                                                      \
		 "How long connecting may take."},                           \
		{"file_time",                                                \
		 CONF_DURATION,                                              \
		 (where) + offsetof(struct transfer_settings, file_time),    \
		 "10m",                                                      \
		 100,                                                        \
		 86400000,                                                   \
		 false,                                                      \
		 "How long one request may take, a file's bytes included."}, \
	{                                                                    \
		"stall_time", CONF_DURATION,                                 \
			(where) + offsetof(struct transfer_settings,         \
					   stall_time),                      \
			"30s", 100, 600000, false,                           \
			"How long next to no bytes may come or go."          \
	}

#endif
