/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/lab/image.h"
#include "agents/lab/closure.h"
#include "agents/lab/cpio.h"
#include "agents/lab/headers.h"
#include "agents/lab/init_blob.h"
#include "agents/lab/modules.h"
#include "agents/lab/protocol.h"
#include "base/capture.h"
#include "base/cleanup.h"
#include "base/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define SETTLE_MS     "4000" /* 6.12 runs another task in its first seconds (a spike's finding) */
#define SETTLE_HOST   "300"  /* with a clock that counts time, waiting costs time */
#define MODULE_TABLES (4 << 20)

/* What topologies, workloads and usual tools want, where the kernel has it; the order does not matter. */
static const char *const wanted_modules[] = {
    "crc32c_generic", /* libcrc32c asks for it by its alias, and nf_tables and ext4 for libcrc32c */
    "veth",
    "bridge",
    "8021q",
    "sch_netem",
    "sch_ingress",
    "cls_bpf",
    "act_bpf",
    "nf_tables",
    "nft_ct",
    "nft_masq",
    "nft_chain_nat",
    "nf_conntrack",
    "nf_conntrack_netlink",
    "loop",
    "ext4",
    "tun",
    "af_packet",
};
static const char *const host_root_modules[] = {"virtio_pci", "fuse", "virtiofs", "overlay"};

static int out_of_memory(struct error *error)
{
    return error_set(error, EXIT_ENVIRONMENT, -ENOMEM, "out of memory");
}

/* Our own program under its guest's name, and the executable beside it that the target needs. */
static int add_ourselves(struct closure *closure, const char *helper, struct error *error)
{
    OWNED_PTR char *path = realpath("/proc/self/exe", NULL), *beside = NULL, *there = NULL;
    int result =
        path ? closure_add_as(closure, path, GUEST_PROGRAM, error)
             : error_set(error, EXIT_ENVIRONMENT, -errno, "cannot find our own program: %s", strerror(errno));

    if (result || !helper)
        return result;
    if (asprintf(&beside, "%.*s/%s", (int)(strrchr(path, '/') - path), path, helper) < 0)
        beside = NULL;
    if (asprintf(&there, GUEST_PROGRAMS "%s", helper) < 0)
        there = NULL;
    return beside && there ? closure_add_as(closure, beside, there, error) : out_of_memory(error);
}

static int add_programs(struct closure *closure, char *const *programs, struct error *error)
{
    int result = 0;

    for (; result == 0 && programs && *programs; programs++)
        result = closure_add_program(closure, *programs, error);
    return result;
}

static int add_files(struct file_set *set, char *const *files, struct error *error)
{
    for (; files && *files; files++) {
        OWNED_PTR char *path = realpath(*files, NULL);
        int result = path ? file_set_tree(set, path, path) : -errno;

        if (result)
            return error_set(error, EXIT_TARGET, result, "the guest needs %s, which can't be read: %s",
                             *files, strerror(-result));
    }
    return 0;
}

int lab_image_gather(const struct lab_image_plan *plan, struct file_set *files, bool *needs_headers,
                     struct interrupt *interrupt, struct error *error)
{
    static char *const shell[] = {(char *)"/bin/sh", NULL};
    struct closure closure = {.files = files, .interrupt = interrupt, .needs_headers = plan->needs_headers};
    int result = add_ourselves(&closure, plan->helper, error);

    if (result == 0) /* tools and workloads start one now and then */
        result = add_programs(&closure, shell, error);
    if (result == 0)
        result = add_programs(&closure, plan->programs, error);
    if (result == 0 && plan->command)
        result = closure_add_command(&closure, plan->command, error);
    if (result == 0)
        result = add_files(files, plan->files, error);
    *needs_headers = closure.needs_headers;
    return result;
}

/* --- modules --- */

static int choose_modules(const struct lab_image_plan *plan, struct module_list *list, struct error *error)
{
    char path[PATH_MAX];
    OWNED_PTR char *dependencies = NULL, *builtin = NULL;
    int result = 0;

    snprintf(path, sizeof(path), "%.4000s/modules.dep", plan->kernel->modules);
    dependencies = file_read(path, MODULE_TABLES);
    snprintf(path, sizeof(path), "%.4000s/modules.builtin", plan->kernel->modules);
    builtin = file_read(path, MODULE_TABLES);
    if (!dependencies || !builtin)
        return error_set(error, EXIT_USAGE, -ENOENT, "--kernel %s: no modules.dep and modules.builtin in %s",
                         plan->kernel->name->text, plan->kernel->modules);
    for (size_t i = 0; result == 0 && !plan->sealed && i < ARRAY_SIZE(host_root_modules); i++)
        result = module_list_add(list, dependencies, builtin, host_root_modules[i]);
    if (result)
        return error_set(error, EXIT_UNSUPPORTED, result,
                         "kernel %s has no virtiofs or overlay, which a guest on the host's root needs; use "
                         "--exact",
                         plan->kernel->release);
    for (size_t i = 0; result == 0 && i < ARRAY_SIZE(wanted_modules); i++) {
        result = module_list_add(list, dependencies, builtin, wanted_modules[i]);
        result = result == -ENOENT ? 0 : result; /* a kernel without it says so when it is asked for */
    }
    return result ? out_of_memory(error) : 0;
}

/* Unpacked here: not every kernel can do that itself. */
static int add_packed(struct file_set *files, const char *path, const char *source, const char *unpacker,
                      struct interrupt *interrupt, struct error *error)
{
    OWNED_FD int memory = memfd_create("module", MFD_CLOEXEC);
    const char *const argv[] = {unpacker, "-dc", source, NULL};
    OWNED_CAPTURE struct capture answer = {0};
    OWNED_PTR char *data = NULL;
    off_t size;
    int result = capture_must(&(struct capture_plan){.argv = argv, .output_fd = memory},
                              "cannot unpack a module", interrupt, &answer, error);

