/* SPDX-License-Identifier: GPL-2.0 */
/* Kind "object": whatever libbpf can load and attach by its sections. */
#include "bpf/attach_kinds.h"
#include "bpf/op_object.h"
#include "bpf/probe_tool.h"
#include "bpf/tool_signals.h"
#include "base/cleanup.h"

#include <errno.h>
#include <poll.h>
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

int object_tool_main(const char *path)
{
    OWNED_FD int signal_fd = tool_signals_open();
    CLEANUP(close_object) struct bpf_object *object = NULL;
    CLEANUP(attachment_close) struct attachment attachment = {0};
    struct pollfd wait = {.fd = signal_fd, .events = POLLIN};

    libbpf_set_print(op_print_warnings);
    object = bpf_object__open_file(path, NULL);
    if (!object) {
        fprintf(stderr, "object: cannot open %s: %s\n", path, strerror(errno));
        return 1;
    }
    if (bpf_object__load(object) != 0) {
        fprintf(stderr, "object: the kernel refuses %s: %s\n", path, strerror(errno));
        return 1;
    }
    if (attach_all(object, &attachment) != 0)
        return 1;
    while (poll(&wait, 1, -1) < 0 && errno == EINTR)
        ;
    return 0;
}
