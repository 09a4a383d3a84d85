/*
 * The central directory of a ZIP archive (APPNOTE.TXT 6.3.10, 4.3.12 to
 * 4.3.16), looked through before libarchive reads it: libarchive holds all of
 * it in memory, takes as many entries as there are, and knows more ways of
 * compression than anybody sends. What it says of a
 * method is looked up in the members too. Neither names nor sizes are believed
 * here; see zip_archive.h.
 */
#ifndef RECARD_ZIP_DIRECTORY_H
#define RECARD_ZIP_DIRECTORY_H

#include <stdint.h>

/* Checks that the archive of fd, of size bytes, ends where it should, that
 * its directory is whole, has `most` entries at most, and none that is a
 * link or a device, or is compressed or encrypted in an unusual way. NULL, or a
 * code of zip_archive.h, with *text (mem_free) in words. */
const char *zip_directory_check(int fd, uint64_t size, int64_t most,
				char **text);

#endif
