/*
 * Section notify of recard.conf, which recard-notify follows and recardctl
 * notice preview writes mail by.
 */
#ifndef RECARD_MAIL_SETTINGS_H
#define RECARD_MAIL_SETTINGS_H

#include "conf.h"

struct mail_settings {
	char *server; /* URL; or: */
	char *outbox; /* folder */
	bool plain;
	char *ca;
	char *user;
	char *password; /* file */
	char *from;
	char *from_name;
	char *return_path;
	char *domain;
	char *templates;
	char *site;
	char *contact;
	char *tracking_page;
	char *bounces;
	int64_t batch;
	int64_t connections;
	int64_t answer_time; /* milliseconds, as all that follow */
	int64_t mail_time;
	int64_t lease;
	int64_t wait_first;
	int64_t wait_most;
	int64_t give_up;
};

extern const struct conf_setting mail_setting_table[];

/* What one setting does not say of another: NULL, or in words what is wrong
 * (mem_free). */
char *mail_settings_objection(const struct mail_settings *settings);

/* The domain of Message-IDs: the setting, or that of the sender. */
const char *mail_settings_domain(const struct mail_settings *settings);

#endif
