#pragma once

/// Makes SIGINT and SIGTERM write one byte to `descriptor` instead of ending the process, whichever thread gets them.
/// Returns 0, or the system's error number.
int bac_catch_stop_signals(int descriptor);
