#define _GNU_SOURCE
#include "Beneath.h"

#ifdef __linux__
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

int bac_open_beneath(int directory, const char *path, int flags, unsigned int mode) {
    struct open_how how = {
        .flags = (unsigned int)flags,
        .mode = mode,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };
    return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}
#else
#include <errno.h>

// Callers go on component by component.
int bac_open_beneath(int directory, const char *path, int flags, unsigned int mode) {
    (void)directory, (void)path, (void)flags, (void)mode;
    errno = ENOSYS;
    return -1;
}
#endif
