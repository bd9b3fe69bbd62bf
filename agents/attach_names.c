/* SPDX-License-Identifier: GPL-2.0 */
/* The dear part of attach points: the category of a tracepoint (tracefs) and a function's name (BTF). */
#include "agents/inventory_scan.h"
#include "base/cleanup.h"
#include "base/directory.h"
#include "base/files.h"

#include <bpf/btf.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

static void free_btf(struct btf **btf)
{
    btf__free(*btf);
}

int attach_open_tracefs(void)
{
    OWNED_FD int context_fd = fsopen("tracefs", FSOPEN_CLOEXEC);

    if (context_fd < 0 || fsconfig(context_fd, FSCONFIG_CMD_CREATE, NULL, NULL, 0) != 0)
        return open("/sys/kernel/tracing", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fsmount(context_fd, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
}

bool attach_pmu_name(unsigned type, char *name, size_t size)
{
    static const char folder[] = "/sys/bus/event_source/devices";
    OWNED_DIR DIR *directory = opendir(folder);
    struct dirent *entry;

    while (directory && (entry = readdir(directory))) {
        char path[400];
        uint64_t number;

        snprintf(path, sizeof(path), "%s/%s/type", folder, entry->d_name);
        if (entry->d_name[0] == '.' || file_read_u64(path, &number) != 0 || number != type)
            continue;
        snprintf(name, size, "%.*s", (int)size - 1, entry->d_name);
        return true;
    }
    return false;
}

static bool has_event(int tracefs_fd, const char *category, const char *name)
{
    char path[300];

    snprintf(path, sizeof(path), "events/%s/%s/id", category, name);
    return faccessat(tracefs_fd, path, F_OK, 0) == 0;
}

static bool find_category(int tracefs_fd, const char *name, char *category, size_t size)
{
    int fd = openat(tracefs_fd, "events", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    OWNED_DIR DIR *directory = fd >= 0 ? fdopendir(fd) : NULL;
    struct dirent *entry;

    while (directory && (entry = readdir(directory))) {
        if (entry->d_name[0] == '.' || !has_event(tracefs_fd, entry->d_name, name))
            continue;
        snprintf(category, size, "%s", entry->d_name);
        return true;
    }
    return false;
}

static void describe_tracepoint(int tracefs_fd, const char *name, char *text, size_t size)
{
    char category[256];

    if (!strchr(name, ':') && find_category(tracefs_fd, name, category, sizeof(category)))
        snprintf(text, size, "tracepoint:%s:%s", category, name);
}

static const char *type_name(const struct btf *btf, unsigned number)
{
    const struct btf_type *type = btf ? btf__type_by_id(btf, number) : NULL;

    return type ? btf__name_by_offset(btf, type->name_off) : NULL;
}

/* "PREFIX:btf/OBJECT/TYPE": a tp_btf's type is the typedef btf_trace_NAME, the others' is the function. A
 * module's types are numbered behind those of the kernel, and are read together with them. */
static void describe_btf(const char *item, char *text, size_t size)
{
    CLEANUP(free_btf) struct btf *btf = NULL, *kernel = NULL, *module = NULL; /* released last first */
    char prefix[16];
    unsigned object, number;
    const char *name;

    if (sscanf(item, "%15[^:]:btf/%u/%u", prefix, &object, &number) != 3)
        return;
    btf = btf__load_from_kernel_by_id(object);
    name = type_name(btf, number);
    if (!name) {
        kernel = btf__load_vmlinux_btf();
        module = kernel ? btf__load_from_kernel_by_id_split(object, kernel) : NULL;
        name = type_name(module, number);
    }
    if (!name)
        return;
    if (strncmp(name, "btf_trace_", strlen("btf_trace_")) == 0)
        name += strlen("btf_trace_");
    snprintf(text, size, "%s:%s", prefix, name);
}

void attach_describe(struct inventory_program *program, int tracefs_fd)
{
    char items[sizeof(program->attach)], mechanism[sizeof(program->mechanism)], *rest = NULL, *item;

    memcpy(items, program->attach, sizeof(items));
    memcpy(mechanism, program->mechanism, sizeof(mechanism));
    program->attach[0] = '\0';
    for (item = strtok_r(items, ",", &rest); item; item = strtok_r(NULL, ",", &rest)) {
        char text[512];

        item += strspn(item, " ");
        snprintf(text, sizeof(text), "%s", item);
        if (strncmp(item, "tracepoint:", strlen("tracepoint:")) == 0)
            describe_tracepoint(tracefs_fd, item + strlen("tracepoint:"), text, sizeof(text));
        else if (strcmp(program->type, "tracing") == 0 && strncmp(item, "raw_tp:", strlen("raw_tp:")) == 0)
            snprintf(text, sizeof(text), "tp_btf:%s",
                     item + strlen("raw_tp:")); /* it has that kind of link */
        else if (strstr(item, ":btf/"))
            describe_btf(item, text, sizeof(text));
        attach_show(program, mechanism, text);
    }
}
