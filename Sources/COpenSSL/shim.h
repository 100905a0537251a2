#pragma once
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/pem.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/hmac.h>
#include <openssl/crypto.h>
#include <openssl/core_names.h>

// Macros with casts, which Swift does not import.
static inline long bac_bio_contents(BIO *bio, char **contents) { return BIO_get_mem_data(bio, contents); }
