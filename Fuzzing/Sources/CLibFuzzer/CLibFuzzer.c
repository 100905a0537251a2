// libFuzzer itself comes from the toolchain; this file makes the header a module.
#include "CLibFuzzer.h"
