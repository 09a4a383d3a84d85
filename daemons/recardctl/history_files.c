/*
 * Signed files of the history's seals: see history_files.h.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "buffer.h"
#include "ctl.h"
#include "history_files.h"
#include "mem.h"
#include "seal.h"
#include "spool.h"

#define PREFIX "HS-"
#define SUFFIX ".p7m"
#define NAME_LEN (strlen(PREFIX) + 8 + strlen(SUFFIX))
/* Many times what a signed seal takes. */
#define FILE_MAX ((size_t)64 * 1024)

struct history_files {
	const char *folder;
	struct seal_identity *signer;
	struct seal_peer *signers; /* it, and those before it */
	char **names;
	size_t count;
	char day[9]; /* of history_files_day() */
};

bool
history_files_ready(const struct ctl *ctl, bool *wanted)
{
	const struct ctl_settings *s = &ctl->settings;
	int set = (s->history_certificate != NULL) + (s->history_key != NULL) +
		  (s->history_folder != NULL);

	*wanted = set == 3;
	if (set == 0 || set == 3)
		return true;
	ctl_say("recardctl.history_certificate, history_key and "
		"history_folder are set together or not at all");
	return false;
}

/* "2026-11-23" as part of a file name, "20261123". */
static char *
file_name(const char *day)
{
	return mem_printf(PREFIX "%.4s%.2s%.2s" SUFFIX, day, day + 5, day + 8);
}

static bool
is_ours(const char *name)
{
	return strlen(name) == NAME_LEN &&
	       strncmp(name, PREFIX, strlen(PREFIX)) == 0 &&
	       strspn(name + strlen(PREFIX), "0123456789") == 8 &&
	       strcmp(name + NAME_LEN - strlen(SUFFIX), SUFFIX) == 0;
}

/* Names of other files are dropped. */
static void
keep_ours(struct history_files *files)
{
	size_t i, kept = 0;

	for (i = 0; i < files->count; i++) {
		if (is_ours(files->names[i]))
			files->names[kept++] = files->names[i];
		else
			mem_free(files->names[i]);
	}
	files->count = kept;
}

static bool
load(const struct ctl *ctl, struct history_files *files)
{
	const struct ctl_settings *s = &ctl->settings;
	char *error = NULL;

	files->folder = s->history_folder;
	files->signer = seal_identity_load(s->history_certificate,
					   s->history_key, &error);
	if (files->signer)
		files->signers = seal_peer_load(s->history_certificate, &error);
	if (!files->signers) {
		ctl_say("recardctl.history_certificate: %s", error);
		mem_free(error);
		return false;
	}
	if (spool_make_folder(files->folder) ||
	    spool_list(files->folder, &files->names, &files->count)) {
		ctl_say("recardctl.history_folder: %s: %s", files->folder,
			strerror(errno));
		return false;
	}
	keep_ours(files);
	return true;
}

struct history_files *
history_files_open(const struct ctl *ctl)
{
	struct history_files *files = mem_alloc(1, sizeof(*files));

	if (load(ctl, files))
		return files;
	history_files_close(files);
	return NULL;
}

bool
history_files_write(struct history_files *files, const char *day,
		    const char *text)
{
	char *name = file_name(day);
	char *path = mem_printf("%s/%s", files->folder, name);
	struct buffer sealed = {0};
	char *error = NULL;
	bool good = access(path, F_OK) == 0;

	if (!good && seal_sign(files->signer, text, strlen(text), &sealed,
			       &error) == 0) {
		good = spool_publish(files->folder, name, sealed.data,
				     sealed.len) == SPOOL_PUBLISHED;
		if (!good)
			error = mem_strdup(strerror(errno));
	}
	if (!good)
		ctl_say("%s: %s", path, error);
	mem_free(error);
	buffer_free(&sealed);
	mem_free(path);
	mem_free(name);
	return good;
}

static char *
judge(const struct history_files *files, const struct buffer *bytes,
      const char *text)
{
	struct buffer content = {0};
	char *breach = NULL;

	switch (seal_verify_past(files->signers, bytes->data, bytes->len,
				 &content)) {
	case SEAL_VERIFIED:
		if (content.len != strlen(text) ||
		    memcmp(content.data, text, content.len) != 0)
			breach = mem_strdup("its signed file says otherwise");
		break;
	case SEAL_MALFORMED:
		breach = mem_strdup("its signed file is damaged");
		break;
	case SEAL_STRANGER:
		breach = mem_strdup("its file is signed by somebody else");
		break;
	case SEAL_TAMPERED:
		breach = mem_strdup("its file was changed after it was signed");
		break;
	}
	buffer_free(&content);
	return breach;
}

char *
history_files_breach(struct history_files *files, const char *day,
		     const char *text)
{
	char *name = file_name(day);
	char *path = mem_printf("%s/%s", files->folder, name);
	struct buffer bytes = {0};
	char *breach;

	if (buffer_read_file(&bytes, path, FILE_MAX) == 0)
		breach = judge(files, &bytes, text);
	else if (errno == ENOENT)
		breach = mem_strdup("its signed file is missing");
	else
		breach = mem_printf("its signed file cannot be read: %s",
				    strerror(errno));
	buffer_free(&bytes);
	mem_free(path);
	mem_free(name);
	return breach;
}

const char *
history_files_day(struct history_files *files, size_t nth)
{
	if (nth >= files->count)
		return NULL;
	memcpy(files->day, files->names[nth] + strlen(PREFIX), 8);
	return files->day;
}

void
history_files_close(struct history_files *files)
{
	if (!files)
		return;
	seal_identity_free(files->signer);
	seal_peer_free(files->signers);
	spool_names_free(files->names, files->count);
	mem_free(files);
}
