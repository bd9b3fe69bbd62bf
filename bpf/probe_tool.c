/* SPDX-License-Identifier: GPL-2.0 */
#include "bpf/probe_tool.h"
#include "bpf/attach_kinds.h"
#include "bpf/consumer.h"
#include "bpf/op_object.h"
#include "bpf/own_tgid.h"
#include "bpf/probe_skeleton.h"
#include "bpf/tool_signals.h"
#include "base/cleanup.h"

#include <stdio.h>
#include <string.h>

static void destroy(struct probe_bpf **skeleton)
{
    probe_bpf__destroy(*skeleton);
}

static int run(const struct probe_spec *spec, int signal_fd, struct error *error)
{
    CLEANUP(destroy) struct probe_bpf *skeleton = NULL;
    CLEANUP(attachment_close) struct attachment attachment = {0};
    CLEANUP(consumer_close) struct consumer consumer = CONSUMER_INITIALIZER;
    const struct attach_kind *kind = spec->attach;
    int result = probe_skeleton_load(&skeleton, spec, spec->where, own_tgid(), error);

    if (result == 0)
        result = consumer_open(&consumer, skeleton->maps.perf_buffer, skeleton->maps.ring_buffer, NULL);
    if (result == 0)
        result = kind->attach(kind, bpf_object__find_program_by_name(skeleton->obj, kind->program),
                              spec->where, &attachment, error);
    return result ? result : consumer_run(&consumer, signal_fd);
}

int probe_tool_main(const char *text, const char *fallback_where)
{
    OWNED_FD int signal_fd = tool_signals_open();
    struct error error = {0};
    struct probe_spec spec;
    int result;

    libbpf_set_print(op_print_warnings);
    result = probe_spec_parse(text, &spec, &error);
    if (result == 0 && !spec.where[0] && fallback_where)
        snprintf(spec.where, sizeof(spec.where), "%s", fallback_where);
    if (result == 0)
        result = run(&spec, signal_fd, &error);
    if (result)
        fprintf(stderr, "probe: %s\n", error.message[0] ? error.message : strerror(-result));
    return result ? 1 : 0;
}
