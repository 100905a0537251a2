#pragma once
#include <sqlite3.h>

/// SQLite's "copy this value before returning" marker is a cast macro that Swift cannot import.
static inline sqlite3_destructor_type bac_sqlite_transient(void) { return SQLITE_TRANSIENT; }
