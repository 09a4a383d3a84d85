/*
 * A program that is not a daemon: see program.h. Its configuration is read
 * as a daemon's is.
 */
#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon_private.h"
#include "exit_code.h"
#include "mem.h"
#include "program.h"

struct program_inside {
	struct daemon daemon;
	struct service service;
	struct db_options db_options;
	char *conninfo;
};

const char *
program_config_path(const char *named)
{
	if (!named)
		named = getenv("RECARD_CONF");
	if (named)
		return named;
	/* One that is there and cannot be read is an error later. */
	if (access(RECARD_CONF_DEFAULT, F_OK) == 0 || errno != ENOENT)
		return RECARD_CONF_DEFAULT;
	return NULL;
}

int
program_open(struct program *program, const char *config, bool verbose)
{
	struct program_inside *inside = mem_alloc(1, sizeof(*inside));
	struct service *service = &inside->service;
	int code;

	program->inside = inside;
	inside->daemon = (struct daemon){.name = program->name,
					 .settings = program->settings,
					 .values = program->values,
					 .values_size = program->values_size};
	service->program = mem_strdup(program->name);
	service->ctx.daemon = &inside->daemon;
	service->options.config = program_config_path(config);
	service->options.verbose = verbose;
	code = daemon_config_load(service);
	if (code)
		return code;
	program->common = &service->common;
	program->config = service->options.config;
	/* A person wants to know what is wrong, and no more. */
	log_open(service->program, verbose ? LOG_DEBUG : LOG_WARN);
	return 0;
}

enum db_status
program_connect(struct program *program, const struct program_session *session)
{
	struct program_inside *inside = program->inside;
	const struct daemon_common *common = program->common;

	db_free(program->db);
	program->db = NULL;
	mem_free(inside->conninfo);
	inside->conninfo = session->conninfo ? mem_strdup(session->conninfo)
					     : daemon_conninfo(common);
	inside->db_options = (struct db_options){
		.conninfo = inside->conninfo,
		.role = session->role ? session->role : program->role,
		.program = program->name,
		.connect_timeout_ms = common->connect_timeout,
		.call_timeout_ms = session->call_timeout ? session->call_timeout
							 : common->call_timeout,
		.schema_version = session->schema_version,
		.statements = session->statements,
	};
	if (session->role && !session->role[0])
		inside->db_options.role = NULL;
	if (!program->base)
		program->base = event_base_new();
	if (!program->base) {
		fprintf(stderr, "%s: no event loop\n", program->name);
		exit(EXIT_RETRY);
	}
	program->db = db_new(program->base, &inside->db_options);
	return db_connect(program->db);
}

void
program_close(struct program *program)
{
	struct program_inside *inside = program->inside;

	db_free(program->db);
	program->db = NULL;
	if (program->base)
		event_base_free(program->base);
	program->base = NULL;
	if (!inside)
		return;
	daemon_config_free(&inside->service);
	mem_free(inside->service.program);
	mem_free(inside->conninfo);
	mem_free(inside);
	program->inside = NULL;
}
