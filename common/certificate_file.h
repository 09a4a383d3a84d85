/*
 * What a certificate in a PEM file says of itself: who it is by its bytes, and
 * for how long it is good. Of a file with several, the first.
 */
#ifndef RECARD_CERTIFICATE_FILE_H
#define RECARD_CERTIFICATE_FILE_H

#include <stdbool.h>
#include <stdint.h>

#define CERTIFICATE_FINGERPRINT_SIZE 65

struct certificate_facts {
	/* SHA-256 of the DER, hex, as TLS servers see it. */
	char fingerprint[CERTIFICATE_FINGERPRINT_SIZE];
	int64_t begins, ends; /* seconds since 1970 */
};

/* False with *error (mem_free), which names the file. */
bool certificate_file_read(const char *path, struct certificate_facts *facts,
			   char **error);

#endif
