/* SPDX-License-Identifier: GPL-2.0 */
/* The doctor: complete, in agreement with what the kernel says of itself elsewhere, and without traces. */
#include "agents/doctor.h"
#include "agents/environment.h"
#include "agents/kernel_config.h"
#include "agents/machine.h"
#include "base/cleanup.h"
#include "base/files.h"
#include "base/mounts.h"
#include "tests/unit/unit.h"

#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>

static const char *const rows[] = {
    "raw_tp",         "tracepoint",   "kprobe",     "kretprobe",   "kprobe.multi",
    "fentry",         "fexit",        "tp_btf",     "lsm",         "uprobe",
    "uretprobe",      "perf_event",   "xdp",        "tc",          "cgroup_skb",
    "socket_filter",  "jit",          "jit_harden", "btf",         "pmu",
    "tracefs",        "debugfs",      "bpffs",      "cgroup",      "cgroup.kill",
    "idle_time",      "clock_source", "steal",      "cpufreq",     "smt",
    "isolated_cpus",  "load",         "reclaim",    "foreign_bpf", "memlock",
    "netns",          "veth",         "qemu",       "kvm",         "bcc",
    "bpf_statistics", "privilege",    "bridge",     "conntrack",   "netem",
    "loop",           "iperf3",       "fio",        "stress-ng",   "wrk",
    "vlan",           "kernels",
};

static json_t *report;

static int run_doctor(void **state)
{
    (void)state;
    report = doctor_run();
    return report ? 0 : -1;
}

static int free_report(void **state)
{
    (void)state;
    json_decref(report);
    return 0;
}

static const json_t *row_of(const json_t *from, const char *name)
{
    const json_t *check;
    size_t i;

    json_array_foreach(json_object_get(from, "checks"), i,
                       check) if (strcmp(json_string_value(json_object_get(check, "name")), name) ==
                                  0) return check;
    return NULL;
}

static const char *field(const json_t *row, const char *key)
{
    return json_string_value(json_object_get(row, key));
}

static bool is_status(const char *name, const char *status)
{
    const json_t *row = row_of(report, name);

    assert_non_null(row);
    return strcmp(field(row, "status"), status) == 0;
}

static void every_row_is_there_and_explained(void **state)
{
    const json_t *check;
    size_t i;

    (void)state;
    assert_string_equal(field(report, "schema"), "tracetoll.doctor/1");
    assert_int_equal(json_array_size(json_object_get(report, "checks")), ARRAY_SIZE(rows));
    for (i = 0; i < ARRAY_SIZE(rows); i++)
        assert_non_null(row_of(report, rows[i]));
    json_array_foreach(json_object_get(report, "checks"), i, check)
    {
        const char *status = field(check, "status");

        assert_true(strlen(field(check, "detail")) > 0);
        assert_true(strcmp(status, "ok") == 0 || strcmp(status, "degraded") == 0 ||
                    strcmp(status, "unsupported") == 0);
        assert_int_equal(strcmp(status, "ok") == 0, json_is_null(json_object_get(check, "reason")));
        assert_int_equal(strcmp(status, "ok") == 0, json_is_null(json_object_get(check, "remedy")));
    }
}

/* A kernel built without something can't do it, and the row says that. */
static void built_without_is_unsupported(void **state)
{
    static const struct {
        const char *option, *row;
    } pairs[] = {{"KPROBES", "kprobe"}, {"KPROBES", "kretprobe"},    {"FPROBE", "kprobe.multi"},
                 {"UPROBES", "uprobe"}, {"BPF_EVENTS", "raw_tp"},    {"BPF_LSM", "lsm"},
                 {"NET_CLS_BPF", "tc"}, {"DEBUG_INFO_BTF", "tp_btf"}};
    CLEANUP(kernel_config_free) struct kernel_config config;

    (void)state;
    kernel_config_read(&config);
    if (!config.text) {
        print_message("# skip: this kernel's configuration is not to be had\n");
        skip();
    }
    for (unsigned i = 0; i < ARRAY_SIZE(pairs); i++) {
        if (kernel_config_has(&config, pairs[i].option) != 0)
            continue;
        assert_true(is_status(pairs[i].row, "unsupported"));
        assert_non_null(strstr(field(row_of(report, pairs[i].row), "reason"), pairs[i].option));
    }
}

/* Probed rows against symbols and files that the probes themselves do not look at. */
static void rows_agree_with_the_kernel(void **state)
{
    OWNED_PTR char *symbols = file_read("/proc/kallsyms", 64 << 20);

    (void)state;
    if (symbols && strlen(symbols) > 0) {
        if (!strstr(symbols, " register_kprobe\n"))
            assert_true(is_status("kprobe", "unsupported"));
        if (!strstr(symbols, " uprobe_register\n"))
            assert_true(is_status("uprobe", "unsupported"));
        if (strstr(symbols, " bpf_raw_tp_link_attach\n") || strstr(symbols, " bpf_raw_tp_link_lops\n"))
            assert_true(is_status("raw_tp", "ok"));
    }
    assert_int_equal(is_status("btf", "ok"), access("/sys/kernel/btf/vmlinux", F_OK) == 0);
    assert_int_equal(is_status("pmu", "ok"), machine_has_pmu() == 1);
    assert_true(is_status("privilege", "ok"));
    assert_true(is_status("socket_filter", "ok")); /* as old as BPF itself */
}

