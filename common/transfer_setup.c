/*
 * What libcurl is told about a request, and what its answer means. Every
 * option that decides whom we talk to stands here.
 */
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "buffer.h"
#include "clock.h"
#include "mem.h"
#include "transfer_private.h"

/* libcurl's own limits come this much after ours. */
#define GRACE_MS 2000
/* Most bytes of an answer that nobody wants, such as an error's page. */
#define UNWANTED_MAX (64 * 1024)

static long
http_code(const struct transfer *transfer)
{
	long code = 0;

	(void)curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &code);
	return code;
}

static bool
write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

/* A return value other than the number of bytes ends the request. */
static size_t
on_bytes(char *bytes, size_t one, size_t len, void *arg)
{
	struct transfer *transfer = arg;
	const struct transfer_request *request = transfer->request;
	bool wanted =
		(request->op == TRANSFER_GET || request->op == TRANSFER_LIST) &&
		(transfer->place.sftp || http_code(transfer) == 200);
	size_t limit = wanted ? request->limit : UNWANTED_MAX;

	(void)one; /* always 1 */
	if (len > limit - transfer->received) {
		transfer->too_large = wanted;
		return 0;
	}
	transfer->received += len;
	transfer->heard_ms = clock_monotonic_ms();
	if (!wanted)
		return len;
	if (request->bytes) {
		buffer_append(request->bytes, bytes, len);
	} else if (!write_all(request->fd, bytes, len)) {
		transfer->write_error = errno;
		return 0;
	}
	return len;
}

/* The next of the bytes that are sent. */
static size_t
on_room(char *room, size_t one, size_t len, void *arg)
{
	struct transfer *transfer = arg;
	const struct transfer_request *request = transfer->request;
	size_t left = request->upload_len - transfer->sent;

	(void)one; /* always 1 */
	if (len > left)
		len = left;
	if (len > 0)
		memcpy(room, request->upload + transfer->sent, len);
	transfer->sent += len;
	transfer->heard_ms = clock_monotonic_ms();
	return len;
}

/* libcurl begins again, on another connection. */
static int
on_rewind(void *arg, curl_off_t offset, int origin)
{
	struct transfer *transfer = arg;

	if (origin != SEEK_SET || offset < 0 ||
	    (size_t)offset > transfer->request->upload_len)
		return CURL_SEEKFUNC_FAIL;
	transfer->sent = (size_t)offset;
	return CURL_SEEKFUNC_OK;
}

/* The connection stands, with everybody's consent. */
static int
on_ready(void *arg, char *their_address, char *our_address, int their_port,
	 int our_port)
{
	struct transfer *transfer = arg;

	(void)their_address;
	(void)our_address;
	(void)their_port;
	(void)our_port;
	transfer->ready = true;
	transfer->heard_ms = clock_monotonic_ms();
	return CURL_PREREQFUNC_OK;
}

/* Only a host key that is written down as this host's will do. */
static int
on_host_key(CURL *easy, const struct curl_khkey *known,
	    const struct curl_khkey *found, enum curl_khmatch match, void *arg)
{
	struct transfer *transfer = arg;

	(void)easy;
	(void)known;
	(void)found;
	transfer->host_key = match == CURLKHMATCH_OK         ? HOST_KEY_KNOWN
			     : match == CURLKHMATCH_MISMATCH ? HOST_KEY_OTHER
							     : HOST_KEY_NEW;
	return match == CURLKHMATCH_OK ? CURLKHSTAT_FINE : CURLKHSTAT_REJECT;
}

/* False once libcurl has refused an option: none may be left out. */
#define SET(option, value) \
	(good = good && curl_easy_setopt(easy, option, value) == CURLE_OK)

