/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Is KVM good for anything here? Only a boot can tell: there are hosts whose /dev/kvm opens, and unmodified
 * kernels crash or crawl in it.
 */
#include "orchestrator/kernels/kernels.h"
#include "agents/lab/file_set.h"
#include "agents/lab/image.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/private_directory.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define PROBE_NS  (20 * NS_PER_SECOND) /* such a boot takes less than 3 s where KVM works */
#define PROBE_MIB 512
#define PROBE_ID  999
#define LOOK_NS   (100 * NS_PER_MS)

/* A guest without a command: its init says that there is none, and that is all we want to hear. */
static int write_probe(struct kernels_session *session, unsigned kernel, char path[PATH_MAX],
                       struct error *error)
{
    CLEANUP(file_set_free) struct file_set files = {0};
    char *none[] = {NULL};
    const struct lab_image_plan plan = {.kernel = &session->kernels[kernel], .argv = none, .sealed = true};
    OWNED_FD int fd = -1;
    uint64_t size;

    snprintf(path, PATH_MAX, "%.4000s/probe", session->directory->path);
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return error_set(error, EXIT_ENVIRONMENT, -errno, "cannot write %s: %s", path, strerror(errno));
    return lab_image_write(&plan, &files, fd, &size, session->interrupt, error);
}

static int boot_probe(struct kernels_session *session, struct lab_guest *guest, struct error *error)
{
    struct lab_outcome outcome;
    struct error why = {0};
    int result = 0;

    while (result == 0 && lab_guest_look(guest) != LAB_ENDED)
        result = interrupt_wait(session->interrupt, clock_now_ns() + LOOK_NS, -1);
    if (result)
        return error_set(error, EXIT_INTERRUPTED, -EINTR, "interrupted; every guest is gone");
    session->kvm = lab_guest_collect(guest, &outcome, &why) == 0;
    lab_outcome_free(&outcome);
    if (!session->kvm)
        snprintf(session->kvm_reason, sizeof(session->kvm_reason),
                 "a kernel does not boot in it here within %.0f s", (double)PROBE_NS / 1e9);
    return 0;
}

int kernels_probe_kvm(struct kernels_session *session, unsigned kernel, struct error *error)
{
    CLEANUP(lab_guest_close) struct lab_guest guest = LAB_GUEST_NONE;
    char path[PATH_MAX];
    struct lab_guest_plan plan = {
        .label = "the probe of KVM",
        .directory = session->directory->path,
        .id = PROBE_ID,
        .machine = {.image = session->kernels[kernel].image,
                    .initrd = path,
                    .memory_mib = PROBE_MIB,
                    .kvm = true,
                    .cpus = 1},
        .boot_limit_ns = PROBE_NS,
        .run_limit_ns = PROBE_NS,
    };
    int result;

    if (access("/dev/kvm", R_OK | W_OK) != 0) {
        snprintf(session->kvm_reason, sizeof(session->kvm_reason), "/dev/kvm can't be opened (%s)",
                 strerror(errno));
        return 0;
    }
    result = write_probe(session, kernel, path, error);
    if (result == 0)
        result = lab_guest_start(&guest, &plan, session->interrupt, error);
    return result ? result : boot_probe(session, &guest, error);
}
