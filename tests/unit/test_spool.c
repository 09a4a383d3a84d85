/*
 * spool: hostile folders, leftovers of a crash, and several processes at
 * the same file. With failpoints compiled in, this program runs itself to
 * die at each of them.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buffer.h"
#include "mem.h"
#include "seal.h"
#include "spool.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define LIMIT 1000

static char root[64];
static char inbox[80];

/* Path of a file in the inbox; a few live at a time. */
static const char *
at(const char *name)
{
	static char paths[16][512];
	static unsigned int next;
	char *path = paths[next++ % COUNT(paths)];

	snprintf(path, sizeof(paths[0]), "%s/%s", inbox, name);
	return path;
}

static int
remove_tree(const char *path)
{
	char *const paths[] = {(char *)path, NULL};
	FTS *tree = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	FTSENT *entry;

	if (tree == NULL)
		return -1;
	while ((entry = fts_read(tree)) != NULL)
		if (entry->fts_info != FTS_D)
			remove(entry->fts_accpath);
	fts_close(tree);
	return access(path, F_OK) != 0 ? 0 : -1;
}

static int
set_up(void **state)
{
	(void)state;
	snprintf(root, sizeof(root), "/tmp/test_spool.XXXXXX");
	if (mkdtemp(root) == NULL)
		return -1;
	snprintf(inbox, sizeof(inbox), "%s/in", root);
	return spool_make_inbox(inbox);
}

static int
tear_down(void **state)
{
	(void)state;
	return remove_tree(root);
}

