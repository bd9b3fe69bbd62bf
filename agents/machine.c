/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/machine.h"
#include "agents/proc_parse.h"
#include "base/cleanup.h"
#include "base/files.h"
#include "base/mounts.h"

#include <bpf/bpf.h>
#include <ctype.h>
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <link.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

const char *machine_line(const char *path, char *line, size_t size)
{
    OWNED_PTR char *text = file_read(path, 4096);
    size_t length = text ? strcspn(text, "\n") : 0;

    while (length && isspace((unsigned char)text[length - 1]))
        length--;
    if (!length)
        return NULL;
    snprintf(line, size, "%.*s", (int)length, text);
    return line;
}

const char *machine_parse_cpu_model(const char *cpuinfo, char *model, size_t size)
{
    const char *field = strstr(cpuinfo, "model name"), *colon = field ? strchr(field, ':') : NULL;

    if (!colon)
        return NULL;
    colon += strspn(colon, ": \t");
    snprintf(model, size, "%.*s", (int)strcspn(colon, "\n"), colon);
    return model;
}

const char *machine_cpu_model(char *model, size_t size)
{
    OWNED_PTR char *info = file_read("/proc/cpuinfo", 1 << 16);

    if (info && machine_parse_cpu_model(info, model, size))
        return model;
    return machine_line("/sys/firmware/devicetree/base/model", model, size);
}

#if defined(__x86_64__) || defined(__i386__)
/* CPUID leaf 1 says whether there is a hypervisor, leaf 0x40000000 which. */
static const char *hypervisor_by_cpuid(char *name, size_t size)
{
    static const struct {
        const char *signature, *name;
    } known[] = {{"KVMKVMKVM", "kvm"},          {"Linux KVM Hv", "kvm"},    {"TCGTCGTCGTCG", "qemu"},
                 {"Microsoft Hv", "microsoft"}, {"VMwareVMware", "vmware"}, {"XenVMMXenVMM", "xen"},
                 {"bhyve bhyve ", "bhyve"},     {"ACRNACRNACRN", "acrn"}};
    unsigned a, b, c, d;
    char signature[13] = "";

    if (!__get_cpuid(1, &a, &b, &c, &d))
        return NULL;
    snprintf(name, size, "none");
    if (!(c & (1u << 31)))
        return name;
    __cpuid(0x40000000, a, b, c, d);
    memcpy(signature, &b, 4);
    memcpy(signature + 4, &c, 4);
    memcpy(signature + 8, &d, 4);
    snprintf(name, size, "%s", signature[0] ? signature : "unnamed");
    for (unsigned i = 0; i < ARRAY_SIZE(known); i++)
        if (strcmp(signature, known[i].signature) == 0)
            snprintf(name, size, "%s", known[i].name);
    return name;
}
#else
static const char *hypervisor_by_cpuid(char *name, size_t size)
{
    (void)name;
    (void)size;
    return NULL;
}
#endif

const char *machine_hypervisor(char *name, size_t size)
{
    if (machine_line("/sys/hypervisor/type", name, size))
        return name;
    if (hypervisor_by_cpuid(name, size))
        return name;
    return machine_line("/sys/class/dmi/id/product_name", name, size);
}

int machine_has_pmu(void)
{
    struct perf_event_attr cycles = {.size = sizeof(cycles),
                                     .type = PERF_TYPE_HARDWARE,
                                     .config = PERF_COUNT_HW_CPU_CYCLES,
                                     .exclude_kernel = 1,
                                     .disabled = 1};
    OWNED_FD int fd = (int)syscall(SYS_perf_event_open, &cycles, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);

    if (fd >= 0)
        return 1;
    return errno == EACCES || errno == EPERM ? -1 : 0;
}

int machine_steal_ns(uint64_t *ns)
{
    OWNED_PTR char *text = file_read("/proc/stat", 1 << 20);
    OWNED_PTR struct proc_stat *stat = malloc(sizeof(*stat));

    if (!text || !stat)
        return -ENOENT;
    if (parse_stat(text_of(text, strlen(text)), stat) != 0)
        return -EINVAL;
    *ns = 0;
    for (unsigned i = 0; i < stat->count; i++)
        *ns += stat->cpus[i].steal * (UINT64_C(1000000000) / (uint64_t)sysconf(_SC_CLK_TCK));
    return 0;
}

const char *machine_cgroup_version(void)
{
    char path[PATH_MAX];
    bool v2 = mounts_first("cgroup2", path, sizeof(path)) != NULL;
    bool v1 = mounts_first("cgroup", path, sizeof(path)) != NULL;

    if (v2)
        return v1 ? "hybrid" : "v2";
    return v1 ? "v1" : NULL;
}

/* The library has no function for it; its file's name does: libbcc.so.0.26.0. */
const char *machine_bcc_version(char *version, size_t size)
{
    void *library = dlopen("libbcc.so.0", RTLD_LAZY | RTLD_LOCAL);
    struct link_map *map = NULL;
    char path[PATH_MAX];
    const char *suffix;

    if (!library)
        return NULL;
    snprintf(version, size, "present");
    if (dlinfo(library, RTLD_DI_LINKMAP, &map) == 0 && realpath(map->l_name, path)) {
        suffix = strstr(path, ".so.");
        if (suffix)
            snprintf(version, size, "%s", suffix + 4);
    }
    dlclose(library);
    return version;
}

bool machine_next_program(uint32_t *id, char name[16])
{
    while (bpf_prog_get_next_id(*id, id) == 0) {
        OWNED_FD int fd = bpf_prog_get_fd_by_id(*id);
        struct bpf_prog_info info = {0};
        uint32_t length = sizeof(info);

        if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &length) != 0)
            continue; /* gone meanwhile */
        snprintf(name, 16, "%s", info.name);
        if (strcmp(name, MACHINE_PROBE_NAME) == 0)
            continue;
        return true;
    }
    return false;
}
