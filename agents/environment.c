/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/environment.h"
#include "agents/inventory.h"
#include "agents/kernel_config.h"
#include "agents/machine.h"
#include "agents/pmu.h"
#include "base/cleanup.h"
#include "base/directory.h"
#include "base/cpus.h"
#include "base/files.h"
#include "base/hash.h"

#include <bpf/libbpf.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>

#define FACT_BYTES 256

static json_t *text_or_null(const char *text)
{
    json_t *made = text ? json_string(text) : NULL;

    return made ? made : json_null(); /* text that is not UTF-8 is as good as unknown */
}

static json_t *line_or_null(const char *path)
{
    char line[FACT_BYTES];

    return text_or_null(machine_line(path, line, sizeof(line)));
}

static json_t *number_or_null(const char *path)
{
    uint64_t number;

    return file_read_u64(path, &number) == 0 ? json_integer((json_int_t)number) : json_null();
}

static json_t *describe_kernel(void)
{
    struct utsname name;

    if (uname(&name) != 0)
        return json_null();
    return json_pack("{s:s, s:s, s:s}", "release", name.release, "version", name.version, "architecture",
                     name.machine);
}

/* The kernel says how it preempts in its version; one that was built without says nothing. */
static json_t *describe_preemption(void)
{
    static const char *const words[] = {"PREEMPT_RT", "PREEMPT_DYNAMIC", "PREEMPT_LAZY", "PREEMPT"};
    struct utsname name;

    for (unsigned i = 0; uname(&name) == 0 && i < ARRAY_SIZE(words); i++)
        if (strstr(name.version, words[i]))
            return json_string(words[i]);
    return json_null();
}

static json_t *describe_mitigations(void)
{
    static const char root[] = "/sys/devices/system/cpu/vulnerabilities";
    OWNED_DIR DIR *directory = opendir(root);
    json_t *made = json_object();

    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        char path[512];

        snprintf(path, sizeof(path), "%s/%s", root, entry->d_name);
        if (entry->d_name[0] != '.')
            json_object_set_new(made, entry->d_name, line_or_null(path));
    }
    return made;
}

static json_t *describe_jit(void)
{
    uint64_t enabled;

    return file_read_u64("/proc/sys/net/core/bpf_jit_enable", &enabled) == 0 ? json_boolean(enabled > 0)
                                                                             : json_null();
}

/* What decides the cost of a probe, or whether there can be one. */
static const char *const config_names[] = {
    "HZ",
    "NO_HZ_IDLE",
    "NO_HZ_FULL",
    "PREEMPT_NONE",
    "PREEMPT_VOLUNTARY",
    "PREEMPT",
    "PREEMPT_LAZY",
    "PREEMPT_RT",
    "PREEMPT_DYNAMIC",
    "CPU_MITIGATIONS",
    "MITIGATION_RETPOLINE",
    "MITIGATION_PAGE_TABLE_ISOLATION",
    "BPF_SYSCALL",
    "BPF_JIT",
    "BPF_JIT_ALWAYS_ON",
    "BPF_JIT_DEFAULT_ON",
    "BPF_UNPRIV_DEFAULT_OFF",
    "BPF_EVENTS",
    "BPF_LSM",
    "DEBUG_INFO_BTF",
    "CGROUP_BPF",
    "KPROBES",
    "KPROBE_EVENTS",
    "UPROBES",
    "UPROBE_EVENTS",
    "FPROBE",
    "FUNCTION_TRACER",
    "DYNAMIC_FTRACE",
    "DYNAMIC_FTRACE_WITH_DIRECT_CALLS",
    "FTRACE_SYSCALLS",
    "MODULES",
    "DEBUG_KERNEL",
    "DEBUG_PREEMPT",
    "KASAN",
    "PROVE_LOCKING",
    "IRQ_TIME_ACCOUNTING",
    "VIRT_CPU_ACCOUNTING_GEN",
    "PARAVIRT_TIME_ACCOUNTING",
    "PERF_EVENTS",
    "IKHEADERS",
};

/* Over "NAME=VALUE\n": two kernels with the same options have the same fingerprint. */
static uint64_t add_to_hash(uint64_t hash, const char *text)
{
    return hash_bytes(hash, text, strlen(text));
}

/* Options by name, their hash, and HZ; nothing where the configuration can't be read. */
static json_t *describe_options(const struct kernel_config *config, char fingerprint[17], int *hz)
{
    uint64_t hash = HASH_START;
    json_t *options = json_object();
    char value[FACT_BYTES];

    for (unsigned i = 0; config->text && i < ARRAY_SIZE(config_names); i++) {
        kernel_config_value(config, config_names[i], value, sizeof(value));
        json_object_set_new(options, config_names[i], text_or_null(value));
        hash = add_to_hash(add_to_hash(add_to_hash(add_to_hash(hash, config_names[i]), "="), value), "\n");
        if (i == 0)
            *hz = atoi(value);
    }
    snprintf(fingerprint, 17, "%016llx", (unsigned long long)hash);
    return options;
}

