/*
 * What the modules behind transfer.h share: where the other side is, and the
 * one request in hand.
 */
#ifndef RECARD_TRANSFER_PRIVATE_H
#define RECARD_TRANSFER_PRIVATE_H

#include <curl/curl.h>

#include "transfer.h"

struct event;
struct transfer_socket;

/* A URL, taken apart. */
struct transfer_place {
	bool sftp;
	char *url;  /* without the user; ends with "/" */
	char *user; /* sftp */
	char *path; /* decoded, for rm */
};

/* NULL, or what is wrong with the URL; it is not quoted, for it might hold a
 * password. End with transfer_place_free() either way. */
char *transfer_place_read(struct transfer_place *place, const char *url);
void transfer_place_free(struct transfer_place *place);

struct transfer {
	struct event_base *base;
	const struct transfer_remote *remote;
	const bool *stop;
	struct transfer_place place;
	char *secret; /* password or token; NULL: none */
	char *error;

	CURLM *multi; /* its connections outlive a request */
	CURL *easy;
	struct transfer_socket *sockets; /* that libcurl waits for */
	struct event *timer;             /* libcurl's */
	struct event *deadline;          /* the next of our limits */

	/* The request in hand. */
	const struct transfer_request *request;
	size_t received, sent;
	int64_t started_ms, heard_ms; /* begin, and last bytes */
	bool ready;                   /* connected and logged in */
	bool done, too_large;
	const char *expired; /* why we gave up; NULL: we did not */
	int write_error;     /* errno of the descriptor; 0: none */
	enum {
		HOST_KEY_UNSEEN,
		HOST_KEY_KNOWN,
		HOST_KEY_NEW,
		HOST_KEY_OTHER
	} host_key;
	CURLcode result;
	char detail[CURL_ERROR_SIZE];
};

/* Connects libcurl's sockets and timer to the loop. 0 or -1. */
int transfer_loop_open(struct transfer *transfer);
void transfer_loop_close(struct transfer *transfer);
/* Runs what `easy` was told to do, until it is done, a limit has passed or
 * somebody wants to stop. */
void transfer_loop_run(struct transfer *transfer);

/* Tells `easy` everything about the request; list: commands of sftp, header
 * lines of https, or NULL. False when libcurl refuses. */
bool transfer_setup(struct transfer *transfer, const char *url,
		    struct curl_slist *list);
/* What became of it; sets the error. */
enum transfer_status transfer_verdict(struct transfer *transfer);

#endif
