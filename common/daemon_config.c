/*
 * The settings every program reads, and how a daemon loads and reloads its
 * configuration.
 */
#include <string.h>
#include <unistd.h>

#include "cluster.h"
#include "daemon_private.h"
#include "exit_code.h"
#include "mem.h"
#include "notify_systemd.h"

#define AT(field) offsetof(struct daemon_common, field)

const struct conf_setting daemon_common_settings[] = {
	{"state_dir", CONF_PATH, AT(state_dir), "/var/lib/recard", 0, 0, false,
	 "Folder of the embedded database and of the spool."},
	{"database", CONF_STRING, AT(database), NULL, 0, 0, false,
	 "libpq connection string of the database; not set: the embedded one."},
	{"database_admin", CONF_STRING, AT(database_admin), NULL, 0, 0, false,
	 "Connection string of the schema's owner, for recardctl db migrate."},
	{"connect_timeout", CONF_DURATION, AT(connect_timeout), "10s", 100,
	 600000, true, "How long connecting to the database may take."},
	{"call_timeout", CONF_DURATION, AT(call_timeout), "60s", 100, 3600000,
	 false, "How long one call of the database may take."},
	{"retry_min", CONF_DURATION, AT(retry_min), "500ms", 1, 600000, true,
	 "First wait after a failed try; it doubles with each further one."},
	{"retry_max", CONF_DURATION, AT(retry_max), "30s", 1, 3600000, true,
	 "Longest wait between failed tries."},
	{"poll", CONF_DURATION, AT(poll), "5s", 10, 3600000, true,
	 "Longest sleep between two looks for work."},
	{"log_level", CONF_STRING, AT(log_level), "info", 0, 0, true,
	 "What is logged: error, warn, info or debug."},
	{"log_file", CONF_PATH, AT(log_file), NULL, 0, 0, true,
	 "File that daemons log to; not set: standard error."},
	{"cluster_bin", CONF_PATH, AT(cluster_bin),
	 "/usr/lib/postgresql/15/bin", 0, 0, false,
	 "Folder of initdb and pg_ctl for the embedded database."},
	{"cluster_user", CONF_STRING, AT(cluster_user), "postgres", 0, 0, false,
	 "Who runs the embedded database when root starts it and owns "
	 "state_dir."},
	{.name = NULL}};

const char *const daemon_sections[] = {
	"purge",  "payment", "manufacture", "label",     "tracking",
	"notify", "portal",  "console",     "recardctl", NULL};

char *
daemon_conninfo(const struct daemon_common *common)
{
	if (common->database && common->database[0])
		return mem_strdup(common->database);
	return cluster_conninfo(common);
}

static bool
level_of(const char *name, enum log_level *level)
{
	static const struct {
		const char *name;
		enum log_level level;
	} levels[] = {{"error", LOG_ERROR},
		      {"warn", LOG_WARN},
		      {"info", LOG_INFO},
		      {"debug", LOG_DEBUG}};
	size_t i;

	for (i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		if (strcmp(levels[i].name, name) != 0)
			continue;
		*level = levels[i].level;
		return true;
	}
	return false;
}

enum log_level
daemon_config_level(const struct service *service)
{
	enum log_level level = LOG_INFO;

	if (service->options.verbose)
		return LOG_DEBUG;
	level_of(service->common.log_level, &level);
	return level;
}

/* Rules that span settings, or that a type cannot tell. */
static char *
common_error(const char *path, const struct daemon_common *common)
{
	enum log_level level;

	if (!level_of(common->log_level, &level))
		return mem_printf("%s: log_level: \"%s\" is none of error, "
				  "warn, info, debug",
				  path, common->log_level);
	if (common->retry_min > common->retry_max)
		return mem_printf("%s: retry_min is longer than retry_max",
				  path);
	return NULL;
}

/*
 * Reads the file into places of its own and checks it there, so that what
 * is in force stays untouched by a bad one. Its log is opened for the same
 * reason.
 */
static char *
check_file(const struct service *service, int *log)
{
	struct conf_section sections[3] = {service->sections[0],
					   service->sections[1],
					   service->sections[2]};
	struct daemon_common common = {0};
	struct conf *conf;
	char *error = NULL;

	sections[0].values = &common;
	if (sections[1].settings)
		sections[1].values = mem_alloc(1, sections[1].values_size);
	conf = conf_load(service->options.config, sections, service->others,
			 &error);
	if (conf)
		error = common_error(service->options.config, &common);
	if (conf && !error)
		(void)daemon_log_open(common.log_file, log, &error);
	conf_free(conf);
	if (sections[1].settings)
		mem_free(sections[1].values);
	return error;
}

static void
name_sections(struct service *service)
{
	const struct daemon *daemon = service->ctx.daemon;
	size_t n = 0, i;

	service->sections[0] = (struct conf_section){
		NULL, daemon_common_settings, &service->common,
		sizeof(service->common)};
	if (daemon->settings)
		service->sections[1] = (struct conf_section){
			daemon->name, daemon->settings, daemon->values,
			daemon->values_size};
	while (daemon_sections[n])
		n++;
	service->others = mem_alloc(n + 1, sizeof(*service->others));
	for (n = 0, i = 0; daemon_sections[i]; i++)
		if (!daemon->settings ||
		    strcmp(daemon_sections[i], daemon->name) != 0)
			service->others[n++] = daemon_sections[i];
}

int
daemon_config_load(struct service *service)
{
	char *error = NULL;

	name_sections(service);
	service->conf = conf_load(service->options.config, service->sections,
				  service->others, &error);
	if (service->conf)
		error = common_error(service->options.config
					     ? service->options.config
					     : "defaults",
				     &service->common);
	if (!error)
		return 0;
	fprintf(stderr, "%s: %s\n", service->program, error);
	mem_free(error);
	return EXIT_CONFIG;
}

void
daemon_config_reload(struct service *service)
{
	char *restart = NULL, *error = NULL;
	struct conf *fresh = NULL;
	int log = -1;

	service->reload = false;
	if (!service->options.config) {
		log_warn("config.reload.skipped",
			 kv_str(reason, "started without a file"));
		return;
	}
	notify_systemd_reloading();
	error = check_file(service, &log);
	if (!error)
		fresh = conf_reload(service->conf, &restart, &error);
	if (fresh) {
		service->conf = fresh;
		service->db_options.connect_timeout_ms =
			service->common.connect_timeout;
		log_file_use(log, service->options.once);
		log_set_threshold(daemon_config_level(service));
		log_info("config.reload.done",
			 kv_str(path, service->options.config));
		if (service->ctx.daemon->reloaded)
			service->ctx.daemon->reloaded(&service->ctx);
	} else {
		if (log >= 0)
			close(log);
		log_error("config.reload.refused", kv_str(error, error),
			  kv_str(hint, "the old settings stay in force"));
	}
	if (restart)
		log_warn("config.restart.needed", kv_str(setting, restart));
	mem_free(restart);
	mem_free(error);
	notify_systemd("READY=1");
}

void
daemon_config_free(struct service *service)
{
	conf_free(service->conf);
	mem_free(service->others);
}
