/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/inventory_scan.h"
#include "agents/fdinfo.h"
#include "agents/kprobe_list.h"
#include "base/cleanup.h"
#include "base/directory.h"
#include "base/files.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAPS_PER_PROGRAM_MAX 256

/* A kind that this libbpf does not know yet keeps its number. */
static void copy_type(char *to, size_t size, const char *name, unsigned number)
{
    if (name)
        snprintf(to, size, "%s", name);
    else
        snprintf(to, size, "type_%u", number);
}

int inventory_read_program(struct inventory *inventory, struct inventory_program *program)
{
    OWNED_FD int fd = bpf_prog_get_fd_by_id(program->id);
    uint32_t map_ids[MAPS_PER_PROGRAM_MAX];
    struct bpf_prog_info info = {.nr_map_ids = inventory ? MAPS_PER_PROGRAM_MAX : 0,
                                 .map_ids = inventory ? (uintptr_t)map_ids : 0};
    uint32_t size = sizeof(info);

    if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size) != 0)
        return -errno;
    snprintf(program->name, sizeof(program->name), "%s", info.name);
    for (unsigned i = 0; i < sizeof(info.tag); i++)
        snprintf(program->tag + 2 * i, 3, "%02x", info.tag[i]);
    copy_type(program->type, sizeof(program->type), libbpf_bpf_prog_type_str(info.type), info.type);
    program->jited_bytes = info.jited_prog_len;
    program->xlated_bytes = info.xlated_prog_len;
    program->verified_insns = info.verified_insns;
    program->run_count = info.run_cnt;
    for (unsigned i = 0; inventory && i < info.nr_map_ids && i < MAPS_PER_PROGRAM_MAX; i++)
        if (!inventory_map(inventory, map_ids[i]))
            return -ENOMEM;
    return 0;
}

static char *read_fdinfo(const char *process, const char *fd)
{
    char path[300];

    snprintf(path, sizeof(path), "/proc/%s/fdinfo/%s", process, fd);
    return file_read(path, 4096);
}

static int add_program(struct inventory *inventory, uint32_t id)
{
    return id == 0 || inventory_program(inventory, id) ? 0 : -ENOMEM;
}

static int add_link(struct inventory *inventory, struct inventory_links *seen, const char *fdinfo)
{
    uint32_t link_id = fdinfo_id(fdinfo, "link_id");
    uint32_t program_id = fdinfo_id(fdinfo, "prog_id");

    for (unsigned i = 0; i < seen->count; i++)
        if (seen->ids[i] == link_id)
            return 0;
    if (link_id == 0)
        return 0;
    if (seen->count < ARRAY_SIZE(seen->ids))
        seen->ids[seen->count++] = link_id;
    inventory->link_count++;
    if (add_program(inventory, program_id) != 0)
        return -ENOMEM;
    attach_from_link(inventory, link_id);
    return 0;
}

/* The link text of a descriptor says what it is, so that fdinfo is read for BPF objects only. */
static int add_descriptor(struct inventory *inventory, struct inventory_links *seen, const char *process,
                          const char *fd, const char *kind)
{
    OWNED_PTR char *fdinfo = NULL;

    if (strcmp(kind, "anon_inode:[perf_event]") == 0) {
        inventory->perf_event_count += attach_from_perf_event(inventory, atoi(process), atoi(fd));
        return 0;
    }
    if (strncmp(kind, "anon_inode:bpf", strlen("anon_inode:bpf")) != 0)
        return 0;
    fdinfo = read_fdinfo(process, fd);
    if (strstr(kind, "bpf_link") || strstr(kind, "bpf-link"))
        return add_link(inventory, seen, fdinfo);
    if (strstr(kind, "bpf-prog"))
        return add_program(inventory, fdinfo_id(fdinfo, "prog_id"));
    if (strstr(kind, "bpf-map") && fdinfo_id(fdinfo, "map_id") != 0 &&
        !inventory_map(inventory, fdinfo_id(fdinfo, "map_id")))
        return -ENOMEM;
    return 0;
}

int inventory_scan_process(struct inventory *inventory, struct inventory_links *seen, pid_t pid)
{
    char process[16], path[32], kind[64];
    OWNED_DIR DIR *directory = NULL;
    struct dirent *entry;
    int result = 0;

    snprintf(process, sizeof(process), "%d", (int)pid);
    snprintf(path, sizeof(path), "/proc/%s/fd", process);
    directory = opendir(path);
    while (directory && result == 0 && (entry = readdir(directory))) {
        ssize_t length = readlinkat(dirfd(directory), entry->d_name, kind, sizeof(kind) - 1);

        if (length <= 0)
            continue;
        kind[length] = '\0';
        result = add_descriptor(inventory, seen, process, entry->d_name, kind);
    }
    return result;
}

