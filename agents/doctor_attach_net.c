/* SPDX-License-Identifier: GPL-2.0 */
/* How network programs are attached: to the loopback of a namespace that ends with the probe's thread. */
#include "agents/doctor_attach.h"
#include "base/cleanup.h"
#include "base/mounts.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/if_link.h>
#include <sys/socket.h>

#define LOOPBACK_INDEX 1 /* in every namespace */

int doctor_attach_xdp(const struct attach_probe *probe, int program_fd)
{
    LIBBPF_OPTS(bpf_link_create_opts, options, .flags = XDP_FLAGS_SKB_MODE);
    int fd = bpf_link_create(program_fd, LOOPBACK_INDEX, probe->expected, &options);

    return fd < 0 ? -errno : fd;
}

/* What is attached hangs on the namespace and not on a descriptor: the program's stands for it. */
int doctor_attach_tc(const struct attach_probe *probe, int program_fd)
{
    LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = LOOPBACK_INDEX, .attach_point = BPF_TC_INGRESS);
    LIBBPF_OPTS(bpf_tc_opts, options, .prog_fd = program_fd);
    int result = bpf_tc_hook_create(&hook), fd;

    (void)probe;
    if (result == 0)
        result = bpf_tc_attach(&hook, &options);
    if (result != 0)
        return result;
    fd = fcntl(program_fd, F_DUPFD_CLOEXEC, 0);
    return fd < 0 ? -errno : fd;
}

/* To the root of the hierarchy, beside whatever is there; it lets every packet pass. */
int doctor_attach_cgroup(const struct attach_probe *probe, int program_fd)
{
    char path[PATH_MAX];
    OWNED_FD int root = -1;
    int fd;

    if (!mounts_first("cgroup2", path, sizeof(path)))
        return -ENOENT;
    root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (root < 0)
        return -errno;
    fd = bpf_link_create(program_fd, root, probe->expected, NULL);
    return fd < 0 ? -errno : fd;
}

int doctor_attach_socket(const struct attach_probe *probe, int program_fd)
{
    OWNED_FD int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    (void)probe;
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_ATTACH_BPF, &program_fd, sizeof(program_fd)) != 0)
        return -errno;
    return take_fd(&fd);
}
