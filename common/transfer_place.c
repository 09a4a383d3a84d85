/*
 * URLs and settings of the other side, checked before anything is connected.
 */
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "secret_file.h"
#include "transfer_private.h"

/* A part of the URL; NULL when it has none. mem_free() it. */
static char *
part(CURLU *handle, CURLUPart which, unsigned flags)
{
	char *found = NULL, *copy = NULL;

	if (curl_url_get(handle, which, &found, flags) == CURLUE_OK)
		copy = mem_strdup(found);
	curl_free(found);
	return copy;
}

static bool
has(CURLU *handle, CURLUPart which)
{
	char *found = part(handle, which, 0);
	bool there = found != NULL;

	mem_free(found);
	return there;
}

/* It goes into an rm between double quotes. */
static bool
path_ok(const char *path)
{
	for (; *path != '\0'; path++)
		if ((unsigned char)*path < 0x20 || *path == 0x7f ||
		    strchr("\"\\'*?", *path))
			return false;
	return true;
}

static const char *
scheme_objection(CURLU *handle, bool *sftp)
{
	char *scheme = part(handle, CURLUPART_SCHEME, 0);
	const char *why = NULL;

	*sftp = scheme && strcmp(scheme, "sftp") == 0;
	if (scheme && strcmp(scheme, "http") == 0)
		why = "http is neither secret nor sure of the other side, "
		      "use https";
	else if (!scheme || (!*sftp && strcmp(scheme, "https") != 0))
		why = "neither https:// nor sftp://";
	mem_free(scheme);
	return why;
}

static const char *
objection(CURLU *handle, struct transfer_place *place)
{
	const char *why = scheme_objection(handle, &place->sftp);
	char *user;

	if (why)
		return why;
	if (has(handle, CURLUPART_PASSWORD))
		return "a password does not belong into a URL, use a secret "
		       "file";
	if (has(handle, CURLUPART_QUERY) || has(handle, CURLUPART_FRAGMENT) ||
	    has(handle, CURLUPART_OPTIONS))
		return "nothing may follow the folder";
	user = part(handle, CURLUPART_USER, CURLU_URLDECODE);
	if (place->sftp && (!user || !*user)) {
		mem_free(user);
		return "sftp needs a user: sftp://user@host/path/";
	}
	place->user = user;
	if (!place->sftp && user)
		return "https takes a token or a certificate, no user";
	place->path = part(handle, CURLUPART_PATH, CURLU_URLDECODE);
	if (!place->path || !path_ok(place->path))
		return "quotes, stars, backslashes and control characters "
		       "may not be in the folder's name";
	if (place->path[strlen(place->path) - 1] != '/')
		return "not a folder: it must end with \"/\"";
	/* In a URL that is the login folder, in an rm it is not: a path
	 * without a slash is. */
	if (place->sftp && strncmp(place->path, "/~/", 3) == 0)
		memmove(place->path, place->path + 3,
			strlen(place->path + 3) + 1);
	curl_url_set(handle, CURLUPART_USER, NULL, 0);
	place->url = part(handle, CURLUPART_URL, 0);
	return place->url ? NULL : "not a URL";
}

char *
transfer_place_read(struct transfer_place *place, const char *url)
{
	CURLU *handle = curl_url();
	const char *why = "not a URL";

	*place = (struct transfer_place){0};
	if (handle && url &&
	    curl_url_set(handle, CURLUPART_URL, url,
			 CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK)
		why = objection(handle, place);
	curl_url_cleanup(handle);
	return mem_strdup(why);
}

void
transfer_place_free(struct transfer_place *place)
{
	mem_free(place->url);
	mem_free(place->user);
	mem_free(place->path);
	*place = (struct transfer_place){0};
}

/* The first of the paths that is set although the scheme has no use for it,
 * so that nobody takes it for a protection. */
static const char *
misplaced(const struct transfer_remote *r, bool sftp)
{
	const struct {
		const char *value, *name;
		bool sftp;
	} rows[] = {{r->ca_file, "a CA file", false},
		    {r->certificate, "a certificate", false},
		    {r->key, "a certificate's key", false},
		    {r->token_file, "a token file", false},
		    {r->known_hosts, "known hosts", true},
		    {r->private_key, "a private key", true},
		    {r->password_file, "a password file", true}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].value && rows[i].sftp != sftp)
			return rows[i].name;
	return NULL;
}

static char *
files_objection(const struct transfer_remote *r)
{
	const char *readable[] = {r->ca_file, r->certificate, r->known_hosts};
	const char *secret[] = {r->key, r->token_file, r->private_key,
				r->password_file};
	char *why = NULL;
	size_t i;

	for (i = 0; i < sizeof(readable) / sizeof(readable[0]); i++)
		if (readable[i] && access(readable[i], R_OK) != 0)
			return mem_printf("%s: cannot be read", readable[i]);
	for (i = 0; i < sizeof(secret) / sizeof(secret[0]) && !why; i++)
		if (secret[i])
			why = secret_file_objection(secret[i]);
	return why;
}

char *
transfer_objection(const struct transfer_remote *r)
{
	struct transfer_place place;
	char *why = transfer_place_read(&place, r->url);
	bool sftp = place.sftp;
	const char *name;

	transfer_place_free(&place);
	if (why)
		return why;
	name = misplaced(r, sftp);
	if (name)
		return mem_printf("%s has no use with %s", name,
				  sftp ? "sftp" : "https");
	if (sftp && !r->known_hosts)
		return mem_strdup("sftp needs known hosts: a file with the "
				  "other side's host key");
	if (sftp && !r->private_key == !r->password_file)
		return mem_strdup("sftp needs a private key or a password "
				  "file, one of them");
	if (!r->certificate != !r->key)
		return mem_strdup("a certificate and its key go together");
	return files_objection(r);
}
