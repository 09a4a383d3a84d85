/*
 * seal: published vectors, hostile input, and the openssl program as the
 * other side of everything CMS.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "buffer.h"
#include "mem.h"
#include "seal.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define DAY (24 * 60 * 60)

extern char **environ;

static char folder[] = "/tmp/test_seal.XXXXXX";

/* Path of a file in the test's folder; a few live at a time. */
static const char *
at(const char *name)
{
	static char paths[16][256];
	static unsigned int next;
	char *path = paths[next++ % COUNT(paths)];

	snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
	return path;
}

static void
write_file(const char *name, const void *bytes, size_t len, mode_t mode)
{
	int fd = open(at(name), O_WRONLY | O_CREAT | O_TRUNC, mode);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), (ssize_t)len);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static void
read_file(const char *name, struct buffer *out)
{
	buffer_clear(out);
	assert_int_equal(buffer_read_file(out, at(name), 64 << 20), 0);
}

/* Runs the openssl program; its exit status. */
static int
openssl(const char *const *arguments)
{
	posix_spawn_file_actions_t actions;
	char *argv[32] = {(char *)"openssl"};
	size_t n = 1;
	int status;
	pid_t pid;

	for (; arguments[n - 1] != NULL; n++)
		argv[n] = (char *)arguments[n - 1];
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	assert_int_equal(
		posix_spawnp(&pid, "openssl", &actions, NULL, argv, environ),
		0);
	posix_spawn_file_actions_destroy(&actions);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
#define OPENSSL(...) openssl((const char *const[]){__VA_ARGS__, NULL})

/* Writes NAME.crt and NAME.key: a self-signed RSA certificate. */
static void
make_certificate(const char *name, const char *subject, long serial, long from,
		 long to)
{
	EVP_PKEY *key = EVP_RSA_gen(2048);
	X509 *certificate = X509_new();
	X509_NAME *dn = X509_get_subject_name(certificate);
	char file[64];
	BIO *bio;

	assert_non_null(key);
	X509_set_version(certificate, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial);
	X509_gmtime_adj(X509_getm_notBefore(certificate), from);
	X509_gmtime_adj(X509_getm_notAfter(certificate), to);
	X509_NAME_add_entry_by_txt(dn, "CN", MBSTRING_UTF8,
				   (const unsigned char *)subject, -1, -1, 0);
	X509_set_issuer_name(certificate, dn);
	X509_set_pubkey(certificate, key);
	assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);

	snprintf(file, sizeof(file), "%s.crt", name);
	bio = BIO_new_file(at(file), "w");
	assert_int_equal(PEM_write_bio_X509(bio, certificate), 1);
	BIO_free(bio);
	snprintf(file, sizeof(file), "%s.key", name);
	bio = BIO_new_file(at(file), "w");
	assert_int_equal(
		PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL),
		1);
	BIO_free(bio);
	assert_int_equal(chmod(at(file), 0600), 0);
	X509_free(certificate);
	EVP_PKEY_free(key);
}

/* One file out of several. */
static void
join_files(const char *into, const char *first, const char *second)
{
	struct buffer all = {0}, part = {0};

	read_file(first, &all);
	read_file(second, &part);
	buffer_append(&all, part.data, part.len);
	write_file(into, all.data, all.len, 0644);
	buffer_free(&all);
	buffer_free(&part);
}

static struct seal_identity *
identity(const char *name)
{
	struct seal_identity *loaded;
	char *error = NULL, certificate[64], key[64];

	snprintf(certificate, sizeof(certificate), "%s.crt", name);
	snprintf(key, sizeof(key), "%s.key", name);
	loaded = seal_identity_load(at(certificate), at(key), &error);
	assert_null(error);
	assert_non_null(loaded);
	return loaded;
}

static struct seal_peer *
peer(const char *file)
{
	char *error = NULL;
	struct seal_peer *loaded = seal_peer_load(at(file), &error);

	assert_null(error);
	assert_non_null(loaded);
	return loaded;
}

