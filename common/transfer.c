/*
 * Sessions with the other side and their requests: see transfer.h.
 */
#include <string.h>
#include <unistd.h>

#include "buffer.h"
#include "mem.h"
#include "secret_file.h"
#include "transfer_private.h"

static bool
start_library(void)
{
	static bool started;

	if (!started)
		started = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
	return started;
}

struct transfer *
transfer_new(struct event_base *base, const struct transfer_remote *remote,
	     const bool *stop, char **error)
{
	const char *secret =
		remote->token_file ? remote->token_file : remote->password_file;
	struct transfer *transfer;

	*error = transfer_objection(remote);
	if (*error)
		return NULL;
	transfer = mem_alloc(1, sizeof(*transfer));
	transfer->base = base;
	transfer->remote = remote;
	transfer->stop = stop;
	*error = transfer_place_read(&transfer->place, remote->url);
	if (!*error && secret)
		transfer->secret = secret_file_line(secret, error);
	if (!*error) {
		transfer->easy = start_library() ? curl_easy_init() : NULL;
		if (!transfer->easy || transfer_loop_open(transfer) != 0)
			*error = mem_strdup("libcurl does not start");
	}
	if (!*error)
		return transfer;
	transfer_free(transfer);
	return NULL;
}

void
transfer_free(struct transfer *transfer)
{
	if (!transfer)
		return;
	curl_easy_cleanup(transfer->easy);
	transfer_loop_close(transfer);
	transfer_place_free(&transfer->place);
	if (transfer->secret)
		mem_free_secret(transfer->secret, strlen(transfer->secret));
	mem_free(transfer->error);
	mem_free(transfer);
}

const char *
transfer_error(const struct transfer *transfer)
{
	return transfer->error ? transfer->error : "";
}

/* What sftp does by a command of its own. */
static bool
is_command(const struct transfer *transfer,
	   const struct transfer_request *request)
{
	return transfer->place.sftp && (request->op == TRANSFER_REMOVE ||
					request->op == TRANSFER_RENAME);
}

/* Of one file; the folder's own for a command, which needs a place to
 * stand. */
static char *
request_url(const struct transfer *transfer,
	    const struct transfer_request *request)
{
	bool folder = !request->name || is_command(transfer, request);
	char *escaped = folder ? NULL
			       : curl_easy_escape(transfer->easy, request->name,
						  (int)strlen(request->name));
	char *url =
		mem_printf("%s%s%s%s", transfer->place.url,
			   escaped ? escaped : "", request->query ? "?" : "",
			   request->query ? request->query : "");

	curl_free(escaped);
	return url;
}

/* A name that stays in the folder, and between the quotes of a command. */
static bool
name_ok(const char *name)
{
	return *name != '\0' && strlen(name) <= 255 && strcmp(name, ".") != 0 &&
	       strcmp(name, "..") != 0 && !strpbrk(name, "/\"\\'*?\r\n");
}

/* Commands of sftp, header lines of https. */
static struct curl_slist *
request_list(const struct transfer *transfer,
	     const struct transfer_request *request)
{
	static const char *const put[] = {
		"Content-Type: application/octet-stream", "If-None-Match: *",
		"Expect:"};
	const char *path = transfer->place.path;
	struct curl_slist *list = NULL;
	char *command;

	if (is_command(transfer, request)) {
		command =
			request->op == TRANSFER_REMOVE
				? mem_printf("rm \"%s%s\"", path, request->name)
				: mem_printf("rename \"%s%s\" \"%s%s\"", path,
					     request->name, path, request->to);
		list = curl_slist_append(NULL, command);
		mem_free(command);
	} else if (!transfer->place.sftp && request->op == TRANSFER_PUT) {
		for (size_t i = 0; i < sizeof(put) / sizeof(put[0]); i++)
			list = curl_slist_append(list, put[i]);
	}
	return list;
}

static enum transfer_status
perform(struct transfer *transfer, const struct transfer_request *request)
{
	struct curl_slist *list;
	enum transfer_status status = TRANSFER_FAILED;
	char *url;

	transfer->request = request;
	list = request_list(transfer, request);
	url = request_url(transfer, request);
	if (transfer_setup(transfer, url, list)) {
		transfer_loop_run(transfer);
		status = transfer_verdict(transfer);
	} else {
		mem_free(transfer->error);
		transfer->error = mem_strdup("libcurl lacks an option");
	}
	mem_free(url);
	/* libcurl would hold on to what is ours. */
	curl_easy_reset(transfer->easy);
	curl_slist_free_all(list);
	transfer->request = NULL;
	return status;
}

enum transfer_status
transfer_run(struct transfer *transfer, const struct transfer_request *request)
{
	bool file = request->name || (request->op != TRANSFER_GET &&
				      request->op != TRANSFER_LIST);
	bool rename = request->op == TRANSFER_RENAME;
	const char *why = NULL;

	if (file && (!request->name || !name_ok(request->name)))
		why = "not the name of a file";
	else if (rename && (!request->to || !name_ok(request->to)))
		why = "not a new name of a file";
	else if (rename && !transfer->place.sftp)
		why = "https renames nothing";
	else if (request->query && transfer->place.sftp)
		why = "sftp answers no queries";
	if (!why)
		return perform(transfer, request);
	mem_free(transfer->error);
	transfer->error = mem_strdup(why);
	return TRANSFER_REFUSED;
}

enum transfer_status
transfer_get(struct transfer *transfer, const char *name, size_t limit,
	     struct buffer *bytes)
{
	return transfer_run(transfer,
			    &(struct transfer_request){.op = TRANSFER_GET,
						       .name = name,
						       .limit = limit,
						       .bytes = bytes});
}

enum transfer_status
transfer_get_fd(struct transfer *transfer, const char *name, size_t limit,
		int fd)
{
	return transfer_run(transfer,
			    &(struct transfer_request){.op = TRANSFER_GET,
						       .name = name,
						       .limit = limit,
						       .fd = fd});
}

enum transfer_status
transfer_remove(struct transfer *transfer, const char *name)
{
	return transfer_run(transfer,
			    &(struct transfer_request){.op = TRANSFER_REMOVE,
						       .name = name,
						       .limit = 1});
}

enum transfer_status
transfer_put(struct transfer *transfer, const char *name, const void *bytes,
	     size_t len)
{
	return transfer_run(transfer,
			    &(struct transfer_request){.op = TRANSFER_PUT,
						       .name = name,
						       .limit = 1,
						       .upload = bytes,
						       .upload_len = len});
}

enum transfer_status
transfer_rename(struct transfer *transfer, const char *name, const char *to)
{
	return transfer_run(transfer,
			    &(struct transfer_request){.op = TRANSFER_RENAME,
						       .name = name,
						       .limit = 1,
						       .to = to});
}

enum transfer_status
transfer_list(struct transfer *transfer, size_t limit,
	      struct transfer_names *names)
{
	struct buffer bytes = {0};
	enum transfer_status status = transfer_run(
		transfer, &(struct transfer_request){.op = TRANSFER_LIST,
						     .limit = limit,
						     .bytes = &bytes});

	*names = (struct transfer_names){0};
	if (status == TRANSFER_OK && bytes.len > 0)
		transfer_names_read(names, bytes.data, bytes.len);
	buffer_free(&bytes);
	return status;
}
