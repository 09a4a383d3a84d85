/*
 * Files and answers from other houses: HTTPS and SFTP, by libcurl on the
 * libevent loop. Written top-down by its user, as db.h is: transfer_run()
 * turns the loop until the answer is there or its deadline has passed, so
 * signals, timers, the watchdog and servers on the same loop go on
 * meanwhile. It must be called outside event callbacks, and SIGPIPE must be
 * ignored, as daemon.c does.
 *
 * The other side is one folder: sftp://user@host[:port]/path/ or
 * https://host[:port]/path/, always with the slash at its end. An HTTPS
 * folder answers a GET of itself with text/plain, one file name a line, a
 * GET of a file with 200 and its bytes, a DELETE with 200, 202 or 204, a
 * PUT (with If-None-Match: *) with 200, 201, 202 or 204, or with 409 or 412
 * when a file of that name is there.
 * Redirects are not followed, no proxy is used, and who the other side is is
 * always checked: by certificate (TLS 1.2 or later) or by known_hosts.
 */
#ifndef RECARD_TRANSFER_H
#define RECARD_TRANSFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buffer;
struct event_base;
struct transfer;

/* How a folder is reached. Paths may be NULL where they are not needed. */
struct transfer_remote {
	const char *url;
	const char *ca_file;       /* https: PEM; NULL: the system's */
	const char *certificate;   /* https: our certificate, PEM */
	const char *key;           /* https: its key, PEM, a secret file */
	const char *token_file;    /* https: Authorization: Bearer, a secret */
	const char *known_hosts;   /* sftp: as ssh(1) keeps it; required */
	const char *private_key;   /* sftp: without passphrase, a secret file */
	const char *password_file; /* sftp: instead of a key, a secret file */
	int64_t connect_timeout_ms; /* until we are logged in */
	int64_t timeout_ms;         /* of one request, all in all */
	int64_t stall_ms;           /* without a byte, once logged in */
};

enum transfer_status {
	TRANSFER_OK,
	TRANSFER_REFUSED,   /* the other side, or what it is, says no */
	TRANSFER_FAILED,    /* network, time, its trouble: may pass */
	TRANSFER_TOO_LARGE, /* more bytes than the limit */
	TRANSFER_ABSENT,    /* GET of a file: there is none of that name */
	TRANSFER_EXISTS     /* PUT over https: there is one of that name */
};

enum transfer_op {
	TRANSFER_GET,
	TRANSFER_LIST,   /* names in the folder, one a line */
	TRANSFER_REMOVE, /* DELETE, or rm */
	TRANSFER_PUT,    /* https: nothing is replaced; sftp: it is */
	TRANSFER_RENAME  /* sftp: to a name that must be free */
};

struct transfer_request {
	enum transfer_op op;
	const char *name;  /* in the folder; NULL: the folder itself */
	const char *query; /* https GET: after the "?", escaped; or NULL */
	size_t limit;      /* most bytes of an answer; at least 1 */
	/* Where the answer goes: a buffer it is appended to, or a
	 * descriptor. */
	struct buffer *bytes;
	int fd; /* when bytes is NULL */
	/* PUT: what is sent; borrowed. */
	const char *upload;
	size_t upload_len;
	const char *to; /* RENAME: the new name */
};

/* What is wrong with the URL, the settings or their files, in words without
 * secrets, for the check of a configuration; NULL when nothing is.
 * mem_free() it. */
char *transfer_objection(const struct transfer_remote *remote);

/*
 * Nothing is connected yet; connections are kept from one request to the
 * next. Secrets are read now. remote is borrowed; *stop (may be NULL) ends a
 * request early. NULL with *error (mem_free) as transfer_objection().
 */
struct transfer *transfer_new(struct event_base *base,
			      const struct transfer_remote *remote,
			      const bool *stop, char **error);
void transfer_free(struct transfer *transfer);

/* On anything but TRANSFER_OK, what arrived before is in the buffer or
 * descriptor and of no use. */
enum transfer_status transfer_run(struct transfer *transfer,
				  const struct transfer_request *request);
/* What went wrong last, in words without secrets or personal data. */
const char *transfer_error(const struct transfer *transfer);

/* The shorter forms. */
enum transfer_status transfer_get(struct transfer *transfer, const char *name,
				  size_t limit, struct buffer *bytes);
enum transfer_status transfer_get_fd(struct transfer *transfer,
				     const char *name, size_t limit, int fd);
enum transfer_status transfer_remove(struct transfer *transfer,
				     const char *name);

/* Uploads len bytes as a new file; over sftp in the place of one that is
 * there, so that it is to be a name that nobody reads, and renamed then. */
enum transfer_status transfer_put(struct transfer *transfer, const char *name,
				  const void *bytes, size_t len);
enum transfer_status transfer_rename(struct transfer *transfer,
				     const char *name, const char *to);

/* The names of a folder, sorted, each once. */
struct transfer_names {
	char **names;
	size_t count;
	size_t bad;     /* lines that are no file names as spool.h has them */
	char *bad_name; /* the first of them, fit for a log; or NULL */
};
/* At most limit bytes of names; free with transfer_names_free(). What begins
 * with a dot or ends with .part is passed over. */
enum transfer_status transfer_list(struct transfer *transfer, size_t limit,
				   struct transfer_names *names);
/* The same from the bytes of a listing. */
void transfer_names_read(struct transfer_names *names, const char *bytes,
			 size_t len);
void transfer_names_free(struct transfer_names *names);

#endif
