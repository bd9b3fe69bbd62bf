/* SPDX-License-Identifier: GPL-2.0 */
/* Attach points as the kernel tells them, for each way of attaching that this kernel has. */
#include "tests/system/fixture.h"

#include "agents/inventory_scan.h"
#include "agents/statistics_on.h"
#include "agents/machine.h"
#include "base/files.h"
#include "tests/targets/common.h"

#include <bpf/btf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

static int load(enum bpf_prog_type type, const char *name)
{
    const struct bpf_insn program[] = {
        {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 1},
        {.code = BPF_JMP | BPF_EXIT},
    };
    int fd = bpf_prog_load(type, name, "GPL", program, ARRAY_SIZE(program), NULL);

    assert_true(fd >= 0);
    return fd;
}

static int open_event(struct perf_event_attr attr)
{
    int fd;

    attr.size = sizeof(attr);
    fd = (int)syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
    assert_true(fd >= 0);
    return fd;
}

/* The program `name` of this very process must be on `attach` by `mechanism`. */
static void must_be_on(const char *name, const char *attach, const char *mechanism)
{
    struct inventory found = {0};
    pid_t self = getpid();
    bool seen = false;

    assert_int_equal(inventory_of_processes(&found, &self, 1), 0);
    for (unsigned i = 0; i < found.program_count; i++) {
        if (strcmp(found.programs[i].name, name) != 0)
            continue;
        assert_string_equal(found.programs[i].attach, attach);
        assert_string_equal(found.programs[i].mechanism, mechanism);
        assert_int_equal(strlen(found.programs[i].tag), 16);
        assert_true(found.programs[i].xlated_bytes > 0);
        seen = true;
    }
    assert_true(seen);
    inventory_free(&found);
}

static uint64_t number_in(int directory_fd, const char *path)
{
    char text[32] = "";
    OWNED_FD int fd = openat(directory_fd, path, O_RDONLY | O_CLOEXEC);

    assert_true(fd >= 0 && read(fd, text, sizeof(text) - 1) > 0);
    return strtoull(text, NULL, 10);
}

static struct perf_event_attr tracepoint(const char *path)
{
    OWNED_FD int tracefs_fd = attach_open_tracefs();

    assert_true(tracefs_fd >= 0);
    return (struct perf_event_attr){
        .type = PERF_TYPE_TRACEPOINT, .config = number_in(tracefs_fd, path), .sample_period = 1};
}

static void tracepoint_by_ioctl_and_by_link(void **state)
{
    OWNED_FD int program_fd = load(BPF_PROG_TYPE_TRACEPOINT, "tp");
    OWNED_FD int event_fd = open_event(tracepoint("events/sched/sched_process_exit/id"));
    OWNED_FD int other_fd = load(BPF_PROG_TYPE_TRACEPOINT, "tp_link");
    OWNED_FD int other_event_fd = open_event(tracepoint("events/sock/inet_sock_set_state/id"));
    OWNED_FD int link_fd = -1;

    (void)state;
    must_be_on("tp", "", "");
    assert_int_equal(ioctl(event_fd, PERF_EVENT_IOC_SET_BPF, program_fd), 0);
    must_be_on("tp", "tracepoint:sched:sched_process_exit", "perf_event");
    link_fd = bpf_link_create(other_fd, other_event_fd, BPF_PERF_EVENT, NULL);
    if (link_fd < 0)
        skip(); /* before Linux 5.15 */
    must_be_on("tp_link", "tracepoint:sock:inet_sock_set_state", "link");
    must_be_on("tp", "tracepoint:sched:sched_process_exit", "perf_event");
}

static void software_event_by_link(void **state)
{
    OWNED_FD int program_fd = load(BPF_PROG_TYPE_PERF_EVENT, "clock");
    OWNED_FD int event_fd = open_event((struct perf_event_attr){
        .type = PERF_TYPE_SOFTWARE, .config = PERF_COUNT_SW_CPU_CLOCK, .sample_period = 1000000000});
    OWNED_FD int link_fd = bpf_link_create(program_fd, event_fd, BPF_PERF_EVENT, NULL);
    struct inventory found = {0};
    pid_t self = getpid();

    (void)state;
    if (link_fd < 0)
        skip();
    assert_int_equal(inventory_of_processes(&found, &self, 1), 0);
    assert_int_equal(found.program_count, 1);
    /* Linux 6.6 tells which event; before, that it is one. */
    if (strcmp(found.programs[0].attach, "perf_event") != 0)
        assert_string_equal(found.programs[0].attach, "perf_event:cpu-clock");
    assert_int_equal(found.link_count, 1);
    assert_int_equal(found.perf_event_count, 1);
    inventory_free(&found);
}

static unsigned uprobe_type(void)
{
    return (unsigned)number_in(AT_FDCWD, "/sys/bus/event_source/devices/uprobe/type");
}