static bool
set_common(struct transfer *transfer)
{
	const struct transfer_remote *r = transfer->remote;
	CURL *easy = transfer->easy;
	bool good = true;

	SET(CURLOPT_PROTOCOLS_STR, transfer->place.sftp ? "sftp" : "https");
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_NOPROXY, "*");
	SET(CURLOPT_NOSIGNAL, 1L);
	/* Who gave up does not wait for a name server. */
	SET(CURLOPT_QUICK_EXIT, 1L);
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)r->connect_timeout_ms + GRACE_MS);
	SET(CURLOPT_TIMEOUT_MS, (long)r->timeout_ms + GRACE_MS);
	SET(CURLOPT_PREREQFUNCTION, on_ready);
	SET(CURLOPT_PREREQDATA, transfer);
	SET(CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)transfer->request->limit);
	SET(CURLOPT_ERRORBUFFER, transfer->detail);
	SET(CURLOPT_WRITEFUNCTION, on_bytes);
	SET(CURLOPT_WRITEDATA, transfer);
	if (transfer->request->op == TRANSFER_PUT) {
		SET(CURLOPT_UPLOAD, 1L);
		SET(CURLOPT_INFILESIZE_LARGE,
		    (curl_off_t)transfer->request->upload_len);
		SET(CURLOPT_READFUNCTION, on_room);
		SET(CURLOPT_READDATA, transfer);
		SET(CURLOPT_SEEKFUNCTION, on_rewind);
		SET(CURLOPT_SEEKDATA, transfer);
		SET(CURLOPT_NEW_FILE_PERMS, 0640L);
	}
	return good;
}

static bool
set_https(struct transfer *transfer, struct curl_slist *headers)
{
	const struct transfer_remote *r = transfer->remote;
	CURL *easy = transfer->easy;
	bool good = true;

	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(CURLOPT_USERAGENT, "recard");
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	if (r->ca_file) {
		SET(CURLOPT_CAINFO, r->ca_file);
		/* Or the system's authorities would do as well. */
		SET(CURLOPT_CAPATH, NULL);
	}
	if (r->certificate) {
		SET(CURLOPT_SSLCERT, r->certificate);
		SET(CURLOPT_SSLKEY, r->key);
	}
	if (r->token_file) {
		SET(CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER);
		SET(CURLOPT_XOAUTH2_BEARER, transfer->secret);
	}
	if (transfer->request->op == TRANSFER_REMOVE)
		SET(CURLOPT_CUSTOMREQUEST, "DELETE");
	if (headers)
		SET(CURLOPT_HTTPHEADER, headers);
	return good;
}

static bool
set_sftp(struct transfer *transfer, struct curl_slist *commands)
{
	const struct transfer_remote *r = transfer->remote;
	CURL *easy = transfer->easy;
	bool good = true;

	SET(CURLOPT_SSH_KNOWNHOSTS, r->known_hosts);
	SET(CURLOPT_SSH_KEYFUNCTION, on_host_key);
	SET(CURLOPT_SSH_KEYDATA, transfer);
	SET(CURLOPT_USERNAME, transfer->place.user);
	if (r->private_key) {
		SET(CURLOPT_SSH_AUTH_TYPES, (long)CURLSSH_AUTH_PUBLICKEY);
		SET(CURLOPT_SSH_PRIVATE_KEYFILE, r->private_key);
	} else {
		SET(CURLOPT_SSH_AUTH_TYPES,
		    (long)(CURLSSH_AUTH_PASSWORD | CURLSSH_AUTH_KEYBOARD));
		SET(CURLOPT_PASSWORD, transfer->secret);
	}
	if (transfer->request->op == TRANSFER_LIST)
		SET(CURLOPT_DIRLISTONLY, 1L);
	if (commands) {
		SET(CURLOPT_QUOTE, commands);
		SET(CURLOPT_NOBODY, 1L);
	}
	return good;
}

#undef SET

bool
transfer_setup(struct transfer *transfer, const char *url,
	       struct curl_slist *list)
{
	transfer->received = transfer->sent = 0;
	transfer->too_large = false;
	transfer->write_error = 0;
	transfer->host_key = HOST_KEY_UNSEEN;
	transfer->result = CURLE_OK;
	transfer->detail[0] = '\0';
	curl_easy_reset(transfer->easy);
	return curl_easy_setopt(transfer->easy, CURLOPT_URL, url) == CURLE_OK &&
	       set_common(transfer) &&
	       (transfer->place.sftp ? set_sftp(transfer, list)
				     : set_https(transfer, list));
}

