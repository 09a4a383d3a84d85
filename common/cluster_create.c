/*
 * Creates the embedded cluster under another name and renames it when it is
 * complete, so that a crash leaves nothing half made behind.
 */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buffer.h"
#include "child.h"
#include "cluster_create.h"
#include "daemon.h"
#include "exit_code.h"
#include "mem.h"

#define INITDB_MS 90000

/* Whom an operating-system user that owns the cluster may log in as. */
static const char *const roles[] = {
	CLUSTER_ADMIN,        "recard_purge",  "recard_payment",
	"recard_manufacture", "recard_label",  "recard_tracking",
	"recard_notify",      "recard_portal", "recard_console",
	"recard_ctl",
};

/* No personal data in its log: no statements, no parameters, no DETAIL, and
 * no errors, whose texts can quote values; the programs log their own. */
static const char settings[] = "\n# recard\n"
			       "listen_addresses = ''\n"
			       "port = " CLUSTER_PORT "\n"
			       "unix_socket_permissions = 0777\n"
			       "max_connections = 50\n"
			       "shared_buffers = 256MB\n"
			       "max_wal_size = 2GB\n"
			       "fsync = on\n"
			       "synchronous_commit = on\n"
			       "full_page_writes = on\n"
			       "timezone = 'UTC'\n"
			       "log_timezone = 'UTC'\n"
			       "logging_collector = off\n"
			       "log_checkpoints = off\n"
			       "log_statement = none\n"
			       "log_min_duration_statement = -1\n"
			       "log_min_error_statement = panic\n"
			       "log_error_verbosity = terse\n"
			       "log_parameter_max_length = 0\n"
			       "log_parameter_max_length_on_error = 0\n";

struct config_files {
	const char *folder;
	struct buffer settings, hba, ident;
};

static int
put_file(const char *folder, const char *name, int mode,
	 const struct buffer *text)
{
	char *path = mem_printf("%s/%s", folder, name);
	int fd = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC | mode);
	ssize_t n = -1;
	int failed;

	mem_free(path);
	if (fd < 0)
		return 1;
	n = write(fd, text->data, text->len);
	failed = n < 0 || (size_t)n != text->len || fsync(fd);
	return close(fd) || failed;
}

static int
put_files(void *arg)
{
	const struct config_files *f = arg;

	return put_file(f->folder, "postgresql.conf", O_APPEND, &f->settings) ||
	       put_file(f->folder, "pg_hba.conf", O_TRUNC, &f->hba) ||
	       put_file(f->folder, "pg_ident.conf", O_TRUNC, &f->ident);
}

static void
map_user(struct buffer *ident, const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		buffer_printf(ident, "recard \"%s\" %s\n", name, roles[i]);
}

static int
write_config(const struct daemon_common *common, const struct child_user *user,
	     const char *folder)
{
	const struct passwd *caller = getpwuid(geteuid());
	struct config_files f = {.folder = folder};
	int failed;

	if (!caller)
		return -1;
	buffer_puts(&f.settings, settings);
	buffer_printf(&f.settings, "unix_socket_directories = '%s/run'\n",
		      common->state_dir);
	buffer_puts(&f.hba, "local all all peer map=recard\n");
	/* Root can become anybody: what he may not do as himself, he could do
	 * all the same. */
	map_user(&f.ident, "root");
	if (user->drop || caller->pw_uid != 0)
		map_user(&f.ident, user->drop ? user->name : caller->pw_name);
	failed = child_call(user, put_files, &f);
	buffer_free(&f.settings);
	buffer_free(&f.hba);
	buffer_free(&f.ident);
	return failed;
}

static int
sync_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int failed;

	if (fd < 0)
		return -1;
	failed = fsync(fd);
	close(fd);
	return failed;
}

/* An empty folder of the user's, whatever an earlier crash left there. */
static int
fresh_folder(const struct child_user *user, const char *folder, char **error)
{
	const struct child_user ourselves = {.drop = false};
	const char *const remove[] = {"/bin/rm", "-rf", "--", folder, NULL};
	char *said = NULL;
	int status = child_run(&ourselves, remove, INITDB_MS, &said);

	if (status == 0 && mkdir(folder, 0700) == 0 &&
	    (!user->drop || chown(folder, user->uid, user->gid) == 0)) {
		mem_free(said);
		return 0;
	}
	*error = mem_printf("cannot make %s: %s", folder,
			    status ? said : strerror(errno));
	mem_free(said);
	return EXIT_CONFIG;
}

static int
run_initdb(const struct daemon_common *common, const struct child_user *user,
	   const char *folder, char **error)
{
	char *initdb = mem_printf("%s/initdb", common->cluster_bin);
	const char *const argv[] = {initdb,        "-D",
				    folder,        "-U",
				    CLUSTER_ADMIN, "-A",
				    "peer",        "-E",
				    "UTF8",        "--locale=C.UTF-8",
				    "-k",          "--no-instructions",
				    NULL};
	char *said = NULL;
	int status = child_run(user, argv, INITDB_MS, &said);

	if (status != 0)
		*error = mem_printf("initdb failed: %s", said);
	mem_free(said);
	mem_free(initdb);
	return status == 0 ? 0 : EXIT_DATABASE;
}

int
cluster_create(const struct daemon_common *common,
	       const struct child_user *user, char **error)
{
	char *data = mem_printf("%s/postgres", common->state_dir);
	char *fresh = mem_printf("%s.new", data);
	int code = fresh_folder(user, fresh, error);

	if (code == 0)
		code = run_initdb(common, user, fresh, error);
	if (code == 0 &&
	    (write_config(common, user, fresh) || rename(fresh, data) ||
	     sync_folder(common->state_dir))) {
		*error = mem_printf("cannot set up %s", data);
		code = EXIT_DATABASE;
	}
	mem_free(fresh);
	mem_free(data);
	return code;
}
