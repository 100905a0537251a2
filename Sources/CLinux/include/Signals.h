#pragma once

/// Makes SIGINT, and SIGTERM where asked, write one byte to a pipe instead of ending the process, whichever thread gets
/// it. Returns the pipe's end to read from, or -1 with the reason in errno. Once in a process.
int bac_catch_stop_signals(int with_sigterm);
