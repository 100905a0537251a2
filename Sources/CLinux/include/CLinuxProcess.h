/// Child processes: starting them without leaking descriptors, and learning of their end without waiting for it.
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/// Starts `path` with `arguments` and `environment`. Standard input and output are /dev/null, standard error is
/// inherited. `inherited_fd` becomes descriptor 3 of the child; every other descriptor from 3 on is closed there, and
/// no signal is blocked or ignored.
///
/// Returns 0 and the process in `pid`, or an `errno`.
int bac_spawn(const char *path, char *const arguments[], char *const environment[], int inherited_fd, pid_t *pid);

/// Starts `path` with `arguments` and `environment` as the leader of a process group of its own. `descriptors` become
/// its standard input, output and error; nothing else of this process is left open there, and no signal is blocked or
/// ignored. The three must be numbers from 3 on.
///
/// Returns 0 and the process in `pid`, or an `errno`.
int bac_spawn_command(
    const char *path, char *const arguments[], char *const environment[], const int descriptors[3], pid_t *pid);

/// A pipe, its end to read from first, that end not blocking; both closed on exec. Returns 0 or an `errno`.
int bac_pipe(int ends[2]);

/// A file without a name that is gone with its last descriptor, closed on exec; -1 and `errno` when there is none.
int bac_memory_file(void);

/// A descriptor that becomes readable when the process ends, closed on exec; -1 and `errno` when there is none.
int bac_pidfd_open(pid_t pid);

/// Lets this process be killed when the thread that started it ends. Returns false when that parent is gone already.
bool bac_die_with_parent(pid_t parent);

/// A connected pair of stream sockets, both closed on exec. Returns 0 or an `errno`.
int bac_socket_pair(int fds[2]);

/// A counter that wakes a `poll`, closed on exec and non-blocking; -1 and `errno` when there is none.
int bac_eventfd(void);

/// Waits until the other end has stopped sending, which is also so when it is closed. Does not take data.
void bac_wait_for_half_close(int fd);

/// Waits until the other end is closed in both directions.
void bac_wait_for_close(int fd);
