/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/kprobe_list.h"
#include "agents/kernel_fs.h"
#include "base/cleanup.h"
#include "base/files.h"

#include <string.h>

#define LIST_BYTES_MAX (4u << 20)

char *kprobe_list_read(void)
{
    OWNED_FD int debugfs = kernel_fs_open("debugfs");

    return debugfs < 0 ? NULL : file_read_at(debugfs, "kprobes/list", LIST_BYTES_MAX);
}

/* "ip_rcv+0x0": is it the entry of the function? */
static bool is_entry_of(struct text symbol, const char *function)
{
    return text_skip(&symbol, function) && text_is(symbol, "+0x0");
}

static bool has_flag(struct text rest, const char *flag)
{
    return memmem(rest.at, (size_t)(rest.end - rest.at), flag, strlen(flag)) != NULL;
}

/* Flags stand together: "[DISABLED][FTRACE]". */
static const char *placed_by(struct text rest)
{
    return has_flag(rest, "[FTRACE]") ? "ftrace" : has_flag(rest, "[OPTIMIZED]") ? "jump" : "int3";
}

/* "ffffffff81e03a00  k  ip_rcv+0x0  [module] [FTRACE]" (kernel/kprobes.c, report_probe) */
const char *kprobe_placed(struct text list, const char *function, bool returns)
{
    struct text line, address, kind, symbol;

    while (text_line(&list, &line)) {
        if (text_word(&line, &address) && text_word(&line, &kind) && text_is(kind, returns ? "r" : "k") &&
            text_word(&line, &symbol) && is_entry_of(symbol, function))
            return placed_by(line);
    }
    return NULL;
}
