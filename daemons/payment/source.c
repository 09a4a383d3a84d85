/*
 * Sources of settlement files from their configuration: see source.h.
 */
#include <string.h>

#include "mem.h"
#include "source.h"

#define AT(field) offsetof(struct source_settings, field)

const struct conf_setting source_settings[] = {
	{"name", CONF_STRING, AT(name), NULL, 0, 0, false,
	 "What the source is called in the database and the log."},
	{"url", CONF_STRING, AT(url), NULL, 0, 0, false,
	 "The folder: sftp://user@host:port/path/ or https://host:port/path/."},
	{"pattern", CONF_STRING, AT(pattern), "*.csv", 0, 0, false,
	 "Names of the files to take, as for the shell."},
	{"known_hosts", CONF_PATH, AT(known_hosts), NULL, 0, 0, false,
	 "SFTP: file with the host's key, as ssh(1) keeps it."},
	{"private_key", CONF_SECRET, AT(private_key), NULL, 0, 0, false,
	 "SFTP: our key file, without pass phrase."},
	{"password", CONF_SECRET, AT(password), NULL, 0, 0, false,
	 "SFTP: file with the password, instead of a key."},
	{"ca", CONF_PATH, AT(ca), NULL, 0, 0, false,
	 "HTTPS: certificates (PEM) that the host's is checked against; not "
	 "set: the system's."},
	{"certificate", CONF_PATH, AT(certificate), NULL, 0, 0, false,
	 "HTTPS: our certificate (PEM), if the host wants one."},
	{"key", CONF_SECRET, AT(key), NULL, 0, 0, false,
	 "HTTPS: key file (PEM) of our certificate."},
	{"token", CONF_SECRET, AT(token), NULL, 0, 0, false,
	 "HTTPS: file with the token that each request carries."},
	{"every", CONF_DURATION, AT(every), "15m", 1000, 86400000, false,
	 "Time between two looks."},
	{"connect_time", CONF_DURATION, AT(connect_time), "15s", 100, 600000,
	 false, "How long connecting may take."},
	{"file_time", CONF_DURATION, AT(file_time), "10m", 100, 86400000, false,
	 "How long one request may take, a file's bytes included."},
	{"stall_time", CONF_DURATION, AT(stall_time), "30s", 100, 600000, false,
	 "How long next to no bytes may come."},
	{0}};

/* NULL, or what is wrong with the block. */
static char *
fill_source(struct fetch_source *source, const struct source_settings *s,
	    const char *inbox)
{
	static const char *const kinds[] = {"settlement", NULL};

	if (!s->name || !*s->name)
		return mem_strdup("name is not set");
	if (!s->url)
		return mem_strdup("url is not set");
	*source = (struct fetch_source){
		.name = s->name,
		.remote = {.url = s->url,
			   .ca_file = s->ca,
			   .certificate = s->certificate,
			   .key = s->key,
			   .token_file = s->token,
			   .known_hosts = s->known_hosts,
			   .private_key = s->private_key,
			   .password_file = s->password,
			   .connect_timeout_ms = s->connect_time,
			   .timeout_ms = s->file_time,
			   .stall_ms = s->stall_time},
		.inbox = inbox,
		.kinds = kinds,
		.pattern = s->pattern,
		.every_ms = s->every,
	};
	return fetch_objection(source);
}

static bool
name_taken(const struct source_settings *settings, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (strcmp(settings[i].name, settings[at].name) == 0)
			return true;
	return false;
}

struct fetch_source *
sources_new(const struct conf_records *records, const char *inbox, char **error)
{
	const struct source_settings *settings = records->items;
	struct fetch_source *sources =
		mem_alloc(records->count + 1, sizeof(*sources));

	*error = NULL;
	for (size_t i = 0; i < records->count; i++) {
		char *words = fill_source(&sources[i], &settings[i], inbox);

		if (!words && name_taken(settings, i))
			words = mem_printf("name \"%s\" is another block's",
					   settings[i].name);
		if (!words)
			continue;
		*error = mem_printf("payment.sources[%zu]: %s", i + 1, words);
		mem_free(words);
		mem_free(sources);
		return NULL;
	}
	return sources;
}
