/* SPDX-License-Identifier: GPL-2.0 */
#include "bpf/jit_switch.h"
#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define SYSCTL "/proc/sys/net/core/bpf_jit_enable"

/* A kernel built with CONFIG_BPF_JIT_ALWAYS_ON has no interpreter, and takes nothing but 1
 * (net/core/sysctl_net_core.c). */
static int refused(int code, struct error *error)
{
    if (code == -EINVAL)
        return error_set(
            error, EXIT_UNSUPPORTED, -EOPNOTSUPP,
            "this kernel has no interpreter: it compiles every program (CONFIG_BPF_JIT_ALWAYS_ON)");
    return error_set(error, EXIT_UNSUPPORTED, -EOPNOTSUPP, "cannot switch the JIT off (%s): %s", SYSCTL,
                     strerror(-code));
}

int jit_switch_off(struct jit_switch *jit, struct error *error)
{
    OWNED_FD int fd = open(SYSCTL, O_RDWR | O_CLOEXEC);
    ssize_t bytes;

    *jit = JIT_SWITCH_INITIALIZER;
    if (fd < 0)
        return refused(-errno, error);
    bytes = pread(fd, jit->before, sizeof(jit->before) - 1, 0);
    if (bytes <= 0)
        return refused(bytes < 0 ? -errno : -ENODATA, error);
    jit->before[bytes] = '\0';
    if (jit->before[0] == '0')
        return 0; /* it is off anyway */
    if (pwrite(fd, "0\n", 2, 0) != 2)
        return refused(-errno, error);
    jit->fd = take_fd(&fd);
    return 0;
}

void jit_switch_back(struct jit_switch *jit)
{
    if (jit->fd < 0)
        return;
    if (pwrite(jit->fd, jit->before, strlen(jit->before), 0) < 0)
        errno = 0; /* nobody to tell: the value was the kernel's own a moment ago */
    close_fd(&jit->fd);
}