static int
set_up(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	make_certificate("us", "recard", 1, -DAY, DAY);
	make_certificate("line", "card line", 2, -DAY, DAY);
	make_certificate("next", "card line", 3, -DAY, DAY);
	make_certificate("early", "card line", 4, DAY, 2 * DAY);
	make_certificate("late", "card line", 5, -2 * DAY, -DAY);
	/* Says it is the line, to its serial number. */
	make_certificate("impostor", "card line", 2, -DAY, DAY);
	join_files("rotation.crt", "line.crt", "next.crt");
	join_files("line_late.crt", "late.crt", "line.crt");
	join_files("early_late.crt", "early.crt", "late.crt");
	join_files("twins.crt", "impostor.crt", "line.crt");
	return 0;
}

static int
tear_down(void **state)
{
	struct dirent *entry;
	DIR *dir = opendir(folder);

	(void)state;
	if (dir == NULL)
		return -1;
	while ((entry = readdir(dir)) != NULL)
		unlinkat(dirfd(dir), entry->d_name, 0);
	closedir(dir);
	return rmdir(folder);
}

static void
test_sha256(void **state)
{
	static const struct {
		const char *text, *digest;
	} cases[] = {
		{"", "e3b0c44298fc1c149afbf4c8996fb924"
		     "27ae41e4649b934ca495991b7852b855"},
		{"abc", "ba7816bf8f01cfea414140de5dae2223"
			"b00361a396177a9cb410ff61f20015ad"},
		{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		 "248d6a61d20638b8e5c026930c3e6039"
		 "a33ce45964ff2167f6ecedd419db06c1"},
	};
	char digest[SEAL_SHA256_HEX], file_digest[SEAL_SHA256_HEX];
	struct buffer large = {0};
	int fd;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		seal_sha256_hex(cases[i].text, strlen(cases[i].text), digest);
		assert_string_equal(digest, cases[i].digest);
		write_file("digested", cases[i].text, strlen(cases[i].text),
			   0600);
		fd = open(at("digested"), O_RDONLY);
		assert_int_equal(seal_sha256_fd(fd, digest), 0);
		assert_string_equal(digest, cases[i].digest);
		close(fd);
	}

	/* Longer than a block, and from where the descriptor stands. */
	for (int i = 0; i < 200000; i++)
		buffer_putc(&large, (char)i);
	write_file("digested", large.data, large.len, 0600);
	fd = open(at("digested"), O_RDONLY);
	assert_int_equal(lseek(fd, 7, SEEK_SET), 7);
	assert_int_equal(seal_sha256_fd(fd, file_digest), 0);
	seal_sha256_hex(large.data + 7, large.len - 7, digest);
	assert_string_equal(digest, file_digest);
	close(fd);
	buffer_free(&large);

	fd = open(folder, O_RDONLY | O_DIRECTORY);
	errno = 0;
	assert_int_equal(seal_sha256_fd(fd, digest), -1);
	assert_int_equal(errno, EISDIR);
	close(fd);
}

/* RFC 4231, test cases 1, 2, 6 and 7. */
static void
test_hmac(void **state)
{
	static const struct {
		int key_byte; /* repeated, or -1: key_text */
		size_t key_len;
		const char *key_text, *data, *expected;
	} cases[] = {
		{0x0b, 20, NULL, "Hi There",
		 "b0344c61d8db38535ca8afceaf0bf12b"
		 "881dc200c9833da726e9376c2e32cff7"},
		{-1, 4, "Jefe", "what do ya want for nothing?",
		 "5bdcc146bf60754e6a042426089575c7"
		 "5a003f089d2739839dec58b964ec3843"},
		{0xaa, 131, NULL,
		 "Test Using Larger Than Block-Size Key - Hash Key First",
		 "60e431591ee0b67f0d8a26aacbf5b77f"
		 "8e0bc6213728c5140546040f0ee37f54"},
		{0xaa, 131, NULL,
		 "This is a test using a larger than block-size key and a "
		 "larger than block-size data. The key needs to be hashed "
		 "before being used by the HMAC algorithm.",
		 "9b09ffa71b942fcb27635fbcd5b0e944"
		 "bfdc63644f0713938a7f51535c3a35e2"},
		{-1, 0, "", "",
		 "b613679a0814d9ec772f95d778c35fc5"
		 "ff1697c493715653c6c712144292c5ad"},
	};
	unsigned char key[131], mac[32];
	struct buffer hex = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		if (cases[i].key_byte >= 0)
			memset(key, cases[i].key_byte, sizeof(key));
		else
			memcpy(key, cases[i].key_text, cases[i].key_len);
		seal_hmac(key, cases[i].key_len, cases[i].data,
			  strlen(cases[i].data), mac);
		buffer_clear(&hex);
		buffer_put_hex(&hex, mac, sizeof(mac));
		assert_string_equal(hex.data, cases[i].expected);
	}
	buffer_free(&hex);
}

