/*
 * Files handed out and taken in.
 *
 * Out: bytes go to NAME.part in the target folder, are synced, renamed to
 * NAME without replacing anything, and the folder is synced. A repeat after
 * a crash finds the same bytes and is done; other bytes under the same name
 * are an error, never overwritten.
 *
 * In: a file is opened beneath the folder without following links, must be
 * regular, have one link and be within the size limit, and is locked while
 * it is worked on. It ends under done/ or rejected/ with NAME.report.json
 * beside it.
 */
#ifndef RECARD_SPOOL_H
#define RECARD_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SPOOL_DIGEST_HEX 65 /* SHA-256, lower-case hex, with NUL */

/* True when every byte is of [A-Za-z0-9._-], it does not start with a dot,
 * has at most 200 bytes. */
bool spool_name_ok(const char *name);
/* Any name as one that may stand in a path, a report and a log: what is not
 * allowed becomes "_". mem_free() it. */
char *spool_name_sanitised(const char *name);

/* Makes folder and its done/ and rejected/ (0750). 0 or -1 with errno. */
int spool_make_inbox(const char *folder);
/* Makes folder with its missing parents (0750). 0 or -1 with errno. */
int spool_make_folder(const char *folder);

enum spool_published {
	SPOOL_PUBLISHED, /* the file is there, durable, with these bytes */
	SPOOL_CONFLICT,  /* other bytes are there under this name */
	SPOOL_ERROR      /* errno says why; nothing is there under NAME */
};
/* Writes NAME in folder as described above. Failpoints:
 * spool.publish.written, .synced, .renamed. */
enum spool_published spool_publish(const char *folder, const char *name,
				   const void *bytes, size_t len);

/* The same in the place of what is there under NAME, for a file of ours of
 * which only the last state counts. 0, or -1 with errno: EBUSY when another
 * instance is at it; what was there is there still. */
int spool_replace(const char *folder, const char *name, const void *bytes,
		  size_t len);

/*
 * A file that comes piece by piece: written to NAME.part, which is locked
 * while it is open, and published when it is whole.
 */
struct spool_part;
/* NULL with errno: EBUSY when another instance is at it, EINVAL for a bad
 * name. Ends with spool_part_close(). */
struct spool_part *spool_part_open(const char *folder, const char *name);
/* Where to write. */
int spool_part_fd(const struct spool_part *part);
/* Everything is written: gives digest and size. 0 or -1 with errno. */
int spool_part_whole(struct spool_part *part, char digest[SPOOL_DIGEST_HEX],
		     size_t *size);
/* As spool_publish() would. After SPOOL_CONFLICT the part may be filed. */
enum spool_published spool_part_publish(struct spool_part *part);
/* Moves the part under rejected/ of its folder with a report beside it, as
 * spool_file_finish() would. 0 or -1 with errno. */
int spool_part_reject(struct spool_part *part, const char *report_json);
/* Takes NAME.part away, unless it was published or filed. NULL is taken. */
void spool_part_close(struct spool_part *part);

struct spool_file {
	char *name;
	char *folder;
	int fd; /* positioned at 0, locked */
	size_t size;
	int64_t mtime_ns;
	char digest[SPOOL_DIGEST_HEX];
};

enum spool_open {
	SPOOL_OPENED,
	SPOOL_GONE,    /* vanished, or another instance has it */
	SPOOL_REFUSED, /* link, device, several links, too large, bad name */
	SPOOL_FAILED   /* errno */
};
/* Opens and locks NAME and computes its digest. reason (a constant) is set
 * with SPOOL_REFUSED: "not_a_regular_file", "several_links", "too_large",
 * "bad_name", "foreign_owner". Caller ends with spool_file_close(). */
enum spool_open spool_file_open(const char *folder, const char *name,
				size_t limit, struct spool_file *file,
				const char **reason);
void spool_file_close(struct spool_file *file);

/* Names in folder that may be taken, sorted; .part files, folders and names
 * starting with a dot are left out. count entries, each and the array to be
 * freed with spool_names_free(). -1 with errno. */
int spool_list(const char *folder, char ***names, size_t *count);
void spool_names_free(char **names, size_t count);

/* Moves the file under done/ (accepted) or rejected/ with its report beside
 * it. A name that is taken there gets the digest's first 8 digits appended.
 * 0 or -1 with errno. Failpoint spool.file.reported, spool.file.moved. */
int spool_file_finish(struct spool_file *file, bool accepted,
		      const char *report_json);
/* The same for a file that could not even be opened as one (SPOOL_REFUSED):
 * the directory entry itself is moved to rejected/. */
int spool_name_reject(const char *folder, const char *name,
		      const char *report_json);
/* Deletes what was filed under done/, or rejected/, before a moment (seconds
 * since 1970), but for the reports. 0 or -1 with errno. */
int spool_forget(const char *folder, bool accepted, int64_t before);

#endif
