/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/lab/kernel.h"
#include "agents/lab/cache.h"
#include "base/capture.h"
#include "base/cleanup.h"
#include "base/directory.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/utsname.h>

#define PREFIX          "linux-image-"
#define PACKAGES_LISTED 4096

bool lab_package_matches(const char *package, const struct lab_name *name, const char **build, size_t *length)
{
    size_t version = strlen(name->version);
    char ending[64];
    const char *end;

    snprintf(ending, sizeof(ending), "-%s-amd64-unsigned", name->flavour);
    end = strstr(package, ending);
    if (strncmp(package, PREFIX, strlen(PREFIX)) != 0 || !end || end[strlen(ending)])
        return false;
    *build = package + strlen(PREFIX);
    *length = (size_t)(end - *build);
    if (*length < version || strncmp(*build, name->version, version) != 0)
        return false;
    /* A whole build, or one of a series: 6.1 is not the beginning of 6.12. */
    return *length == version || ((*build)[version] == '.' && isdigit((unsigned char)(*build)[version + 1]));
}

/* The newest package of this name among lines of text; "" for none. */
static void newest(const char *list, const struct lab_name *name, char *package, size_t size)
{
    package[0] = '\0';
    while (*list) {
        size_t length = strcspn(list, "\n"), build_length;
        char line[256];
        const char *build;

        snprintf(line, sizeof(line), "%.*s", (int)length, list);
        if (lab_package_matches(line, name, &build, &build_length) && strverscmp(line, package) > 0)
            snprintf(package, size, "%s", line);
        list += length + (list[length] == '\n');
    }
}

static int ask_apt(struct capture *answer, struct interrupt *interrupt, struct error *error)
{
    const char *const argv[] = {"apt-cache", "pkgnames", PREFIX, NULL};
    const struct capture_plan plan = CAPTURE_PLAN(argv);

    return capture_must(&plan, "cannot ask for kernels", interrupt, answer, error);
}

/* The cache's directories, named as packages are, one a line; what is there needs no package system. */
static char *list_cache(const char *cache)
{
    OWNED_DIR DIR *directory = opendir(cache);
    struct dirent *entry;
    char *list = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&list, &size);

    while (out && directory && (entry = readdir(directory)))
        if (strncmp(entry->d_name, PREFIX, strlen(PREFIX)) == 0)
            fprintf(out, "%s\n", entry->d_name);
    return out && fclose(out) == 0 ? list : NULL;
}

static int choose_package(const struct lab_name *name, char *package, size_t size,
                          struct interrupt *interrupt, struct error *error)
{
    OWNED_CAPTURE struct capture known = {0};
    OWNED_PTR char *cached = NULL;
    char cache[PATH_MAX];
    int result = lab_cache_path(cache, error);

    if (result == 0)
        result = ask_apt(&known, interrupt, error);
    if (result)
        return result;
    newest(known.output, name, package, size);
    cached = package[0] ? NULL : list_cache(cache);
    if (cached)
        newest(cached, name, package, size);
    if (package[0])
        return 0;
    return error_set(
        error, EXIT_USAGE, -ENOENT,
        "--kernel %s: the package system has no such kernel; 'tracetoll kernels list' prints what "
        "there is (apt-get update brings the list up to date)",
        name->text);
}

static int run_depmod(const char *root, const char *release, struct interrupt *interrupt, struct error *error)
{
    const char *const argv[] = {"depmod", "-b", root, release, NULL};
    const struct capture_plan plan = CAPTURE_PLAN(argv);
    OWNED_CAPTURE struct capture answer = {0};

    return capture_must(&plan, "cannot list the modules of a kernel", interrupt, &answer, error);
}

static int fill(struct lab_kernel *kernel, const char *root, struct interrupt *interrupt, struct error *error)
{
    char dependencies[PATH_MAX];

    snprintf(kernel->image, PATH_MAX, "%.3800s/boot/vmlinuz-%s", root, kernel->release);
    snprintf(kernel->config, PATH_MAX, "%.3800s/boot/config-%s", root, kernel->release);
    snprintf(kernel->modules, PATH_MAX, "%.3800s/lib/modules/%s", root, kernel->release);
    snprintf(dependencies, sizeof(dependencies), "%.3900s/modules.dep", kernel->modules);
    return access(dependencies, R_OK) == 0 ? 0 : run_depmod(root, kernel->release, interrupt, error);
}

static int find_debian(struct lab_kernel *kernel, FILE *notes, struct interrupt *interrupt,
                       struct error *error)
{
    char package[256], root[PATH_MAX];
    const char *const packages[] = {package, NULL};
    int result = choose_package(kernel->name, package, sizeof(package), interrupt, error);

    if (result)
        return result;
    snprintf(kernel->release, sizeof(kernel->release), "%.*s",
             (int)(strlen(package) - strlen(PREFIX) - strlen("-unsigned")), package + strlen(PREFIX));
    if (notes)
        fprintf(notes, "%s is %s\n", kernel->name->text, kernel->release);
    result = lab_cache_fetch(package, packages, root, interrupt, error);
    return result ? result : fill(kernel, root, interrupt, error);
}

/* "/lib/modules/6.1/" is how a shell completes it. */
static void strip_slashes(char *path)
{
    for (size_t length = strlen(path); length > 1 && path[length - 1] == '/'; length--)
        path[length - 1] = '\0';
}