static void
test_equal(void **state)
{
	(void)state;
	assert_true(seal_equal("abcd", "abcd", 4));
	assert_true(seal_equal("abcd", "abce", 3));
	assert_true(seal_equal("a", "b", 0));
	assert_false(seal_equal("abcd", "abce", 4));
	assert_false(seal_equal("xbcd", "abcd", 4));
	assert_false(seal_equal("ab\0d", "ab\0e", 4));
}

static void
test_scrypt(void **state)
{
/* RFC 7914, section 12: N = 16384, r = 8, p = 1; its first 32 bytes are what
 * asking for 32 gives. */
#define HASH "cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofI"
#define SALT "U29kaXVtQ2hsb3JpZGU"
	static const char rfc[] = "$scrypt$ln=14,r=8,p=1$" SALT "$" HASH;
	static const char *const malformed[] = {
		"",
		"$",
		"scrypt",
		"$scrypt$ln=14,r=8,p=1$" SALT,
		"$scrypt$ln=14,r=8,p=1$" SALT "$",
		"$scrypt$ln=14,r=8,p=1$" SALT "$" HASH "A",
		/* The last digit's two lowest bits belong to no byte. */
		"$scrypt$ln=14,r=8,p=1$" SALT "$cCO9yzr9c0hGHAbNgf046/2o"
		"+7qQT44+qbVD9lRdofJ",
		"$scrypt$ln=14,r=8,p=1$" SALT "$" HASH "=",
		"$scrypt$ln=14,r=8,p=1$" SALT "=$" HASH,
		"$scrypt$ln=14,r=8,p=1$" SALT "\n$" HASH,
		"$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGV$" HASH,
		"$scrypt$ln=14,r=8,p=1$$" HASH,
		"$scrypt$ln=14,r=8,p=1$U29k$" HASH,
		"$scrypt$ln=14,r=8,p=1$" SALT SALT SALT SALT "$" HASH,
		"$scrypt$ln=14,r=8,p=2$" SALT "$" HASH,
		"$scrypt$ln=14,r=9,p=1$" SALT "$" HASH,
		"$scrypt$ln=9,r=8,p=1$" SALT "$" HASH,
		"$scrypt$ln=09,r=8,p=1$" SALT "$" HASH,
		"$scrypt$ln=21,r=8,p=1$" SALT "$" HASH,
		"$scrypt$ln=99,r=8,p=1$" SALT "$" HASH,
		"$scrypt$ln=-4,r=8,p=1$" SALT "$" HASH,
		"$scrypt$ln=140,r=8,p=1$" SALT "$" HASH,
		"$scrypt$ln=1",
	};
	char *first, *second;

	(void)state;
	assert_true(seal_scrypt_ok(rfc));
	assert_true(seal_scrypt_verify("pleaseletmein", rfc));
	assert_true(seal_code_verify("pleaseletmein", rfc));
	assert_false(seal_code_verify("pleaseletmeout", rfc));
	assert_false(seal_scrypt_verify("pleaseletmeout", rfc));
	for (size_t i = 0; i < COUNT(malformed); i++) {
		assert_false(seal_scrypt_verify("pleaseletmein", malformed[i]));
		assert_false(seal_code_verify("pleaseletmein", malformed[i]));
	}

	first = seal_scrypt("Code12", 10);
	second = seal_scrypt("Code12", 10);
	assert_int_equal(strlen(first), 22 + 22 + 1 + 43);
	assert_memory_equal(first, "$scrypt$ln=10,r=8,p=1$", 22);
	assert_string_not_equal(first, second);
	assert_true(seal_scrypt_verify("Code12", first));
	assert_true(seal_scrypt_verify("Code12", second));
	assert_false(seal_scrypt_verify("code12", first));
	assert_false(seal_scrypt_verify("", first));
	/* The secret itself is nowhere in it. */
	assert_null(strstr(first, "Code12"));
	mem_free(first);
	mem_free(second);

	/* 64 MiB: more than OpenSSL gives without being asked. */
	first = seal_scrypt("Code12", 16);
	assert_true(seal_scrypt_verify("Code12", first));
	mem_free(first);
}