static void copy_file(const char *from, const char *to)
{
    size_t length = 0;
    OWNED_PTR char *bytes = file_read_bytes(from, 1 << 24, &length);

    assert_non_null(bytes);
    assert_int_equal(file_replace(to, bytes, length), 0);
}

static void uprobe_with_its_path(void **state)
{
    OWNED_FD int program_fd = load(BPF_PROG_TYPE_KPROBE, "up");
    struct perf_event_attr attr = {
        .type = uprobe_type(), .config1 = (uintptr_t) "/bin/true", .config2 = 0x40};
    OWNED_FD int event_fd = open_event(attr);

    (void)state;
    if (ioctl(event_fd, PERF_EVENT_IOC_SET_BPF, program_fd) != 0)
        skip();
    must_be_on("up", "uprobe:/bin/true:0x40", "perf_event");
}

/* The next process that runs it has another number. */
static void uprobe_through_a_process(void **state)
{
    OWNED_FD int program_fd = load(BPF_PROG_TYPE_KPROBE, "through");
    char path[64];
    OWNED_FD int event_fd = -1;

    (void)state;
    snprintf(path, sizeof(path), "/proc/%d/root/bin/true", (int)getpid());
    event_fd = open_event(
        (struct perf_event_attr){.type = uprobe_type(), .config1 = (uintptr_t)path, .config2 = 0x40});
    if (ioctl(event_fd, PERF_EVENT_IOC_SET_BPF, program_fd) != 0)
        skip();
    must_be_on("through", "uprobe:/bin/true:0x40", "perf_event");
}

/* Makes a binary at a path that is longer than an attach point has room for; opens a uprobe's event in it.
 * Nothing is left of it but the event. */
static int open_event_with_a_long_path(char *path, size_t size)
{
    char directory[] = "/tmp/tracetoll-inventory-XXXXXX", folder[256];
    int fd;

    assert_non_null(mkdtemp(directory));
    snprintf(folder, sizeof(folder), "%s/%0200d", directory, 0);
    snprintf(path, size, "%s/program", folder);
    assert_int_equal(mkdir(folder, 0700), 0);
    copy_file("/bin/true", path);
    fd = open_event(
        (struct perf_event_attr){.type = uprobe_type(), .config1 = (uintptr_t)path, .config2 = 0x40});
    unlink(path);
    rmdir(folder);
    rmdir(directory);
    return fd;
}

/* It counts as attached, as any other does; of the path, its end is shown. */
static void uprobe_with_a_long_path(void **state)
{
    OWNED_FD int program_fd = load(BPF_PROG_TYPE_KPROBE, "up");
    OWNED_FD int other_fd = load(BPF_PROG_TYPE_KPROBE, "up_link");
    char path[300], shown[160];
    OWNED_FD int event_fd = open_event_with_a_long_path(path, sizeof(path));
    OWNED_FD int other_event_fd = open_event_with_a_long_path(path, sizeof(path));
    OWNED_FD int link_fd = -1;

    (void)state;
    snprintf(shown, sizeof(shown), "uprobe:...%.120s:0x40", path + strlen(path) - 120);
    if (ioctl(event_fd, PERF_EVENT_IOC_SET_BPF, program_fd) != 0)
        skip(); /* as above */
    must_be_on("up", shown, "perf_event");
    link_fd = bpf_link_create(other_fd, other_event_fd, BPF_PERF_EVENT, NULL);
    if (link_fd >= 0) /* since Linux 5.15 */
        must_be_on("up_link", shown, "link");
}

static void raw_tracepoint(void **state)
{
    OWNED_FD int link_fd = attach_program("raw");

    (void)state;
    must_be_on("raw", "raw_tp:sys_enter", "link");
}

static void packet_program(void **state)
{
    OWNED_FD int own_fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    OWNED_FD int program_fd = load(BPF_PROG_TYPE_XDP, "packets");
    OWNED_FD int link_fd = -1, netns_fd = -1;

    (void)state;
    assert_int_equal(unshare(CLONE_NEWNET), 0);
    netns_fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    link_fd = bpf_link_create(program_fd, (int)if_nametoindex("lo"), BPF_XDP, NULL);
    assert_int_equal(setns(own_fd, CLONE_NEWNET), 0);
    assert_true(link_fd >= 0);
    must_be_on("packets", "xdp:ifindex/1", "link");
}

/* fentry and the like can't be attached on every kernel, but their names come from BTF on all that have it.
 */
static void functions_from_btf(void **state)
{
    struct btf *btf = btf__load_vmlinux_btf();
    struct inventory_program program = {0};
    uint32_t object = 0;

    (void)state;
    if (!btf || bpf_btf_get_next_id(0, &object) != 0)
        skip();
    snprintf(program.attach, sizeof(program.attach), "fentry:btf/%u/%d, tp_btf:btf/%u/%d, fexit:btf/%u/0",
             object, btf__find_by_name_kind(btf, "vfs_read", BTF_KIND_FUNC), object,
             btf__find_by_name_kind(btf, "btf_trace_sched_switch", BTF_KIND_TYPEDEF), object);
    attach_describe(&program, -1);
    assert_memory_equal(program.attach, "fentry:vfs_read, tp_btf:sched_switch, ",
                        strlen("fentry:vfs_read, tp_btf:sched_switch, "));
    btf__free(btf);
}

