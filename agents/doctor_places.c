/* SPDX-License-Identifier: GPL-2.0 */
/* Where a measurement runs: cgroups, guests, disks; and which programs are there. */
#include "agents/doctor_checks.h"
#include "agents/machine.h"
#include "base/cleanup.h"
#include "base/mounts.h"
#include "base/program_path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/kvm.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/utsname.h>

static const char as_root[] = "run it as root: sudo tracetoll doctor";

DOCTOR_CHECK(doctor_cgroup)
{
    const char *version = machine_cgroup_version();
    char path[PATH_MAX];

    (void)check;
    if (version && mounts_first("cgroup2", path, sizeof(path)))
        finding_ok(finding, "%s, v2 at %s", version, path);
    else
        finding_set(
            finding, FINDING_UNSUPPORTED, "the target's processes are kept and counted in a cgroup v2",
            "mount -t cgroup2 none /sys/fs/cgroup/unified", "%s", version ? "v1 only" : "not mounted");
}

/* The root has no cgroup.kill: a child is made for a moment, named so that the next run would remove it. */
DOCTOR_CHECK(doctor_cgroup_kill)
{
    char root[PATH_MAX], path[PATH_MAX + 64], file[PATH_MAX + 80];
    int made, present;

    (void)check;
    if (!mounts_first("cgroup2", root, sizeof(root))) {
        finding_set(finding, FINDING_UNSUPPORTED, "no cgroup v2 is mounted", "mount it", "none");
        return;
    }
    snprintf(path, sizeof(path), "%s/tracetoll-%d-0", root, (int)getpid());
    snprintf(file, sizeof(file), "%s/cgroup.kill", path);
    made = mkdir(path, 0755) == 0 ? 0 : errno;
    present = made == 0 && access(file, F_OK) == 0;
    rmdir(path);
    if (present)
        finding_ok(finding, "there");
    else if (made != 0)
        finding_set(finding, FINDING_UNSUPPORTED, strerror(made),
                    made == EACCES ? as_root : "remount cgroup v2 writable", "no cgroup can be made");
    else
        finding_set(finding, FINDING_DEGRADED, "it came with Linux 5.14; processes are ended one by one",
                    "use Linux 5.14 or newer", "none");
}

DOCTOR_CHECK(doctor_qemu)
{
    struct utsname system;
    OWNED_PTR char *path = NULL;
    char name[96];

    (void)check;
    if (uname(&system) != 0)
        return;
    snprintf(name, sizeof(name), "qemu-system-%s", system.machine);
    if (program_find(name, &path, NULL) == 0)
        finding_ok(finding, "%s", path);
    else
        finding_set(finding, FINDING_UNSUPPORTED, "without it only the running kernel can be measured",
                    "apt-get install --no-install-recommends qemu-system-x86", "%s not found", name);
}

DOCTOR_CHECK(doctor_kvm)
{
    OWNED_FD int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);
    const char *why = fd < 0 ? strerror(errno) : "it is not KVM's";

    (void)check;
    if (fd >= 0 && ioctl(fd, KVM_GET_API_VERSION, 0) == KVM_API_VERSION)
        finding_ok(finding, "/dev/kvm opens; whether a kernel runs in it, a boot will tell");
    else
        finding_set(finding, FINDING_DEGRADED, why, "none needed: guests are emulated, and slower",
                    "/dev/kvm can't be used");
}

static bool has_headers(void)
{
    struct utsname system;
    char path[PATH_MAX];

    if (uname(&system) != 0)
        return false;
    snprintf(path, sizeof(path), "/lib/modules/%s/build/include/linux", system.release);
    return access(path, F_OK) == 0 || access("/sys/kernel/kheaders.tar.xz", F_OK) == 0;
}

DOCTOR_CHECK(doctor_bcc)
{
    bool python = access("/usr/lib/python3/dist-packages/bcc/__init__.py", F_OK) == 0,
         headers = has_headers();
    char version[64];

    (void)check;
    if (!machine_bcc_version(version, sizeof(version)))
        finding_set(finding, FINDING_UNSUPPORTED, "libbcc is not installed",
                    "apt-get install python3-bpfcc, or use the libbpf tools", "BCC tools can't be compiled");
    else if (!headers)
        finding_set(finding, FINDING_UNSUPPORTED,
                    "the headers of this kernel are not here, and BCC compiles against them",
                    "apt-get install linux-headers-$(uname -r), or measure in a guest that has them",
                    "libbcc %s, no kernel headers", version);
    else if (!python)
        finding_set(finding, FINDING_DEGRADED,
                    "the Python module is missing, which most BCC tools are written with",
                    "apt-get install python3-bpfcc", "libbcc %s, headers, no Python module", version);
    else
        finding_ok(finding, "libbcc %s, Python module, headers", version);
}

DOCTOR_CHECK(doctor_loop)
{
    OWNED_FD int fd = open("/dev/loop-control", O_RDWR | O_CLOEXEC);

    (void)check;
    if (fd >= 0)
        finding_ok(finding, "can be made");
    else
        finding_set(finding, FINDING_UNSUPPORTED, strerror(errno),
                    errno == EACCES ? as_root : "modprobe loop, or use a kernel with CONFIG_BLK_DEV_LOOP",
                    "fio,on=loop can't be run");
}

DOCTOR_CHECK(doctor_program)
{
    OWNED_PTR char *path = NULL;
    const char *name = check->argument, *package = program_package(name);
    char remedy[96];

    snprintf(remedy, sizeof(remedy), "apt-get install %s", package ? package : name);
    if (program_find(name, &path, NULL) == 0)
        finding_ok(finding, "%s", path);
    else
        finding_set(finding, FINDING_DEGRADED, "the workload of that name is a run of it", remedy,
                    "%s not found", name);
}
