/*
 * Feeds seeds to a fuzz target without libFuzzer, so that any build, with
 * whatever sanitizers, replays them: the files and the files in folders
 * named on the command line, or those in FUZZ_SEEDS when nothing is named.
 */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "buffer.h"
#include "fuzz_target.h"
#include "mem.h"

#define SEED_LIMIT ((size_t)64 * 1024 * 1024)

static unsigned long replayed;

static bool
replay_file(const char *path)
{
	struct buffer seed = {0};
	char *exact;

	if (buffer_read_file(&seed, path, SEED_LIMIT) != 0) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return false;
	}
	/* A block of just this size, so that reading on is seen. */
	exact = malloc(seed.len ? seed.len : 1);
	PROMISE(exact != NULL);
	if (seed.len)
		memcpy(exact, seed.data, seed.len);
	LLVMFuzzerTestOneInput((const uint8_t *)exact, seed.len);
	free(exact);
	buffer_free(&seed);
	replayed++;
	return true;
}

static bool
replay_folder(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	bool good = true;

	if (!folder) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return false;
	}
	while (good && (entry = readdir(folder))) {
		char *file;

		if (entry->d_name[0] == '.')
			continue;
		file = mem_printf("%s/%s", path, entry->d_name);
		good = replay_file(file);
		mem_free(file);
	}
	closedir(folder);
	return good;
}

static bool
replay(const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return replay_folder(path);
	return replay_file(path);
}

int
main(int argc, char **argv)
{
	bool good = argc > 1 || replay(FUZZ_SEEDS);

	for (int i = 1; i < argc && good; i++)
		good = replay(argv[i]);
	printf("%lu seeds replayed\n", replayed);
	/* An empty folder replays nothing, which is no success. */
	return good && replayed > 0 ? 0 : 1;
}