static unsigned own_programs(void)
{
    unsigned count = 0;

    for (uint32_t id = 0; bpf_prog_get_next_id(id, &id) == 0;) {
        OWNED_FD int fd = bpf_prog_get_fd_by_id(id);
        struct bpf_prog_info info = {0};
        uint32_t length = sizeof(info);

        if (fd >= 0 && bpf_obj_get_info_by_fd(fd, &info, &length) == 0 &&
            strcmp(info.name, MACHINE_PROBE_NAME) == 0)
            count++;
    }
    return count;
}

static unsigned entries_of(const char *path)
{
    DIR *directory = opendir(path);
    unsigned count = 0;

    assert_non_null(directory);
    while (readdir(directory))
        count++;
    closedir(directory);
    return count;
}

static void nothing_is_left_behind(void **state)
{
    OWNED_PTR char *mounts = file_read("/proc/self/mountinfo", 1 << 20), *mounts_after = NULL;
    unsigned descriptors = entries_of("/proc/self/fd"), interfaces = entries_of("/sys/class/net");
    struct timespec wait = {.tv_nsec = 20000000};
    char cgroup_root[4096], path[4200];
    json_t *again = doctor_run();

    (void)state;
    json_decref(again);
    for (unsigned i = 0; i < 150 && own_programs() > 0; i++) /* freed after a grace period */
        nanosleep(&wait, NULL);
    assert_int_equal(own_programs(), 0);
    mounts_after = file_read("/proc/self/mountinfo", 1 << 20);
    assert_string_equal(mounts_after, mounts);
    assert_int_equal(entries_of("/proc/self/fd"), descriptors);
    assert_int_equal(entries_of("/sys/class/net"), interfaces);
    assert_int_equal(entries_of("/proc/self/task"), 3); /* ".", ".." and us */
    if (mounts_first("cgroup2", cgroup_root, sizeof(cgroup_root))) {
        snprintf(path, sizeof(path), "%s/tracetoll-%d-0", cgroup_root, (int)getpid());
        assert_int_equal(access(path, F_OK), -1);
    }
}

/* In a child that gave its privileges up: everything answers, and nothing is said to work that takes root. */
static int as_nobody(void)
{
    json_t *mine, *environment;
    int wrong = 0;

    if (setresgid(65534, 65534, 65534) != 0 || setresuid(65534, 65534, 65534) != 0)
        return 100;
    mine = doctor_run();
    environment = environment_describe();
    if (!mine || !environment)
        return 101;
    wrong += strcmp(field(row_of(mine, "privilege"), "status"), "unsupported") != 0;
    wrong += strcmp(field(row_of(mine, "raw_tp"), "status"), "unsupported") != 0;
    wrong += strstr(field(row_of(mine, "raw_tp"), "remedy"), "sudo") == NULL;
    wrong += strcmp(field(row_of(mine, "netns"), "status"), "unsupported") != 0;
    wrong += json_array_size(json_object_get(environment, "foreign_programs")) != 0;
    json_decref(mine);
    json_decref(environment);
    return wrong;
}

static void without_root_it_says_what_root_would_add(void **state)
{
    pid_t pid = fork();
    int status;

    (void)state;
    if (pid == 0)
        _exit(as_nobody());
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static void the_table_is_readable(void **state)
{
    OWNED_PTR char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);

    (void)state;
    assert_non_null(file);
    doctor_print(file, report);
    fclose(file);
    for (unsigned i = 0; i < ARRAY_SIZE(rows); i++)
        assert_non_null(strstr(text, rows[i]));
    for (const char *line = text; *line; line += strcspn(line, "\n") + (line[strcspn(line, "\n")] == '\n'))
        assert_true(strcspn(line, "\n") <= 112);
}

static void a_single_check_can_be_asked(void **state)
{
    struct finding finding;

    (void)state;
    assert_non_null(doctor_check_one("socket_filter", &finding));
    assert_int_equal(finding.status, FINDING_OK);
    assert_null(doctor_check_one("socket filter", &finding));
}

static void environment_knows_or_says_null(void **state)
{
    static const char *const keys[] = {"kernel",           "config",         "cpu",         "clock_source",
                                       "memory_bytes",     "virtualisation", "load_before", "cgroup_version",
                                       "foreign_programs", "versions"};
    json_t *environment = environment_describe();
    const json_t *kernel, *cpu;
    struct utsname name;

    (void)state;
    assert_non_null(environment);
    for (unsigned i = 0; i < ARRAY_SIZE(keys); i++)
        assert_non_null(json_object_get(environment, keys[i]));
    assert_int_equal(uname(&name), 0);
    kernel = json_object_get(environment, "kernel");
    cpu = json_object_get(environment, "cpu");
    assert_string_equal(field(kernel, "release"), name.release);
    assert_int_equal(json_integer_value(json_object_get(cpu, "online")), sysconf(_SC_NPROCESSORS_ONLN));
    if (access("/sys/devices/system/cpu/cpu0/cpufreq/scaling_driver", F_OK) != 0)
        assert_true(json_is_null(json_object_get(cpu, "frequency_driver")));
    assert_true(json_integer_value(json_object_get(environment, "memory_bytes")) > 1 << 20);
    json_decref(environment);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_there_and_explained),
        cmocka_unit_test(built_without_is_unsupported),
        cmocka_unit_test(rows_agree_with_the_kernel),
        cmocka_unit_test(nothing_is_left_behind),
        cmocka_unit_test(without_root_it_says_what_root_would_add),
        cmocka_unit_test(the_table_is_readable),
        cmocka_unit_test(a_single_check_can_be_asked),
        cmocka_unit_test(environment_knows_or_says_null),
    };

    return cmocka_run_group_tests_name("doctor", tests, run_doctor, free_report);
}