static void
put(const char *name, const char *text)
{
	int fd = open(at(name), O_WRONLY | O_CREAT | O_TRUNC, 0640);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static bool
exists(const char *name)
{
	struct stat st;

	return lstat(at(name), &st) == 0;
}

static void
assert_content(const char *name, const char *expected)
{
	struct buffer text = {0};

	if (buffer_read_file(&text, at(name), 1 << 20) != 0)
		fail_msg("%s: %s", name, strerror(errno));
	assert_int_equal(text.len, strlen(expected));
	assert_memory_equal(text.data ? text.data : "", expected, text.len);
	buffer_free(&text);
}

/* Entries of a folder below the inbox ("." for itself), folders left out. */
static size_t
entries(const char *folder)
{
	char *const paths[] = {(char *)at(folder), NULL};
	FTS *tree = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	FTSENT *entry;
	size_t count = 0;

	assert_non_null(tree);
	while ((entry = fts_read(tree)) != NULL)
		if (entry->fts_level == 1 && entry->fts_info != FTS_D &&
		    entry->fts_info != FTS_DP)
			count++;
	fts_close(tree);
	return count;
}

static void
take(const char *name, struct spool_file *file)
{
	const char *reason = NULL;

	assert_int_equal(spool_file_open(inbox, name, LIMIT, file, &reason),
			 SPOOL_OPENED);
}

static void
assert_refused(const char *name, const char *expected)
{
	struct spool_file file;
	const char *reason = NULL;

	assert_int_equal(spool_file_open(inbox, name, LIMIT, &file, &reason),
			 SPOOL_REFUSED);
	assert_string_equal(reason, expected);
	spool_file_close(&file);
}

static void
assert_gone(const char *name)
{
	struct spool_file file;
	const char *reason = NULL;

	assert_int_equal(spool_file_open(inbox, name, LIMIT, &file, &reason),
			 SPOOL_GONE);
	spool_file_close(&file);
}

static enum spool_published
publish(const char *name, const char *text)
{
	return spool_publish(inbox, name, text, strlen(text));
}

static void
test_name(void **state)
{
	char *exact = mem_printf("%0200d", 1),
	     *longer = mem_printf("%0201d", 1);
	const struct {
		const char *name;
		bool ok;
	} cases[] = {
		{"a", true},
		{"CB-20261123-000001.p7m", true},
		{"A_z.0-9", true},
		{"-", true},
		{exact, true},
		{longer, false},
		{"", false},
		{".", false},
		{"..", false},
		{".hidden", false},
		{"a/b", false},
		{"../a", false},
		{"a b", false},
		{"a\n", false},
		{"a\x01", false},
		{"a\x7f", false},
		{"caf\xc3\xa9", false},
		{"a:b", false},
		{"a\\b", false},
		{"a*", false},
		{"a@", false},
		{"a[", false},
		{"a`", false},
		{"a{", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		if (spool_name_ok(cases[i].name) != cases[i].ok)
			fail_msg("%s", cases[i].name);
	mem_free(exact);
	mem_free(longer);
}

static void
test_make_folder(void **state)
{
	struct stat st;
	mode_t mask = umask(0);

	(void)state;
	assert_int_equal(spool_make_folder(at("x/y//z/")), 0);
	assert_int_equal(stat(at("x/y/z"), &st), 0);
	assert_true(S_ISDIR(st.st_mode));
	assert_int_equal(st.st_mode & 07777, 0750);
	assert_int_equal(spool_make_folder(at("x/y/z")), 0);
	assert_int_equal(spool_make_inbox(at("x/inbox")), 0);
	assert_true(exists("x/inbox/done"));
	assert_true(exists("x/inbox/rejected"));
	assert_int_equal(spool_make_inbox(at("x/inbox")), 0);
	umask(mask);

	put("file", "");
	errno = 0;
	assert_int_equal(spool_make_folder(at("file")), -1);
	assert_int_equal(errno, ENOTDIR);
	assert_int_equal(spool_make_folder(at("file/below")), -1);
	assert_int_equal(errno, ENOTDIR);
	assert_int_equal(spool_make_inbox(at("file")), -1);

	/* Relative paths as well. */
	assert_int_equal(chdir(inbox), 0);
	assert_int_equal(spool_make_folder("p/q"), 0);
	assert_int_equal(chdir("/"), 0);
	assert_true(exists("p/q"));
}

static void
test_publish(void **state)
{
	struct stat st;
	mode_t mask = umask(022);

	(void)state;
	assert_int_equal(publish("a.csv", "one"), SPOOL_PUBLISHED);
	umask(mask);
	assert_content("a.csv", "one");
	assert_false(exists("a.csv.part"));
	assert_int_equal(stat(at("a.csv"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(st.st_nlink, 1);

	/* Again; other bytes of the same and of another length. */
	assert_int_equal(publish("a.csv", "one"), SPOOL_PUBLISHED);
	assert_int_equal(publish("a.csv", "two"), SPOOL_CONFLICT);
	assert_int_equal(publish("a.csv", "three"), SPOOL_CONFLICT);
	assert_int_equal(publish("a.csv", ""), SPOOL_CONFLICT);
	assert_content("a.csv", "one");
	assert_int_equal(entries("."), 1);

	assert_int_equal(spool_publish(inbox, "empty", NULL, 0),
			 SPOOL_PUBLISHED);
	assert_int_equal(spool_publish(inbox, "empty", "", 0), SPOOL_PUBLISHED);
	assert_content("empty", "");
}

static struct spool_part *
part_with(const char *name, const char *text, char digest[SPOOL_DIGEST_HEX])
{
	struct spool_part *part = spool_part_open(inbox, name);
	size_t size = 0;

	assert_non_null(part);
	assert_int_equal(write(spool_part_fd(part), text, strlen(text)),
			 (ssize_t)strlen(text));
	assert_int_equal(spool_part_whole(part, digest, &size), 0);
	assert_int_equal(size, strlen(text));
	return part;
}

/* A file that comes piece by piece. */
static void
test_part(void **state)
{
	char digest[SPOOL_DIGEST_HEX], wanted[SEAL_SHA256_HEX];
	struct spool_part *part = part_with("a", "one", digest);

	(void)state;
	seal_sha256_hex("one", 3, wanted);
	assert_string_equal(digest, wanted);
	assert_true(exists("a.part"));
	/* While it is open nobody else writes it. */
	assert_null(spool_part_open(inbox, "a"));
	assert_int_equal(errno, EBUSY);
	assert_int_equal(spool_part_publish(part), SPOOL_PUBLISHED);
	spool_part_close(part);
	assert_content("a", "one");
	assert_int_equal(entries("."), 1);

	/* The same again, and given up. */
	part = part_with("a", "one", digest);
	assert_int_equal(spool_part_publish(part), SPOOL_PUBLISHED);
	spool_part_close(part);
	spool_part_close(part_with("a", "half", digest));
	assert_content("a", "one");
	assert_int_equal(entries("."), 1);

	/* What a crash left is replaced; what is not whole is not published. */
	put("b.part", "left behind");
	part = spool_part_open(inbox, "b");
	assert_non_null(part);
	assert_int_equal(spool_part_publish(part), SPOOL_ERROR);
	assert_int_equal(spool_part_reject(part, "{}"), -1);
	spool_part_close(part);
	spool_part_close(NULL);
	assert_int_equal(entries("."), 1);
	assert_null(spool_part_open(inbox, "../a"));
	assert_int_equal(errno, EINVAL);
	assert_null(spool_part_open(at("absent"), "a"));
	assert_int_equal(errno, ENOENT);
}

static void
test_part_conflict(void **state)
{
	char digest[SPOOL_DIGEST_HEX], name[32];
	struct spool_part *part;

	(void)state;
	assert_int_equal(publish("a", "one"), SPOOL_PUBLISHED);
	for (int i = 0; i < 2; i++) {
		part = part_with("a", "two", digest);
		assert_int_equal(spool_part_publish(part), SPOOL_CONFLICT);
		assert_int_equal(spool_part_reject(part, "{}"), 0);
		spool_part_close(part);
		assert_content("a", "one");
		assert_int_equal(entries("."), 1);
	}
	assert_content("rejected/a", "two");
	assert_content("rejected/a.report.json", "{}");
	snprintf(name, sizeof(name), "rejected/a-%.8s", digest);
	assert_content(name, "two");
}

static void
test_publish_refused(void **state)
{
	static const char *const names[] = {"", ".x", "../x", "a/b", "a b"};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		errno = 0;
		assert_int_equal(publish(names[i], "x"), SPOOL_ERROR);
		assert_int_equal(errno, EINVAL);
	}
	assert_int_equal(spool_publish(at("absent"), "a", "x", 1), SPOOL_ERROR);
	assert_int_equal(errno, ENOENT);
	put("file", "");
	assert_int_equal(spool_publish(at("file"), "a", "x", 1), SPOOL_ERROR);
	assert_int_equal(errno, ENOTDIR);
	assert_int_equal(entries("."), 1);
}

/* Whatever has the name already and is no file of ours. */
static void
test_publish_over_others(void **state)
{
	(void)state;
	put("target", "bytes");
	assert_int_equal(symlink("target", at("link")), 0);
	assert_int_equal(symlink("nowhere", at("dangling")), 0);
	assert_int_equal(mkfifo(at("fifo"), 0600), 0);
	assert_int_equal(mkdir(at("folder"), 0700), 0);
	assert_int_equal(publish("link", "bytes"), SPOOL_CONFLICT);
	assert_int_equal(publish("dangling", "bytes"), SPOOL_CONFLICT);
	assert_int_equal(publish("fifo", ""), SPOOL_CONFLICT);
	assert_int_equal(publish("folder", "bytes"), SPOOL_CONFLICT);
	assert_false(exists("nowhere"));
	assert_content("target", "bytes");
}

static void
test_publish_after_crash(void **state)
{
	(void)state;
	/* Cut off in the middle of writing. */
	put("a.part", "half of something longer than the whole");
	assert_int_equal(publish("a", "whole"), SPOOL_PUBLISHED);
	assert_content("a", "whole");
	/* Cut off between linking and unlinking. */
	put("b.part", "whole");
	assert_int_equal(link(at("b.part"), at("b")), 0);
	assert_int_equal(publish("b", "whole"), SPOOL_PUBLISHED);
	assert_content("b", "whole");
	/* A link in the way is removed, not written through. */
	put("victim", "untouched");
	assert_int_equal(symlink("victim", at("c.part")), 0);
	assert_int_equal(publish("c", "whole"), SPOOL_PUBLISHED);
	assert_content("victim", "untouched");
	assert_int_equal(mkfifo(at("d.part"), 0600), 0);
	assert_int_equal(publish("d", "whole"), SPOOL_PUBLISHED);
	assert_content("d", "whole");
	assert_int_equal(entries("."), 5);
	/* A folder cannot be got rid of. */
	assert_int_equal(mkdir(at("e.part"), 0700), 0);
	assert_int_equal(publish("e", "whole"), SPOOL_ERROR);
	assert_false(exists("e"));
}

/* Somebody who lives and writes is left alone. */
static void
test_publish_busy(void **state)
{
	int fd;

	(void)state;
	put("a.part", "being written");
	fd = open(at("a.part"), O_RDONLY);
	assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0);
	assert_int_equal(publish("a", "whole"), SPOOL_ERROR);
	assert_int_equal(errno, EBUSY);
	assert_false(exists("a"));
	assert_content("a.part", "being written");
	close(fd);
	assert_int_equal(publish("a", "whole"), SPOOL_PUBLISHED);
	assert_content("a", "whole");
	assert_false(exists("a.part"));
}

/* A write that fails half-way leaves nothing. */
static void
test_publish_no_room(void **state)
{
	static char much[100000];
	int status;
	pid_t pid;

	(void)state;
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct rlimit limit = {4096, 4096};
		enum spool_published published;

		signal(SIGXFSZ, SIG_IGN);
		if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
			_exit(2);
		published = spool_publish(inbox, "a", much, sizeof(much));
		_exit(published == SPOOL_ERROR && errno == EFBIG ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(entries("."), 0);
}

static void
test_open(void **state)
{
	struct spool_file file;
	char digest[SEAL_SHA256_HEX], text[8] = "";
	struct stat st;

	(void)state;
	put("a.csv", "content");
	take("a.csv", &file);
	assert_string_equal(file.name, "a.csv");
	assert_string_equal(file.folder, inbox);
	assert_int_equal(file.size, 7);
	seal_sha256_hex("content", 7, digest);
	assert_string_equal(file.digest, digest);
	assert_int_equal(fstat(file.fd, &st), 0);
	assert_true(file.mtime_ns == (int64_t)st.st_mtim.tv_sec * 1000000000 +
					     st.st_mtim.tv_nsec);
	assert_int_equal(read(file.fd, text, sizeof(text)), 7);
	assert_string_equal(text, "content");

	/* Locked as long as it is open. */
	assert_gone("a.csv");
	spool_file_close(&file);
	take("a.csv", &file);
	spool_file_close(&file);
	/* Closing twice is harmless. */
	spool_file_close(&file);

	put("empty", "");
	take("empty", &file);
	assert_int_equal(file.size, 0);
	spool_file_close(&file);
	assert_gone("absent");
}

static void
test_open_refused(void **state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char text[LIMIT + 2];
	struct spool_file file;
	const char *reason = NULL;
	int fd;

	(void)state;
	alarm(20); /* opening a FIFO must not wait for a writer */
	put("file", "content");
	assert_int_equal(symlink("file", at("link")), 0);
	assert_int_equal(symlink("nowhere", at("dangling")), 0);
	assert_int_equal(symlink("/etc/passwd", at("outside")), 0);
	assert_int_equal(mkfifo(at("fifo"), 0600), 0);
	assert_refused("link", "not_a_regular_file");
	assert_refused("dangling", "not_a_regular_file");
	assert_refused("outside", "not_a_regular_file");
	assert_refused("fifo", "not_a_regular_file");
	assert_refused("done", "not_a_regular_file");
	snprintf(address.sun_path, sizeof(address.sun_path), "%s",
		 at("socket"));
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)),
			 0);
	close(fd);
	assert_refused("socket", "not_a_regular_file");

	assert_int_equal(link(at("file"), at("second")), 0);
	assert_refused("file", "several_links");
	assert_refused("second", "several_links");
	assert_int_equal(unlink(at("second")), 0);
	take("file", &file);
	spool_file_close(&file);

	memset(text, 'x', sizeof(text));
	text[LIMIT + 1] = '\0';
	put("large", text);
	assert_refused("large", "too_large");
	text[LIMIT] = '\0';
	put("large", text);
	take("large", &file);
	assert_int_equal(file.size, LIMIT);
	spool_file_close(&file);

	/* Never looked for, so "absent" does not matter. */
	assert_refused("", "bad_name");
	assert_refused("../in/file", "bad_name");
	assert_refused("done/file", "bad_name");
	assert_refused(".file", "bad_name");
	assert_refused("fi le", "bad_name");
	assert_refused("file\n", "bad_name");
	assert_int_equal(
		spool_file_open(at("absent"), "file", LIMIT, &file, &reason),
		SPOOL_FAILED);
	assert_int_equal(errno, ENOENT);
	alarm(0);
}

static void
test_open_owner(void **state)
{
	struct spool_file file;

	(void)state;
	if (geteuid() != 0)
		skip();
	put("file", "content");
	assert_int_equal(chown(at("file"), 54321, (gid_t)-1), 0);
	assert_refused("file", "foreign_owner");
	/* The folder's owner is who may drop files there. */
	assert_int_equal(chown(inbox, 54321, (gid_t)-1), 0);
	take("file", &file);
	spool_file_close(&file);
	assert_int_equal(chown(at("file"), 54322, (gid_t)-1), 0);
	assert_refused("file", "foreign_owner");
}

static void
test_list(void **state)
{
	static const char *const expected[] = {
		"A",    "a b",  "b\nc", "b.csv",
		"fifo", "link", "part", "x.part.csv",
	};
	char **names;
	size_t count;

	(void)state;
	assert_int_equal(spool_list(inbox, &names, &count), 0);
	assert_int_equal(count, 0);
	spool_names_free(names, count);

	put("b.csv", "");
	put("A", "");
	put("a b", "");
	put("b\nc", "");
	put("x.part", "");
	put("x.part.csv", "");
	put("part", "");
	put(".part", "");
	put(".hidden", "");
	assert_int_equal(mkdir(at("folder"), 0700), 0);
	assert_int_equal(mkfifo(at("fifo"), 0600), 0);
	assert_int_equal(symlink("done", at("link")), 0);
	assert_int_equal(spool_list(inbox, &names, &count), 0);
	assert_int_equal(count, COUNT(expected));
	for (size_t i = 0; i < count; i++)
		assert_string_equal(names[i], expected[i]);
	spool_names_free(names, count);

	for (int i = 0; i < 200; i++) {
		char name[16];

		snprintf(name, sizeof(name), "n%03d", i);
		put(name, "");
	}
	assert_int_equal(spool_list(inbox, &names, &count), 0);
	assert_int_equal(count, COUNT(expected) + 200);
	for (size_t i = 1; i < count; i++)
		assert_true(strcmp(names[i - 1], names[i]) < 0);
	spool_names_free(names, count);

	assert_int_equal(spool_list(at("absent"), &names, &count), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(count, 0);
}

static void
test_finish(void **state)
{
	static const struct {
		bool accepted;
		const char *file, *report;
	} cases[] = {
		{true, "done/f", "done/f.report.json"},
		{false, "rejected/f", "rejected/f.report.json"},
	};
	struct spool_file file;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		put("f", "content");
		take("f", &file);
		assert_int_equal(
			spool_file_finish(&file, cases[i].accepted, "{}"), 0);
		assert_false(exists("f"));
		assert_content(cases[i].file, "content");
		assert_content(cases[i].report, "{}");
		/* Twice: nothing more happens. */
		assert_int_equal(
			spool_file_finish(&file, cases[i].accepted, "{2}"), 0);
		assert_content(cases[i].report, "{}");
		spool_file_close(&file);
		assert_gone("f");
	}
	assert_int_equal(entries("."), 0);
	assert_int_equal(entries("done"), 2);
	assert_int_equal(entries("rejected"), 2);
}

static void
test_finish_taken(void **state)
{
	static const char *const contents[] = {"first", "second", "second",
					       "second"};
	char digest[SEAL_SHA256_HEX], path[64], text[16];
	struct spool_file file;

	(void)state;
	for (size_t i = 0; i < COUNT(contents); i++) {
		put("f", contents[i]);
		take("f", &file);
		snprintf(text, sizeof(text), "{%zu}", i);
		assert_int_equal(spool_file_finish(&file, true, text), 0);
		spool_file_close(&file);
	}
	assert_int_equal(entries("."), 0);
	assert_int_equal(entries("done"), 8);
	assert_content("done/f", "first");
	assert_content("done/f.report.json", "{0}");
	seal_sha256_hex("second", 6, digest);
	snprintf(path, sizeof(path), "done/f-%.8s", digest);
	assert_content(path, "second");
	snprintf(path, sizeof(path), "done/f-%.8s.report.json", digest);
	assert_content(path, "{1}");
	snprintf(path, sizeof(path), "done/f-%.8s-2", digest);
	assert_content(path, "second");
	snprintf(path, sizeof(path), "done/f-%.8s-3.report.json", digest);
	assert_content(path, "{3}");
}

/* A report without its file, as a crash leaves it. */
static void
test_finish_report_left(void **state)
{
	char digest[SEAL_SHA256_HEX], own[128], path[64];
	struct spool_file file;

	(void)state;
	seal_sha256_hex("content", 7, digest);
	snprintf(own, sizeof(own), "{\"sha256\":\"%s\",\"applied\":3}", digest);

	/* About this content: it stays, for it says what was applied. */
	put("done/f.report.json", own);
	put("f", "content");
	take("f", &file);
	assert_int_equal(spool_file_finish(&file, true, "{\"seen\":1}"), 0);
	spool_file_close(&file);
	assert_content("done/f", "content");
	assert_content("done/f.report.json", own);
	assert_int_equal(entries("done"), 2);

	/* About something else: nothing of it is touched. */
	put("done/g.report.json", "{\"sha256\":\"0\"}");
	put("g", "content");
	take("g", &file);
	assert_int_equal(spool_file_finish(&file, true, own), 0);
	spool_file_close(&file);
	assert_content("done/g.report.json", "{\"sha256\":\"0\"}");
	assert_false(exists("done/g"));
	snprintf(path, sizeof(path), "done/g-%.8s", digest);
	assert_content(path, "content");
	snprintf(path, sizeof(path), "done/g-%.8s.report.json", digest);
	assert_content(path, own);

	/* The move was a link, and the unlinking is missing. */
	put("done/h.report.json", own);
	put("h", "content");
	take("h", &file);
	assert_int_equal(link(at("h"), at("done/h")), 0);
	assert_int_equal(spool_file_finish(&file, true, own), 0);
	spool_file_close(&file);
	assert_false(exists("h"));
	assert_content("done/h", "content");
}

/* The sender replaced the file while it was worked on. */
static void
test_finish_replaced(void **state)
{
	struct spool_file file;

	(void)state;
	put("f", "old");
	take("f", &file);
	put("f.part", "new");
	assert_int_equal(rename(at("f.part"), at("f")), 0);
	assert_int_equal(spool_file_finish(&file, true, "{}"), 0);
	spool_file_close(&file);
	assert_content("f", "new");
	assert_false(exists("done/f"));
	take("f", &file);
	spool_file_close(&file);
}

static void
test_finish_without_folders(void **state)
{
	struct spool_file file;

	(void)state;
	put("f", "content");
	take("f", &file);
	assert_int_equal(rmdir(at("done")), 0);
	assert_int_equal(spool_file_finish(&file, true, "{}"), -1);
	assert_int_equal(errno, ENOENT);
	/* A link in its place leads nowhere. */
	assert_int_equal(symlink("rejected", at("done")), 0);
	assert_int_equal(spool_file_finish(&file, true, "{}"), -1);
	assert_content("f", "content");
	assert_int_equal(entries("rejected"), 0);
	spool_file_close(&file);
}

static void
test_reject_names(void **state)
{
	char longest[256];
	char *cut;
	static const struct {
		const char *name, *target;
	} cases[] = {
		{"a b", "rejected/a_b"},
		{"new\nline", "rejected/new_line"},
		{"esc\x1b[2J", "rejected/esc__2J"},
		{"\xe7\x8e\x8b", "rejected/___"},
		{".dot", "rejected/_dot"},
		{"-rf", "rejected/-rf"},
		{"bad\xff", "rejected/bad_"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *report = mem_printf("%s.report.json", cases[i].target);

		put(cases[i].name, "content");
		assert_int_equal(spool_name_reject(inbox, cases[i].name, "{}"),
				 0);
		assert_false(exists(cases[i].name));
		assert_content(cases[i].target, "content");
		assert_content(report, "{}");
		/* Gone already: another instance did it. */
		assert_int_equal(spool_name_reject(inbox, cases[i].name, "{}"),
				 0);
		mem_free(report);
	}
	assert_int_equal(entries("rejected"), 2 * COUNT(cases));

	/* The same clean name out of another one. */
	put("a\tb", "other");
	assert_int_equal(spool_name_reject(inbox, "a\tb", "{}"), 0);
	assert_content("rejected/a_b", "content");
	assert_int_equal(entries("rejected"), 2 * COUNT(cases) + 2);

	memset(longest, 'n', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	put(longest, "content");
	assert_int_equal(spool_name_reject(inbox, longest, "{}"), 0);
	cut = mem_printf("rejected/%.200s", longest);
	assert_content(cut, "content");
	mem_free(cut);
	assert_int_equal(entries("."), 0);
}

static void
test_reject_kinds(void **state)
{
	static const char *const bad[] = {"",    ".",          "..",
					  "a/b", "../in/file", "done/x"};
	struct stat st;

	(void)state;
	alarm(20);
	put("file", "content");
	put("done/x", "filed");
	assert_int_equal(symlink("file", at("link")), 0);
	assert_int_equal(mkfifo(at("fifo"), 0600), 0);
	assert_int_equal(link(at("file"), at("hard")), 0);
	assert_int_equal(spool_name_reject(inbox, "link", "{1}"), 0);
	assert_int_equal(spool_name_reject(inbox, "fifo", "{2}"), 0);
	assert_int_equal(spool_name_reject(inbox, "hard", "{3}"), 0);
	alarm(0);
	/* The entries themselves went, not what they lead to. */
	assert_content("file", "content");
	assert_int_equal(lstat(at("rejected/link"), &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(lstat(at("rejected/fifo"), &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	assert_content("rejected/hard", "content");
	assert_content("rejected/link.report.json", "{1}");
	assert_content("rejected/fifo.report.json", "{2}");

	for (size_t i = 0; i < COUNT(bad); i++) {
		errno = 0;
		assert_int_equal(spool_name_reject(inbox, bad[i], "{}"), -1);
		assert_int_equal(errno, EINVAL);
	}
	assert_int_equal(spool_name_reject(inbox, "done", "{}"), -1);
	assert_int_equal(errno, EISDIR);
	assert_int_equal(spool_name_reject(at("absent"), "x", "{}"), -1);
	assert_int_equal(errno, ENOENT);
	assert_content("done/x", "filed");
}

/* Starts count children that wait for each other at a closed pipe. */
#define CHILDREN 4
static void
run_children(int (*work)(int child), int exits[CHILDREN])
{
	pid_t pids[CHILDREN];
	int barrier[2], status;
	char byte;

	assert_int_equal(pipe(barrier), 0);
	for (int i = 0; i < CHILDREN; i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		if (pids[i] != 0)
			continue;
		close(barrier[1]);
		if (read(barrier[0], &byte, 1) != 0)
			_exit(99);
		alarm(60);
		_exit(work(i));
	}
	close(barrier[0]);
	close(barrier[1]);
	for (int i = 0; i < CHILDREN; i++) {
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_true(WIFEXITED(status));
		exits[i] = WEXITSTATUS(status);
	}
}

#define RACE_FILES 60

/* Takes whatever it can get; its exit status is how many. */
static int
take_all(int child)
{
	int taken = 0;
	bool again = true;

	(void)child;
	while (again) {
		char **names;
		size_t count;

		if (spool_list(inbox, &names, &count) != 0)
			return 98;
		again = count > 0;
		for (size_t i = 0; i < count; i++) {
			struct spool_file file;
			const char *reason;

			switch (spool_file_open(inbox, names[i], LIMIT, &file,
						&reason)) {
			case SPOOL_OPENED:
				taken++;
				if (spool_file_finish(&file, true, "{}") != 0)
					return 97;
				spool_file_close(&file);
				break;
			case SPOOL_GONE:
				break;
			case SPOOL_REFUSED:
			case SPOOL_FAILED:
				return 96;
			}
		}
		spool_names_free(names, count);
	}
	return taken;
}

static void
test_race_of_takers(void **state)
{
	int exits[CHILDREN], sum = 0;

	(void)state;
	for (int i = 0; i < RACE_FILES; i++) {
		char name[16];

		snprintf(name, sizeof(name), "f%02d", i);
		put(name, name);
	}
	run_children(take_all, exits);
	for (int i = 0; i < CHILDREN; i++) {
		assert_true(exits[i] <= RACE_FILES);
		sum += exits[i];
	}
	assert_int_equal(sum, RACE_FILES);
	assert_int_equal(entries("."), 0);
	assert_int_equal(entries("done"), 2 * RACE_FILES);
}

static atomic_int *tried; /* shared by the children */

/* One file, all at once; who gets it holds it until all have tried. */
static int
take_one(int child)
{
	struct spool_file file;
	const char *reason;
	enum spool_open opened;

	(void)child;
	opened = spool_file_open(inbox, "f", LIMIT, &file, &reason);
	atomic_fetch_add(tried, 1);
	while (opened == SPOOL_OPENED && atomic_load(tried) < CHILDREN)
		usleep(1000);
	return (int)opened;
}

static void
test_race_for_one(void **state)
{
	int exits[CHILDREN], opened = 0;

	(void)state;
	tried = mmap(NULL, sizeof(*tried), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(tried, MAP_FAILED);
	put("f", "content");
	run_children(take_one, exits);
	munmap(tried, sizeof(*tried));
	for (int i = 0; i < CHILDREN; i++) {
		if (exits[i] == SPOOL_OPENED)
			opened++;
		else
			assert_int_equal(exits[i], SPOOL_GONE);
	}
	assert_int_equal(opened, 1);
}

static int
publish_same(int child)
{
	(void)child;
	for (int i = 0; i < 50; i++) {
		char name[16];

		snprintf(name, sizeof(name), "f%02d", i);
		if (publish(name, "the same bytes") != SPOOL_PUBLISHED)
			return 1;
	}
	return 0;
}

static int
publish_own(int child)
{
	char text[16];

	snprintf(text, sizeof(text), "child %d", child);
	return (int)publish("own", text);
}

static void
test_race_of_publishers(void **state)
{
	int exits[CHILDREN], published = 0;

	(void)state;
	run_children(publish_same, exits);
	for (int i = 0; i < CHILDREN; i++)
		assert_int_equal(exits[i], 0);
	assert_int_equal(entries("."), 50);
	assert_content("f00", "the same bytes");
	assert_content("f49", "the same bytes");

	run_children(publish_own, exits);
	for (int i = 0; i < CHILDREN; i++) {
		if (exits[i] == SPOOL_PUBLISHED) {
			char text[16];

			published++;
			snprintf(text, sizeof(text), "child %d", i);
			assert_content("own", text);
		} else {
			assert_int_equal(exits[i], SPOOL_CONFLICT);
		}
	}
	assert_int_equal(published, 1);
	assert_int_equal(entries("."), 51);
}

/* Waits for the part, then takes the name away from under it. */
static int
intrude(void)
{
	int fd;

	alarm(60);
	while (!exists("f.part") && !exists("f"))
		;
	fd = open(at("f"), O_WRONLY | O_CREAT | O_EXCL, 0640);
	if (fd < 0)
		return errno == EEXIST ? 0 : 2;
	return write(fd, "foreign", 7) == 7 ? 1 : 2;
}

/* A file that appears while ours is being written is not replaced. */
static void
test_race_with_stranger(void **state)
{
	char *text = mem_printf("%0300000d", 1);

	(void)state;
	for (int i = 0; i < 30; i++) {
		enum spool_published published;
		int status;
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid == 0)
			_exit(intrude());
		published = publish("f", text);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status));
		assert_in_range(WEXITSTATUS(status), 0, 1);
		if (WEXITSTATUS(status) == 1) {
			assert_int_equal(published, SPOOL_CONFLICT);
			assert_content("f", "foreign");
		} else {
			assert_int_equal(published, SPOOL_PUBLISHED);
			assert_content("f", text);
		}
		assert_int_equal(entries("."), 1);
		assert_int_equal(unlink(at("f")), 0);
	}
	mem_free(text);
}

/* From here on openat2() and renameat2() do not exist. */
static int
forget_new_calls(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_renameat2, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {COUNT(filter), filter};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static int
work_on_old_kernel(void)
{
	struct spool_file file;
	const char *reason = "";

	if (forget_new_calls() != 0)
		return 77;
	if (syscall(SYS_openat2, 0, "", NULL, 0) != -1 || errno != ENOSYS)
		return 1;
	if (publish("f", "content") != SPOOL_PUBLISHED ||
	    publish("f", "content") != SPOOL_PUBLISHED ||
	    publish("f", "another") != SPOOL_CONFLICT)
		return 2;
	if (spool_file_open(inbox, "link", LIMIT, &file, &reason) !=
		    SPOOL_REFUSED ||
	    strcmp(reason, "not_a_regular_file") != 0)
		return 3;
	if (spool_file_open(inbox, "f", LIMIT, &file, &reason) !=
		    SPOOL_OPENED ||
	    spool_file_finish(&file, true, "{}") != 0)
		return 4;
	spool_file_close(&file);
	return spool_name_reject(inbox, "link", "{}") == 0 ? 0 : 5;
}

static void
test_old_kernel(void **state)
{
	struct stat st;
	int status;
	pid_t pid;

	(void)state;
	assert_int_equal(symlink("done", at("link")), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(work_on_old_kernel());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_int_equal(entries("."), 0);
	assert_content("done/f", "content");
	assert_int_equal(stat(at("done/f"), &st), 0);
	assert_int_equal(st.st_nlink, 1);
	assert_content("done/f.report.json", "{}");
	assert_true(exists("rejected/link"));
}

#ifdef ENABLE_FAILPOINTS

/* What this program does when it is started by one of the tests below. */
static int
child_main(char **argv)
{
	struct spool_file file;
	const char *reason;
	int result;

	if (strcmp(argv[1], "publish") == 0) {
		errno = 0;
		result = (int)spool_publish(argv[2], "f", "content", 7);
		return result == SPOOL_ERROR && errno != EIO ? 90 : result;
	}
	if (strcmp(argv[1], "replace") == 0)
		return spool_replace(argv[2], "f", "new", 3) ? 93 : 0;
	if (spool_file_open(argv[2], "f", LIMIT, &file, &reason) !=
	    SPOOL_OPENED)
		return 91;
	errno = 0;
	result = spool_file_finish(&file, true, "{\"first\":1}");
	if (result != 0 && errno != EIO)
		result = 92;
	spool_file_close(&file);
	return result == -1 ? 1 : result;
}

/* Status of such a child. */
static int
run_self(const char *what, const char *failpoint)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		setenv("RECARD_FAILPOINT", failpoint, 1);
		execl("/proc/self/exe", "test_spool", what, inbox,
		      (char *)NULL);
		_exit(93);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void
test_publish_failpoints(void **state)
{
	static const char *const points[] = {"spool.publish.written",
					     "spool.publish.synced",
					     "spool.publish.renamed"};

	(void)state;
	for (size_t i = 0; i < COUNT(points); i++) {
		char *error = mem_printf("%s:error", points[i]);
		char *death = mem_printf("%s:kill", points[i]);
		int status;

		/* An error leaves nothing behind. */
		status = run_self("publish", error);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), SPOOL_ERROR);
		assert_int_equal(entries("."), 0);

		/* Death does, and the next one makes it good. */
		status = run_self("publish", death);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), SIGKILL);
		assert_int_equal(entries("."), 1);
		assert_int_equal(exists("f"), i == 2);
		assert_int_equal(publish("f", "content"), SPOOL_PUBLISHED);
		assert_content("f", "content");
		assert_int_equal(entries("."), 1);
		assert_int_equal(unlink(at("f")), 0);
		mem_free(error);
		mem_free(death);
	}
}

static void
test_replace(void **state)
{
	int status;

	(void)state;
	put("f", "old");
	/* Until the new one is whole and safe the old one is there. */
	status = run_self("replace", "spool.replace.written:error");
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 93);
	assert_content("f", "old");
	assert_int_equal(entries("."), 1);
	status = run_self("replace", "spool.replace.written:kill");
	assert_true(WIFSIGNALED(status));
	assert_content("f", "old");
	assert_int_equal(entries("."), 2);
	/* The next one clears what is left behind. */
	assert_int_equal(spool_replace(inbox, "f", "new", 3), 0);
	assert_content("f", "new");
	assert_int_equal(entries("."), 1);
	assert_int_equal(unlink(at("f")), 0);
	assert_int_equal(spool_replace(inbox, "f", "", 0), 0);
	assert_content("f", "");
	assert_int_equal(unlink(at("f")), 0);
	assert_int_equal(spool_replace(inbox, "../f", "new", 3), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(spool_replace("/nowhere", "f", "new", 3), -1);
	assert_int_equal(errno, ENOENT);
}

static void
test_finish_failpoints(void **state)
{
	static const struct {
		const char *point;
		bool moved;
	} cases[] = {
		{"spool.publish.written:kill", false},
		{"spool.publish.synced:kill", false},
		{"spool.publish.renamed:kill", false},
		{"spool.file.reported:kill", false},
		{"spool.file.moved:kill", true},
		{"spool.publish.renamed:error", false},
		{"spool.file.reported:error", false},
		{"spool.file.moved:error", true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct spool_file file;
		int status;

		put("f", "content");
		status = run_self("finish", cases[i].point);
		if (strstr(cases[i].point, ":kill") != NULL) {
			assert_true(WIFSIGNALED(status));
			assert_int_equal(WTERMSIG(status), SIGKILL);
		} else {
			assert_true(WIFEXITED(status));
			assert_int_equal(WEXITSTATUS(status), 1);
		}
		assert_int_equal(exists("f"), !cases[i].moved);
		assert_int_equal(exists("done/f"), cases[i].moved);
		if (!cases[i].moved) {
			take("f", &file);
			assert_int_equal(
				spool_file_finish(&file, true, "{\"first\":1}"),
				0);
			spool_file_close(&file);
		}
		assert_int_equal(entries("."), 0);
		assert_int_equal(entries("done"), 2);
		assert_content("done/f", "content");
		assert_content("done/f.report.json", "{\"first\":1}");
		assert_int_equal(unlink(at("done/f")), 0);
		assert_int_equal(unlink(at("done/f.report.json")), 0);
	}
}

#endif

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(test_name),
		TEST(test_make_folder),
		TEST(test_publish),
		TEST(test_part),
		TEST(test_part_conflict),
		TEST(test_publish_refused),
		TEST(test_publish_over_others),
		TEST(test_publish_after_crash),
		TEST(test_publish_busy),
		TEST(test_publish_no_room),
		TEST(test_open),
		TEST(test_open_refused),
		TEST(test_open_owner),
		TEST(test_list),
		TEST(test_finish),
		TEST(test_finish_taken),
		TEST(test_finish_report_left),
		TEST(test_finish_replaced),
		TEST(test_finish_without_folders),
		TEST(test_reject_names),
		TEST(test_reject_kinds),
		TEST(test_race_of_takers),
		TEST(test_race_for_one),
		TEST(test_race_of_publishers),
		TEST(test_race_with_stranger),
		TEST(test_old_kernel),
#ifdef ENABLE_FAILPOINTS
		TEST(test_publish_failpoints),
		TEST(test_replace),
		TEST(test_finish_failpoints),
#endif
	};

#ifdef ENABLE_FAILPOINTS
	if (argc == 3)
		return child_main(argv);
#else
	(void)argc;
	(void)argv;
#endif
	return cmocka_run_group_tests(tests, NULL, NULL);
}
