#pragma once
#include <stdint.h>
#include <sys/types.h>
#include "Beneath.h"

/// The environment of this process; `environ` itself is a mutable global, which Swift 6 refuses.
char **bac_environment(void);
