/*
 * The file that a daemon logs to, where there is no journal.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "daemon_private.h"
#include "exit_code.h"
#include "mem.h"

/* A file that is not there can be made in a folder that may be written to. */
static bool
can_be_written(const char *path)
{
	char *folder;
	bool good;

	if (access(path, F_OK) == 0)
		return access(path, W_OK) == 0;
	folder = mem_strdup(path);
	*strrchr(folder, '/') = '\0';
	good = access(*folder ? folder : "/", W_OK | X_OK) == 0;
	mem_free(folder);
	return good;
}

int
daemon_log_open(const char *path, int *fd, char **error)
{
	*fd = -1;
	if (!path)
		return 0;
	*fd = log_file_open(path);
	if (*fd >= 0)
		return 0;
	*error = mem_printf("log_file %s: %s", path,
			    errno == EINVAL ? "not a regular file"
					    : strerror(errno));
	return -1;
}

int
daemon_log_start(struct service *service)
{
	const char *path = service->common.log_file;
	char *error = NULL;
	int fd = -1;

	/* A check by root must leave no file that is root's. */
	if (service->options.check && path && !can_be_written(path))
		error = mem_printf("log_file %s: %s", path, strerror(errno));
	else if (!service->options.check && !service->options.dry_run)
		(void)daemon_log_open(path, &fd, &error);
	if (error) {
		fprintf(stderr, "%s: %s\n", service->program, error);
		mem_free(error);
		return EXIT_CONFIG;
	}
	log_file_use(fd, service->options.once);
	return 0;
}

void
daemon_log_reopen(struct service *service)
{
	const char *path = service->common.log_file;
	char *error = NULL;
	int fd;

	if (!path || service->options.dry_run)
		return;
	if (daemon_log_open(path, &fd, &error)) {
		log_error("log.reopen.failed", kv_str(error, error),
			  kv_str(hint, "the former file stays in use"));
		mem_free(error);
		return;
	}
	log_file_use(fd, service->options.once);
	log_info("log.reopen.done", kv_str(path, path));
}