/* A hash as pgcrypto's crypt() makes it. */
static void
test_bcrypt(void **state)
{
	static const char made[] =
		"$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i";

	(void)state;
	assert_true(seal_code_verify("abc", made));
	assert_false(seal_code_verify("abd", made));
	assert_false(seal_code_verify("", made));
	assert_false(seal_code_verify("abc", "$2a$"));
	assert_false(seal_code_verify("abc", "$2a$99$x"));
	assert_false(seal_code_verify("abc", "$2a$06$"));
	assert_false(seal_code_verify("abc", "*0"));
}

static void
test_read_key(void **state)
{
#define HEX32 "000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F"
	static const struct {
		const char *bytes;
		size_t len;
		mode_t mode;
		size_t key_len; /* 0: refused */
		unsigned char first, last;
	} cases[] = {
		{HEX32, 64, 0600, 32, 0x00, 0x1f},
		{HEX32 "\n", 65, 0600, 32, 0x00, 0x1f},
		{HEX32 " \r\n", 67, 0400, 32, 0x00, 0x1f},
		{HEX32 "ff", 66, 0640, 33, 0x00, 0xff},
		{HEX32 "f", 65, 0600, 0, 0, 0},
		{HEX32, 62, 0600, 0, 0, 0},
		{HEX32, 32, 0600, 0, 0, 0},
		{HEX32 "\nx", 66, 0600, 66, '0', 'x'},
		{"0123456789abcdef0123456789abcdeX", 32, 0600, 32, '0', 'X'},
		{"0123456789abcdef0123456789abcdeX", 31, 0600, 0, 0, 0},
		{"\0\1\2\3\4\5\6\7\0\1\2\3\4\5\6\7\0\1\2\3\4\5\6\7"
		 "\0\1\2\3\4\5\6\n",
		 32, 0600, 32, 0, '\n'},
		{"", 0, 0600, 0, 0, 0},
		{"\n", 1, 0600, 0, 0, 0},
		{HEX32, 64, 0660, 0, 0, 0},
		{HEX32, 64, 0644, 0, 0, 0},
		{HEX32, 64, 0602, 0, 0, 0},
		{HEX32, 64, 0601, 0, 0, 0},
	};
	unsigned char *key;
	char *error;
	size_t len;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		error = NULL;
		unlink(at("hash.key"));
		write_file("hash.key", cases[i].bytes, cases[i].len,
			   cases[i].mode);
		key = seal_read_key(at("hash.key"), &len, &error);
		if (cases[i].key_len == 0) {
			assert_null(key);
			assert_non_null(strstr(error, at("hash.key")));
			/* Nothing of the key may show. */
			assert_null(strstr(error, "000102"));
			mem_free(error);
			continue;
		}
		assert_non_null(key);
		assert_null(error);
		assert_int_equal(len, cases[i].key_len);
		assert_int_equal(key[0], cases[i].first);
		assert_int_equal(key[len - 1], cases[i].last);
		mem_free_secret(key, len);
	}

	error = NULL;
	assert_null(seal_read_key(at("absent"), &len, &error));
	assert_non_null(strstr(error, "absent"));
	mem_free(error);
	error = NULL;
	assert_null(seal_read_key(folder, &len, &error));
	assert_non_null(strstr(error, "not a regular file"));
	mem_free(error);
	assert_int_equal(mkfifo(at("fifo"), 0600), 0);
	error = NULL;
	assert_null(seal_read_key(at("fifo"), &len, &error));
	assert_non_null(strstr(error, "not a regular file"));
	mem_free(error);
}

/* What is configured before its time, or after it, is there and signs
 * nothing. */
static void
test_identities_out_of_time(void **state)
{
	static const char *const names[] = {"early", "late"};
	struct seal_peer *line = peer("line.crt");

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct seal_identity *other = identity(names[i]);
		struct buffer out = {0};
		char *error = NULL;

		assert_false(seal_identity_current(other));
		assert_true(seal_identity_expires(other) > 0);
		assert_int_equal(
			seal_close(other, line, "data", 4, NULL, &out, &error),
			-1);
		assert_non_null(strstr(error, "is not valid today"));
		assert_non_null(strstr(error, seal_identity_name(other)));
		mem_free(error);
		buffer_free(&out);
		seal_identity_free(other);
	}
	seal_peer_free(line);
}

