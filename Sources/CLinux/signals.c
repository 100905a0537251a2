#define _GNU_SOURCE
#include "Signals.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t signal_descriptor = -1;

static void note_signal(int number) {
    int saved = errno;
    char byte = (char)number;
    // A full pipe means that enough is known already.
    ssize_t written = write(signal_descriptor, &byte, 1);
    (void)written;
    errno = saved;
}

int bac_catch_signals(const int numbers[], int count) {
    int ends[2];
#ifdef __linux__
    if (pipe2(ends, O_CLOEXEC) != 0) return -1;
#else
    if (pipe(ends) != 0) return -1;
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
#endif
    signal_descriptor = ends[1];
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = note_signal;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    for (int index = 0; index < count; index++) {
        if (sigaction(numbers[index], &action, NULL) != 0) return -1;
    }
    return ends[0];
}
