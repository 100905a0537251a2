#include "Password.h"

#include <errno.h>

#ifdef __linux__
#include <crypt.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(BAC_PASSWORD_HASH_SIZE >= CRYPT_OUTPUT_SIZE, "a hash must fit");

bool bac_password_rehash(const char *password, const char *hash, char result[BAC_PASSWORD_HASH_SIZE]) {
    struct crypt_data *data = calloc(1, sizeof *data);
    if (!data) return false;
    const char *made = crypt_r(password, hash, data);
    // A failure is NULL or a text that begins with an asterisk, by the library's build.
    const bool done = made && made[0] != '*';
    const int code = errno;
    if (done) strncpy(result, made, BAC_PASSWORD_HASH_SIZE - 1)[BAC_PASSWORD_HASH_SIZE - 1] = 0;
    // It holds what the password was made into.
    explicit_bzero(data, sizeof *data);
    free(data);
    errno = code;
    return done;
}

bool bac_password_hash(
    const char *password, unsigned long cost, const char random[16], char hash[BAC_PASSWORD_HASH_SIZE]) {
    char setting[CRYPT_GENSALT_OUTPUT_SIZE];
    if (!crypt_gensalt_rn("$2b$", cost, random, 16, setting, sizeof setting)) return false;
    return bac_password_rehash(password, setting, hash);
}

#else

// Elsewhere there are clients only: they never look at a hash.
bool bac_password_rehash(const char *password, const char *hash, char result[BAC_PASSWORD_HASH_SIZE]) {
    (void)password, (void)hash, (void)result;
    errno = ENOSYS;
    return false;
}

bool bac_password_hash(
    const char *password, unsigned long cost, const char random[16], char hash[BAC_PASSWORD_HASH_SIZE]) {
    (void)password, (void)cost, (void)random, (void)hash;
    errno = ENOSYS;
    return false;
}

#endif
