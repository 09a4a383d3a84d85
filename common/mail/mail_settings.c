/*
 * Settings of mail: see mail_settings.h.
 */
#include <string.h>

#include "mail_message.h"
#include "mail_settings.h"
#include "mem.h"

#define FIELD(name) offsetof(struct mail_settings, name)

const struct conf_setting mail_setting_table[] = {
	{"server", CONF_STRING, FIELD(server), NULL, 0, 0, false,
	 "The mail server: smtp://host:587, with STARTTLS, or "
	 "smtps://host:465."},
	{"outbox", CONF_PATH, FIELD(outbox), NULL, 0, 0, false,
	 "Folder that mail goes into, a file each, in the place of a server."},
	{"plain", CONF_BOOL, FIELD(plain), "false", 0, 0, false,
	 "Speak to a server on this host without TLS."},
	{"ca", CONF_PATH, FIELD(ca), NULL, 0, 0, false,
	 "PEM file of the server's authority; not set: those of the system."},
	{"user", CONF_STRING, FIELD(user), NULL, 0, 0, false,
	 "User that we log in as; not set: we do not."},
	{"password", CONF_SECRET, FIELD(password), NULL, 0, 0, false,
	 "File with the password of that user."},
	{"from", CONF_STRING, FIELD(from), NULL, 0, 0, false,
	 "Mail address of the sender."},
	{"from_name", CONF_STRING, FIELD(from_name), "線上續卡", 0, 0, false,
	 "Name of the sender."},
	{"return_path", CONF_STRING, FIELD(return_path), NULL, 0, 0, false,
	 "Mail address that bounces go to; not set: the sender's."},
	{"domain", CONF_STRING, FIELD(domain), NULL, 0, 0, false,
	 "Domain of Message-IDs, the same everywhere; not set: the sender's."},
	{"templates", CONF_PATH, FIELD(templates), NULL, 0, 0, true,
	 "Folder with the texts of mail; not set: those that are installed."},
	{"site", CONF_STRING, FIELD(site), NULL, 0, 0, true,
	 "Address of the citizens' site, as mail gives it."},
	{"contact", CONF_STRING, FIELD(contact), NULL, 0, 0, true,
	 "How to reach customer service, as mail gives it."},
	{"tracking_page", CONF_STRING, FIELD(tracking_page),
	 "https://postserv.post.gov.tw/pstmail/main_mail.html", 0, 0, true,
	 "Page of the post where a letter is looked up, as mail gives it."},
	{"bounces", CONF_PATH, FIELD(bounces), "/var/spool/recard/bounces", 0,
	 0, false, "Folder where mail that came back appears."},
	{"batch", CONF_INT, FIELD(batch), "500", 1, 10000, true,
	 "Notices claimed at once, at most."},
	{"connections", CONF_INT, FIELD(connections), "4", 1, 64, true,
	 "Connections to the server at once, at most."},
	{"answer_time", CONF_DURATION, FIELD(answer_time), "60s", 100, 600000,
	 true, "How long the server may take for one answer."},
	{"mail_time", CONF_DURATION, FIELD(mail_time), "2m", 100, 600000, true,
	 "How long one mail may take, all in all."},
	{"lease", CONF_DURATION, FIELD(lease), "10m", 1000, 86400000, true,
	 "How long claimed notices are ours; at least twice mail_time."},
	{"wait_first", CONF_DURATION, FIELD(wait_first), "1m", 10, 86400000,
	 true, "Wait after a mail's first failed try; it doubles with each."},
	{"wait_most", CONF_DURATION, FIELD(wait_most), "4h", 10, 86400000, true,
	 "Longest wait between failed tries of a mail."},
	{"give_up", CONF_DURATION, FIELD(give_up), "3d", 1000, 2592000000, true,
	 "How long a mail is tried before it goes to the worklist."},
	{0}};

const char *
mail_settings_domain(const struct mail_settings *settings)
{
	return settings->domain ? settings->domain
				: strchr(settings->from, '@') + 1;
}

static const char *
missing(const struct mail_settings *s)
{
	if (!s->server && !s->outbox)
		return "server or outbox";
	if (!s->from)
		return "from";
	if (!s->site)
		return "site";
	if (!s->contact)
		return "contact";
	return NULL;
}

static char *
address_objection(const struct mail_settings *s)
{
	if (!mail_address_ok(s->from))
		return mem_strdup("notify.from: not a mail address");
	if (s->return_path && !mail_address_ok(s->return_path))
		return mem_strdup("notify.return_path: not a mail address");
	if (s->domain && !mail_domain_ok(s->domain))
		return mem_strdup("notify.domain: not a domain");
	return NULL;
}

char *
mail_settings_objection(const struct mail_settings *s)
{
	const char *name = missing(s);

	if (name)
		return mem_printf("notify.%s is not set", name);
	if (!s->user != !s->password)
		return mem_strdup("notify.user and notify.password: set both, "
				  "or neither");
	if (s->lease < 2 * s->mail_time)
		return mem_strdup("notify.lease is less than twice "
				  "notify.mail_time");
	if (s->wait_first > s->wait_most)
		return mem_strdup("notify.wait_first is longer than "
				  "notify.wait_most");
	return address_objection(s);
}
