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
