/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/bcc/program.h"
#include "agents/bcc/capture.h"
#include "agents/bcc_output.h"
#include "base/cleanup.h"
#include "base/files.h"

#include <bcc/bcc_common.h>
#include <errno.h>
#include <linux/bpf.h>
#include <string.h>

#define SOURCE_BYTES_MAX (4u << 20)

static int compile(struct bcc_program *program, const char *text, const char *path, struct error *error)
{
    OWNED_PTR char *output = NULL;
    struct capture capture;
    char line[600];

    capture_begin(&capture);
    program->module = bpf_module_create_c_from_string(text, 0, NULL, 0, true, NULL);
    output = capture_end(&capture);
    if (program->module)
        return 0;
    bcc_first_error(output ? output : "", path, line, sizeof(line));
    return error_set(error, EXIT_TARGET, -EINVAL, "%s does not compile: %s", path,
                     line[0] ? line : "libbcc does not say why");
}

int bcc_program_compile(struct bcc_program *program, const char *path, struct error *error)
{
    OWNED_PTR char *text = file_read(path, SOURCE_BYTES_MAX);
    int count;

    if (!text)
        return error_set(error, EXIT_TARGET, -errno, "cannot read %s: %s", path, strerror(errno));
    count = bcc_sections_take(text, &program->sections);
    if (count < 0)
        return error_set(error, EXIT_ENVIRONMENT, count, "out of memory");
    program->section_count = (unsigned)count;
    return compile(program, text, path, error);
}

int bcc_program_consume(struct bcc_program *program, struct consumer *consumer, struct error *error)
{
    for (size_t id = 0; id < bpf_num_tables(program->module); id++) {
        int type = bpf_table_type_id(program->module, id), fd = bpf_table_fd_id(program->module, id);
        int result = 0;

        if (type == BPF_MAP_TYPE_PERF_EVENT_ARRAY)
            result = consumer_add_perf(consumer, fd, NULL);
        else if (type == BPF_MAP_TYPE_RINGBUF)
            result = consumer_add_ring(consumer, fd);
        if (result)
            return error_set(error, EXIT_TARGET, result, "cannot read the buffer %s: %s",
                             bpf_table_name(program->module, id), strerror(-result));
    }
    return 0;
}

int bcc_program_own(struct bcc_program *program, int fd)
{
    int *larger;

    if (fd < 0)
        return fd;
    larger = realloc(program->fds, (program->fd_count + 1) * sizeof(*larger));
    if (!larger) {
        close_fd(&fd);
        return -ENOMEM;
    }
    program->fds = larger;
    program->fds[program->fd_count++] = fd;
    return 0;
}

void bcc_program_close(struct bcc_program *program)
{
    while (program->fd_count > 0)
        close_fd(&program->fds[--program->fd_count]);
    free(program->fds);
    free(program->sections);
    if (program->module)
        bpf_module_destroy(program->module);
    *program = (struct bcc_program){0};
}