static void
test_identity(void **state)
{
	static const struct {
		const char *certificate, *key, *names;
	} refused[] = {
		{"absent.crt", "us.key", "absent.crt"},
		{"us.crt", "absent.key", "absent.key"},
		{"us.crt", "line.key", "line.key"},
		{"us.key", "us.key", "us.key"},
		{"us.crt", "us.crt", "us.crt"},
		{"us.crt", "open.key", "open.key"},
		{"us.crt", "locked.key", "locked.key"},
		{"empty", "us.key", "empty"},
	};
	struct buffer key = {0};

	(void)state;
	seal_identity_free(identity("us"));
	seal_identity_free(NULL);
	read_file("us.key", &key);
	write_file("open.key", key.data, key.len, 0644);
	write_file("empty", "", 0, 0600);
	assert_int_equal(OPENSSL("pkey", "-in", at("us.key"), "-aes256",
				 "-passout", "pass:x", "-out",
				 at("locked.key")),
			 0);
	assert_int_equal(chmod(at("locked.key"), 0600), 0);
	for (size_t i = 0; i < COUNT(refused); i++) {
		char *error = NULL;

		assert_null(seal_identity_load(at(refused[i].certificate),
					       at(refused[i].key), &error));
		assert_non_null(error);
		assert_non_null(strstr(error, refused[i].names));
		mem_free(error);
	}
	buffer_free(&key);
}

static void
test_peer(void **state)
{
	static const char *const accepted[] = {"line.crt", "rotation.crt",
					       "line_late.crt", "us.crt"};
	static const char *const refused[] = {
		"absent.crt",     "late.crt", "early.crt", "line.key",
		"early_late.crt", "cut.crt",  "half.crt",  "nothing"};
	struct buffer text = {0};

	(void)state;
	read_file("line.crt", &text);
	write_file("cut.crt", text.data, text.len / 2, 0644);
	buffer_append(&text, text.data, text.len / 2);
	write_file("half.crt", text.data, text.len, 0644);
	write_file("nothing", "", 0, 0644);
	buffer_free(&text);

	for (size_t i = 0; i < COUNT(accepted); i++)
		seal_peer_free(peer(accepted[i]));
	seal_peer_free(NULL);
	for (size_t i = 0; i < COUNT(refused); i++) {
		char *error = NULL;

		assert_null(seal_peer_load(at(refused[i]), &error));
		assert_non_null(error);
		assert_non_null(strstr(error, refused[i]));
		mem_free(error);
	}
}

static void
test_close_and_open(void **state)
{
	static const size_t sizes[] = {0, 1, 15, 16, 17, 4096, 1 << 20};
	struct seal_identity *us = identity("us"), *line = identity("line");
	struct seal_peer *us_peer = peer("us.crt");
	struct seal_peer *line_peer = peer("line.crt");
	struct buffer plain = {0}, sealed = {0}, opened = {0};
	char *error = NULL;

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		buffer_clear(&plain);
		buffer_clear(&sealed);
		buffer_clear(&opened);
		/* Bytes of all kinds: CR, LF and NUL stay as they are. */
		for (size_t n = 0; n < sizes[i]; n++)
			buffer_putc(&plain, (char)(n * 7));
		buffer_puts(&sealed, "kept");
		buffer_puts(&opened, "kept");
		assert_int_equal(seal_close(us, line_peer, plain.data,
					    plain.len, NULL, &sealed, &error),
				 0);
		assert_null(error);
		assert_memory_equal(sealed.data, "kept", 4);
		assert_int_equal(seal_open(line, us_peer, sealed.data + 4,
					   sealed.len - 4, &opened, &error),
				 0);
		assert_int_equal(opened.len, plain.len + 4);
		if (plain.len > 0)
			assert_memory_equal(opened.data + 4, plain.data,
					    plain.len);
	}

	/* Not for us; not by the expected; not an envelope; cut off. */
	buffer_clear(&opened);
	buffer_clear(&sealed);
	assert_int_equal(
		seal_close(us, line_peer, "data", 4, NULL, &sealed, &error), 0);
	assert_int_equal(seal_open(us, us_peer, sealed.data, sealed.len,
				   &opened, &error),
			 -1);
	assert_non_null(strstr(error, "decrypting"));
	mem_free(error);
	assert_int_equal(seal_open(line, line_peer, sealed.data, sealed.len,
				   &opened, &error),
			 -1);
	assert_non_null(strstr(error, "somebody else"));
	mem_free(error);
	assert_int_equal(seal_open(line, us_peer, sealed.data, sealed.len - 1,
				   &opened, &error),
			 -1);
	mem_free(error);
	buffer_putc(&sealed, 'x');
	assert_int_equal(seal_open(line, us_peer, sealed.data, sealed.len,
				   &opened, &error),
			 -1);
	mem_free(error);
	buffer_clear(&sealed);
	assert_int_equal(seal_sign(us, "data", 4, &sealed, &error), 0);
	assert_int_equal(seal_open(line, us_peer, sealed.data, sealed.len,
				   &opened, &error),
			 -1);
	assert_non_null(strstr(error, "EnvelopedData"));
	mem_free(error);
	assert_int_equal(opened.len, 0);

	buffer_free(&plain);
	buffer_free(&sealed);
	buffer_free(&opened);
	seal_identity_free(us);
	seal_identity_free(line);
	seal_peer_free(us_peer);
	seal_peer_free(line_peer);
}

