/* SPDX-License-Identifier: GPL-2.0 */
#include "bpf/machine_code.h"
#include "base/cleanup.h"

#include <bpf/bpf.h>
#include <capstone.h>
#include <errno.h>
#include <stdint.h>

#if defined(__x86_64__)
static int open_disassembler(csh *disassembler)
{
    return cs_open(CS_ARCH_X86, CS_MODE_64, disassembler) == CS_ERR_OK ? 0 : -ENOMEM;
}
#elif defined(__aarch64__)
static int open_disassembler(csh *disassembler)
{
    return cs_open(CS_ARCH_ARM64, CS_MODE_LITTLE_ENDIAN, disassembler) == CS_ERR_OK ? 0 : -ENOMEM;
}
#else
static int open_disassembler(csh *disassembler)
{
    (void)disassembler;
    return -EOPNOTSUPP;
}
#endif

/* -EILSEQ where it ends before the code does. */
static int count(const uint8_t *code, size_t bytes, unsigned *instructions)
{
    uint64_t address = 0;
    csh disassembler;
    cs_insn *instruction;
    int result = open_disassembler(&disassembler);

    if (result)
        return result;
    instruction = cs_malloc(disassembler);
    if (instruction)
        for (*instructions = 0; cs_disasm_iter(disassembler, &code, &bytes, &address, instruction);)
            (*instructions)++;
    result = !instruction ? -ENOMEM : bytes > 0 ? -EILSEQ : 0;
    if (instruction)
        cs_free(instruction, 1);
    cs_close(&disassembler);
    return result;
}

int machine_code_count(int program_fd, unsigned *instructions)
{
    struct bpf_prog_info info = {0};
    unsigned size = sizeof(info), bytes;
    OWNED_PTR uint8_t *code = NULL;

    if (bpf_obj_get_info_by_fd(program_fd, &info, &size) != 0)
        return -errno;
    bytes = info.jited_prog_len;
    code = bytes > 0 ? malloc(bytes) : NULL;
    if (!code)
        return bytes > 0 ? -ENOMEM : -ENODATA;
    info = (struct bpf_prog_info){.jited_prog_len = bytes, .jited_prog_insns = (uintptr_t)code};
    size = sizeof(info);
    if (bpf_obj_get_info_by_fd(program_fd, &info, &size) != 0)
        return -errno;
    return info.jited_prog_insns && info.jited_prog_len == bytes ? count(code, bytes, instructions)
                                                                 : -ENODATA;
}
