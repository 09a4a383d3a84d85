/*
 * libcurl's sockets and timer on the event loop. libcurl says which socket
 * it waits for and until when; the loop tells it what happened.
 *
 * The deadlines are ours: where libcurl gives up an SFTP session whose other
 * side is silent, it blocks for a second to say good-bye, and leaks it. We
 * shut its sockets down before, and there is nobody left to wait for.
 */
#include <event2/event.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "clock.h"
#include "mem.h"
#include "transfer_private.h"

/* A socket that libcurl waits for. */
struct transfer_socket {
	curl_socket_t fd;
	struct event *event;
	struct transfer_socket *next;
};

static struct timeval
span(int64_t ms)
{
	return (struct timeval){.tv_sec = ms / 1000,
				.tv_usec = ms % 1000 * 1000};
}

static void
act(struct transfer *transfer, curl_socket_t fd, int what)
{
	CURLMsg *message;
	int running, left;

	(void)curl_multi_socket_action(transfer->multi, fd, what, &running);
	while ((message = curl_multi_info_read(transfer->multi, &left)))
		if (message->msg == CURLMSG_DONE) {
			transfer->result = message->data.result;
			transfer->done = true;
		}
}

static void
on_socket(evutil_socket_t fd, short what, void *arg)
{
	act(arg, fd,
	    (what & EV_READ ? CURL_CSELECT_IN : 0) |
		    (what & EV_WRITE ? CURL_CSELECT_OUT : 0));
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	act(arg, CURL_SOCKET_TIMEOUT, 0);
}

static void
give_up(struct transfer *transfer, const char *why)
{
	const struct transfer_socket *socket = transfer->sockets;

	transfer->expired = why;
	for (; socket; socket = socket->next)
		(void)shutdown(socket->fd, SHUT_RDWR);
}

/* Looks which limit has passed, and sleeps until the next one does. */
static void
on_deadline(evutil_socket_t fd, short what, void *arg)
{
	struct transfer *transfer = arg;
	const struct transfer_remote *r = transfer->remote;
	int64_t now = clock_monotonic_ms();
	int64_t left = transfer->started_ms + r->timeout_ms - now;
	int64_t other = transfer->ready ? transfer->heard_ms + r->stall_ms - now
					: transfer->started_ms +
						  r->connect_timeout_ms - now;
	struct timeval delay;

	(void)fd;
	(void)what;
	if (left <= 0) {
		give_up(transfer, "not done in time");
	} else if (other <= 0) {
		give_up(transfer, transfer->ready ? "no answer in time"
						  : "no connection in time");
	} else {
		delay = span(other < left ? other : left);
		if (evtimer_add(transfer->deadline, &delay) != 0)
			give_up(transfer, "no timer");
	}
}

static void
forget(struct transfer *transfer, struct transfer_socket *socket)
{
	struct transfer_socket **at = &transfer->sockets;

	while (*at != socket)
		at = &(*at)->next;
	*at = socket->next;
	if (socket->event)
		event_free(socket->event);
	mem_free(socket);
}

/* libcurl wants another socket, or other events of it; known is what it was
 * given for the socket before. */
static int
watch_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *known)
{
	struct transfer *transfer = arg;
	struct transfer_socket *socket = NULL;
	short events = EV_PERSIST;

	(void)easy;
	if (known)
		forget(transfer, known);
	if (what & CURL_POLL_IN)
		events |= EV_READ;
	if (what & CURL_POLL_OUT)
		events |= EV_WRITE;
	if (what != CURL_POLL_REMOVE) {
		socket = mem_alloc(1, sizeof(*socket));
		socket->fd = fd;
		socket->next = transfer->sockets;
		transfer->sockets = socket;
		socket->event = event_new(transfer->base, fd, events, on_socket,
					  transfer);
		/* Without an event the request ends at its deadline. */
		if (socket->event)
			(void)event_add(socket->event, NULL);
	}
	(void)curl_multi_assign(transfer->multi, fd, socket);
	return 0;
}

static int
set_timer(CURLM *multi, long ms, void *arg)
{
	struct transfer *transfer = arg;
	struct timeval delay = span(ms);

	(void)multi;
	if (ms < 0)
		return evtimer_del(transfer->timer);
	return evtimer_add(transfer->timer, &delay);
}

int
transfer_loop_open(struct transfer *transfer)
{
	CURLM *multi = curl_multi_init();

	transfer->multi = multi;
	transfer->timer = evtimer_new(transfer->base, on_timer, transfer);
	transfer->deadline = evtimer_new(transfer->base, on_deadline, transfer);
	if (!multi || !transfer->timer || !transfer->deadline)
		return -1;
	curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
	curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, transfer);
	curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, set_timer);
	curl_multi_setopt(multi, CURLMOPT_TIMERDATA, transfer);
	curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, 1L);
	return 0;
}

void
transfer_loop_close(struct transfer *transfer)
{
	/* Ends its connections, and with them their events. */
	curl_multi_cleanup(transfer->multi);
	if (transfer->timer)
		event_free(transfer->timer);
	if (transfer->deadline)
		event_free(transfer->deadline);
}

void
transfer_loop_run(struct transfer *transfer)
{
	transfer->started_ms = transfer->heard_ms = clock_monotonic_ms();
	transfer->done = transfer->ready = false;
	transfer->expired = NULL;
	if (curl_multi_add_handle(transfer->multi, transfer->easy) != CURLM_OK)
		transfer->expired = "libcurl does not start";
	else
		on_deadline(-1, 0, transfer);
	while (!transfer->done && !transfer->expired)
		if (transfer->stop && *transfer->stop)
			give_up(transfer, "stopped");
		else if (event_base_loop(transfer->base, EVLOOP_ONCE))
			give_up(transfer, "the loop ended");
	(void)evtimer_del(transfer->deadline);
	(void)curl_multi_remove_handle(transfer->multi, transfer->easy);
}
