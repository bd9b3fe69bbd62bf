/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/lab/headers.h"
#include "base/cleanup.h"
#include "base/directory.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

/* Where Debian's packages of headers, their common part and kbuild have their files; links among them are
 * absolute. */
static const char *const folders[] = {"/usr/src", "/usr/lib", "/lib/modules"};

static int copy_packages(const struct lab_kernel *kernel, struct file_set *files)
{
    char source[PATH_MAX];
    int result = 0;

    for (size_t i = 0; result == 0 && i < ARRAY_SIZE(folders); i++) {
        snprintf(source, sizeof(source), "%.4000s%s", kernel->headers, folders[i]);
        result = file_set_tree(files, folders[i], source);
        result = result == -ENOENT ? 0 : result;
    }
    return result;
}

/* Each entry of a folder by a link of its own: the guest's folder has others, too. */
static void link_packages(const struct lab_kernel *kernel, FILE *config)
{
    for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
        char source[PATH_MAX];
        OWNED_DIR DIR *directory = NULL;
        struct dirent *entry;

        snprintf(source, sizeof(source), "%.4000s%s", kernel->headers, folders[i]);
        directory = opendir(source);
        while (directory && (entry = readdir(directory)))
            if (entry->d_name[0] != '.')
                fprintf(config, "link=%s/%s:%s/%s%c", source, entry->d_name, folders[i], entry->d_name, 0);
    }
}

int lab_headers_add(const struct lab_kernel *kernel, bool sealed, struct file_set *files, FILE *config)
{
    char link[PATH_MAX];
    int result;

    if (!kernel->headers[0])
        return 0;
    if (kernel->name->origin == LAB_DEBIAN && sealed)
        return copy_packages(kernel, files);
    if (kernel->name->origin == LAB_DEBIAN) {
        link_packages(kernel, config);
        return 0;
    }
    snprintf(link, sizeof(link), "/lib/modules/%s/build", kernel->release);
    if (!sealed) {
        fprintf(config, "link=%s:%s%c", kernel->headers, link, 0);
        return 0;
    }
    result = file_set_tree(files, kernel->headers, kernel->headers);
    return result ? result : file_set_link(files, link, kernel->headers);
}
