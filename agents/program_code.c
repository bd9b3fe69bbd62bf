/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/program_code.h"
#include "base/cleanup.h"
#include "base/files.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define INSTRUCTIONS_MAX   (1u << 20) /* what the verifier takes */
#define KALLSYMS_BYTES_MAX (64u << 20)

/* The instructions of a program and where its functions start. */
struct listing {
    struct bpf_insn *instructions; /* owned */
    struct bpf_func_info *functions;
    uint32_t starts[XLATED_SUBPROGRAMS_MAX];
    unsigned count, start_count;
};

static void listing_free(struct listing *listing)
{
    free(listing->instructions);
    free(listing->functions);
}

static int get_info(int fd, struct bpf_prog_info *info)
{
    uint32_t size = sizeof(*info);

    return bpf_obj_get_info_by_fd(fd, info, &size) == 0 ? 0 : -errno;
}

static void take_starts(struct listing *listing, const struct bpf_prog_info *info)
{
    listing->starts[0] = 0;
    listing->start_count = 1;
    if (info->func_info_rec_size != sizeof(*listing->functions) ||
        info->nr_func_info > XLATED_SUBPROGRAMS_MAX)
        return;
    for (unsigned i = 1; i < info->nr_func_info; i++)
        listing->starts[listing->start_count++] = listing->functions[i].insn_off;
}

static int read_listing(int fd, struct listing *listing)
{
    struct bpf_prog_info sizes = {0}, info = {0};
    int result = get_info(fd, &sizes);

    if (result)
        return result;
    listing->count = sizes.xlated_prog_len / (unsigned)sizeof(struct bpf_insn);
    if (listing->count == 0 || listing->count > INSTRUCTIONS_MAX)
        return -EINVAL;
    listing->instructions = calloc(listing->count, sizeof(struct bpf_insn));
    listing->functions = calloc(sizes.nr_func_info + 1, sizeof(struct bpf_func_info));
    if (!listing->instructions || !listing->functions)
        return -ENOMEM;
    info.xlated_prog_len = sizes.xlated_prog_len;
    info.xlated_prog_insns = (uintptr_t)listing->instructions;
    info.nr_func_info = sizes.nr_func_info;
    info.func_info_rec_size = sizeof(struct bpf_func_info);
    info.func_info = (uintptr_t)listing->functions;
    result = get_info(fd, &info);
    if (result == 0 && info.xlated_prog_insns == 0)
        result = -EACCES; /* the kernel keeps them to itself */
    if (result == 0)
        take_starts(listing, &info);
    return result;
}

static int read_xlated(int fd, struct xlated *xlated)
{
    CLEANUP(listing_free) struct listing listing = {0};
    int result = read_listing(fd, &listing);

    if (result)
        return result;
    return xlated_read(listing.instructions, listing.count, listing.starts, listing.start_count, xlated);
}

int program_code_path(int fd, struct flow_range *instructions)
{
    OWNED_PTR struct xlated *xlated = malloc(sizeof(*xlated));
    int result = xlated ? read_xlated(fd, xlated) : -ENOMEM;

    if (result == 0)
        *instructions = xlated->instructions;
    return result;
}

static int read_one(uint32_t id, struct program_code *code)
{
    OWNED_FD int fd = bpf_prog_get_fd_by_id(id);
    OWNED_PTR struct xlated *xlated = malloc(sizeof(*xlated));
    int result = fd < 0 ? fd : xlated ? read_xlated(fd, xlated) : -ENOMEM;

    if (result)
        return result;
    code->known = !xlated->more_calls;
    code->instructions = xlated->instructions;
    code->call_count = xlated->call_count;
    for (unsigned i = 0; i < xlated->call_count; i++) {
        code->calls[i].offset = xlated->calls[i].offset;
        code->times[i] = xlated->calls[i].times;
    }
    code->map_count = xlated->map_count;
    memcpy(code->maps, xlated->maps, sizeof(code->maps));
    return 0;
}

/* Every function that is called anywhere, once. */
static unsigned gather(const struct program_code *codes, unsigned count, struct kernel_symbol *symbols)
{
    unsigned gathered = 0;

    for (unsigned i = 0; i < count; i++)
        for (unsigned call = 0; call < codes[i].call_count; call++) {
            unsigned at = 0;

            while (at < gathered && symbols[at].offset != codes[i].calls[call].offset)
                at++;
            if (at == gathered)
                symbols[gathered++] = codes[i].calls[call];
        }
    return gathered;
}

static const char *name_of(const struct kernel_symbol *symbols, int32_t offset)
{
    while (symbols->offset != offset)
        symbols++;
    return symbols->name;
}

/* The kernel's list of its symbols is long and is gone through once for all programs. */
static void name_calls(struct program_code *codes, unsigned count)
{
    OWNED_PTR char *kallsyms = file_read("/proc/kallsyms", KALLSYMS_BYTES_MAX);
    OWNED_PTR struct kernel_symbol *symbols = calloc((size_t)count * XLATED_CALLS_MAX + 1, sizeof(*symbols));
    unsigned gathered = symbols ? gather(codes, count, symbols) : 0;

    if (!kallsyms || !symbols ||
        kernel_symbols_resolve(text_of(kallsyms, strlen(kallsyms)), symbols, gathered) != 0)
        return;
    for (unsigned i = 0; i < count; i++)
        for (unsigned call = 0; call < codes[i].call_count; call++)
            memcpy(codes[i].calls[call].name, name_of(symbols, codes[i].calls[call].offset),
                   sizeof(codes[i].calls[call].name));
}

struct program_code *program_code_read(const struct inventory *inventory)
{
    struct program_code *codes = calloc(inventory->program_count + 1, sizeof(*codes));

    for (unsigned i = 0; codes && i < inventory->program_count; i++)
        read_one(inventory->programs[i].id, &codes[i]);
    if (codes)
        name_calls(codes, inventory->program_count);
    return codes;
}