/* A perf_event program put on by ioctl: the kernel shows neither program nor event, only that there is one.
 */
static void guess_perf_event_programs(struct inventory *inventory)
{
    for (unsigned i = 0; inventory->perf_event_count > 0 && i < inventory->program_count; i++)
        if (!inventory->programs[i].attach[0] && strcmp(inventory->programs[i].type, "perf_event") == 0)
            attach_add(&inventory->programs[i], "perf_event", "perf_event");
}

int inventory_scan(struct inventory *inventory, const pid_t *pids, unsigned pid_count)
{
    OWNED_PTR struct inventory_links *seen = calloc(1, sizeof(*seen));
    unsigned kept = 0;

    if (!seen)
        return -ENOMEM;
    for (unsigned i = 0; i < pid_count; i++)
        if (inventory_scan_process(inventory, seen, pids[i]) != 0)
            return -ENOMEM;
    for (unsigned i = 0; i < inventory->program_count; i++) {
        struct inventory_program *program = &inventory->programs[i];

        if (inventory_read_program(inventory, program) == 0)
            inventory->programs[kept++] = *program;
    }
    inventory->program_count = kept;
    guess_perf_event_programs(inventory);
    inventory_sort(inventory);
    return 0;
}

static uint64_t map_bytes(int fd)
{
    OWNED_PTR char *fdinfo = NULL;
    char number[16];

    snprintf(number, sizeof(number), "%d", fd);
    fdinfo = read_fdinfo("self", number);
    return fdinfo_number(fdinfo, "memlock");
}

void inventory_read_map_bytes(struct inventory *inventory)
{
    for (unsigned i = 0; i < inventory->map_count; i++) {
        OWNED_FD int fd = bpf_map_get_fd_by_id(inventory->maps[i].id);

        if (fd >= 0)
            inventory->maps[i].bytes = map_bytes(fd);
    }
}

static bool read_map(struct inventory_map *map)
{
    OWNED_FD int fd = bpf_map_get_fd_by_id(map->id);
    struct bpf_map_info info = {0};
    uint32_t size = sizeof(info);

    if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size) != 0)
        return false;
    snprintf(map->name, sizeof(map->name), "%s", info.name);
    copy_type(map->type, sizeof(map->type), libbpf_bpf_map_type_str(info.type), info.type);
    map->key_bytes = info.key_size;
    map->value_bytes = info.value_size;
    map->max_entries = info.max_entries;
    map->bytes = map_bytes(fd);
    return true;
}

/* Where a program is on several functions, how it is on the first. */
static void describe_kprobe(struct inventory_program *program, char **list)
{
    bool returns = strncmp(program->attach, "kretprobe:", 10) == 0;
    char function[sizeof(program->attach)];
    const char *way;

    program->kprobe_by[0] = '\0';
    if (!returns && strncmp(program->attach, "kprobe:", 7) != 0)
        return;
    if (!*list)
        *list = kprobe_list_read();
    if (!*list)
        return;
    snprintf(function, sizeof(function), "%s", strchr(program->attach, ':') + 1);
    function[strcspn(function, ", ")] = '\0';
    way = kprobe_placed(text_of(*list, strlen(*list)), function, returns);
    snprintf(program->kprobe_by, sizeof(program->kprobe_by), "%s", way ? way : "");
}

int inventory_describe(struct inventory *inventory)
{
    OWNED_FD int tracefs_fd = -1;
    OWNED_PTR char *kprobes = NULL;
    unsigned kept = 0;

    for (unsigned i = 0; i < inventory->program_count; i++) {
        if (tracefs_fd < 0 && strstr(inventory->programs[i].attach, "tracepoint:"))
            tracefs_fd = attach_open_tracefs();
        attach_describe(&inventory->programs[i], tracefs_fd);
        describe_kprobe(&inventory->programs[i], &kprobes);
    }
    for (unsigned i = 0; i < inventory->map_count; i++)
        if (read_map(&inventory->maps[i])) /* else it is gone meanwhile */
            inventory->maps[kept++] = inventory->maps[i];
    inventory->map_count = kept;
    return 0;
}
