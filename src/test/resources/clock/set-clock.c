/* Preloaded, shows a process the wall clock of a machine that is set: so many seconds ahead as the file says that CLOCK_FILE
   names, a long in the machine's order of bytes. The clock that nobody sets stays as it is. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile long *ahead;
static long never;

static long seconds(void) {
    if (!ahead) {
        char *file = getenv("CLOCK_FILE");
        int descriptor = file ? open(file, O_RDONLY) : -1;
        void *mapped = descriptor < 0 ? MAP_FAILED : mmap(0, sizeof(long), PROT_READ, MAP_SHARED, descriptor, 0);
        if (descriptor >= 0) {
            close(descriptor);
        }
        ahead = mapped == MAP_FAILED ? &never : mapped;
    }
    return *ahead;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    int result = syscall(SYS_clock_gettime, clock, time);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        time->tv_sec += seconds();
    }
    return result;
}

int gettimeofday(struct timeval *time, void *zone) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    time->tv_sec = now.tv_sec;
    time->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *where) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (where) {
        *where = now.tv_sec;
    }
    return now.tv_sec;
}
