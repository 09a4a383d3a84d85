/*
 * recardctl cluster start, stop, status: the embedded database.
 */
#include "cluster.h"
#include "ctl.h"
#include "daemon.h"
#include "exit_code.h"
#include "mem.h"
#include "embedded_cluster.h"

const char *
embedded_cluster_state(enum cluster_state state)
{
	switch (state) {
	case CLUSTER_ABSENT:
		return "absent";
	case CLUSTER_STOPPED:
		return "stopped";
	case CLUSTER_RUNNING:
		return "running";
	}
	return "unknown";
}

static int
say_error(const char *doing, int code, char *error)
{
	if (code)
		ctl_say("%s: %s", doing, error ? error : "failed");
	mem_free(error);
	return code;
}

static int
print_state(const struct ctl *ctl)
{
	static const struct output_column columns[] = {
		{"state", "state", OUTPUT_TEXT},
		{"used", "used", OUTPUT_BOOL},
		{"data_folder", "data folder", OUTPUT_TEXT},
		{"socket_folder", "socket folder", OUTPUT_TEXT},
		{"log", "log", OUTPUT_TEXT},
		{0}};
	static const char *const places[] = {"postgres", "run", "postgres.log"};
	const char *state_dir = ctl->program.common->state_dir;
	struct output out;
	size_t i;

	output_init(&out, columns, OUTPUT_RECORD);
	output_text(&out,
		    embedded_cluster_state(cluster_state(ctl->program.common)));
	output_number(&out, ctl_embedded(ctl));
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		char *path = mem_printf("%s/%s", state_dir, places[i]);

		output_text(&out, path);
		mem_free(path);
	}
	return ctl_print(ctl, &out);
}

int
cluster_start_run(struct ctl *ctl)
{
	char *error = NULL;
	int code;

	if (!ctl_embedded(ctl)) {
		ctl_say("cluster start: %s names a database, so the embedded "
			"one is not used",
			ctl->program.config);
		return EXIT_CONFIG;
	}
	code = cluster_start(ctl->program.common, &error);
	if (code)
		return say_error("cluster start", code, error);
	return print_state(ctl);
}

int
cluster_stop_run(struct ctl *ctl)
{
	char *error = NULL;
	int code = cluster_stop(ctl->program.common, &error);

	if (code)
		return say_error("cluster stop", code, error);
	return print_state(ctl);
}

int
cluster_status_run(struct ctl *ctl)
{
	int code = print_state(ctl);

	if (code == 0 && cluster_state(ctl->program.common) != CLUSTER_RUNNING)
		code = EXIT_DATABASE;
	return code;
}
