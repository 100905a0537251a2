#pragma once

/// Makes these signals write their number, one byte, to a pipe instead of ending the process, whichever thread gets
/// them. Returns the pipe's end to read from, or -1 with the reason in errno. Once in a process.
int bac_catch_signals(const int numbers[], int count);
