/* SPDX-License-Identifier: GPL-2.0 */
/* Kind "object": whatever libbpf can load and attach by its sections; its events are consumed. */
#include "bpf/attach_kinds.h"
#include "bpf/consumer.h"
#include "bpf/op_object.h"
#include "bpf/probe_tool.h"
#include "bpf/tool_signals.h"
#include "base/cleanup.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void close_object(struct bpf_object **object)
{
    bpf_object__close(*object);
}

static int attach_all(struct bpf_object *object, struct attachment *attachment)
{
    struct bpf_program *program;

    bpf_object__for_each_program(program, object)
    {
        int result = bpf_program__autoload(program)
                         ? attachment_add_link(attachment, bpf_program__attach(program))
                         : 0;

        if (result == -EOPNOTSUPP) /* no section that says where: it is there for others to call */
            continue;
        if (result) {
            fprintf(stderr, "object: cannot attach %s (section %s): %s\n", bpf_program__name(program),
                    bpf_program__section_name(program), strerror(-result));
            return result;
        }
    }
    if (attachment->link_count > 0)
        return 0;
    fprintf(stderr, "object: none of its programs has a section that says where to attach it\n");
    return -ENOENT;
}

static int consume_all(struct bpf_object *object, struct consumer *consumer)
{
    struct bpf_map *map;

    bpf_object__for_each_map(map, object)
    {
        int result = 0;

        if (bpf_map__fd(map) >= 0 && bpf_map__type(map) == BPF_MAP_TYPE_PERF_EVENT_ARRAY)
            result = consumer_add_perf(consumer, bpf_map__fd(map), NULL);
        else if (bpf_map__fd(map) >= 0 && bpf_map__type(map) == BPF_MAP_TYPE_RINGBUF)
            result = consumer_add_ring(consumer, bpf_map__fd(map));
        if (result) {
            fprintf(stderr, "object: cannot read the buffer %s: %s\n", bpf_map__name(map), strerror(-result));
            return result;
        }
    }
    return 0;
}

int object_tool_main(const char *path)
{
    OWNED_FD int signal_fd = tool_signals_open();
    CLEANUP(close_object) struct bpf_object *object = NULL;
    CLEANUP(attachment_close) struct attachment attachment = {0};
    CLEANUP(consumer_close) struct consumer consumer = CONSUMER_INITIALIZER;
    int result;

    libbpf_set_print(op_print_warnings);
    object = bpf_object__open_file(path, NULL);
    if (!object) {
        char why[128];

        libbpf_strerror(-errno, why, sizeof(why));
        fprintf(stderr, "object: cannot open %s: %s\n", path, why);
        return 1;
    }
    if (bpf_object__load(object) != 0) {
        fprintf(stderr, "object: the kernel refuses %s: %s\n", path, strerror(errno));
        return 1;
    }
    if (consume_all(object, &consumer) != 0 || attach_all(object, &attachment) != 0)
        return 1;
    result = consumer_run(&consumer, signal_fd);
    consumer_report_lost(&consumer);
    return result ? 1 : 0;
}
