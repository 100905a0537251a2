#pragma once
#include <stdbool.h>
#include <stddef.h>

/// The longest hash, with its end.
enum { BAC_PASSWORD_HASH_SIZE = 384 };

/// Makes the bcrypt hash (`$2b$`) of a password from 16 random bytes. `cost` is the logarithm of the work, from 4 to 31.
///
/// Returns false with `errno` when the system's library cannot.
bool bac_password_hash(
    const char *password, unsigned long cost, const char random[16], char hash[BAC_PASSWORD_HASH_SIZE]);

/// Hashes a password as `hash` was made, so that equal texts mean the same password.
///
/// Returns false with `errno` when `hash` is none that the system's library knows.
bool bac_password_rehash(const char *password, const char *hash, char result[BAC_PASSWORD_HASH_SIZE]);
