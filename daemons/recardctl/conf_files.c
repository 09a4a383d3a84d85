/*
 * Walking over a configuration file: see conf_files.h.
 */
#include <libconfig.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf.h"
#include "conf_files.h"
#include "mem.h"

struct walk {
	void (*found)(void *arg, const char *setting, const char *name,
		      const char *path);
	void *arg;
	char *folder;
};

/* What stands for a file that is not there: our own credential, or one that
 * systemd will give to services. NULL: nothing. */
static char *
stand_in(const char *path)
{
	static const char *const stores[] = {"/etc/credstore", "/run/credstore",
					     "/etc/credstore.encrypted",
					     "/run/credstore.encrypted", NULL};
	char *credential = conf_credential(path);

	if (credential)
		return credential;
	for (int i = 0; stores[i]; i++) {
		credential = mem_printf("%s/recard.%s", stores[i],
					strrchr(path, '/') + 1);
		if (access(credential, F_OK) == 0)
			return credential;
		mem_free(credential);
	}
	return NULL;
}

static void
tell(const struct walk *walk, const char *setting, const char *name,
     const char *text)
{
	char *path = text[0] == '/' ? mem_strdup(text)
				    : mem_printf("%s/%s", walk->folder, text);
	char *other = access(path, F_OK) == 0 ? NULL : stand_in(path);

	walk->found(walk->arg, setting, name, other ? other : path);
	mem_free(other);
	mem_free(path);
}

/* name: the last one on the way; a list's elements have none of their own. */
static void
visit(const struct walk *walk, const config_setting_t *setting,
      const char *where, const char *name)
{
	int i, count = config_setting_length(setting);

	if (config_setting_type(setting) == CONFIG_TYPE_STRING) {
		tell(walk, where, name, config_setting_get_string(setting));
		return;
	}
	if (!config_setting_is_aggregate(setting))
		return;
	for (i = 0; i < count; i++) {
		const config_setting_t *one =
			config_setting_get_elem(setting, (unsigned)i);
		const char *own = config_setting_name(one);
		char *place = own ? mem_printf("%s%s%s", where,
					       where[0] ? "." : "", own)
				  : mem_printf("%s[%d]", where, i);

		visit(walk, one, place, own ? own : name);
		mem_free(place);
	}
}

int
conf_files_each(const char *config,
		void (*found)(void *arg, const char *setting, const char *name,
			      const char *path),
		void *arg)
{
	struct walk walk = {.found = found, .arg = arg};
	char *whole = realpath(config, NULL), *slash;
	config_t tree;
	int code = -1;

	if (!whole)
		return -1;
	config_init(&tree);
	if (config_read_file(&tree, whole) == CONFIG_TRUE) {
		slash = strrchr(whole, '/');
		walk.folder = mem_printf("%.*s", (int)(slash - whole), whole);
		visit(&walk, config_root_setting(&tree), "", "");
		mem_free(walk.folder);
		code = 0;
	}
	config_destroy(&tree);
	free(whole);
	return code;
}
