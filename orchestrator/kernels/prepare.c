/* SPDX-License-Identifier: GPL-2.0 */
/* Kernels found, initramfs written, boots laid out. */
#include "orchestrator/kernels/kernels.h"
#include "agents/lab/file_set.h"
#include "agents/lab/image.h"
#include "agents/lab/protocol.h"
#include "orchestrator/micro/funclatency.h"
#include "base/cleanup.h"
#include "base/cpus.h"
#include "base/params.h"
#include "base/private_directory.h"
#include "workloads/workload.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#define MEMORY_BASE_MIB 1024
#define MEMORY_STEP_MIB 256
#define PROGRAMS_MAX    16

/* The seed of the order of blocks is the same in all guests: what differs is the machine's own seed. */
void kernels_guest_words(const struct kernels_options *options, const char *program, const char *document,
                         char **words, unsigned size)
{
    static const char *const exact[] = {"--exact", "--seed", "1"};
    unsigned count = 0, exact_words = options->mode == MODE_TIMED ? 0 : options->micro ? 1 : 3;

    words[count++] = (char *)program;
    words[count++] = options->command[0];
    for (unsigned i = 0; i < exact_words; i++)
        words[count++] = (char *)exact[i];
    words[count++] = (char *)"-q";
    words[count++] = (char *)"-o";
    words[count++] = (char *)document;
    for (int i = 1; i < options->command_count && count < size - 1; i++)
        words[count++] = options->command[i];
    words[count] = NULL;
}

/* Those of a run; options.c has refused what is none. */
struct loads {
    struct workload items[BACKGROUNDS_MAX + 1];
    unsigned count;
};

static void loads_free(struct loads *loads)
{
    for (unsigned i = 0; i < loads->count; i++)
        workload_free(&loads->items[i]);
}

static void loads_parse(struct loads *loads, const struct run_options *run)
{
    const char *texts[BACKGROUNDS_MAX + 1] = {run->workload};

    for (unsigned i = 0; i < run->background_count; i++)
        texts[i + 1] = run->backgrounds[i];
    for (unsigned i = 0; i <= run->background_count; i++)
        if (texts[i] && workload_parse(&loads->items[loads->count], texts[i], NULL) == 0)
            loads->count++;
}

/* Programs of others that the loads run. */
static void add_programs(const struct loads *loads, char **programs, unsigned size)
{
    unsigned count = 0;

    for (unsigned i = 0; i < loads->count; i++) {
        const struct workload *load = &loads->items[i];
        const char *found[] = {
            load->ops->program_parameter ? params_text(&load->params, load->ops->program_parameter)
                                         : load->ops->program,
            load->ops->second_program ? load->ops->second_program(load) : NULL,
        };

        for (size_t k = 0; k < ARRAY_SIZE(found) && count < size - 1; k++)
            if (found[k])
                programs[count++] = (char *)found[k];
    }
    programs[count] = NULL;
}

/* The tool that `micro --method funclatency` runs: no suite and no other option has this name. */
static void add_micro_programs(const struct kernels_options *options, char **programs)
{
    for (int i = 1; i < options->command_count; i++) {
        const char *word = options->command[i];

        if (strcmp(word, FUNCLATENCY_PROGRAM) == 0 || strcmp(word, "--method=" FUNCLATENCY_PROGRAM) == 0)
            *programs = (char *)FUNCLATENCY_PROGRAM;
    }
}

/* A guest on this machine's root holds nothing of it, but may need the headers as well. */
static int gather(const struct kernels_session *session, const struct lab_image_plan *plan,
                  struct file_set *files, bool *needs_headers, struct error *error)
{
    CLEANUP(file_set_free) struct file_set unused = {0};

    return lab_image_gather(plan, plan->sealed ? files : &unused, needs_headers, session->interrupt, error);
}

