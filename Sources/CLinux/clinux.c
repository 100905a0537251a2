#define _GNU_SOURCE
#include "CLinux.h"
#include <unistd.h>

char **bac_environment(void) { return environ; }
