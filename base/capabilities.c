/* SPDX-License-Identifier: GPL-2.0 */
#include "base/capabilities.h"
#include "base/cleanup.h"

#include <errno.h>
#include <linux/securebits.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/prctl.h>

struct need {
    cap_value_t capability;
    const char *name, *purpose;
};

/* CAP_SYS_ADMIN comes with the rights of CAP_BPF and CAP_PERFMON. */
static const struct need needs[] = {
    {CAP_SYS_ADMIN, "CAP_SYS_ADMIN", "BPF programs of any type and network namespaces"},
    {CAP_NET_ADMIN, "CAP_NET_ADMIN", "links and network programs"},
    {CAP_DAC_OVERRIDE, "CAP_DAC_OVERRIDE", "cgroups and tracefs"},
};

static void free_capabilities(cap_t *capabilities)
{
    if (*capabilities)
        cap_free(*capabilities);
}

int capabilities_check(const char *what, struct error *error)
{
    CLEANUP(free_capabilities) cap_t held = cap_get_proc();

    if (!held)
        return error_set(error, EXIT_ENVIRONMENT, -errno, "cannot read our capabilities: %s",
                         strerror(errno));
    for (size_t i = 0; i < ARRAY_SIZE(needs); i++) {
        cap_flag_value_t set = CAP_CLEAR;

        if (cap_get_flag(held, needs[i].capability, CAP_EFFECTIVE, &set) == 0 && set == CAP_SET)
            continue;
        return error_set(error, EXIT_ENVIRONMENT, -EPERM,
                         "%s needs root, and %s is missing (%s); run it with sudo, where nothing has taken "
                         "that capability away",
                         what, needs[i].name, needs[i].purpose);
    }
    return 0;
}

int capabilities_drop(void)
{
    static const cap_value_t kept[] = {CAP_IPC_LOCK};
    CLEANUP(free_capabilities) cap_t held = cap_get_proc(), rest = cap_init();
    cap_flag_value_t locks = CAP_CLEAR, may_set = CAP_CLEAR;

    if (!held || !rest)
        return -ENOMEM;
    /* Root without this gets everything again by execve(). */
    cap_get_flag(held, CAP_SETPCAP, CAP_EFFECTIVE, &may_set);
    if (may_set == CAP_SET && prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED) != 0)
        return -errno;
    /* Memory that is locked as it is mapped (process_make_prompt()) would otherwise end at RLIMIT_MEMLOCK. */
    cap_get_flag(held, CAP_IPC_LOCK, CAP_PERMITTED, &locks);
    if (locks == CAP_SET && (cap_set_flag(rest, CAP_PERMITTED, 1, kept, CAP_SET) != 0 ||
                             cap_set_flag(rest, CAP_EFFECTIVE, 1, kept, CAP_SET) != 0))
        return -errno;
    return cap_set_proc(rest) == 0 ? 0 : -errno;
}
