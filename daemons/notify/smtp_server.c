/*
 * The mail server that the settings name, and how it is known: by a
 * certificate for its name, from an authority that we trust.
 */
#include <arpa/inet.h>
#include <curl/curl.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "secret_file.h"
#include "smtp_private.h"

static char *
url_part(CURLU *url, CURLUPart which, unsigned flags)
{
	char *found = NULL, *copy = NULL;

	if (curl_url_get(url, which, &found, flags) == CURLUE_OK)
		copy = mem_strdup(found);
	curl_free(found);
	return copy;
}

static bool
url_has(CURLU *url, CURLUPart which)
{
	char *found = url_part(url, which, 0);
	bool there = found && strcmp(found, "/") != 0;

	mem_free(found);
	return there;
}

static bool
loopback(const char *host)
{
	struct in6_addr six;
	struct in_addr four;

	if (inet_pton(AF_INET, host, &four) == 1)
		return ntohl(four.s_addr) >> 24 == 127;
	if (inet_pton(AF_INET6, host, &six) == 1)
		return IN6_IS_ADDR_LOOPBACK(&six);
	return strcmp(host, "localhost") == 0;
}

/* "[::1]" as "::1". */
static char *
bare_host(char *host)
{
	size_t len = host ? strlen(host) : 0;
	char *bare;

	if (len < 2 || host[0] != '[')
		return host;
	bare = mem_strndup(host + 1, len - 2);
	mem_free(host);
	return bare;
}

static const char *
read_url(struct smtp_server *server, CURLU *url)
{
	char *scheme = url_part(url, CURLUPART_SCHEME, 0);
	char *port = url_part(url, CURLUPART_PORT, 0);
	const char *why = NULL;

	server->host = bare_host(url_part(url, CURLUPART_HOST, 0));
	server->tls_first = scheme && strcmp(scheme, "smtps") == 0;
	server->port = (uint16_t)(port                ? strtoul(port, NULL, 10)
				  : server->tls_first ? 465
						      : 587);
	if (!scheme || (!server->tls_first && strcmp(scheme, "smtp") != 0))
		why = "neither smtp:// nor smtps://";
	else if (!server->host)
		why = "no host";
	else if (url_has(url, CURLUPART_USER) ||
		 url_has(url, CURLUPART_PASSWORD))
		why = "user and password have settings of their own";
	else if (url_has(url, CURLUPART_PATH) ||
		 url_has(url, CURLUPART_QUERY) ||
		 url_has(url, CURLUPART_FRAGMENT))
		why = "nothing may follow host and port";
	else if (server->settings->plain && server->tls_first)
		why = "smtps:// is not plain";
	else if (server->settings->plain && !loopback(server->host))
		why = "plain is for a server on this host";
	else if (server->settings->plain && server->settings->user)
		why = "a password does not go over a plain connection";
	mem_free(scheme);
	mem_free(port);
	return why;
}

static char *
open_tls(struct smtp_server *server)
{
	const char *ca = server->settings->ca;
	SSL_CTX *tls = SSL_CTX_new(TLS_client_method());
	int loaded;

	server->tls = tls;
	if (!tls || !SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION))
		return mem_strdup("no TLS 1.2");
	SSL_CTX_set_verify(tls, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_options(tls,
			    SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
	loaded = ca ? SSL_CTX_load_verify_file(tls, ca)
		    : SSL_CTX_set_default_verify_paths(tls);
	ERR_clear_error();
	return loaded == 1 ? NULL
			   : mem_printf("notify.ca: %s holds no certificate",
					ca ? ca : "the system");
}

static char *
fill(struct smtp_server *server)
{
	const struct mail_settings *s = server->settings;
	CURLU *url = curl_url();
	unsigned char address[sizeof(struct in6_addr)];
	const char *why = "not a URL";
	char *error = NULL;

	if (url && curl_url_set(url, CURLUPART_URL, s->server,
				CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK)
		why = read_url(server, url);
	curl_url_cleanup(url);
	if (why)
		return mem_printf("notify.server: %s", why);
	server->number = inet_pton(AF_INET, server->host, address) == 1 ||
			 inet_pton(AF_INET6, server->host, address) == 1;
	server->name =
		mem_printf("%s://%s:%u", server->tls_first ? "smtps" : "smtp",
			   server->host, server->port);
	if (s->password)
		server->password = secret_file_line(s->password, &error);
	if (!error && !s->plain)
		error = open_tls(server);
	return error;
}

static struct evdns_base *
names_without_servers(struct event_base *base)
{
	struct evdns_base *names =
		evdns_base_new(base, EVDNS_BASE_DISABLE_WHEN_INACTIVE);

	if (names)
		(void)evdns_base_load_hosts(names, "/etc/hosts");
	return names;
}

struct smtp_server *
smtp_server_new(struct event_base *base, const struct mail_settings *settings,
		char **error)
{
	struct smtp_server *server = mem_alloc(1, sizeof(*server));

	server->base = base;
	server->settings = settings;
	*error = fill(server);
	if (!*error) {
		server->names = evdns_base_new(
			base, EVDNS_BASE_INITIALIZE_NAMESERVERS |
				      EVDNS_BASE_DISABLE_WHEN_INACTIVE);
		/* Without name servers numbers and /etc/hosts still do. */
		if (!server->names)
			server->names = names_without_servers(base);
		if (!server->names)
			*error = mem_strdup("notify.server: no names can be "
					    "looked up");
	}
	if (!*error)
		return server;
	smtp_server_free(server);
	return NULL;
}

void
smtp_server_free(struct smtp_server *server)
{
	if (!server)
		return;
	if (server->names)
		evdns_base_free(server->names, 0);
	SSL_CTX_free(server->tls);
	if (server->password)
		mem_free_secret(server->password, strlen(server->password));
	mem_free(server->name);
	mem_free(server->host);
	mem_free(server);
}

const char *
smtp_server_name(const struct smtp_server *server)
{
	return server->name;
}

SSL *
smtp_server_session(const struct smtp_server *server)
{
	SSL *session = SSL_new(server->tls);
	X509_VERIFY_PARAM *param = session ? SSL_get0_param(session) : NULL;

	if (!session)
		return NULL;
	X509_VERIFY_PARAM_set_hostflags(param,
					X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	if (server->number
		    ? X509_VERIFY_PARAM_set1_ip_asc(param, server->host) == 1
		    : X509_VERIFY_PARAM_set1_host(param, server->host, 0) ==
				      1 &&
			      SSL_set_tlsext_host_name(session, server->host) ==
				      1)
		return session;
	SSL_free(session);
	return NULL;
}
