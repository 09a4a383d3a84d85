/*
 * Telling the session its key: see holder_key.h.
 */
#include "buffer.h"
#include "ctl.h"
#include "exit_code.h"
#include "holder_key.h"
#include "mem.h"
#include "seal.h"

int
holder_key_set(struct ctl *ctl)
{
	const char *path = ctl->settings.holder_key;
	struct buffer hex = {0};
	struct db_param params[1];
	enum db_status status;
	unsigned char *key;
	char *error = NULL;
	size_t len = 0;

	if (!path) {
		ctl_say("recardctl.holder_key is not set: it names the file "
			"of the key for national IDs; make one with 'openssl "
			"rand -hex 32'");
		return EXIT_CONFIG;
	}
	key = seal_read_key(path, &len, &error);
	if (!key) {
		ctl_say("recardctl.holder_key: %s", error);
		mem_free(error);
		return EXIT_CONFIG;
	}
	buffer_reserve(&hex, 2 * len);
	buffer_put_hex(&hex, key, len);
	mem_free_secret(key, len);
	params[0] = db_text(hex.data);
	status = db_query(ctl->program.db,
			  "SELECT set_config('recard.holder_key', $1, false)",
			  1, params, NULL);
	mem_free_secret(hex.data, hex.len);
	return status == DB_OK ? 0 : ctl_failed(ctl, "holder key", status);
}
