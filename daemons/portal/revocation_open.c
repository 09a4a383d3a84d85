/*
 * What is configured of lists of revoked certificates: see revocation.h.
 */
#include <errno.h>
#include <string.h>

#include "mem.h"
#include "revocation_private.h"
#include "spool.h"

#define AT(field) offsetof(struct revocation_settings, field)
#define CONNECT_MS 15000
#define STALL_MS 30000

const struct conf_setting revocation_settings[] = {
	{"name", CONF_STRING, AT(name), NULL, 0, 0, false,
	 "What the list is called in the log."},
	{"issuer", CONF_PATH, AT(issuer), NULL, 0, 0, false,
	 "Certificate (PEM) of the authority that signs it."},
	{"url", CONF_STRING, AT(url), NULL, 0, 0, false,
	 "Where it is fetched from: https://host/path/FILE."},
	{"path", CONF_PATH, AT(path), NULL, 0, 0, false,
	 "A file that others keep up to date, instead of url."},
	{"ca", CONF_PATH, AT(ca), NULL, 0, 0, false,
	 "Certificates (PEM) that the host's is checked against; not set: the "
	 "system's."},
	{"every", CONF_DURATION, AT(every), "1h", 10, 604800000, false,
	 "Time between two fetches."},
	{"file_time", CONF_DURATION, AT(file_time), "2m", 100, 3600000, false,
	 "How long one fetch may take."},
	{"max_size", CONF_SIZE, AT(max_size), "256M", 1024, 1073741824, false,
	 "Largest list that is taken."},
	{0}};

struct transfer_remote
revocation_remote(const struct revocation_kept *list)
{
	const struct revocation_settings *s = list->settings;

	return (struct transfer_remote){.url = list->url_folder,
					.ca_file = s->ca,
					.connect_timeout_ms = CONNECT_MS,
					.timeout_ms = s->file_time,
					.stall_ms = STALL_MS};
}

/* NULL, or what is wrong with the URL (mem_free). */
static char *
take_url_apart(struct revocation_kept *list)
{
	const char *url = list->settings->url;
	const char *slash = strrchr(url, '/');
	struct transfer_remote remote;

	if (strncmp(url, "https://", 8) != 0 || slash < url + 8 ||
	    !spool_name_ok(slash + 1))
		return mem_strdup("url is to be https://host/path/FILE");
	list->url_folder = mem_strndup(url, (size_t)(slash - url) + 1);
	list->url_name = slash + 1;
	remote = revocation_remote(list);
	return transfer_objection(&remote);
}

static bool
name_taken(const struct revocation *r, const struct revocation_kept *list)
{
	for (const struct revocation_kept *other = r->lists; other < list;
	     other++)
		if (strcmp(other->settings->name, list->settings->name) == 0)
			return true;
	return false;
}

/* NULL, or what is wrong with the settings (mem_free). */
static char *
open_list(struct revocation *r, struct revocation_kept *list)
{
	const struct revocation_settings *s = list->settings;
	char *error = NULL;

	if (!s->name || !spool_name_ok(s->name))
		return mem_strdup("a list needs a name of letters, digits, "
				  "\".\", \"_\" and \"-\"");
	if (name_taken(r, list))
		return mem_strdup("two lists have this name");
	if (!s->issuer)
		return mem_strdup("issuer is not set");
	if (!s->url == !s->path)
		return mem_strdup("either url or path is to be set");
	list->issuer = revoked_issuer_load(s->issuer, &error);
	if (error)
		return error;
	list->file = s->path ? mem_strdup(s->path)
			     : mem_printf("%s/%s.crl", r->folder, s->name);
	return s->url ? take_url_apart(list) : NULL;
}

struct revocation *
revocation_open(struct daemon_context *ctx, const struct conf_records *lists,
		const char *folder, int64_t grace_ms, char **error)
{
	const struct revocation_settings *settings = lists->items;
	struct revocation *r = mem_alloc(1, sizeof(*r));

	*error = NULL;
	r->ctx = ctx;
	r->folder = mem_strdup(folder);
	r->grace_s = grace_ms / 1000;
	r->lists =
		mem_alloc(lists->count ? lists->count : 1, sizeof(*r->lists));
	r->sets = mem_alloc(lists->count ? lists->count : 1, sizeof(*r->sets));
	for (; r->count < lists->count && !*error; r->count++) {
		struct revocation_kept *list = &r->lists[r->count];
		char *wrong;

		list->settings = &settings[r->count];
		wrong = open_list(r, list);
		if (wrong)
			*error = mem_printf(
				"revocations[%zu]%s%s: %s", r->count,
				list->settings->name ? " " : "",
				list->settings->name ? list->settings->name
						     : "",
				wrong);
		mem_free(wrong);
	}
	if (!*error && !ctx->check && spool_make_folder(folder))
		*error = mem_printf("%s: %s", folder, strerror(errno));
	if (*error) {
		revocation_close(r);
		return NULL;
	}
	for (size_t i = 0; i < r->count && !ctx->check; i++)
		revocation_look_at_file(r, &r->lists[i]);
	return r;
}

void
revocation_close(struct revocation *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->count; i++) {
		revoked_issuer_free(r->lists[i].issuer);
		mem_free(r->lists[i].file);
		mem_free(r->lists[i].url_folder);
		revoked_set_free(r->sets[i]);
	}
	mem_free(r->lists);
	mem_free(r->sets);
	mem_free(r->folder);
	mem_free(r);
}
