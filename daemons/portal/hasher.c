/*
 * Threads that hash: see hasher.h. A job belongs to one side at a time: it
 * waits in one list, is a thread's, and comes back in the other, and a wake-up
 * through an eventfd says so to the loop.
 */
#include <errno.h>
#include <event2/event.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/queue.h>
#include <unistd.h>

#include "hasher.h"
#include "mem.h"
#include "seal.h"

struct job {
	STAILQ_ENTRY(job) entry;
	char *code, *encoded;
	int log2n;
	char *hash;
	bool right;
	hasher_done *done;
	void *arg;
};
STAILQ_HEAD(job_list, job);

struct hasher {
	pthread_mutex_t lock;
	pthread_cond_t work;
	struct job_list waiting, done; /* under the lock, and ending */
	bool ending;
	int wake;
	struct event *woken;
	pthread_t *threads;
	size_t count;
	size_t places; /* that are free; the loop's */
};

static void
job_free(struct job *job)
{
	if (job->code)
		mem_free_secret(job->code, strlen(job->code));
	mem_free(job->encoded);
	mem_free(job->hash);
	mem_free(job);
}

static void
hash(struct job *job)
{
	if (job->encoded)
		job->right = seal_code_verify(job->code, job->encoded);
	else
		job->hash = seal_scrypt(job->code, job->log2n);
	explicit_bzero(job->code, strlen(job->code));
}

static void *
run(void *arg)
{
	struct hasher *hasher = arg;
	struct job *job;

	pthread_mutex_lock(&hasher->lock);
	while (!hasher->ending) {
		job = STAILQ_FIRST(&hasher->waiting);
		if (!job) {
			pthread_cond_wait(&hasher->work, &hasher->lock);
			continue;
		}
		STAILQ_REMOVE_HEAD(&hasher->waiting, entry);
		pthread_mutex_unlock(&hasher->lock);
		hash(job);
		pthread_mutex_lock(&hasher->lock);
		STAILQ_INSERT_TAIL(&hasher->done, job, entry);
		/* Full only when it is told already. */
		(void)!write(hasher->wake, &(uint64_t){1}, sizeof(uint64_t));
	}
	pthread_mutex_unlock(&hasher->lock);
	return NULL;
}

static void
on_woken(evutil_socket_t fd, short what, void *arg)
{
	struct hasher *hasher = arg;
	struct job_list done = STAILQ_HEAD_INITIALIZER(done);
	struct job *job;
	uint64_t times;

	(void)what;
	(void)!read(fd, &times, sizeof(times));
	pthread_mutex_lock(&hasher->lock);
	STAILQ_CONCAT(&done, &hasher->done);
	pthread_mutex_unlock(&hasher->lock);
	while ((job = STAILQ_FIRST(&done))) {
		char *made = job->hash;

		STAILQ_REMOVE_HEAD(&done, entry);
		job->hash = NULL;
		hasher->places++;
		job->done(job->arg, made, job->right);
		job_free(job);
	}
}

static bool
start(struct hasher *hasher, struct event_base *base, size_t threads)
{
	sigset_t all, before;

	hasher->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (hasher->wake < 0)
		return false;
	hasher->woken = event_new(base, hasher->wake, EV_READ | EV_PERSIST,
				  on_woken, hasher);
	if (!hasher->woken || event_add(hasher->woken, NULL) != 0)
		return false;
	/* Signals are the loop's. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (hasher->count < threads &&
	       pthread_create(&hasher->threads[hasher->count], NULL, run,
			      hasher) == 0)
		hasher->count++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return hasher->count == threads;
}

struct hasher *
hasher_new(struct event_base *base, size_t threads, size_t most, char **error)
{
	struct hasher *hasher = mem_alloc(1, sizeof(*hasher));

	pthread_mutex_init(&hasher->lock, NULL);
	pthread_cond_init(&hasher->work, NULL);
	STAILQ_INIT(&hasher->waiting);
	STAILQ_INIT(&hasher->done);
	hasher->places = most;
	hasher->threads = mem_alloc(threads, sizeof(*hasher->threads));
	if (start(hasher, base, threads))
		return hasher;
	*error = mem_printf("no threads for user codes: %s", strerror(errno));
	hasher_free(hasher);
	return NULL;
}

static void
drop(struct job_list *list)
{
	struct job *job;

	while ((job = STAILQ_FIRST(list))) {
		STAILQ_REMOVE_HEAD(list, entry);
		job_free(job);
	}
}

void
hasher_free(struct hasher *hasher)
{
	if (!hasher)
		return;
	pthread_mutex_lock(&hasher->lock);
	hasher->ending = true;
	pthread_cond_broadcast(&hasher->work);
	pthread_mutex_unlock(&hasher->lock);
	for (size_t i = 0; i < hasher->count; i++)
		pthread_join(hasher->threads[i], NULL);
	drop(&hasher->waiting);
	drop(&hasher->done);
	if (hasher->woken)
		event_free(hasher->woken);
	if (hasher->wake >= 0)
		close(hasher->wake);
	pthread_cond_destroy(&hasher->work);
	pthread_mutex_destroy(&hasher->lock);
	mem_free(hasher->threads);
	mem_free(hasher);
}

bool
hasher_reserve(struct hasher *hasher)
{
	if (hasher->places == 0)
		return false;
	hasher->places--;
	return true;
}

void
hasher_release(struct hasher *hasher)
{
	hasher->places++;
}

static void
give(struct hasher *hasher, const char *code, const char *encoded, int log2n,
     hasher_done *done, void *arg)
{
	struct job *job = mem_alloc(1, sizeof(*job));

	job->code = mem_strdup(code);
	job->encoded = mem_strdup(encoded);
	job->log2n = log2n;
	job->done = done;
	job->arg = arg;
	pthread_mutex_lock(&hasher->lock);
	STAILQ_INSERT_TAIL(&hasher->waiting, job, entry);
	pthread_cond_signal(&hasher->work);
	pthread_mutex_unlock(&hasher->lock);
}

void
hasher_make(struct hasher *hasher, const char *code, int log2n,
	    hasher_done *done, void *arg)
{
	give(hasher, code, NULL, log2n, done, arg);
}

void
hasher_check(struct hasher *hasher, const char *code, const char *encoded,
	     hasher_done *done, void *arg)
{
	give(hasher, code, encoded, 0, done, arg);
}
