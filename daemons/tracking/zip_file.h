/*
 * An archive of postal files: each member is an import of its own, and all of
 * them are booked in one transaction. See zip_archive.h for what is refused.
 */
#ifndef RECARD_ZIP_FILE_H
#define RECARD_ZIP_FILE_H

#include "daemon.h"

/* Takes an archive from the inbox. Failpoints archive.member.booked and
 * archive.tied: before the transaction ends. */
enum inbox_outcome zip_file_take(struct daemon_context *ctx,
				 const struct spool_file *file,
				 struct report *report);

#endif