static int open_initrd(struct kernels_session *session, unsigned kernel, struct error *error)
{
    int fd;

    snprintf(session->initrd[kernel], PATH_MAX, "%.4000s/initrd.%u", session->directory->path, kernel);
    fd = open(session->initrd[kernel], O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    return fd >= 0 ? fd
                   : error_set(error, EXIT_ENVIRONMENT, -errno, "cannot write %s: %s",
                               session->initrd[kernel], strerror(errno));
}

static int write_image(struct kernels_session *session, unsigned kernel, struct lab_image_plan *plan,
                       struct error *error)
{
    CLEANUP(file_set_free) struct file_set files = {0};
    OWNED_FD int fd = open_initrd(session, kernel, error);
    bool needs_headers;
    int result = fd < 0 ? fd : gather(session, plan, &files, &needs_headers, error);

    if (result == 0 && needs_headers)
        result =
            lab_kernel_find_headers(&session->kernels[kernel], session->notes, session->interrupt, error);
    if (result == 0)
        result = lab_image_write(plan, &files, fd, &session->initrd_bytes[kernel], session->interrupt, error);
    return result;
}

/* Files that the user names, and the one that the target is made from. */
static void list_files(const struct kernels_options *options, char **files)
{
    const char *word = options->micro ? NULL : options->run.target_words[0];
    unsigned count = 0;

    for (; count < options->file_count; count++)
        files[count] = options->files[count];
    if (word && access(word, R_OK) == 0)
        files[count++] = (char *)word;
    files[count] = NULL;
}

static int make_image(struct kernels_session *session, unsigned kernel, struct error *error)
{
    const struct kernels_options *options = session->options;
    bool sealed = options->mode == MODE_EXACT;
    OWNED_PTR char *self = realpath("/proc/self/exe", NULL);
    CLEANUP(loads_free) struct loads loads = {0};
    char *words[256], *programs[PROGRAMS_MAX] = {NULL}, *files[KERNELS_FILES + 2];
    struct lab_image_plan plan = {.kernel = &session->kernels[kernel],
                                  .argv = words,
                                  .programs = programs,
                                  .files = files,
                                  .sealed = sealed};

    if (!self)
        return error_set(error, EXIT_ENVIRONMENT, -errno, "cannot find our own program: %s", strerror(errno));
    kernels_guest_words(options, sealed ? GUEST_PROGRAM : self, GUEST_DOCUMENT, words, ARRAY_SIZE(words));
    list_files(options, files);
    if (options->micro) {
        add_micro_programs(options, programs);
    } else {
        loads_parse(&loads, &options->run);
        add_programs(&loads, programs, ARRAY_SIZE(programs));
        plan.helper = options->run.target_kind->helper;
        plan.needs_headers = options->run.target_kind->compiles;
        plan.command = options->run.target_kind == &target_exec ? options->run.target_argv : NULL;
    }
    return write_image(session, kernel, &plan, error);
}

static unsigned memory_for(const struct kernels_session *session, unsigned kernel)
{
    unsigned wanted = MEMORY_BASE_MIB + (unsigned)(4 * (session->initrd_bytes[kernel] >> 20));

    if (session->options->memory_mib)
        return session->options->memory_mib;
    return (wanted + MEMORY_STEP_MIB - 1) / MEMORY_STEP_MIB * MEMORY_STEP_MIB;
}

static void lay_out_boot(struct kernels_session *session, unsigned kernel, unsigned index)
{
    const struct kernels_options *options = session->options;
    struct kernels_boot *boot = &session->boots[session->boot_count];

    *boot = (struct kernels_boot){.kernel = kernel, .seed = index + 1, .guest = LAB_GUEST_NONE};
    snprintf(boot->label, sizeof(boot->label), "%.100s", options->kernels[kernel].text);
    if (options->seeds > 1)
        snprintf(boot->label, sizeof(boot->label), "%.100s, seed %u", options->kernels[kernel].text,
                 index + 1);
    boot->plan = (struct lab_guest_plan){
        .label = boot->label,
        .directory = session->directory->path,
        .id = session->boot_count,
        .machine = {.image = session->kernels[kernel].image,
                    .initrd = session->initrd[kernel],
                    .memory_mib = memory_for(session, kernel),
                    .exact = options->mode == MODE_EXACT,
                    .kvm = session->kvm,
                    .seed = boot->seed,
                    .cpus = options->mode == MODE_EXACT ? 1 : (unsigned)cpus_online()},
        .host_root = options->mode == MODE_TIMED,
        .boot_limit_ns = (uint64_t)options->boot_limit_ns,
        .run_limit_ns = (uint64_t)options->run_limit_ns,
    };
    session->boot_count++;
}

/* Times of an emulated machine say nothing about machines: only who insists gets them. */
static int check_accelerator(struct kernels_session *session, unsigned kernel, struct error *error)
{
    const struct kernels_options *options = session->options;
    int result;

    if (options->mode == MODE_EXACT || session->kvm || session->kvm_reason[0])
        return 0;
    result = kernels_probe_kvm(session, kernel, error);
    if (result || session->kvm || options->force)
        return result;
    return error_set(error, EXIT_UNSUPPORTED, -EOPNOTSUPP,
                     "--timed needs KVM, and %s; use --exact, or --force for times that mean nothing",
                     session->kvm_reason);
}

static int prepare_kernel(struct kernels_session *session, unsigned kernel, struct error *error)
{
    const struct lab_name *name = &session->options->kernels[kernel];
    int result = lab_kernel_find(name, &session->kernels[kernel], session->notes, session->interrupt, error);

    if (result == 0 && name->origin != LAB_HOST)
        result = check_accelerator(session, kernel, error);
    if (result == 0 && name->origin != LAB_HOST)
        result = make_image(session, kernel, error);
    for (unsigned i = 0; result == 0 && i < session->options->seeds; i++)
        lay_out_boot(session, kernel, i);
    return result;
}

int kernels_prepare(struct kernels_session *session, struct error *error)
{
    const struct kernels_options *options = session->options;
    int result = 0;

    for (unsigned i = 0; result == 0 && !session->qemu[0] && i < options->kernel_count; i++)
        if (options->kernels[i].origin != LAB_HOST)
            result = qemu_version(session->qemu, sizeof(session->qemu), session->interrupt, error);
    session->boots = calloc(options->kernel_count * options->seeds, sizeof(*session->boots));
    if (result == 0 && !session->boots)
        result = error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
    for (unsigned i = 0; result == 0 && i < options->kernel_count; i++)
        result = prepare_kernel(session, i, error);
    return result;
}