static int find_files(struct lab_kernel *kernel, struct error *error)
{
    const struct lab_name *name = kernel->name;
    const char *slash;

    if (access(name->image, R_OK) != 0 || access(name->modules, R_OK) != 0)
        return error_set(error, EXIT_USAGE, -errno, "--kernel %s: %s", name->text, strerror(errno));
    snprintf(kernel->image, PATH_MAX, "%s", name->image);
    snprintf(kernel->modules, PATH_MAX, "%s", name->modules);
    strip_slashes(kernel->modules);
    slash = strrchr(kernel->modules, '/');
    snprintf(kernel->release, sizeof(kernel->release), "%.100s", slash ? slash + 1 : kernel->modules);
    snprintf(kernel->headers, PATH_MAX, "%s", name->headers);
    return 0;
}

int lab_kernel_find(const struct lab_name *name, struct lab_kernel *kernel, FILE *notes,
                    struct interrupt *interrupt, struct error *error)
{
    struct utsname here;

    *kernel = (struct lab_kernel){.name = name};
    if (name->origin == LAB_DEBIAN)
        return find_debian(kernel, notes, interrupt, error);
    if (name->origin == LAB_FILES)
        return find_files(kernel, error);
    if (uname(&here) == 0)
        snprintf(kernel->release, sizeof(kernel->release), "%s", here.release);
    return 0;
}

/* linux-headers-BUILD-cloud-amd64 brings its common part and kbuild as dependencies. */
static int headers_packages(const char *package, char names[][128], unsigned size, unsigned *count,
                            struct interrupt *interrupt, struct error *error)
{
    const char *const argv[] = {"apt-cache", "depends", package, NULL};
    const struct capture_plan plan = CAPTURE_PLAN(argv);
    OWNED_CAPTURE struct capture answer = {0};
    int result = capture_must(&plan, "cannot ask for a kernel's headers", interrupt, &answer, error);
    char *rest = NULL;

    if (result)
        return result;
    *count = 0;
    snprintf(names[(*count)++], 128, "%.127s", package);
    for (char *line = strtok_r(answer.output, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        char *name = strstr(line, "Depends: ");

        if (!name || *count == size)
            continue;
        name += strlen("Depends: ");
        if (strncmp(name, "linux-headers-", 14) == 0 || strncmp(name, "linux-kbuild-", 13) == 0)
            snprintf(names[(*count)++], 128, "%.127s", name);
    }
    return 0;
}

int lab_kernel_find_headers(struct lab_kernel *kernel, FILE *notes, struct interrupt *interrupt,
                            struct error *error)
{
    char package[160], names[4][128];
    const char *packages[5] = {NULL};
    unsigned count;
    int result;

    if (kernel->headers[0] || kernel->name->origin == LAB_HOST)
        return 0;
    if (kernel->name->origin == LAB_FILES)
        return error_set(error, EXIT_USAGE, -ENOENT,
                         "--kernel %s: this target compiles against headers; add headers=DIR",
                         kernel->name->text);
    snprintf(package, sizeof(package), "linux-headers-%s", kernel->release);
    result = headers_packages(package, names, ARRAY_SIZE(names), &count, interrupt, error);
    if (result)
        return result;
    for (unsigned i = 0; i < count; i++)
        packages[i] = names[i];
    if (notes)
        fprintf(notes, "%s: fetching its headers\n", kernel->name->text);
    return lab_cache_fetch(package, packages, kernel->headers, interrupt, error);
}

static int by_version(const void *a, const void *b)
{
    return strverscmp(*(char *const *)a, *(char *const *)b);
}

/* The lines of a list, sorted; they stay in it. */
static size_t sort_lines(char *list, char **lines, size_t size)
{
    size_t count = 0;
    char *rest = NULL;

    for (char *line = strtok_r(list, "\n", &rest); line && count < size; line = strtok_r(NULL, "\n", &rest))
        lines[count++] = line;
    qsort(lines, count, sizeof(*lines), by_version);
    return count;
}

static void print_known(FILE *out, char *const *lines, size_t count, const char *flavour, const char *cached)
{
    struct lab_name name = {.version = ""};
    const char *build;
    size_t length;

    snprintf(name.flavour, sizeof(name.flavour), "%s", flavour);
    for (size_t i = 0; i < count; i++) {
        const char *version =
            lines[i] + (strncmp(lines[i], PREFIX, strlen(PREFIX)) == 0 ? strlen(PREFIX) : 0);

        /* Any version will do: its own. */
        snprintf(name.version, sizeof(name.version), "%.*s", (int)strcspn(version, "."), version);
        if (lab_package_matches(lines[i], &name, &build, &length))
            fprintf(out, "debian:%s%.*s%s\n", strcmp(flavour, "rt") == 0 ? "rt-" : "", (int)length, build,
                    cached && strstr(cached, lines[i]) ? "  (cached)" : "");
    }
}

int lab_kernel_list(FILE *out, struct interrupt *interrupt, struct error *error)
{
    OWNED_CAPTURE struct capture known = {0};
    OWNED_PTR char *cached = NULL;
    char cache[PATH_MAX], *lines[PACKAGES_LISTED];
    int result = lab_cache_path(cache, error);
    size_t count;

    if (result == 0)
        result = ask_apt(&known, interrupt, error);
    if (result)
        return result;
    cached = list_cache(cache);
    count = sort_lines(known.output, lines, ARRAY_SIZE(lines));
    print_known(out, lines, count, "cloud", cached);
    print_known(out, lines, count, "rt", cached);
    fprintf(out, "Kernels are kept in %s.\n", cache);
    return 0;
}
