/*
 * What a handler sees of a request, and its answer: see http_server.h.
 */
#include <assert.h>
#include <event2/buffer.h>
#include <event2/http.h>
#include <event2/http_struct.h>
#include <event2/keyvalq_struct.h>
#include <event2/bufferevent_ssl.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <string.h>

#include "buffer.h"
#include "charset.h"
#include "clock.h"
#include "hex.h"
#include "http_private.h"
#include "mem.h"

const char *
http_request_method(const struct http_request *request)
{
	if (!request->evhttp)
		return "";
	switch (evhttp_request_get_command(request->evhttp)) {
	case EVHTTP_REQ_GET:
		return "GET";
	case EVHTTP_REQ_HEAD:
		return "HEAD";
	case EVHTTP_REQ_POST:
		return "POST";
	case EVHTTP_REQ_PUT:
		return "PUT";
	case EVHTTP_REQ_DELETE:
		return "DELETE";
	default:
		return "";
	}
}

bool
http_request_waits(const struct http_request *request)
{
	return request->connection != NULL;
}

const char *
http_request_path(const struct http_request *request)
{
	const struct evhttp_uri *uri =
		request->evhttp ? evhttp_request_get_evhttp_uri(request->evhttp)
				: NULL;
	const char *path = uri ? evhttp_uri_get_path(uri) : NULL;

	return path ? path : "";
}

const char *
http_request_query(const struct http_request *request)
{
	const struct evhttp_uri *uri =
		request->evhttp ? evhttp_request_get_evhttp_uri(request->evhttp)
				: NULL;
	const char *query = uri ? evhttp_uri_get_query(uri) : NULL;

	return query ? query : "";
}

const char *
http_request_header(const struct http_request *request, const char *name)
{
	return request->evhttp
		       ? evhttp_find_header(evhttp_request_get_input_headers(
						    request->evhttp),
					    name)
		       : NULL;
}

char *
http_request_headers(const struct http_request *request)
{
	struct evkeyvalq *headers =
		request->evhttp
			? evhttp_request_get_input_headers(request->evhttp)
			: NULL;
	struct buffer text = {0};
	struct evkeyval *header;
	size_t at = 0, offset = 0;

	if (headers)
		TAILQ_FOREACH(header, headers, next)
	buffer_printf(&text, "%s: %s\n", header->key, header->value);
	/* Headers are bytes; what is kept of them is text. */
	while (at < text.len &&
	       !charset_utf8_ok(text.data + at, text.len - at, &offset)) {
		text.data[at + offset] = '?';
		at += offset + 1;
	}
	return text.data ? text.data : mem_strdup("");
}

const char *
http_request_peer(const struct http_request *request)
{
	char *address = NULL;
	ev_uint16_t port;

	if (!request->connection)
		return "";
	evhttp_connection_get_peer(request->connection->evhttp, &address,
				   &port);
	return address ? address : "";
}

bool
http_request_secure(const struct http_request *request)
{
	return request->connection &&
	       bufferevent_openssl_get_ssl(request->connection->stream);
}

bool
http_request_client(const struct http_request *request,
		    char fingerprint[HTTP_FINGERPRINT_SIZE])
{
	const struct http_connection *c = request->connection;
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	SSL *ssl = c ? bufferevent_openssl_get_ssl(c->stream) : NULL;
	X509 *shown = ssl ? SSL_get1_peer_certificate(ssl) : NULL;
	bool known = shown && SSL_get_verify_result(ssl) == X509_V_OK &&
		     X509_digest(shown, EVP_sha256(), digest, &len) == 1;

	X509_free(shown);
	if (known)
		hex_encode(digest, len, fingerprint);
	return known;
}

const char *
http_request_body(const struct http_request *request, size_t *len)
{
	struct evbuffer *body =
		request->evhttp
			? evhttp_request_get_input_buffer(request->evhttp)
			: NULL;

	*len = body ? evbuffer_get_length(body) : 0;
	return *len ? (const char *)evbuffer_pullup(body, -1) : "";
}

static const char *
reason_of(int code)
{
	switch (code) {
	case 200:
		return "OK";
	case 201:
		return "Created";
	case 303:
		return "See Other";
	case 400:
		return "Bad Request";
	case 401:
		return "Unauthorized";
	case 403:
		return "Forbidden";
	case 404:
		return "Not Found";
	case 405:
		return "Method Not Allowed";
	case 409:
		return "Conflict";
	case 415:
		return "Unsupported Media Type";
	case 422:
		return "Unprocessable Content";
	case 429:
		return "Too Many Requests";
	case 503:
		return "Service Unavailable";
	default:
		return "Internal Server Error";
	}
}

void
http_answer_header(struct http_request *request, const char *name,
		   const char *value)
{
	assert(!strpbrk(value, "\r\n"));
	if (request->evhttp)
		evhttp_add_header(
			evhttp_request_get_output_headers(request->evhttp),
			name, value);
}

void
http_answer(struct http_request *request, int code, const char *type,
	    const char *body, int retry_after)
{
	struct http_connection *c = request->connection;
	struct evhttp_request *evhttp = request->evhttp;
	struct evkeyvalq *headers;
	struct evbuffer *bytes;
	char seconds[16];

	mem_free(request);
	if (!c)
		return;
	c->pending = NULL;
	c->since = clock_monotonic_ms();
	c->server->pending--;
	headers = evhttp_request_get_output_headers(evhttp);
	if (type)
		evhttp_add_header(headers, "Content-Type", type);
	evhttp_add_header(headers, "Cache-Control", "no-store");
	evhttp_add_header(headers, "X-Content-Type-Options", "nosniff");
	if (retry_after) {
		snprintf(seconds, sizeof(seconds), "%d", retry_after);
		evhttp_add_header(headers, "Retry-After", seconds);
	}
	if (c->server->quiet)
		evhttp_add_header(headers, "Connection", "close");
	bytes = evbuffer_new();
	if (bytes && body &&
	    evhttp_request_get_command(evhttp) != EVHTTP_REQ_HEAD)
		evbuffer_add(bytes, body, strlen(body));
	/* The connection, and c with it, may be gone when this returns. */
	evhttp_send_reply(evhttp, code, reason_of(code), bytes);
	if (bytes)
		evbuffer_free(bytes);
}