static void maps_with_their_memory(void **state)
{
    OWNED_FD int small_fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "small", 4, 8, 16, NULL);
    OWNED_FD int large_fd = bpf_map_create(BPF_MAP_TYPE_HASH, "large", 8, 64, 65536, NULL);
    struct inventory found = {0};
    pid_t self = getpid();

    (void)state;
    assert_true(small_fd >= 0 && large_fd >= 0);
    assert_int_equal(inventory_of_processes(&found, &self, 1), 0);
    assert_int_equal(found.map_count, 2);
    assert_string_equal(found.maps[1].name, "large");
    assert_string_equal(found.maps[1].type, "hash");
    assert_int_equal(found.maps[1].max_entries, 65536);
    assert_int_equal(found.maps[1].value_bytes, 64);
    assert_true(found.maps[1].bytes > found.maps[0].bytes && found.maps[0].bytes > 0);
    inventory_free(&found);
}

static void system_has_what_we_have(void **state)
{
    OWNED_FD int link_fd = attach_program("everywhere");
    struct inventory all = {0}, own = {0};
    pid_t self = getpid();

    (void)state;
    assert_int_equal(inventory_of_system(&all), 0);
    assert_int_equal(inventory_of_processes(&own, &self, 1), 0);
    assert_int_equal(own.program_count, 1);
    assert_non_null(inventory_find(&all, own.programs[0].id));
    assert_int_equal(inventory_still_present(&own, NULL), own.program_count);
    close_fd(&link_fd);
    for (int i = 0; i < 2000 && inventory_still_present(&own, NULL) > 0; i++)
        pause_ms(1);
    assert_int_equal(inventory_still_present(&own, NULL), 0);
    inventory_free(&all);
    inventory_free(&own);
}

/* The kernel frees a program a moment after it is closed: what the doctor tried is no stranger's program. */
static void doctors_own_is_nobodys(void **state)
{
    OWNED_FD int program_fd = load(BPF_PROG_TYPE_SOCKET_FILTER, MACHINE_PROBE_NAME);
    struct inventory all = {0};

    (void)state;
    assert_int_equal(inventory_of_system(&all), 0);
    for (unsigned i = 0; i < all.program_count; i++)
        assert_string_not_equal(all.programs[i].name, MACHINE_PROBE_NAME);
    inventory_free(&all);
}

/* As whoever holds a descriptor of them turns them on for all. */
static void statistics_are_seen_by_what_they_do(void **state)
{
    bool before = bpf_statistics_are_on();
    OWNED_FD int fd = bpf_statistics_enable();

    (void)state;
    assert_true(fd >= 0);
    assert_true(bpf_statistics_are_on());
    close_fd(&fd);
    for (int i = 0; i < 2000 && bpf_statistics_are_on() != before; i++)
        pause_ms(1);
    assert_int_equal(bpf_statistics_are_on(), before);
}

/* What a stranger holds is not ours; what nobody holds any more is. */
static void tells_strangers_from_unheld(void **state)
{
    struct fixture *fixture = *state;
    struct inventory before = {0}, fresh = {0}, ours = {0};
    OWNED_FD int link_fd = -1;

    (void)fixture;
    assert_int_equal(inventory_find_new(&before, &(struct inventory){0}), 0);
    link_fd = attach_program("stranger");
    assert_int_equal(inventory_find_new(&fresh, &before), 0);
    assert_true(fresh.program_count >= 1);
    assert_int_equal(inventory_add_unheld(&ours, &fresh, &before, NULL), 0);
    for (unsigned i = 0; i < ours.program_count; i++)
        assert_string_not_equal(ours.programs[i].name, "stranger");
    inventory_free(&before);
    inventory_free(&fresh);
    inventory_free(&ours);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tracepoint_by_ioctl_and_by_link),
        cmocka_unit_test(software_event_by_link),
        cmocka_unit_test(uprobe_with_its_path),
        cmocka_unit_test(uprobe_through_a_process),
        cmocka_unit_test(uprobe_with_a_long_path),
        cmocka_unit_test(raw_tracepoint),
        cmocka_unit_test(packet_program),
        cmocka_unit_test(functions_from_btf),
        cmocka_unit_test(maps_with_their_memory),
        cmocka_unit_test(system_has_what_we_have),
        cmocka_unit_test(doctors_own_is_nobodys),
        cmocka_unit_test(statistics_are_seen_by_what_they_do),
        cmocka_unit_test(tells_strangers_from_unheld),
    };

    return cmocka_run_group_tests(tests, fixture_up, fixture_down);
}
