/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/doctor_checks.h"
#include "agents/idle.h"
#include "agents/machine.h"
#include "agents/pmu.h"
#include "base/clock.h"
#include "base/cpus.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define LOAD_WINDOW_NS (300 * NS_PER_MS)

DOCTOR_CHECK(doctor_pmu)
{
    int error_number;
    struct counters *counters = pmu_open(&error_number);
    char names[120];

    (void)check;
    if (counters)
        finding_ok(finding, "%s can be counted", counters_names(counters, names, sizeof(names)));
    else if (error_number == EACCES || error_number == EPERM)
        finding_set(finding, FINDING_DEGRADED, pmu_why_not(error_number),
                    "run it as root: sudo tracetoll doctor", "unknown");
    else
        finding_set(finding, FINDING_UNSUPPORTED, pmu_why_not(error_number),
                    "none needed: times and CPU shares do not depend on it",
                    "no hardware counters: no cycles, IPC, cache misses");
    counters_close(counters);
}

DOCTOR_CHECK(doctor_idle_time)
{
    struct idle_source *source;
    struct error error;

    (void)check;
    if (idle_open(&source, &error) != 0) {
        finding_set(finding, FINDING_UNSUPPORTED, error.message, "mount /proc", "none");
        return;
    }
    if (strcmp(idle_source_name(source), "timer_list") == 0)
        finding_ok(finding, "/proc/timer_list, in ns");
    else
        finding_set(finding, FINDING_DEGRADED,
                    geteuid() ? "/proc/timer_list is for root"
                              : "/proc/timer_list lacks it or contradicts /proc/stat",
                    geteuid() ? "run it as root: sudo tracetoll doctor"
                              : "use windows of 1 s or more (--window 1)",
                    "/proc/stat, in steps of 10 ms");
    idle_close(source);
}

DOCTOR_CHECK(doctor_clock_source)
{
    static const char path[] = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
    static const char *const fast[] = {"tsc", "kvm-clock", "arch_sys_counter", "hyperv_clocksource_tsc_page",
                                       NULL};
    char name[64];

    (void)check;
    if (!machine_line(path, name, sizeof(name))) {
        finding_set(finding, FINDING_DEGRADED, "/sys does not say it", "mount /sys", "unknown");
        return;
    }
    for (unsigned i = 0; fast[i]; i++)
        if (strcmp(name, fast[i]) == 0) {
            finding_ok(finding, "%s", name);
            return;
        }
    finding_set(finding, FINDING_DEGRADED,
                "reading it takes a system call or a slow device: each time stamp costs up to a microsecond",
                "boot with clocksource=tsc where the processor's is stable", "%s", name);
}

DOCTOR_CHECK(doctor_steal)
{
    struct timespec up;
    uint64_t ns;
    double share;

    (void)check;
    if (machine_steal_ns(&ns) != 0 || clock_gettime(CLOCK_MONOTONIC, &up) != 0) {
        finding_set(finding, FINDING_DEGRADED, "/proc/stat can't be read", "mount /proc", "unknown");
        return;
    }
    share = (double)ns / (((double)up.tv_sec * 1e9 + (double)up.tv_nsec) * cpus_online());
    if (share < 0.001)
        finding_ok(finding, "%.2f s since boot (%.3f %%)", (double)ns / 1e9, share * 100);
    else
        finding_set(finding, FINDING_DEGRADED,
                    "the hypervisor gives the CPUs to others at times; it shows as noise in latency",
                    "none needed: it is taken off CPU time and reported; a dedicated host avoids it",
                    "%.2f s since boot (%.2f %%)", (double)ns / 1e9, share * 100);
}

DOCTOR_CHECK(doctor_cpufreq)
{
    char driver[64], governor[64], hypervisor[64];

    (void)check;
    if (!machine_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_driver", driver, sizeof(driver)) ||
        !machine_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", governor, sizeof(governor))) {
        const char *host = machine_hypervisor(hypervisor, sizeof(hypervisor));

        if (host && strcmp(host, "none") != 0)
            finding_ok(finding, "no driver here: the hypervisor's host decides");
        else
            finding_ok(finding, "no driver: fixed, or the firmware decides");
    } else if (strcmp(governor, "performance") == 0) {
        finding_ok(finding, "%s, governor performance", driver);
    } else {
        finding_set(finding, FINDING_DEGRADED,
                    "the frequency follows the load, which differs between the arms",
                    "cpupower frequency-set -g performance", "%s, governor %s", driver, governor);
    }
}

DOCTOR_CHECK(doctor_smt)
{
    char control[32];

    (void)check;
    if (!machine_line("/sys/devices/system/cpu/smt/control", control, sizeof(control)))
        finding_set(finding, FINDING_DEGRADED, "/sys does not say it", "mount /sys", "unknown");
    else if (strcmp(control, "on") == 0)
        finding_set(finding, FINDING_DEGRADED, "a busy sibling slows a CPU down by a third or more",
                    "echo off >/sys/devices/system/cpu/smt/control, or pin to CPUs whose siblings are idle",
                    "on");
    else
        finding_ok(finding, "%s", strcmp(control, "notsupported") == 0 ? "not visible" : control);
}

DOCTOR_CHECK(doctor_isolated_cpus)
{
    char list[128];

    (void)check;
    if (machine_line("/sys/devices/system/cpu/isolated", list, sizeof(list)))
        finding_ok(finding, "CPUs %s", list);
    else
        finding_ok(finding, "none; optional: boot with isolcpus=N for less noise");
}

static double busy_cores(struct idle_source *source)
{
    const struct idle_reading *reading = idle_read(source, true);
    struct timespec wait = clock_timespec(LOAD_WINDOW_NS);
    uint64_t start_ns = reading ? reading->now_ns : 0;
    double cores = 0;

    for (unsigned i = 0; reading && i < reading->count; i++)
        cores -= (double)reading->now_ns - (double)reading->cpus[i].not_busy_ns;
    nanosleep(&wait, NULL);
    reading = reading ? idle_read(source, true) : NULL;
    if (!reading || reading->now_ns <= start_ns)
        return -1;
    for (unsigned i = 0; i < reading->count; i++)
        cores += (double)reading->now_ns - (double)reading->cpus[i].not_busy_ns;
    return cores / (double)(reading->now_ns - start_ns);
}

DOCTOR_CHECK(doctor_load)
{
    struct idle_source *source = NULL;
    double cores = idle_open(&source, NULL) == 0 ? busy_cores(source) : -1;

    (void)check;
    idle_close(source);
    if (cores < 0)
        finding_set(finding, FINDING_DEGRADED, "CPU time can't be read", "mount /proc", "unknown");
    else if (cores < 0.1)
        finding_ok(finding, "%.2f of %d CPUs busy over 0.3 s", cores, cpus_online());
    else
        finding_set(finding, FINDING_DEGRADED,
                    "what else runs here adds noise, and takes CPUs from the workload",
                    "stop it (top shows what it is), or allow more time", "%.2f of %d CPUs busy over 0.3 s",
                    cores, cpus_online());
}
