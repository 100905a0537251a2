#define _GNU_SOURCE
#include "CLinux.h"
#include <unistd.h>

#ifndef __linux__
extern char **environ;
#endif

char **bac_environment(void) { return environ; }

int bac_thread_set_name(pthread_t thread, const char *name) {
#ifdef __linux__
    return pthread_setname_np(thread, name);
#else
    // Elsewhere a thread can name only itself.
    (void)thread, (void)name;
    return 0;
#endif
}
