/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/doctor_checks.h"
#include "agents/kernel_config.h"
#include "agents/kernel_fs.h"
#include "agents/machine.h"
#include "agents/statistics_on.h"
#include "base/cleanup.h"
#include "base/files.h"
#include "base/mounts.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

static const char as_root[] = "run it as root: sudo tracetoll doctor";

DOCTOR_CHECK(doctor_privilege)
{
    (void)check;
    if (geteuid() == 0)
        finding_ok(finding, "root");
    else
        finding_set(finding, FINDING_UNSUPPORTED,
                    "loading BPF programs, making cgroups and namespaces is for root: much of what is "
                    "unsupported here may be so for that reason alone",
                    as_root, "user ID %d", (int)geteuid());
}

DOCTOR_CHECK(doctor_jit)
{
    CLEANUP(kernel_config_free) struct kernel_config config;
    uint64_t enabled;

    (void)check;
    kernel_config_read(&config);
    if (kernel_config_has(&config, "BPF_JIT_ALWAYS_ON") == 1)
        finding_ok(finding, "always on");
    else if (file_read_u64("/proc/sys/net/core/bpf_jit_enable", &enabled) != 0)
        finding_set(finding, FINDING_DEGRADED, "net.core.bpf_jit_enable can't be read", as_root, "unknown");
    else if (enabled)
        finding_ok(finding, "on");
    else
        finding_set(finding, FINDING_DEGRADED,
                    "programs are interpreted: their cost is several times that of a production machine",
                    "sysctl -w net.core.bpf_jit_enable=1", "off");
}

DOCTOR_CHECK(doctor_jit_harden)
{
    uint64_t level;

    (void)check;
    if (file_read_u64("/proc/sys/net/core/bpf_jit_harden", &level) != 0)
        finding_set(finding, FINDING_DEGRADED, "net.core.bpf_jit_harden can't be read", "run as root",
                    "unknown");
    else if (level < 2)
        finding_ok(finding, "%s", level ? "for unprivileged programs only" : "off");
    else
        finding_set(finding, FINDING_DEGRADED,
                    "constants are blinded in root's programs as well, which makes them slower",
                    "none needed if production has it too; else sysctl -w net.core.bpf_jit_harden=1",
                    "for all programs");
}

DOCTOR_CHECK(doctor_btf)
{
    struct stat status;

    (void)check;
    if (stat("/sys/kernel/btf/vmlinux", &status) == 0)
        finding_ok(finding, "%.1f MB in /sys/kernel/btf/vmlinux", (double)status.st_size / 1e6);
    else
        finding_set(finding, FINDING_UNSUPPORTED,
                    "without the kernel's types no CO-RE tool, fentry or tp_btf works",
                    "use a kernel with CONFIG_DEBUG_INFO_BTF=y", "none");
}

static bool statistics_are_set(void)
{
    OWNED_PTR char *text = file_read("/proc/sys/kernel/bpf_stats_enabled", 16);

    return text && text[0] == '1';
}

DOCTOR_CHECK(doctor_bpf_statistics)
{
    bool on = bpf_statistics_are_on();
    OWNED_FD int fd = bpf_enable_stats(BPF_STATS_RUN_TIME);

    (void)check;
    if (fd >= 0 && on)
        finding_set(finding, FINDING_DEGRADED,
                    "on for all programs, which makes each run of one two readings of the clock dearer",
                    statistics_are_set() ? "sysctl kernel.bpf_stats_enabled=0"
                                         : "end what holds them on (bpftop, exporters, 'tracetoll watch')",
                    "tools look dearer than they are");
    else if (fd >= 0)
        finding_ok(finding, "can be turned on while a descriptor is held");
    else
        finding_set(finding, FINDING_UNSUPPORTED, strerror(errno),
                    errno == EPERM ? as_root : "use Linux 5.8 or newer", "runs per program can't be counted");
}

/* Tools get these mounted in a mount namespace of their own, so "mountable" is as good as "mounted". */
DOCTOR_CHECK(doctor_filesystem)
{
    const char *type = check->argument;
    char path[PATH_MAX];
    OWNED_FD int fd = -1;

    if (mounts_first(type, path, sizeof(path))) {
        finding_ok(finding, "mounted at %s", path);
        return;
    }
    fd = kernel_fs_open(type);
    if (fd >= 0)
        finding_ok(finding, "not mounted; can be, for the target alone");
    else if (fd == -ENODEV)
        finding_set(finding, FINDING_UNSUPPORTED, "this kernel is built without it", "use another kernel",
                    "none");
    else
        finding_set(finding, FINDING_UNSUPPORTED, strerror(-fd), fd == -EPERM ? as_root : "mount it by hand",
                    "can't be mounted");
}

#define PROBE_MAP_BYTES (16 << 20)

/* Since 5.11 maps are charged to memory cgroups and no longer to RLIMIT_MEMLOCK: tried with one above the
 * limit. */
DOCTOR_CHECK(doctor_memlock)
{
    struct rlimit limit;
    OWNED_FD int map =
        bpf_map_create(BPF_MAP_TYPE_ARRAY, MACHINE_PROBE_NAME, 4, 4096, PROBE_MAP_BYTES / 4096, NULL);

    (void)check;
    if (map < 0 && errno == EPERM && geteuid() != 0) {
        finding_set(finding, FINDING_UNSUPPORTED, "making a map takes privileges", as_root, "unknown");
        return;
    }
    if (getrlimit(RLIMIT_MEMLOCK, &limit) != 0)
        limit.rlim_cur = RLIM_INFINITY;
    if (map < 0)
        finding_set(finding, FINDING_DEGRADED, strerror(errno), "ulimit -l unlimited",
                    "a map of 16 MiB can't be made (limit %llu KiB)",
                    (unsigned long long)limit.rlim_cur >> 10);
    else if (limit.rlim_cur == RLIM_INFINITY)
        finding_ok(finding, "unlimited");
    else if (limit.rlim_cur < PROBE_MAP_BYTES)
        finding_ok(finding, "limit %llu KiB, which BPF maps are not charged to",
                   (unsigned long long)limit.rlim_cur >> 10);
    else
        finding_ok(finding, "limit %llu KiB", (unsigned long long)limit.rlim_cur >> 10);
}

DOCTOR_CHECK(doctor_foreign_bpf)
{
    char name[16], list[160] = "";
    unsigned count = 0;
    uint32_t id = 0;

    (void)check;
    if (geteuid() != 0) {
        finding_set(finding, FINDING_UNSUPPORTED, "listing programs takes privileges", as_root, "unknown");
        return;
    }
    for (; machine_next_program(&id, name); count++)
        if (strlen(list) + strlen(name) + 3 < sizeof(list) && !strstr(list, name))
            snprintf(list + strlen(list), sizeof(list) - strlen(list), "%s%s", list[0] ? ", " : "",
                     name[0] ? name : "unnamed");
    if (!count)
        finding_ok(finding, "none");
    else
        finding_set(
            finding, FINDING_DEGRADED,
            "they run in both arms and add to both; one that comes or goes spoils a run",
            "stop what owns them (bpftool prog show names the processes) unless production has them too",
            "%u: %s", count, list);
}
