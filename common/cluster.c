/*
 * Starting and stopping the embedded cluster. One at a time: whoever wants
 * to change it holds <state_dir>/cluster.lock.
 */
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "buffer.h"
#include "child.h"
#include "clock.h"
#include "cluster.h"
#include "cluster_create.h"
#include "cluster_place.h"
#include "daemon.h"
#include "db.h"
#include "exit_code.h"
#include "mem.h"

#define START_SECONDS "60"
#define CHILD_MS 90000
#define WAIT_MS 50
#define LOG_BYTES (1024 * 1024)
#define PING_SECONDS "5"

static char *
conninfo(const struct daemon_common *common, const char *database,
	 const char *rest)
{
	struct buffer text = {0};
	const char *p;

	buffer_puts(&text, "host=");
	for (p = common->state_dir; *p; p++) {
		if (strchr(" '\\", *p))
			buffer_putc(&text, '\\');
		buffer_putc(&text, *p);
	}
	buffer_printf(&text, "/run port=" CLUSTER_PORT " dbname=%s%s", database,
		      rest);
	return text.data;
}

char *
cluster_conninfo(const struct daemon_common *common)
{
	return conninfo(common, "recard", "");
}

char *
cluster_admin_conninfo(const struct daemon_common *common)
{
	return conninfo(common, "recard", " user=" CLUSTER_ADMIN);
}

/* True when somebody listens on the cluster's socket. */
static bool
listened(const struct daemon_common *common)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int n, fd;
	bool found;

	n = snprintf(address.sun_path, sizeof(address.sun_path),
		     "%s/run/" CLUSTER_SOCKET, common->state_dir);
	if (n < 0 || (size_t)n >= sizeof(address.sun_path))
		return false;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return false;
	found = connect(fd, (struct sockaddr *)&address, sizeof(address)) ==
			0 ||
		errno == EAGAIN;
	close(fd);
	return found;
}

enum cluster_state
cluster_state(const struct daemon_common *common)
{
	char *path = mem_printf("%s/postgres/PG_VERSION", common->state_dir);
	bool there = access(path, F_OK) == 0 || errno == EACCES;

	mem_free(path);
	if (!there)
		return CLUSTER_ABSENT;
	return listened(common) ? CLUSTER_RUNNING : CLUSTER_STOPPED;
}

static void
pause_briefly(void)
{
	const struct timespec pause = {.tv_nsec = WAIT_MS * 1000000L};

	nanosleep(&pause, NULL);
}

/* The lock's descriptor, to be closed; or -1 with *code and *error. */
static int
take_lock(const struct daemon_common *common, int *code, char **error)
{
	char *path = mem_printf("%s/cluster.lock", common->state_dir);
	int64_t deadline = clock_monotonic_ms() + CHILD_MS;
	int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

	*code = 0;
	if (fd < 0) {
		*error = mem_printf("%s: %s", path, strerror(errno));
		*code = EXIT_CONFIG;
	}
	while (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB)) {
		if (clock_monotonic_ms() < deadline) {
			pause_briefly();
			continue;
		}
		*error = mem_printf("%s: held by somebody else", path);
		*code = EXIT_LOCKED;
		close(fd);
		fd = -1;
	}
	mem_free(path);
	return fd;
}

static off_t
size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? st.st_size : 0;
}

/* What the server's log says since `from` of why it did not start; or else
 * what pg_ctl said. */
