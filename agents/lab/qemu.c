/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/lab/qemu.h"
#include "base/capture.h"
#include "base/cleanup.h"
#include "base/program_path.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/*
 * Without -erms and -fsrm, a string copy is one instruction per byte or word moved and not one in all, which
 * is nearer to what it costs.
 */
const char *const qemu_exact_cpu = "max,-erms,-fsrm";

void qemu_words_free(struct qemu_words *words)
{
    for (unsigned i = 0; i < words->count; i++)
        free(words->items[i]);
    *words = (struct qemu_words){0};
}

static void add(struct qemu_words *words, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A word too many or without memory ends the list early; qemu_command() sees that. */
static void add(struct qemu_words *words, const char *format, ...)
{
    va_list arguments;
    char *word = NULL;

    va_start(arguments, format);
    if (words->count < QEMU_WORDS_MAX && vasprintf(&word, format, arguments) >= 0)
        words->items[words->count++] = word;
    else
        words->count = QEMU_WORDS_MAX + 1;
    va_end(arguments);
}

static void add_pair(struct qemu_words *words, const char *option, const char *value)
{
    add(words, "%s", option);
    add(words, "%s", value);
}

static void add_serial(struct qemu_words *words, const char *path)
{
    add(words, "-serial");
    add(words, "file:%s", path);
}

/* One instruction is one nanosecond, idle time is skipped, and nothing of this machine gets in. */
static void add_exact(struct qemu_words *words, uint64_t seed)
{
    add_pair(words, "-cpu", qemu_exact_cpu);
    add_pair(words, "-accel", "tcg,thread=single");
    add_pair(words, "-smp", "1");
    add_pair(words, "-icount", "shift=0,sleep=off");
    add_pair(words, "-rtc", "base=2024-01-01,clock=vm");
    add(words, "-seed");
    add(words, "%llu", (unsigned long long)seed);
}

static void add_timed(struct qemu_words *words, const struct qemu_machine *machine)
{
    add_pair(words, "-cpu", machine->kvm ? "host" : "max");
    /* One thread: with several, QEMU 7.2 now and then crashes a guest whose kernel patches its own text. */
    add_pair(words, "-accel", machine->kvm ? "kvm" : "tcg,thread=single");
    add(words, "-smp");
    add(words, "%u", machine->cpus);
}

static void add_host_root(struct qemu_words *words, const struct qemu_machine *machine)
{
    add(words, "-object");
    add(words, "memory-backend-memfd,id=mem,size=%uM,share=on", machine->memory_mib);
    add_pair(words, "-numa", "node,memdev=mem");
    add(words, "-chardev");
    add(words, "socket,id=c0,path=%s", machine->virtiofs);
    add_pair(words, "-device", "vhost-user-fs-pci,chardev=c0,tag=root");
}

int qemu_command(const struct qemu_machine *machine, struct qemu_words *words)
{
    static const char *const fixed[] = {QEMU_PROGRAM,      "-machine", "q35",  "-nodefaults",
                                        "-no-user-config", "-display", "none", "-no-reboot"};

    *words = (struct qemu_words){0};
    for (size_t i = 0; i < ARRAY_SIZE(fixed); i++)
        add(words, "%s", fixed[i]);
    add(words, "-m");
    add(words, "%uM", machine->memory_mib);
    add_serial(words, machine->console);
    add_serial(words, machine->channel);
    add_pair(words, "-kernel", machine->image);
    add_pair(words, "-initrd", machine->initrd);
    if (machine->exact)
        add_exact(words, machine->seed);
    else
        add_timed(words, machine);
    if (machine->virtiofs)
        add_host_root(words, machine);
    add(words, "-append");
    add(words, "console=ttyS0 loglevel=5 panic=-1 nokaslr%s",
        machine->exact ? " norandmaps randomize_kstack_offset=off" : "");
    if (words->count <= QEMU_WORDS_MAX)
        return 0;
    words->count = 0; /* what was added is lost with an impossible machine */
    return -ENOMEM;
}

int qemu_version(char *text, size_t size, struct interrupt *interrupt, struct error *error)
{
    static const char *const argv[] = {QEMU_PROGRAM, "--version", NULL};
    const struct capture_plan plan = CAPTURE_PLAN(argv);
    OWNED_CAPTURE struct capture answer = {0};
    OWNED_PTR char *path = NULL;
    const char *version;
    int result;

    if (program_find(QEMU_PROGRAM, &path, NULL) != 0)
        return error_set(error, EXIT_ENVIRONMENT, -ENOENT,
                         "guests need " QEMU_PROGRAM
                         ", which is not installed: apt-get install " QEMU_PACKAGE);
    result = capture_must(&plan, "cannot ask for QEMU's version", interrupt, &answer, error);
    if (result)
        return result;
    version = strstr(answer.output, "version ");
    version = version ? version + strlen("version ") : "unknown";
    snprintf(text, size, "%.*s", (int)strcspn(version, " (\n"), version);
    return 0;
}