/* The answer of a server that spoke HTTP to the end of its header. */
static enum transfer_status
http_verdict(struct transfer *transfer, long code)
{
	const struct transfer_request *request = transfer->request;
	bool remove = request->op == TRANSFER_REMOVE;
	bool put = request->op == TRANSFER_PUT;

	if (code == 200 || ((remove || put) && (code == 202 || code == 204)) ||
	    (put && code == 201))
		return TRANSFER_OK;
	transfer->error = mem_printf("the server answered %ld", code);
	if (put && (code == 409 || code == 412))
		return TRANSFER_EXISTS;
	if (request->op == TRANSFER_GET && request->name &&
	    (code == 404 || code == 410))
		return TRANSFER_ABSENT;
	/* It was slow, or we were fast. */
	if (code >= 500 || code == 408 || code == 425 || code == 429)
		return TRANSFER_FAILED;
	return TRANSFER_REFUSED;
}

/* An HTML page is no list of files, whatever it says. */
static bool
is_plain_text(const struct transfer *transfer)
{
	const char *type = NULL;

	(void)curl_easy_getinfo(transfer->easy, CURLINFO_CONTENT_TYPE, &type);
	return type && strncasecmp(type, "text/plain", 10) == 0 &&
	       (type[10] == '\0' || type[10] == ';' || type[10] == ' ');
}

static bool
is_refusal(CURLcode result)
{
	switch (result) {
	case CURLE_REMOTE_ACCESS_DENIED:
	case CURLE_REMOTE_FILE_NOT_FOUND:
	case CURLE_QUOTE_ERROR:
	case CURLE_LOGIN_DENIED:
	case CURLE_AUTH_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL:
		return true;
	default:
		return false;
	}
}

/* libcurl's own words, as far as they can be printed. */
static char *
detail(const struct transfer *transfer)
{
	char *text = mem_strdup(transfer->detail[0]
					? transfer->detail
					: curl_easy_strerror(transfer->result));

	for (char *c = text; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || (unsigned char)*c > 0x7e)
			*c = ' ';
	return text;
}

static const char *
host_key_words(const struct transfer *transfer)
{
	switch (transfer->host_key) {
	case HOST_KEY_UNSEEN:
	case HOST_KEY_KNOWN:
		break;
	case HOST_KEY_NEW:
		return "the host key is not among the known hosts";
	case HOST_KEY_OTHER:
		return "the host key is not the one among the known hosts";
	}
	return NULL;
}

enum transfer_status
transfer_verdict(struct transfer *transfer)
{
	long code = transfer->place.sftp ? 0 : http_code(transfer);
	enum transfer_status status;

	mem_free(transfer->error);
	transfer->error = NULL;
	if (transfer->expired) {
		transfer->error = mem_strdup(transfer->expired);
		return TRANSFER_FAILED;
	}
	if (host_key_words(transfer)) {
		transfer->error = mem_strdup(host_key_words(transfer));
		return TRANSFER_REFUSED;
	}
	/* What a server says counts before what became of its words. */
	status = code != 0 ? http_verdict(transfer, code) : TRANSFER_OK;
	if (status != TRANSFER_OK)
		return status;
	if (transfer->too_large ||
	    transfer->result == CURLE_FILESIZE_EXCEEDED) {
		transfer->error = mem_printf("more than %zu bytes",
					     transfer->request->limit);
		return TRANSFER_TOO_LARGE;
	}
	if (transfer->write_error) {
		transfer->error = mem_printf("cannot write: %s",
					     strerror(transfer->write_error));
		return TRANSFER_FAILED;
	}
	if (transfer->result != CURLE_OK) {
		transfer->error = detail(transfer);
		if (transfer->result == CURLE_REMOTE_FILE_NOT_FOUND &&
		    transfer->request->op == TRANSFER_GET &&
		    transfer->request->name)
			return TRANSFER_ABSENT;
		return is_refusal(transfer->result) ? TRANSFER_REFUSED
						    : TRANSFER_FAILED;
	}
	if (code != 0 && transfer->request->op == TRANSFER_LIST &&
	    !is_plain_text(transfer)) {
		transfer->error = mem_strdup("the folder's answer is not "
					     "text/plain");
		return TRANSFER_REFUSED;
	}
	return TRANSFER_OK;
}
