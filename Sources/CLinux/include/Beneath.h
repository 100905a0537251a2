#pragma once

/// Opens a path below an open directory without following any symbolic link (`openat2`).
///
/// Returns a descriptor, or -1 with `errno`: ELOOP for a link on the way, EXDEV for a path that leads outside,
/// ENOSYS (or EPERM inside older sandboxes) where the kernel lacks the call. `mode` must be 0 unless a file is made.
int bac_open_beneath(int directory, const char *path, int flags, unsigned int mode);
