/*
 * Where a server listens: "ADDRESS:PORT" (an IPv6 address in brackets) or
 * "unix:PATH".
 */
#include <arpa/inet.h>
#include <errno.h>
#include <event2/util.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "http_private.h"
#include "mem.h"

#define UNIX_PREFIX "unix:"
#define BACKLOG 1024

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_un local;
};

static bool
parse(const char *text, union address *address, int *len)
{
	const char *path = text + strlen(UNIX_PREFIX);

	*address = (union address){.any = {0}};
	if (strncmp(text, UNIX_PREFIX, strlen(UNIX_PREFIX)) != 0) {
		*len = (int)sizeof(*address);
		return evutil_parse_sockaddr_port(text, &address->any, len) ==
			       0 &&
		       (address->any.sa_family == AF_INET
				? address->v4.sin_port
				: address->v6.sin6_port) != 0;
	}
	if (*path != '/' || strlen(path) >= sizeof(address->local.sun_path))
		return false;
	address->local.sun_family = AF_UNIX;
	memcpy(address->local.sun_path, path, strlen(path) + 1);
	*len = (int)sizeof(address->local);
	return true;
}

/* Only this host reaches it. */
static bool
is_private(const union address *address)
{
	switch (address->any.sa_family) {
	case AF_INET:
		return ntohl(address->v4.sin_addr.s_addr) >> 24 == 127;
	case AF_INET6:
		return IN6_IS_ADDR_LOOPBACK(&address->v6.sin6_addr);
	default:
		return true;
	}
}

char *
http_listen_objection(const char *text, bool plain)
{
	union address address;
	int len;

	if (!parse(text, &address, &len))
		return mem_printf("\"%s\" is neither ADDRESS:PORT, with a "
				  "numeric address, nor unix:/PATH",
				  text);
	if (plain && !is_private(&address))
		return mem_printf("\"%s\" can be reached from outside: without "
				  "TLS only a loopback address or unix:/PATH "
				  "will do",
				  text);
	return NULL;
}

/* A socket that nobody listens on any more stands in the way. */
static void
remove_dead_socket(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct stat status;
	int fd;

	if (lstat(path, &status) != 0 || !S_ISSOCK(status.st_mode))
		return;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	memcpy(address.sun_path, path, strlen(path) + 1);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0 &&
	    errno == ECONNREFUSED)
		unlink(path);
	close(fd);
}

struct evconnlistener *
http_listen(struct event_base *base, const char *text, char **error)
{
	/* Several instances may share a port, on one host too. */
	const unsigned flags = LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC |
			       LEV_OPT_REUSEABLE | LEV_OPT_DISABLED;
	struct evconnlistener *listener;
	union address address;
	int len, on = 1;

	*error = http_listen_objection(text, false);
	if (*error || !parse(text, &address, &len))
		return NULL;
	if (address.any.sa_family == AF_UNIX)
		remove_dead_socket(address.local.sun_path);
	listener = evconnlistener_new_bind(
		base, NULL, NULL,
		flags | (address.any.sa_family == AF_UNIX
				 ? 0
				 : LEV_OPT_REUSEABLE_PORT),
		BACKLOG, &address.any, len);
	if (!listener) {
		*error = mem_printf("cannot listen on %s: %s", text,
				    strerror(errno));
		return NULL;
	}
	if (address.any.sa_family == AF_UNIX)
		/* The proxy is in our group. */
		chmod(address.local.sun_path, 0660);
	else
		/* Accepted sockets inherit it: an answer goes out at once,
		 * not when its first piece has been acknowledged. */
		setsockopt(evconnlistener_get_fd(listener), IPPROTO_TCP,
			   TCP_NODELAY, &on, sizeof(on));
	return listener;
}
