/*
 * libcurl's sockets and timer on the event loop. libcurl says which socket
 * it waits for and until when; the loop tells it what happened.
 */
#include <event2/event.h>
#include <sys/time.h>

#include "transfer_private.h"

/* Our own deadline leaves libcurl this long to keep its own. */
#define GRACE_MS 1000

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
on_deadline(evutil_socket_t fd, short what, void *arg)
{
	struct transfer *transfer = arg;

	(void)fd;
	(void)what;
	transfer->expired = true;
}

/* libcurl wants another socket, or other events of it; known is what it was
 * given for the socket before. */
static int
watch_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *known)
{
	struct transfer *transfer = arg;
	struct event *event = known;
	short events = EV_PERSIST;

	(void)easy;
	if (event)
		event_free(event);
	event = NULL;
	if (what & CURL_POLL_IN)
		events |= EV_READ;
	if (what & CURL_POLL_OUT)
		events |= EV_WRITE;
	if (what != CURL_POLL_REMOVE) {
		event = event_new(transfer->base, fd, events, on_socket,
				  transfer);
		if (event && event_add(event, NULL) != 0) {
			event_free(event);
			event = NULL;
		}
	}
	/* Without an event the request ends at its deadline. */
	(void)curl_multi_assign(transfer->multi, fd, event);
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
	struct timeval limit = span(transfer->remote->timeout_ms + GRACE_MS);

	transfer->done = transfer->expired = false;
	if (evtimer_add(transfer->deadline, &limit) != 0 ||
	    curl_multi_add_handle(transfer->multi, transfer->easy) != CURLM_OK)
		transfer->expired = true;
	while (!transfer->done && !transfer->expired &&
	       !(transfer->stop && *transfer->stop))
		if (event_base_loop(transfer->base, EVLOOP_ONCE))
			break;
	(void)evtimer_del(transfer->deadline);
	(void)curl_multi_remove_handle(transfer->multi, transfer->easy);
}
