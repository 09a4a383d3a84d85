/*
 * Lists of revoked certificates: see doctor_lists.h.
 */
#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>

#include "buffer.h"
#include "clock.h"
#include "doctor_lists.h"
#include "mem.h"
#include "revocation_list.h"
#include "x509_facts.h"

/* The default of portal.revocation_folder. */
#define FOLDER "/var/lib/recard/revocations"
#define LIST_MOST ((size_t)1 << 30)
#define OUR_GROUP "portal.revocations["

void
doctor_lists_setting(struct doctor_lists *lists, const char *setting,
		     const char *name, const char *path)
{
	struct doctor_list *list;
	size_t at;

	if (strcmp(setting, "portal.revocation_folder") == 0 && !lists->folder)
		lists->folder = mem_strdup(path);
	if (strncmp(setting, OUR_GROUP, strlen(OUR_GROUP)) != 0)
		return;
	at = strtoul(setting + strlen(OUR_GROUP), NULL, 10);
	if (at >= DOCTOR_LISTS_MOST)
		return;
	if (lists->count <= at)
		lists->count = at + 1;
	list = &lists->lists[at];
	if (strcmp(name, "name") == 0 && !list->name)
		list->name = mem_strdup(strrchr(path, '/') + 1);
	else if (strcmp(name, "path") == 0 && !list->path)
		list->path = mem_strdup(path);
}

/* Of PEM; 0 when there is none. */
static int64_t
pem_next_update(const struct buffer *bytes)
{
	BIO *bio = BIO_new_mem_buf(bytes->data, (int)bytes->len);
	X509_CRL *list =
		bio ? PEM_read_bio_X509_CRL(bio, NULL, NULL, NULL) : NULL;
	int64_t when;

	if (!list || !x509_seconds(X509_CRL_get0_nextUpdate(list), &when))
		when = 0;
	X509_CRL_free(list);
	BIO_free(bio);
	ERR_clear_error();
	return when;
}

/* NULL, or what is wrong with the file. */
static const char *
objection(const char *path)
{
	struct buffer bytes = {0};
	struct revocation_list list;
	const char *wrong = NULL, *reason;
	int64_t next;

	if (buffer_read_file(&bytes, path, LIST_MOST)) {
		wrong = errno == ENOENT ? "there is no such list"
					: strerror(errno);
	} else {
		next = revocation_list_read(bytes.data, bytes.len, &list,
					    &reason)
			       ? list.next_update
			       : pem_next_update(&bytes);
		if (next == 0)
			wrong = "is no list of revoked certificates";
		else if (next < clock_now_s())
			wrong = "its successor is overdue";
	}
	buffer_free(&bytes);
	return wrong;
}

static bool
look_at(struct doctor *doctor, size_t at, const char *path)
{
	const char *wrong = objection(path);
	char *subject, *finding;

	if (!wrong || (errno == EACCES && doctor->seen))
		return false;
	subject = mem_printf(OUR_GROUP "%zu]", at);
	finding = mem_printf("%s: %s", path, wrong);
	doctor_note(doctor, "certificates", DOCTOR_CRITICAL, subject, finding,
		    "see what recard-portal logs of it (event=revocation): "
		    "nobody whose card this authority made is let in "
		    "meanwhile");
	mem_free(subject);
	mem_free(finding);
	return true;
}

bool
doctor_lists_look(struct doctor_lists *lists, struct doctor *doctor)
{
	bool noted = false;

	for (size_t i = 0; i < lists->count; i++) {
		struct doctor_list *list = &lists->lists[i];
		char *kept = mem_printf("%s/%s.crl",
					lists->folder ? lists->folder : FOLDER,
					list->name ? list->name : "");

		errno = 0;
		if (look_at(doctor, i, list->path ? list->path : kept))
			noted = true;
		mem_free(kept);
		mem_free(list->name);
		mem_free(list->path);
	}
	mem_free(lists->folder);
	return noted;
}
