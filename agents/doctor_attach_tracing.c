/* SPDX-License-Identifier: GPL-2.0 */
/* How each kind of tracing program is attached; the events count for this process or this instant only. */
#include "agents/doctor_attach.h"
#include "agents/kernel_fs.h"
#include "base/cleanup.h"
#include "base/files.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#define PROBED_FUNCTION "vfs_read"

static int open_event(struct perf_event_attr *attributes, pid_t pid, int cpu)
{
    int fd;

    attributes->size = sizeof(*attributes);
    fd = (int)syscall(SYS_perf_event_open, attributes, pid, cpu, -1, PERF_FLAG_FD_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int doctor_attach_raw_tp(const struct attach_probe *probe, int program_fd)
{
    int fd = bpf_raw_tracepoint_open("sys_enter", program_fd);

    (void)probe;
    return fd < 0 ? -errno : fd;
}

int doctor_attach_tracing(const struct attach_probe *probe, int program_fd)
{
    int fd = bpf_raw_tracepoint_open(NULL, program_fd);

    (void)probe;
    return fd < 0 ? -errno : fd;
}

/* One entry of "lockdown,yama,bpf"; the kernel's parameter lsm= and CONFIG_LSM make the list. */
static bool is_in_list(const char *list, const char *wanted)
{
    size_t length = strlen(wanted);

    for (; *list; list += strcspn(list, ",\n"), list += *list != '\0')
        if (strncmp(list, wanted, length) == 0 && strchr(",\n", list[length]))
            return true;
    return false;
}

/* Programs attach all the same: the function that they hang on is there, and nobody calls it
 * (security/security.c, ordered_lsm_parse()). Where the list can't be read, it is not said. */
bool doctor_lsm_is_idle(void)
{
    OWNED_FD int root = kernel_fs_open("securityfs");
    OWNED_PTR char *active = root < 0 ? NULL : file_read_at(root, "lsm", 1024);

    return active && !is_in_list(active, "bpf");
}

int doctor_attach_tracepoint(const struct attach_probe *probe, int program_fd)
{
    OWNED_FD int root = kernel_fs_open("tracefs");
    OWNED_PTR char *id = root < 0 ? NULL : file_read_at(root, "events/sched/sched_process_exit/id", 32);
    struct perf_event_attr attributes = {.type = PERF_TYPE_TRACEPOINT, .sample_period = 1, .disabled = 1};

    (void)probe;
    if (!id)
        return root < 0 ? root : -errno;
    attributes.config = strtoull(id, NULL, 10);
    return doctor_set_bpf(open_event(&attributes, -1, 0), program_fd);
}

/* kprobe and uprobe are PMUs with a number of their own since 4.17; `variant` sets the return bit (bit 0). */
static int probe_pmu(const char *name, const struct attach_probe *probe, struct perf_event_attr *attributes)
{
    uint64_t type;
    char path[80];
    int result;

    snprintf(path, sizeof(path), "/sys/bus/event_source/devices/%s/type", name);
    result = file_read_u64(path, &type);
    *attributes = (struct perf_event_attr){
        .type = (uint32_t)type, .config = (uint64_t)(probe->variant == 1), .sample_period = 1, .disabled = 1};
    return result;
}

int doctor_attach_kprobe(const struct attach_probe *probe, int program_fd)
{
    struct perf_event_attr attributes;
    int result = probe_pmu("kprobe", probe, &attributes);

    if (result != 0)
        return result;
    attributes.kprobe_func = (uint64_t)(uintptr_t)PROBED_FUNCTION;
    return doctor_set_bpf(open_event(&attributes, -1, 0), program_fd);
}

int doctor_attach_kprobe_multi(const struct attach_probe *probe, int program_fd)
{
    const char *functions[] = {PROBED_FUNCTION};
    LIBBPF_OPTS(bpf_link_create_opts, options, .kprobe_multi.syms = functions, .kprobe_multi.cnt = 1);
    int fd = bpf_link_create(program_fd, 0, probe->expected, &options);

    return fd < 0 ? -errno : fd;
}

/* The function that the uprobe sits on; never called. Whoever counts what is run (gcov) would have it begin
 * with a "lock", which no uprobe goes on. */
__attribute__((noinline, no_profile_instrument_function)) static void landmark(void)
{
    __asm__ volatile("");
}

/* Offset of the landmark in the file it was mapped from. */
static int find_landmark(char *path, size_t size, uint64_t *offset)
{
    OWNED_FILE FILE *maps = fopen("/proc/self/maps", "re");
    uintptr_t address = (uintptr_t)landmark;
    char line[5000];

    while (maps && fgets(line, sizeof(line), maps)) {
        unsigned long start, end, file_offset;
        int at = 0;

        if (sscanf(line, "%lx-%lx %*s %lx %*s %*s %n", &start, &end, &file_offset, &at) != 3 || !at)
            continue;
        if (address < start || address >= end)
            continue;
        line[strcspn(line, "\n")] = '\0';
        snprintf(path, size, "%s", line + at);
        *offset = address - start + file_offset;
        return 0;
    }
    return -ENOENT;
}

int doctor_attach_uprobe(const struct attach_probe *probe, int program_fd)
{
    struct perf_event_attr attributes;
    uint64_t offset;
    char path[4096];
    int result = probe_pmu("uprobe", probe, &attributes);

    if (result == 0)
        result = find_landmark(path, sizeof(path), &offset);
    if (result != 0)
        return result;
    attributes.uprobe_path = (uint64_t)(uintptr_t)path;
    attributes.probe_offset = offset;
    return doctor_set_bpf(open_event(&attributes, getpid(), -1), program_fd);
}

int doctor_attach_perf_event(const struct attach_probe *probe, int program_fd)
{
    struct perf_event_attr attributes = {.type = PERF_TYPE_SOFTWARE,
                                         .config = PERF_COUNT_SW_CPU_CLOCK,
                                         .sample_period = 1000000000,
                                         .disabled = 1};

    (void)probe;
    return doctor_set_bpf(open_event(&attributes, -1, 0), program_fd);
}
