// Only the engine starts programs, and only on Linux.
#ifdef __linux__
#define _GNU_SOURCE
#include "CLinuxProcess.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/// Starts a process once its descriptors are arranged. Takes over `actions`.
static int spawn_arranged(
    const char *path, char *const arguments[], char *const environment[], posix_spawn_file_actions_t *actions,
    short flags, pid_t *pid) {
    posix_spawnattr_t attributes;
    int result = posix_spawnattr_init(&attributes);
    if (result) {
        posix_spawn_file_actions_destroy(actions);
        return result;
    }
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | flags);
    result = posix_spawn(pid, path, actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(actions);
    return result;
}

int bac_spawn(const char *path, char *const arguments[], char *const environment[], int inherited_fd, pid_t *pid) {
    posix_spawn_file_actions_t actions;
    int result = posix_spawn_file_actions_init(&actions);
    if (result) return result;
    result = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (!result) result = posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    if (!result) result = posix_spawn_file_actions_adddup2(&actions, inherited_fd, 3);
    if (!result) result = posix_spawn_file_actions_addclosefrom_np(&actions, 4);
    if (!result) return spawn_arranged(path, arguments, environment, &actions, 0, pid);
    posix_spawn_file_actions_destroy(&actions);
    return result;
}

int bac_spawn_command(
    const char *path, char *const arguments[], char *const environment[], const int descriptors[3], pid_t *pid) {
    posix_spawn_file_actions_t actions;
    int result = posix_spawn_file_actions_init(&actions);
    if (result) return result;
    for (int target = 0; target < 3 && !result; target++)
        result = posix_spawn_file_actions_adddup2(&actions, descriptors[target], target);
    if (!result) result = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    if (!result) return spawn_arranged(path, arguments, environment, &actions, POSIX_SPAWN_SETPGROUP, pid);
    posix_spawn_file_actions_destroy(&actions);
    return result;
}

int bac_pipe(int ends[2]) {
    if (pipe2(ends, O_CLOEXEC) != 0) return errno;
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    return 0;
}

int bac_memory_file(void) { return memfd_create("input", MFD_CLOEXEC); }

int bac_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

bool bac_die_with_parent(pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    return getppid() == parent;
}

int bac_socket_pair(int fds[2]) {
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0 ? 0 : errno;
}

int bac_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

static void wait_for(int fd, short events) {
    struct pollfd entry = {.fd = fd, .events = events};
    while (poll(&entry, 1, -1) < 0 && errno == EINTR) {}
}

void bac_wait_for_half_close(int fd) { wait_for(fd, POLLRDHUP); }
void bac_wait_for_close(int fd) { wait_for(fd, 0); }
#endif
