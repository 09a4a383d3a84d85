/*
 * The folders of the embedded cluster, and whether they can serve: names
 * that fit a socket, parents that the server's user can enter.
 */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "child.h"
#include "cluster_create.h"
#include "cluster_place.h"
#include "daemon.h"
#include "exit_code.h"
#include "mem.h"

static const char path_characters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789/._+@:-";

/* What is wrong with the settings, before anything is touched. */
static int
check_settings(const struct daemon_common *common, char **error)
{
	static const char *const programs[] = {"initdb", "pg_ctl", "postgres"};
	size_t room = sizeof(((struct sockaddr_un *)0)->sun_path) - 1;
	size_t len = strlen(common->state_dir) + strlen("/run/" CLUSTER_SOCKET);
	size_t i;

	if (common->state_dir[0] != '/' ||
	    common->state_dir[strspn(common->state_dir, path_characters)]) {
		*error = mem_printf("state_dir %s: must be absolute, of "
				    "letters, digits and / . _ - + @ : only",
				    common->state_dir);
		return EXIT_CONFIG;
	}
	if (len > room) {
		*error = mem_printf(
			"state_dir %s: the socket %s/run/" CLUSTER_SOCKET
			" would have %zu bytes, %zu are possible; choose a "
			"state_dir that is %zu shorter",
			common->state_dir, common->state_dir, len, room,
			len - room);
		return EXIT_CONFIG;
	}
	for (i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		char *path =
			mem_printf("%s/%s", common->cluster_bin, programs[i]);
		bool missing = access(path, X_OK) != 0;

		mem_free(path);
		if (!missing)
			continue;
		*error = mem_printf("cluster_bin %s: no %s there; install "
				    "postgresql-15 or set cluster_bin",
				    common->cluster_bin, programs[i]);
		return EXIT_CONFIG;
	}
	return 0;
}

/* Who owns the data, or the folder it will be in; NULL: root, or nobody. */
static const struct passwd *
owner(const struct daemon_common *common)
{
	char *data = mem_printf("%s/postgres", common->state_dir);
	struct stat st = {.st_uid = 0};

	if (stat(data, &st) != 0)
		(void)stat(common->state_dir, &st);
	mem_free(data);
	return st.st_uid == 0 ? NULL : getpwuid(st.st_uid);
}

/* The server is started as who has its files, or would have them: as the
 * services are, where the folder is theirs. */
static int
find_user(const struct daemon_common *common, struct child_user *user,
	  char **error)
{
	const struct passwd *entry;

	*user = (struct child_user){.drop = false};
	if (!getpwuid(geteuid())) {
		*error = mem_printf("user %lu has no name, which the database "
				    "needs to know it",
				    (unsigned long)geteuid());
		return EXIT_CONFIG;
	}
	if (geteuid() != 0)
		return 0;
	entry = owner(common);
	if (!entry)
		entry = getpwnam(common->cluster_user);
	if (!entry || entry->pw_uid == 0) {
		*error = mem_printf("cluster_user %s: %s", common->cluster_user,
				    entry ? "PostgreSQL does not run as root"
					  : "no such user");
		return EXIT_CONFIG;
	}
	*user = (struct child_user){
		.drop = true, .uid = entry->pw_uid, .gid = entry->pw_gid};
	snprintf(user->name, sizeof(user->name), "%s", entry->pw_name);
	return 0;
}

/* Whatever the umask is. */
static int
make_one(const char *path)
{
	if (mkdir(path, 0755) == 0)
		return chmod(path, 0755);
	return errno != EEXIST;
}

/* Makes path with its missing parents, to be passed through by all. */
static int
make_path(const char *path)
{
	char *part = mem_strdup(path), *p;
	int failed = 0;

	for (p = part + 1; *p && !failed; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		failed = make_one(part);
		*p = '/';
	}
	if (!failed)
		failed = make_one(part);
	mem_free(part);
	return failed ? -1 : 0;
}

/* The state folder is ours: others may pass, and only pass. */
static int
open_state_dir(const struct daemon_common *common, char **error)
{
	struct stat st;

	if (make_path(common->state_dir) == 0 &&
	    stat(common->state_dir, &st) == 0 && S_ISDIR(st.st_mode)) {
		if (st.st_uid == geteuid() && !(st.st_mode & S_IXOTH))
			(void)!chmod(common->state_dir,
				     (st.st_mode & 07777) | S_IXOTH);
		return 0;
	}
	*error = mem_printf("state_dir %s: %s", common->state_dir,
			    strerror(errno));
	return EXIT_CONFIG;
}

/* In a child: the number of leading bytes of the path that cannot be
 * entered goes to the pipe; 0 all can. */
struct probe {
	const char *path;
	int pipe;
};

static int
probe_path(void *arg)
{
	struct probe *probe = arg;
	size_t i, len = strlen(probe->path);
	char *part = mem_strdup(probe->path);

	for (i = 1; i <= len; i++) {
		if (part[i] != '/' && part[i] != '\0')
			continue;
		part[i] = '\0';
		if (access(part, X_OK) != 0) {
			(void)!write(probe->pipe, &i, sizeof(i));
			return 1;
		}
		part[i] = probe->path[i];
	}
	return 0;
}

static int
check_reachable(const struct daemon_common *common,
		const struct child_user *user, char **error)
{
	struct probe probe = {.path = common->state_dir};
	size_t blocked = 0;
	int ends[2], failed;

	if (!user->drop)
		return 0;
	if (pipe2(ends, O_CLOEXEC)) {
		*error = mem_printf("pipe: %s", strerror(errno));
		return EXIT_RETRY;
	}
	probe.pipe = ends[1];
	failed = child_call(user, probe_path, &probe);
	close(ends[1]);
	if (read(ends[0], &blocked, sizeof(blocked)) != sizeof(blocked))
		blocked = strlen(common->state_dir);
	close(ends[0]);
	if (failed == 0)
		return 0;
	*error = mem_printf("state_dir %s: user %s cannot enter %.*s; choose "
			    "another state_dir, or chmod o+x that folder",
			    common->state_dir, user->name, (int)blocked,
			    common->state_dir);
	return EXIT_CONFIG;
}

/* <state_dir>/run and the server's log, both the server's own. */
int
cluster_place_make(const struct daemon_common *common,
		   const struct child_user *user, char **error)
{
	char *run = mem_printf("%s/run", common->state_dir);
	char *log = mem_printf("%s/postgres.log", common->state_dir);
	int folder = -1, file = -1, code = 0;

	if (mkdir(run, 0711) == 0 || errno == EEXIST)
		folder = open(run,
			      O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	file = open(log, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC,
		    0600);
	if (folder < 0 || file < 0 || fchmod(folder, 0711) ||
	    (user->drop && (fchown(folder, user->uid, user->gid) ||
			    fchown(file, user->uid, user->gid)))) {
		*error = mem_printf("cannot make %s and %s: %s", run, log,
				    strerror(errno));
		code = EXIT_CONFIG;
	}
	if (folder >= 0)
		close(folder);
	if (file >= 0)
		close(file);
	mem_free(run);
	mem_free(log);
	return code;
}

int
cluster_place_check(const struct daemon_common *common, struct child_user *user,
		    char **error)
{
	int code = check_settings(common, error);

	return code ? code : find_user(common, user, error);
}

int
cluster_place_open(const struct daemon_common *common,
		   const struct child_user *user, char **error)
{
	int code = open_state_dir(common, error);

	return code ? code : check_reachable(common, user, error);
}