static json_t *describe_config(void)
{
    CLEANUP(kernel_config_free) struct kernel_config config;
    char fingerprint[17];
    json_t *options;
    int hz = 0;

    kernel_config_read(&config);
    options = describe_options(&config, fingerprint, &hz);
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o}", "source",
                     config.text ? json_string(config.source) : json_null(), "fingerprint",
                     config.text ? json_string(fingerprint) : json_null(), "hz",
                     hz > 0 ? json_integer(hz) : json_null(), "preempt", describe_preemption(), "mitigations",
                     describe_mitigations(), "bpf_jit", describe_jit(), "bpf_jit_harden",
                     number_or_null("/proc/sys/net/core/bpf_jit_harden"), "bpf_unprivileged_disabled",
                     number_or_null("/proc/sys/kernel/unprivileged_bpf_disabled"), "btf",
                     access("/sys/kernel/btf/vmlinux", R_OK) == 0, "options", options);
}

/* An empty list is known to be empty. */
static json_t *describe_isolated(void)
{
    char list[FACT_BYTES] = "";

    if (access("/sys/devices/system/cpu/isolated", R_OK) != 0)
        return json_null();
    machine_line("/sys/devices/system/cpu/isolated", list, sizeof(list));
    return text_or_null(list);
}

/* "on", "off", "forceoff", "notsupported", "notimplemented" (Documentation/ABI: sysfs-devices-system-cpu). */
static json_t *describe_smt(void)
{
    char control[FACT_BYTES];

    if (!machine_line("/sys/devices/system/cpu/smt/control", control, sizeof(control)))
        return json_null();
    return json_boolean(strcmp(control, "on") == 0);
}

/* "pmu", and why not. */
static void describe_pmu(json_t *cpu)
{
    int error_number;
    struct counters *counters = pmu_open(&error_number);
    bool unknown = !counters && (error_number == EACCES || error_number == EPERM);

    json_object_set_new(cpu, "pmu", unknown ? json_null() : json_boolean(counters != NULL));
    json_object_set_new(cpu, "pmu_reason", counters ? json_null() : json_string(pmu_why_not(error_number)));
    counters_close(counters);
}

static json_t *describe_cpu(void)
{
    char model[FACT_BYTES];
    json_t *cpu = json_pack(
        "{s:o, s:i, s:o, s:o, s:o, s:o}", "model", text_or_null(machine_cpu_model(model, sizeof(model))),
        "online", cpus_online(), "smt", describe_smt(), "frequency_driver",
        line_or_null("/sys/devices/system/cpu/cpu0/cpufreq/scaling_driver"), "frequency_governor",
        line_or_null("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"), "isolated",
        describe_isolated());

    describe_pmu(cpu);
    return cpu;
}

static json_t *describe_programs(void)
{
    CLEANUP(inventory_free) struct inventory inventory = {0};
    json_t *programs = json_array();

    inventory_of_system(&inventory); /* IDs are for the privileged; without them the list is empty */
    for (unsigned i = 0; i < inventory.program_count; i++)
        json_array_append_new(programs, json_pack("{s:i, s:o, s:s}", "id", (int)inventory.programs[i].id,
                                                  "name", text_or_null(inventory.programs[i].name), "type",
                                                  inventory.programs[i].type));
    return programs;
}

static json_t *describe_load(void)
{
    double load;

    return getloadavg(&load, 1) == 1 ? json_real(load) : json_null();
}

static json_t *describe_memory(void)
{
    struct sysinfo info;

    return sysinfo(&info) == 0 ? json_integer((json_int_t)info.totalram * info.mem_unit) : json_null();
}

static json_t *describe_versions(void)
{
    char bpf[32], bcc[64];

    snprintf(bpf, sizeof(bpf), "%u.%u", libbpf_major_version(), libbpf_minor_version());
    return json_pack("{s:s, s:o, s:n}", "libbpf", bpf, "libbcc",
                     text_or_null(machine_bcc_version(bcc, sizeof(bcc))), "target");
}

json_t *environment_describe(void)
{
    char hypervisor[FACT_BYTES];

    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "kernel", describe_kernel(),
                     "config", describe_config(), "cpu", describe_cpu(), "clock_source",
                     line_or_null("/sys/devices/system/clocksource/clocksource0/current_clocksource"),
                     "memory_bytes", describe_memory(), "virtualisation",
                     text_or_null(machine_hypervisor(hypervisor, sizeof(hypervisor))), "load_before",
                     describe_load(), "cgroup_version", text_or_null(machine_cgroup_version()),
                     "foreign_programs", describe_programs(), "versions", describe_versions());
}
