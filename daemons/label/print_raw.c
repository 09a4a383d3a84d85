/*
 * Printing to a raw port; see print_raw.h. The whole call has its deadline
 * from outside, where the process is ended.
 */
#include <fcntl.h>
#include <linux/sockios.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "failpoint.h"
#include "print_raw.h"
#include "printer.h"

#define BLOCK (64 * 1024)
/* How long the printer may take to close its end. */
#define CLOSE_MS 3000

static int
connect_to(const struct printer *printer)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL, *at;
	char port[8];
	int fd = -1;

	(void)snprintf(port, sizeof port, "%u",
		       (unsigned)printer->port & 0xffffU);
	if (getaddrinfo(printer->host, port, &hints, &found) != 0)
		return -1;
	for (at = found; at && fd < 0; at = at->ai_next) {
		fd = socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC,
			    at->ai_protocol);
		if (fd >= 0 && connect(fd, at->ai_addr, at->ai_addrlen) != 0) {
			close(fd);
			fd = -1;
		}
	}
	freeaddrinfo(found);
	return fd;
}

/* How many bytes went out; *whole: all of the file did. */
static size_t
copy(int from, int to, bool *whole)
{
	static char block[BLOCK];
	size_t sent = 0;
	ssize_t n;

	*whole = false;
	while ((n = read(from, block, sizeof block)) > 0) {
		for (ssize_t at = 0; at < n;) {
			ssize_t done = send(to, block + at, (size_t)(n - at),
					    MSG_NOSIGNAL);

			if (done < 0)
				return sent;
			at += done;
			sent += (size_t)done;
		}
	}
	*whole = n == 0;
	return sent;
}

/* Whether the printer took all of it and left in peace: what it never reads
 * stays in our queue, or comes back as a reset. Printers that keep the
 * connection open are not waited for. */
static bool
closed_well(int fd)
{
	struct pollfd poller = {.fd = fd, .events = POLLIN};
	int left = 0;
	char said[256];

	if (shutdown(fd, SHUT_WR) != 0)
		return false;
	for (;;) {
		int ready = poll(&poller, 1, CLOSE_MS);

		if (ready == 0 && ioctl(fd, SIOCOUTQ, &left) == 0 && left == 0)
			return true;
		if (ready > 0) {
			ssize_t n = read(fd, said, sizeof said);

			if (n <= 0)
				return n == 0;
		}
	}
}

void
print_raw(const struct print_request *request, struct print_report *report)
{
	int from, to;
	size_t sent;
	bool whole;

	*report = (struct print_report){0};
	if (!request->may_send) {
		print_report_set(report, PRINT_UNKNOWN, "a raw port tells not");
		return;
	}
	from = open(request->path, O_RDONLY | O_CLOEXEC);
	to = from < 0 ? -1 : connect_to(request->printer);
	if (to < 0) {
		print_report_set(report, PRINT_REFUSED,
				 from < 0 ? "no file" : "no connection");
	} else {
		/* From here on a crash leaves it open what came out. */
		sent = copy(from, to, &whole);
		FAILPOINT("print.sent");
		if (whole && closed_well(to))
			print_report_set(report, PRINT_SENT, "");
		else
			print_report_set(report,
					 sent > 0 ? PRINT_UNKNOWN
						  : PRINT_REFUSED,
					 "the connection broke");
		close(to);
	}
	if (from >= 0)
		close(from);
}
