/*
 * Secrets that do not stay: see secrecy.h.
 */
#include <event2/event.h>
#include <jansson.h>
#include <malloc.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "mem.h"
#include "secrecy.h"

void
secrecy_no_dumps(void)
{
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

static void
scrub(void *block)
{
	if (!block)
		return;
	explicit_bzero(block, malloc_usable_size(block));
	free(block);
}

/* realloc() would leave the old bytes where they were. */
static void *
move(void *block, size_t size)
{
	size_t had = block ? malloc_usable_size(block) : 0;
	void *moved;

	if (size == 0) {
		scrub(block);
		return NULL;
	}
	moved = malloc(size);
	if (!moved)
		return NULL;
	if (had > 0)
		memcpy(moved, block, had < size ? had : size);
	scrub(block);
	return moved;
}

static void *
openssl_alloc(size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return size > 0 ? malloc(size) : NULL;
}

static void *
openssl_move(void *block, size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return move(block, size);
}

static void
openssl_free(void *block, const char *file, int line)
{
	(void)file;
	(void)line;
	scrub(block);
}

void
secrecy_scrub(void)
{
	mem_scrub(move, scrub);
	event_set_mem_functions(malloc, move, scrub);
	json_set_alloc_funcs(malloc, scrub);
	CRYPTO_set_mem_functions(openssl_alloc, openssl_move, openssl_free);
}
