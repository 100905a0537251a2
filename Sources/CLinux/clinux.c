#define _GNU_SOURCE
#include "CLinux.h"
#include <unistd.h>

char **bac_environment(void) { return environ; }

int bac_thread_set_name(pthread_t thread, const char *name) { return pthread_setname_np(thread, name); }
