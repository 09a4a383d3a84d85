/*
 * Memory that cannot fail: when the system has none left the program logs
 * and ends, because half-done work is finished by a restart. Everything is
 * freed with mem_free(), which takes NULL.
 */
#ifndef RECARD_MEM_H
#define RECARD_MEM_H

#include <stdarg.h>
#include <stddef.h>

/* Zeroed block of count * size bytes; an overflowing product is fatal. */
void *mem_alloc(size_t count, size_t size)
	__attribute__((returns_nonnull, warn_unused_result));
/* Resizes block (or NULL) to count * size bytes; new bytes are not zeroed. */
void *mem_resize(void *block, size_t count, size_t size)
	__attribute__((returns_nonnull, warn_unused_result));
/* Copies of a string, or of len bytes with a NUL added. NULL gives NULL. */
char *mem_strdup(const char *text);
char *mem_strndup(const char *text, size_t len);
/* printf into a new string. */
char *mem_printf(const char *format, ...)
	__attribute__((format(printf, 1, 2), returns_nonnull));
char *mem_vprintf(const char *format, va_list args)
	__attribute__((format(printf, 1, 0), returns_nonnull));
void mem_free(void *block);
/* Overwrites len bytes before freeing: for keys and other secrets. */
void mem_free_secret(void *block, size_t len);
/* From now on blocks are moved and given back by these, which overwrite what
 * they leave (secrecy.h). */
void mem_scrub(void *(*move)(void *block, size_t size),
	       void (*give_back)(void *block));

#endif
