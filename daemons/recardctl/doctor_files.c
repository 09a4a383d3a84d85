/*
 * What doctor finds about files: see doctor.h. It looks at what the
 * configuration names, whichever program the setting belongs to.
 */
#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "clock.h"
#include "conf_files.h"
#include "doctor.h"
#include "doctor_lists.h"
#include "mem.h"
#include "secret_file.h"
#include "spool.h"

/* Time to have a certificate renewed, and for a file to be taken in. */
#define RENEW_DAYS 30
#define INBOX_PATIENCE_S 3600
/* Free space and inodes, per cent. */
#define SPACE_LOW 10
#define SPACE_OUT 3
#define DEVICES_MOST 32

struct look {
	struct doctor *doctor;
	struct doctor_lists lists;
	dev_t devices[DEVICES_MOST]; /* whose space was looked at */
	size_t device_count;
	bool space, files, certificates, inboxes; /* something was noted */
};

static bool
ends_with(const char *name, const char *end)
{
	size_t len = strlen(name), end_len = strlen(end);

	return len >= end_len && strcmp(name + len - end_len, end) == 0;
}

static bool
ends_with_one(const char *name, const char *const *ends)
{
	for (; *ends; ends++)
		if (ends_with(name, *ends))
			return true;
	return false;
}

static bool
names_secret(const char *name)
{
	static const char *const ends[] = {"key",       "secret",   "secrets",
					   "passwords", "pin_file", NULL};

	return ends_with_one(name, ends);
}

static bool
names_certificates(const char *name)
{
	static const char *const ends[] = {"certificate", "certificates", "_ca",
					   "ca_file", NULL};

	return strcmp(name, "ca") == 0 || ends_with_one(name, ends);
}

/* Certificates whose key we have: the first one in the file is used, those
 * behind it are its chain, or former ones. Of others each one is good. */
static bool
names_own_certificate(const char *name)
{
	return strcmp(name, "certificate") == 0 ||
	       strcmp(name, "history_certificate") == 0;
}

static bool
names_revocations(const char *name)
{
	return strcmp(name, "revoked") == 0;
}

static bool
names_file(const char *name)
{
	static const char *const ends[] = {"inbox", "outbox", NULL};

	return names_secret(name) || names_certificates(name) ||
	       names_revocations(name) || ends_with_one(name, ends);
}

/* Whether keys may be where we cannot look. Their program says so itself, if
 * one of them is not there either. */
static bool
may_be_credential(void)
{
	int was = errno;
	bool hidden = access("/etc/credstore", X_OK) && errno == EACCES;

	errno = was;
	return hidden;
}

static void
note_file(struct look *look, const char *setting, char *finding,
	  const char *advice)
{
	doctor_note(look->doctor, "files", DOCTOR_CRITICAL, setting, finding,
		    advice);
	look->files = true;
	mem_free(finding);
}

/* Why a file cannot be reached; nothing, where it is not for this user. */
static void
note_unreached(struct look *look, const char *setting, const char *path)
{
	if (errno == EACCES && look->doctor->seen)
		return;
	note_file(look, setting, mem_printf("%s: %s", path, strerror(errno)),
		  errno == EACCES ? "run doctor as the user of the daemons"
				  : "correct the path, or put it there");
}

static void
note_certificates(struct look *look, const char *setting, const char *path,
		  int days, bool over)
{
	char *finding;

	if (!over && days >= RENEW_DAYS)
		return;
	finding = over ? mem_printf("%s: its validity is over", path)
		       : mem_printf("%s: ends in %d days", path, days);
	doctor_note(look->doctor, "certificates",
		    over ? DOCTOR_CRITICAL : DOCTOR_WARNING, setting, finding,
		    "put a new certificate beside it or in its place, and "
		    "reload");
	look->certificates = true;
	mem_free(finding);
}

static void
look_at_certificates(struct look *look, const char *setting, const char *path,
		     bool first_alone, FILE *file)
{
	int days, seconds, most = 0, count = 0;
	bool over = true;
	X509 *one;

	while (!(first_alone && count > 0) &&
	       (one = PEM_read_X509(file, NULL, NULL, NULL))) {
		if (ASN1_TIME_diff(&days, &seconds, NULL,
				   X509_get0_notAfter(one))) {
			over = over && (days < 0 || seconds < 0);
			most = count++ == 0 || days > most ? days : most;
		}
		X509_free(one);
	}
	/* What is no PEM, or at its end, leaves an error behind. */
	ERR_clear_error();
	if (count > 0)
		note_certificates(look, setting, path, most, over);
}

/* With a list that is over, nobody is let in any more. */
static void
look_at_revocations(struct look *look, const char *setting, const char *path,
		    FILE *file)
{
	X509_CRL *list = PEM_read_X509_CRL(file, NULL, NULL, NULL);
	const ASN1_TIME *next = list ? X509_CRL_get0_nextUpdate(list) : NULL;
	char *finding;

	if (next && X509_cmp_current_time(next) < 0) {
		finding = mem_printf("%s: its successor is overdue", path);
		doctor_note(look->doctor, "certificates", DOCTOR_CRITICAL,
			    setting, finding,
			    "fetch the authority's list, and reload: nobody "
			    "is let in meanwhile");
		look->certificates = true;
		mem_free(finding);
	}
	X509_CRL_free(list);
	ERR_clear_error();
}