static char *
reason_of(const char *log, off_t from, const char *said)
{
	int fd = open(log, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct buffer text = {0};
	const char *found = NULL;
	char *reason;

	if (fd >= 0 && lseek(fd, from, SEEK_SET) == from &&
	    buffer_read_fd(&text, fd, LOG_BYTES) == 0 && text.data)
		found = strstr(text.data, "FATAL:");
	if (fd >= 0)
		close(fd);
	reason = found ? mem_strndup(found, strcspn(found, "\r\n"))
		       : mem_strdup(said);
	buffer_free(&text);
	return reason;
}

static int
pg_ctl(const struct daemon_common *common, const struct child_user *user,
       bool start, char **error)
{
	char *program = mem_printf("%s/pg_ctl", common->cluster_bin);
	char *data = mem_printf("%s/postgres", common->state_dir);
	char *log = mem_printf("%s/postgres.log", common->state_dir);
	const char *const starting[] = {program,       "start", "-D", data,
					"-l",          log,     "-w", "-t",
					START_SECONDS, NULL};
	const char *const stopping[] = {program,       "stop", "-D", data,
					"-m",          "fast", "-w", "-t",
					START_SECONDS, NULL};
	char *said = NULL, *reason;
	off_t from = size_of(log);
	int status =
		child_run(user, start ? starting : stopping, CHILD_MS, &said);

	if (status != 0) {
		reason = start ? reason_of(log, from, said) : mem_strdup(said);
		*error = mem_printf("pg_ctl %s failed: %s (see %s)",
				    start ? "start" : "stop", reason, log);
		mem_free(reason);
	}
	mem_free(said);
	mem_free(log);
	mem_free(data);
	mem_free(program);
	return status == 0 ? 0 : EXIT_DATABASE;
}

static PGPing
ping(const struct daemon_common *common)
{
	char *text = conninfo(common, "postgres",
			      " user=" CLUSTER_ADMIN
			      " connect_timeout=" PING_SECONDS);
	PGPing answer = PQping(text);

	mem_free(text);
	return answer;
}

/* Starts it, after waiting for one that is just coming up or going down. */
static int
ensure_running(const struct daemon_common *common,
	       const struct child_user *user, char **error)
{
	int64_t deadline = clock_monotonic_ms() + CHILD_MS;

	for (;;) {
		switch (ping(common)) {
		case PQPING_OK:
			return 0;
		case PQPING_NO_RESPONSE:
		case PQPING_NO_ATTEMPT:
			return pg_ctl(common, user, true, error);
		case PQPING_REJECT:
			break;
		}
		if (clock_monotonic_ms() >= deadline) {
			*error = mem_strdup("the server refuses connections");
			return EXIT_DATABASE;
		}
		pause_briefly();
	}
}

/* Runs the commands that are not NULL on a database as the superuser. */
static enum db_status
ask(const struct daemon_common *common, const char *database,
    const char *question, const char *unless_row, char **error)
{
	struct event_base *base = event_base_new();
	char *text = conninfo(common, database, " user=" CLUSTER_ADMIN);
	struct db_options options = {.conninfo = text,
				     .program = "recard-cluster",
				     .connect_timeout_ms =
					     common->connect_timeout,
				     .call_timeout_ms = common->call_timeout};
	struct db *db;
	struct db_result *result = NULL;
	enum db_status status = DB_LOST;

	if (!base)
		goto out;
	db = db_new(base, &options);
	status = db_connect(db);
	if (status == DB_OK && question)
		status = db_run(db, question, &result);
	if (status == DB_OK && unless_row && db_rows(result) == 0)
		status = db_run(db, unless_row, NULL);
	if (status != DB_OK && error)
		*error = mem_printf("database %s: %s", database, db_error(db));
	db_result_free(result);
	db_free(db);
	event_base_free(base);
out:
	mem_free(text);
	return status;
}

static int
ensure_database(const struct daemon_common *common, char **error)
{
	enum db_status status =
		ask(common, "postgres",
		    "SELECT 1 FROM pg_database WHERE datname = 'recard'",
		    "CREATE DATABASE recard", error);

	return status == DB_OK ? 0 : EXIT_DATABASE;
}

static int
start_locked(const struct daemon_common *common, const struct child_user *user,
	     char **error)
{
	int code = cluster_place_make(common, user, error);

	if (code == 0 && cluster_state(common) == CLUSTER_ABSENT)
		code = cluster_create(common, user, error);
	if (code == 0)
		code = ensure_running(common, user, error);
	if (code == 0)
		code = ensure_database(common, error);
	return code;
}

int
cluster_start(const struct daemon_common *common, char **error)
{
	struct child_user user;
	int code, lock;

	*error = NULL;
	code = cluster_place_check(common, &user, error);
	if (code)
		return code;
	/* Mostly all is there; then nobody has to wait for a lock. */
	if (listened(common) &&
	    ask(common, "recard", NULL, NULL, NULL) == DB_OK)
		return 0;
	code = cluster_place_open(common, &user, error);
	if (code)
		return code;
	lock = take_lock(common, &code, error);
	if (lock < 0)
		return code;
	code = start_locked(common, &user, error);
	close(lock);
	return code;
}

int
cluster_stop(const struct daemon_common *common, char **error)
{
	struct child_user user;
	int code, lock;

	*error = NULL;
	/* Where there is none, its programs need not be there either. */
	if (cluster_state(common) == CLUSTER_ABSENT)
		return 0;
	code = cluster_place_check(common, &user, error);
	if (code)
		return code;
	lock = take_lock(common, &code, error);
	if (lock < 0)
		return code;
	if (cluster_state(common) == CLUSTER_RUNNING)
		code = pg_ctl(common, &user, false, error);
	close(lock);
	return code;
}