/* What we seal, the openssl program opens: that is the contract. */
static void
test_openssl_opens(void **state)
{
	static const char content[] = "H,RECARD-CARD-BATCH,1\nD,1,\xe7\x8e\x8b"
				      "\r\nT,1\n";
	struct seal_identity *us = identity("us");
	/* The first is expired: the second one must have been used. */
	struct seal_peer *line = peer("line_late.crt");
	struct buffer sealed = {0}, read_back = {0};
	char *error = NULL;

	(void)state;
	assert_int_equal(seal_close(us, line, content, sizeof(content) - 1,
				    NULL, &sealed, &error),
			 0);
	write_file("batch.p7m", sealed.data, sealed.len, 0600);
	assert_int_equal(OPENSSL("cms", "-decrypt", "-binary", "-inform", "DER",
				 "-in", at("batch.p7m"), "-recip",
				 at("line.crt"), "-inkey", at("line.key"),
				 "-out", at("batch.signed")),
			 0);
	assert_int_equal(OPENSSL("cms", "-verify", "-binary", "-inform", "DER",
				 "-in", at("batch.signed"), "-CAfile",
				 at("us.crt"), "-purpose", "any", "-certfile",
				 at("us.crt"), "-out", at("batch")),
			 0);
	read_file("batch", &read_back);
	assert_int_equal(read_back.len, sizeof(content) - 1);
	assert_memory_equal(read_back.data, content, sizeof(content) - 1);
	/* The wrong pin: the same command has to fail. */
	assert_int_not_equal(OPENSSL("cms", "-verify", "-binary", "-inform",
				     "DER", "-in", at("batch.signed"),
				     "-CAfile", at("line.crt"), "-purpose",
				     "any", "-out", at("batch")),
			     0);

	/* The cipher, and times and digests as signed attributes. */
	assert_int_equal(OPENSSL("cms", "-cmsout", "-print", "-inform", "DER",
				 "-in", at("batch.p7m"), "-out", at("text")),
			 0);
	read_file("text", &read_back);
	assert_non_null(strstr(read_back.data, "aes-256-cbc"));
	assert_int_equal(OPENSSL("cms", "-cmsout", "-print", "-inform", "DER",
				 "-in", at("batch.signed"), "-out", at("text")),
			 0);
	read_file("text", &read_back);
	assert_non_null(strstr(read_back.data, "sha256"));
	assert_non_null(strstr(read_back.data, "signingTime"));
	assert_non_null(strstr(read_back.data, "messageDigest"));

	buffer_free(&sealed);
	buffer_free(&read_back);
	seal_identity_free(us);
	seal_peer_free(line);
}