static void
look_at_file(struct look *look, const char *setting, const char *name,
	     const char *path)
{
	FILE *file;
	char *wrong = names_secret(name) ? secret_file_objection(path) : NULL;

	/* A secret is not opened: what is wrong with it is seen outside. */
	if (wrong)
		note_file(look, setting, wrong,
			  "chown it to recard and chmod 0600 it");
	if (names_secret(name))
		return;
	file = fopen(path, "re");
	if (!file) {
		note_unreached(look, setting, path);
		return;
	}
	if (names_revocations(name))
		look_at_revocations(look, setting, path, file);
	else
		look_at_certificates(look, setting, path,
				     names_own_certificate(name), file);
	fclose(file);
}

static int
percent(fsblkcnt_t free, fsblkcnt_t all)
{
	return all > 0 ? (int)((double)free * 100 / (double)all) : 100;
}

static void
look_at_space(struct look *look, const char *setting, const char *path,
	      const struct stat *st)
{
	struct statvfs fs;
	int left, nodes;
	char *finding;
	size_t i;

	for (i = 0; i < look->device_count; i++)
		if (look->devices[i] == st->st_dev)
			return;
	if (i == DEVICES_MOST || statvfs(path, &fs))
		return;
	look->devices[look->device_count++] = st->st_dev;
	left = percent(fs.f_bavail, fs.f_blocks);
	nodes = percent(fs.f_favail, fs.f_files);
	if (left >= SPACE_LOW && nodes >= SPACE_LOW)
		return;
	finding = mem_printf("%s: %d %% of the space and %d %% of the inodes "
			     "are free",
			     path, left, nodes);
	doctor_note(look->doctor, "space",
		    left < SPACE_OUT || nodes < SPACE_OUT ? DOCTOR_CRITICAL
							  : DOCTOR_WARNING,
		    setting, finding,
		    "make room: done/ and rejected/ of inboxes may be moved "
		    "away");
	look->space = true;
	mem_free(finding);
}

static void
look_at_inbox(struct look *look, const char *setting, const char *path)
{
	int64_t now = clock_now_s(), oldest = 0, age;
	char **names = NULL, *finding, *place;
	size_t count = 0, late = 0, i;
	struct stat st;

	if (spool_list(path, &names, &count))
		return;
	for (i = 0; i < count; i++) {
		place = mem_printf("%s/%s", path, names[i]);
		age = lstat(place, &st) == 0 ? now - st.st_mtime : 0;
		late += age > INBOX_PATIENCE_S;
		oldest = age > oldest ? age : oldest;
		mem_free(place);
	}
	spool_names_free(names, count);
	if (late == 0)
		return;
	finding = mem_printf("%s: %zu %s there since more than an hour, the "
			     "first for %lld h",
			     path, late, late == 1 ? "file lies" : "files lie",
			     (long long)(oldest / 3600));
	doctor_note(look->doctor, "inboxes", DOCTOR_WARNING, setting, finding,
		    "see that its daemon runs (recardctl daemon list) and what "
		    "it logs of the file");
	look->inboxes = true;
	mem_free(finding);
}

static void
look_at(void *arg, const char *setting, const char *name, const char *path)
{
	struct look *look = arg;
	struct stat st;

	doctor_lists_setting(&look->lists, setting, name, path);
	if (stat(path, &st)) {
		if (errno == ENOENT && names_secret(name) &&
		    may_be_credential())
			return;
		/* A PKCS#11 name or an address is no file. */
		if (names_file(name) && !strchr(path, ':'))
			note_unreached(look, setting, path);
		return;
	}
	if (S_ISREG(st.st_mode) && names_file(name))
		look_at_file(look, setting, name, path);
	if (!S_ISDIR(st.st_mode))
		return;
	look_at_space(look, setting, path, &st);
	if (strcmp(name, "inbox") == 0)
		look_at_inbox(look, setting, path);
}

void
doctor_files(struct doctor *doctor, const char *config, const char *state_dir)
{
	struct look look = {.doctor = doctor};

	look_at(&look, "state_dir", "state_dir", state_dir);
	if (config && conf_files_each(config, look_at, &look))
		note_unreached(&look, "configuration", config);
	if (doctor_lists_look(&look.lists, doctor))
		look.certificates = true;
	if (!look.files)
		doctor_note(doctor, "files", DOCTOR_OK, NULL,
			    "what is configured is there", NULL);
	if (!look.certificates)
		doctor_note(doctor, "certificates", DOCTOR_OK, NULL,
			    "none ends soon", NULL);
	if (!look.space)
		doctor_note(doctor, "space", DOCTOR_OK, NULL,
			    "there is room in every folder", NULL);
	if (!look.inboxes)
		doctor_note(doctor, "inboxes", DOCTOR_OK, NULL,
			    "no file lies there for long", NULL);
}
