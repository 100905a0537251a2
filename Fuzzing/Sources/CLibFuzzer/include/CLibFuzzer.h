// The entry of libFuzzer, for programs with a main of their own.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// Calls `run` with ever new inputs until a limit among the arguments is reached. A crash of `run` ends the process.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*run)(const uint8_t *bytes, size_t count));