/* What the openssl program signs, in the ways the line may do it. */
static void
test_verify(void **state)
{
#define MORE 6
	static const struct {
		const char *what, *signer, *pinned, *more[MORE];
		enum seal_verified expected;
	} cases[] = {
		{"plain", "line", "line.crt", {"-nodetach"}, SEAL_VERIFIED},
		{"rotation",
		 "next",
		 "rotation.crt",
		 {"-nodetach"},
		 SEAL_VERIFIED},
		{"no certificate inside",
		 "line",
		 "line.crt",
		 {"-nodetach", "-nocerts"},
		 SEAL_VERIFIED},
		{"no certificate, same name and serial pinned first",
		 "line",
		 "twins.crt",
		 {"-nodetach", "-nocerts"},
		 SEAL_VERIFIED},
		{"no attributes",
		 "line",
		 "line.crt",
		 {"-nodetach", "-noattr"},
		 SEAL_VERIFIED},
		{"by key identifier",
		 "keyid",
		 "keyid.crt",
		 {"-nodetach", "-keyid"},
		 SEAL_VERIFIED},
		{"another certificate inside",
		 "line",
		 "line.crt",
		 {"-nodetach", "-certfile", "us.crt"},
		 SEAL_VERIFIED},
		{"not pinned", "us", "line.crt", {"-nodetach"}, SEAL_STRANGER},
		{"not pinned, pinned one inside",
		 "us",
		 "line.crt",
		 {"-nodetach", "-certfile", "line.crt"},
		 SEAL_STRANGER},
		{"same name and serial",
		 "impostor",
		 "line.crt",
		 {"-nodetach"},
		 SEAL_STRANGER},
		{"same name and serial, pinned one inside",
		 "impostor",
		 "line.crt",
		 {"-nodetach", "-certfile", "line.crt"},
		 SEAL_STRANGER},
		{"same name and serial, none inside",
		 "impostor",
		 "line.crt",
		 {"-nodetach", "-nocerts"},
		 SEAL_TAMPERED},
		{"expired",
		 "late",
		 "line_late.crt",
		 {"-nodetach"},
		 SEAL_STRANGER},
		{"two signers",
		 "line",
		 "rotation.crt",
		 {"-nodetach", "-signer", "next.crt", "-inkey", "next.key"},
		 SEAL_STRANGER},
		{"detached", "line", "line.crt", {NULL}, SEAL_MALFORMED},
		{"another content type",
		 "line",
		 "line.crt",
		 {"-nodetach", "-econtent_type", "pkcs7-signedData"},
		 SEAL_MALFORMED},
	};
	static const char content[] = "A,CB-20261123-000001,ACCEPTED,\n\0\r\n";
	struct buffer bytes = {0}, out = {0};

	(void)state;
	/* req adds the subject key identifier that -keyid needs. */
	assert_int_equal(OPENSSL("req", "-x509", "-newkey", "rsa:2048",
				 "-nodes", "-subj", "/CN=keyid", "-days", "2",
				 "-keyout", at("keyid.key"), "-out",
				 at("keyid.crt")),
			 0);
	write_file("ack", content, sizeof(content) - 1, 0600);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct seal_peer *signer = peer(cases[i].pinned);
		const char *arguments[32] = {
			"cms", "-sign",  "-binary", "-outform", "DER",
			"-md", "sha256", "-in",     at("ack"),
		};
		char certificate[64], key[64];
		enum seal_verified verified;
		size_t n = 9;

		snprintf(certificate, sizeof(certificate), "%s.crt",
			 cases[i].signer);
		snprintf(key, sizeof(key), "%s.key", cases[i].signer);
		arguments[n++] = "-out";
		arguments[n++] = at("ack.p7m");
		arguments[n++] = "-signer";
		arguments[n++] = at(certificate);
		arguments[n++] = "-inkey";
		arguments[n++] = at(key);
		for (size_t m = 0; m < MORE && cases[i].more[m]; m++) {
			const char *more = cases[i].more[m];

			arguments[n++] = strchr(more, '.') ? at(more) : more;
		}
		assert_int_equal(openssl(arguments), 0);
		read_file("ack.p7m", &bytes);
		buffer_clear(&out);
		buffer_puts(&out, "kept");
		verified = seal_verify(signer, bytes.data, bytes.len, &out);
		if (verified != cases[i].expected)
			fail_msg("%s: got %d, expected %d", cases[i].what,
				 (int)verified, (int)cases[i].expected);
		if (verified == SEAL_VERIFIED) {
			assert_int_equal(out.len, 4 + sizeof(content) - 1);
			assert_memory_equal(out.data + 4, content,
					    sizeof(content) - 1);
		} else {
			assert_int_equal(out.len, 4);
		}
		seal_peer_free(signer);
	}
	buffer_free(&bytes);
	buffer_free(&out);
}