    if (result)
        return result;
    size = lseek(memory, 0, SEEK_END);
    data = size > 0 ? malloc((size_t)size) : NULL;
    if (!data || pread(memory, data, (size_t)size, 0) != size ||
        file_set_data(files, path, data, (size_t)size, 0644))
        return out_of_memory(error);
    return 0;
}

static int add_module(const struct lab_image_plan *plan, struct file_set *files, const char *module,
                      const char *path, struct interrupt *interrupt, struct error *error)
{
    char source[PATH_MAX];
    const char *unpacker = module_unpacker(module);

    if (!unpacker)
        return error_set(
            error, EXIT_UNSUPPORTED, -ENOTSUP,
            "--kernel %s: %.200s is packed in a way that is not known here; modules may be plain (.ko) "
            "or packed with xz, zstd (.zst) or gzip (.gz)",
            plan->kernel->name->text, module);
    snprintf(source, sizeof(source), "%.3000s/%.1000s", plan->kernel->modules, module);
    if (unpacker[0])
        return add_packed(files, path, source, unpacker, interrupt, error);
    return file_set_file(files, path, source, 0644) ? out_of_memory(error) : 0;
}

static int add_modules(const struct lab_image_plan *plan, struct file_set *files, FILE *config,
                       struct interrupt *interrupt, struct error *error)
{
    CLEANUP(module_list_free) struct module_list list = {0};
    int result = choose_modules(plan, &list, error);

    for (size_t i = 0; result == 0 && i < list.count; i++) {
        char path[64];

        snprintf(path, sizeof(path), GUEST_MODULES "/%03zu.ko", i);
        fprintf(config, "module=%s%c", path, 0);
        result = add_module(plan, files, list.paths[i], path, interrupt, error);
    }
    return result;
}

/* --- the rest --- */

static int add_base(const struct lab_image_plan *plan, struct file_set *files)
{
    static const char *const directories[] = {"/dev",      "/proc",    "/sys",       "/run",
                                              "/tmp",      "/root",    "/var/tmp",   "/usr/bin",
                                              "/usr/sbin", "/usr/lib", "/usr/lib64", "/etc"};
    static const char *const merged[] = {"bin", "sbin", "lib", "lib64"};
    static const char passwd[] = "root:x:0:0:root:/root:/bin/sh\n";
    char path[PATH_MAX], target[64];
    size_t size;
    const void *init = lab_init(&size);
    int result = file_set_data(files, "/init", init, size, 0755);

    for (size_t i = 0; result == 0 && i < ARRAY_SIZE(directories); i++)
        result = file_set_directory(files, directories[i]);
    for (size_t i = 0; result == 0 && i < ARRAY_SIZE(merged); i++) {
        snprintf(path, sizeof(path), "/%s", merged[i]);
        snprintf(target, sizeof(target), "usr/%s", merged[i]);
        result = file_set_link(files, path, target);
    }
    if (result == 0)
        result = file_set_device(files, "/dev/console", 5, 1);
    if (result == 0)
        result = file_set_data(files, "/etc/passwd", passwd, sizeof(passwd) - 1, 0644);
    if (result == 0 && plan->kernel->config[0]) {
        snprintf(path, sizeof(path), "/boot/config-%s", plan->kernel->release);
        result = file_set_file(files, path, plan->kernel->config, 0644);
    }
    return result;
}

static void write_command(const struct lab_image_plan *plan, FILE *config)
{
    static const char *const environment[] = {
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LANG=C.UTF-8",
        "PYTHONUNBUFFERED=1", "PYTHONDONTWRITEBYTECODE=1"};
    OWNED_PTR char *directory = getcwd(NULL, 0);

    for (size_t i = 0; i < ARRAY_SIZE(environment); i++)
        fprintf(config, "environment=%s%c", environment[i], 0);
    fprintf(config, "settle_ms=%s%c", plan->sealed ? SETTLE_MS : SETTLE_HOST, 0);
    if (!plan->sealed)
        fprintf(config, "root=host%c", 0);
    if (directory)
        fprintf(config, "directory=%s%c", directory, 0);
    for (unsigned i = 0; plan->argv[i]; i++)
        fprintf(config, "argument=%s%c", plan->argv[i], 0);
}

int lab_image_write(const struct lab_image_plan *plan, struct file_set *files, int fd, uint64_t *size_bytes,
                    struct interrupt *interrupt, struct error *error)
{
    OWNED_PTR char *text = NULL, *directory = getcwd(NULL, 0);
    size_t size = 0;
    FILE *config = open_memstream(&text, &size);
    int result = config ? add_base(plan, files) : -ENOMEM;

    if (result == 0 && directory)
        result = file_set_directory(files, directory);
    if (result)
        error_set(error, EXIT_ENVIRONMENT, result, "out of memory");
    if (result == 0)
        result = add_modules(plan, files, config, interrupt, error);
    if (result == 0) {
        result = lab_headers_add(plan->kernel, plan->sealed, files, config);
        if (result)
            error_set(error, EXIT_ENVIRONMENT, result, "cannot gather the headers in %s: %s",
                      plan->kernel->headers, strerror(-result));
    }
    if (config) {
        write_command(plan, config);
        fclose(config);
    }
    if (result == 0 && file_set_data(files, GUEST_CONFIG, text, size, 0644))
        result = out_of_memory(error);
    return result ? result : cpio_write(fd, files, size_bytes, error);
}
