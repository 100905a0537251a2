#pragma once
#include <stdint.h>
#include <sys/types.h>
#include "CLinuxProcess.h"
#include "Signals.h"
#include "Beneath.h"
#include "Password.h"

/// The environment of this process; `environ` itself is a mutable global, which Swift 6 refuses.
char **bac_environment(void);

#include <pthread.h>

/// Names a thread for the system's tools; at most 15 bytes.
int bac_thread_set_name(pthread_t thread, const char *name);