static void
test_verify_malformed(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
	} cases[] = {
		{"", 0},
		{"A,CB-1,ACCEPTED,\n", 17},
		{"\x30\x00", 2},
		{"\x30\x80\x00\x00", 4},
		{"\x30\x84\x7f\xff\xff\xff", 6},
		{"\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", 13},
	};
	struct seal_identity *us = identity("us");
	struct seal_peer *signer = peer("us.crt");
	struct seal_peer *line = peer("line.crt");
	struct buffer bytes = {0}, out = {0};
	char *error = NULL;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(
			seal_verify(signer, cases[i].bytes, cases[i].len, &out),
			SEAL_MALFORMED);
	/* An envelope is not signed data. */
	assert_int_equal(seal_close(us, line, "x", 1, NULL, &bytes, &error), 0);
	assert_int_equal(seal_verify(signer, bytes.data, bytes.len, &out),
			 SEAL_MALFORMED);

	buffer_clear(&bytes);
	assert_int_equal(seal_sign(us, "data", 4, &bytes, &error), 0);
	for (size_t len = 0; len < bytes.len; len++)
		assert_int_equal(seal_verify(signer, bytes.data, len, &out),
				 SEAL_MALFORMED);
	assert_int_equal(out.len, 0);
	assert_int_equal(seal_verify(signer, bytes.data, bytes.len, &out),
			 SEAL_VERIFIED);
	assert_string_equal(out.data, "data");
	buffer_putc(&bytes, '\0');
	assert_int_equal(seal_verify(signer, bytes.data, bytes.len, &out),
			 SEAL_MALFORMED);

	buffer_free(&bytes);
	buffer_free(&out);
	seal_identity_free(us);
	seal_peer_free(signer);
	seal_peer_free(line);
}

/* Whatever byte is changed: other content is never taken for signed. */
static void
test_verify_every_byte(void **state)
{
	static const char content[] = "A,CB-20261123-000001,REJECTED,BAD_HASH";
	struct seal_identity *us = identity("us");
	struct seal_peer *signer = peer("us.crt");
	struct buffer bytes = {0}, out = {0};
	size_t counts[4] = {0}, where;
	char *error = NULL;

	(void)state;
	assert_int_equal(
		seal_sign(us, content, sizeof(content) - 1, &bytes, &error), 0);
	for (size_t i = 0; i < bytes.len; i++) {
		enum seal_verified verified;

		buffer_clear(&out);
		bytes.data[i] ^= 1;
		verified = seal_verify(signer, bytes.data, bytes.len, &out);
		bytes.data[i] ^= 1;
		counts[verified]++;
		if (verified != SEAL_VERIFIED) {
			assert_int_equal(out.len, 0);
			continue;
		}
		assert_int_equal(out.len, sizeof(content) - 1);
		assert_memory_equal(out.data, content, sizeof(content) - 1);
	}
	assert_true(counts[SEAL_MALFORMED] > 0);
	assert_true(counts[SEAL_STRANGER] > 0);
	assert_true(counts[SEAL_TAMPERED] > 0);

	/* The content's own bytes spoil the signature, and nothing else. */
	for (where = 0; where + sizeof(content) - 1 <= bytes.len; where++)
		if (memcmp(bytes.data + where, content, sizeof(content) - 1) ==
		    0)
			break;
	assert_true(where + sizeof(content) - 1 <= bytes.len);
	for (size_t i = 0; i < sizeof(content) - 1; i++) {
		bytes.data[where + i] ^= 1;
		assert_int_equal(
			seal_verify(signer, bytes.data, bytes.len, &out),
			SEAL_TAMPERED);
		bytes.data[where + i] ^= 1;
	}

	buffer_free(&bytes);
	buffer_free(&out);
	seal_identity_free(us);
	seal_peer_free(signer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sha256),
		cmocka_unit_test(test_hmac),
		cmocka_unit_test(test_equal),
		cmocka_unit_test(test_scrypt),
		cmocka_unit_test(test_bcrypt),
		cmocka_unit_test(test_read_key),
		cmocka_unit_test(test_identities_out_of_time),
		cmocka_unit_test(test_identity),
		cmocka_unit_test(test_peer),
		cmocka_unit_test(test_close_and_open),
		cmocka_unit_test(test_openssl_opens),
		cmocka_unit_test(test_verify),
		cmocka_unit_test(test_verify_malformed),
		cmocka_unit_test(test_verify_every_byte),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
