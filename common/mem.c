/*
 * Memory that cannot fail: see mem.h.
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit_code.h"
#include "log.h"
#include "mem.h"

static void *(*move)(void *block, size_t size) = realloc;
static void (*give_back)(void *block) = free;

/* _exit(), because handlers that run at exit may want memory too. */
static _Noreturn void
out_of_memory(size_t count, size_t size)
{
	log_error("memory.allocate.failed", kv_int(count, count),
		  kv_int(bytes, size));
	_exit(EXIT_RETRY);
}

void *
mem_alloc(size_t count, size_t size)
{
	void *block;

	if (count == 0 || size == 0)
		count = size = 1;
	block = calloc(count, size);
	if (!block)
		out_of_memory(count, size);
	return block;
}

void *
mem_resize(void *block, size_t count, size_t size)
{
	size_t bytes;

	/* realloc() to nothing would free, and give NULL. */
	if (count == 0 || size == 0)
		count = size = 1;
	if (__builtin_mul_overflow(count, size, &bytes))
		out_of_memory(count, size);
	block = move(block, bytes);
	if (!block)
		out_of_memory(count, size);
	return block;
}

char *
mem_strdup(const char *text)
{
	if (!text)
		return NULL;
	return mem_strndup(text, strlen(text));
}

char *
mem_strndup(const char *text, size_t len)
{
	char *copy;

	if (!text)
		return NULL;
	if (len == SIZE_MAX)
		out_of_memory(1, len);
	copy = mem_resize(NULL, len + 1, 1);
	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

char *
mem_vprintf(const char *format, va_list args)
{
	va_list again;
	char *text;
	int len;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, again);
	va_end(again);
	/* Not for lack of memory: a text of more than INT_MAX bytes. */
	if (len < 0)
		out_of_memory(1, SIZE_MAX);
	text = mem_resize(NULL, (size_t)len + 1, 1);
	vsnprintf(text, (size_t)len + 1, format, args);
	return text;
}

char *
mem_printf(const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = mem_vprintf(format, args);
	va_end(args);
	return text;
}

void
mem_free(void *block)
{
	give_back(block);
}

void
mem_free_secret(void *block, size_t len)
{
	if (!block)
		return;
	explicit_bzero(block, len);
	free(block);
}

void
mem_scrub(void *(*move_with)(void *block, size_t size),
	  void (*give_back_with)(void *block))
{
	move = move_with;
	give_back = give_back_with;
}
