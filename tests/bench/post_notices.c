/*
 * A payment service for benchmarks: posts native notices over HTTPS, each
 * connection one after the other, and says how many a second were answered
 * 200 and how long they took.
 *
 *	post_notices PORT CA SECRET CONNECTIONS NOTICES FIRST RATE
 *
 * Orders are FIRST, FIRST+1, … (14 digits, as they are); RATE notices a
 * second in all, 0: as many as are answered. Prints one line of JSON.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct load {
	int port;
	SSL_CTX *tls;
	unsigned char key[64];
	int key_len;
	long connections, notices;
	int64_t first;
	double rate;
	double started;
};

struct client {
	pthread_t thread;
	const struct load *load;
	long index;
	double *took; /* seconds, of each answered notice */
	long answered, refused;
};

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
die(const char *what)
{
	fprintf(stderr, "post_notices: %s: %s\n", what, strerror(errno));
	exit(1);
}

static SSL *
connect_tls(const struct load *load)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)load->port),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
	SSL *ssl = SSL_new(load->tls);

	if (fd < 0 || !ssl || connect(fd, (struct sockaddr *)&to, sizeof(to)))
		die("connect");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (!SSL_set_fd(ssl, fd) || SSL_connect(ssl) != 1)
		die("TLS");
	return ssl;
}

static int
make_request(const struct load *load, int64_t order, char *request, size_t size)
{
	char body[512], signed_text[1024], id[40];
	unsigned char digest[32], encoded[64];
	unsigned len = sizeof(digest);
	long stamp = (long)time(NULL);

	snprintf(id, sizeof(id), "evt-%" PRId64, order);
	snprintf(body, sizeof(body),
		 "{\"event_id\":\"%s\",\"channel\":\"atm\",\"order_no\":"
		 "\"%014" PRId64 "\",\"amount\":228,\"currency\":\"TWD\","
		 "\"paid_at\":\"2026-11-20T10:00:00+08:00\","
		 "\"result\":\"paid\"}",
		 id, order);
	snprintf(signed_text, sizeof(signed_text), "%s.%ld.%s", id, stamp,
		 body);
	HMAC(EVP_sha256(), load->key, load->key_len,
	     (unsigned char *)signed_text, strlen(signed_text), digest, &len);
	EVP_EncodeBlock(encoded, digest, (int)len);
	return snprintf(request, size,
			"POST /notices/atm HTTP/1.1\r\nHost: localhost\r\n"
			"Content-Type: application/json\r\n"
			"User-Agent: payment-service/1.0\r\n"
			"webhook-id: %s\r\nwebhook-timestamp: %ld\r\n"
			"webhook-signature: v1,%s\r\n"
			"Content-Length: %zu\r\n\r\n%s",
			id, stamp, (char *)encoded, strlen(body), body);
}

/* Reads one answer whole; whether it is 200. */
static bool
read_answer(SSL *ssl)
{
	char answer[4096];
	size_t have = 0;

	for (;;) {
		char *end, *length;
		int n = SSL_read(ssl, answer + have,
				 (int)(sizeof(answer) - 1 - have));

		if (n <= 0)
			die("no answer");
		have += (size_t)n;
		answer[have] = '\0';
		end = strstr(answer, "\r\n\r\n");
		length = strstr(answer, "Content-Length: ");
		if (end && length &&
		    have >= (size_t)(end + 4 - answer) +
				    strtoul(length + 16, NULL, 10))
			return strncmp(answer, "HTTP/1.1 200", 12) == 0;
	}
}

static void
keep_pace(const struct client *c, long done)
{
	const struct load *load = c->load;
	double due, left;

	if (load->rate <= 0)
		return;
	due = load->started +
	      (double)(done * load->connections + c->index) / load->rate;
	left = due - now();
	if (left > 0)
		usleep((useconds_t)(left * 1e6));
}

static void *
run(void *arg)
{
	struct client *c = arg;
	const struct load *load = c->load;
	SSL *ssl = connect_tls(load);
	char request[2048];

	for (long i = 0; c->index + i * load->connections < load->notices;
	     i++) {
		int64_t order = load->first + c->index + i * load->connections;
		int len = make_request(load, order, request, sizeof(request));
		double started;

		keep_pace(c, i);
		started = now();
		if (SSL_write(ssl, request, len) != len)
			die("send");
		if (read_answer(ssl))
			c->took[c->answered++] = now() - started;
		else
			c->refused++;
	}
	SSL_shutdown(ssl);
	close(SSL_get_fd(ssl));
	SSL_free(ssl);
	return NULL;
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
read_secret(struct load *load, const char *path)
{
	char text[256] = "";
	FILE *file = fopen(path, "r");

	if (!file || !fgets(text, sizeof(text), file) ||
	    strncmp(text, "whsec_", 6) != 0)
		die(path);
	fclose(file);
	text[strcspn(text, "\n")] = '\0';
	load->key_len = EVP_DecodeBlock(load->key, (unsigned char *)text + 6,
					(int)strlen(text + 6));
	/* It counts what the padding stands for. */
	for (size_t end = strlen(text); end > 6 && text[end - 1] == '='; end--)
		load->key_len--;
}

static void
tell(const struct client *clients, const struct load *load, double seconds)
{
	double *all = calloc((size_t)load->notices + 1, sizeof(*all));
	long count = 0, refused = 0;

	for (long i = 0; i < load->connections; i++) {
		memcpy(all + count, clients[i].took,
		       (size_t)clients[i].answered * sizeof(*all));
		count += clients[i].answered;
		refused += clients[i].refused;
	}
	qsort(all, (size_t)count, sizeof(*all), by_size);
	printf("{\"answered\": %ld, \"refused\": %ld, \"seconds\": %.3f, "
	       "\"per_second\": %.1f, \"p50_ms\": %.2f, \"p99_ms\": %.2f}\n",
	       count, refused, seconds, (double)count / seconds,
	       all[count / 2] * 1e3, all[count * 99 / 100] * 1e3);
	free(all);
}

int
main(int argc, char **argv)
{
	struct load load = {.port = 0};
	struct client *clients;

	if (argc != 8) {
		fprintf(stderr, "usage: post_notices PORT CA SECRET "
				"CONNECTIONS NOTICES FIRST RATE\n");
		return 2;
	}
	load.port = (int)strtol(argv[1], NULL, 10);
	load.tls = SSL_CTX_new(TLS_client_method());
	if (!load.tls || SSL_CTX_load_verify_file(load.tls, argv[2]) != 1)
		die(argv[2]);
	SSL_CTX_set_verify(load.tls, SSL_VERIFY_PEER, NULL);
	read_secret(&load, argv[3]);
	load.connections = strtol(argv[4], NULL, 10);
	load.notices = strtol(argv[5], NULL, 10);
	load.first = strtoll(argv[6], NULL, 10);
	load.rate = strtod(argv[7], NULL);
	clients = calloc((size_t)load.connections, sizeof(*clients));
	load.started = now();
	for (long i = 0; i < load.connections; i++) {
		clients[i] = (struct client){.load = &load, .index = i};
		clients[i].took =
			calloc((size_t)(load.notices / load.connections + 2),
			       sizeof(double));
		if (pthread_create(&clients[i].thread, NULL, run, &clients[i]))
			die("thread");
	}
	for (long i = 0; i < load.connections; i++)
		pthread_join(clients[i].thread, NULL);
	tell(clients, &load, now() - load.started);
	for (long i = 0; i < load.connections; i++)
		free(clients[i].took);
	free(clients);
	SSL_CTX_free(load.tls);
	return 0;
}
