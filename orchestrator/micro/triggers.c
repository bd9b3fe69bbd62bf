/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/micro/triggers.h"
#include "base/analyzer.h"
#include "base/cleanup.h"
#include "base/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#define PAGE_BYTES 4096

/* getpgid of another number than 0 calls find_task_by_vpid and security_task_getpgid once each
 * (kernel/sys.c). */
static int prepare_syscall(struct trigger_state *state, struct error *error)
{
    (void)error;
    state->pid = getpid();
    return 0;
}

static void fire_syscall(struct trigger_state *state, unsigned times)
{
    for (unsigned i = 0; i < times; i++)
        syscall(SYS_getpgid, state->pid);
}

/* Functions whose first instruction is what the kernel has to emulate, or not (arch/x86/kernel/uprobes.c). */
void tracetoll_trigger_nop(void);
void tracetoll_trigger_push(void);
void tracetoll_trigger_ret(void);
#if defined(__x86_64__)
__asm__(".text\n"
        ".globl tracetoll_trigger_nop\n.type tracetoll_trigger_nop, @function\n"
        "tracetoll_trigger_nop: nop\n ret\n.size tracetoll_trigger_nop, .-tracetoll_trigger_nop\n"
        ".globl tracetoll_trigger_push\n.type tracetoll_trigger_push, @function\n"
        "tracetoll_trigger_push: push %rbp\n pop %rbp\n ret\n.size tracetoll_trigger_push, "
        ".-tracetoll_trigger_push\n"
        ".globl tracetoll_trigger_ret\n.type tracetoll_trigger_ret, @function\n"
        "tracetoll_trigger_ret: ret\n.size tracetoll_trigger_ret, .-tracetoll_trigger_ret\n");
#else
__attribute__((noinline)) void tracetoll_trigger_nop(void)
{
    __asm__ volatile("nop");
}
__attribute__((noinline)) void tracetoll_trigger_push(void)
{
    __asm__ volatile("nop");
}
__attribute__((noinline)) void tracetoll_trigger_ret(void)
{
    __asm__ volatile("");
}
#endif

#define CALLING(name, statement)                                                                             \
    static void fire_##name(struct trigger_state *state, unsigned times)                                     \
    {                                                                                                        \
        (void)state;                                                                                         \
        for (unsigned i = 0; i < times; i++) {                                                               \
            statement;                                                                                       \
        }                                                                                                    \
    }

CALLING(nop, tracetoll_trigger_nop())
CALLING(push, tracetoll_trigger_push())
CALLING(ret, tracetoll_trigger_ret())

LEAKS_UNSEEN /* what passes through assembler is freed */
static void fire_malloc(struct trigger_state *state, unsigned times)
{
    (void)state;
    for (unsigned i = 0; i < times; i++) {
        void *memory = malloc(16);

        __asm__ volatile("" : "+r"(memory));
        free(memory);
    }
}
LEAKS_SEEN

/* A static tracepoint of our own, as sys/sdt.h lays it out (SystemTap, "UserSpaceProbeImplementation"). */
static void fire_usdt(struct trigger_state *state, unsigned times)
{
    (void)state;
    for (unsigned i = 0; i < times; i++)
        __asm__ volatile("990: nop\n"
                         ".pushsection .note.stapsdt, \"\", \"note\"\n"
                         ".balign 4\n.4byte 992f-991f, 994f-993f, 3\n"
                         "991: .asciz \"stapsdt\"\n992: .balign 4\n"
                         "993: .8byte 990b\n.8byte _.stapsdt.base\n.8byte 0\n"
                         ".asciz \"tracetoll\"\n.asciz \"trigger\"\n.asciz \"\"\n994: .balign 4\n"
                         ".popsection\n"
                         ".ifndef _.stapsdt.base\n"
                         ".pushsection .stapsdt.base, \"aG\", \"progbits\", .stapsdt.base, comdat\n"
                         ".weak _.stapsdt.base\n.hidden _.stapsdt.base\n"
                         "_.stapsdt.base: .space 1\n.size _.stapsdt.base, 1\n.popsection\n.endif\n");
}

static int prepare_page(struct trigger_state *state, struct error *error)
{
    void *page = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (page == MAP_FAILED)
        return error_set(error, EXIT_ENVIRONMENT, -errno, "cannot get memory: %s", strerror(errno));
    state->page = page;
    return 0;
}

static void fire_page_fault(struct trigger_state *state, unsigned times)
{
    for (unsigned i = 0; i < times; i++) {
        madvise(state->page, PAGE_BYTES, MADV_DONTNEED);
        *(volatile char *)state->page = 1;
    }
}

/* Two sockets on the loopback of a network namespace that this thread is in until trigger_cleanup(). */
static int open_sockets(struct trigger_state *state)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address);

    state->receiver = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    state->sender = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (state->receiver < 0 || state->sender < 0 ||
        bind(state->receiver, (struct sockaddr *)&address, sizeof(address)) != 0 ||
        getsockname(state->receiver, (struct sockaddr *)&address, &size) != 0 ||
        connect(state->sender, (struct sockaddr *)&address, size) != 0)
        return -errno;
    return 0;
}

static int prepare_datagram(struct trigger_state *state, struct error *error)
{
    int code = 0;

    state->outside_netns_fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    if (state->outside_netns_fd < 0 || unshare(CLONE_NEWNET) != 0)
        return error_set(error, EXIT_ENVIRONMENT, -errno, "cannot make a network namespace: %s",
                         strerror(errno));
    code = netns_loopback_up();
    if (code == 0)
        code = open_sockets(state);
    return code ? error_set(error, EXIT_ENVIRONMENT, code, "cannot open the loopback: %s", strerror(-code))
                : 0;
}

static void fire_datagram(struct trigger_state *state, unsigned times)
{
    char bytes[18] = {0};

    for (unsigned i = 0; i < times; i++) {
        send(state->sender, bytes, sizeof(bytes), 0);
        recv(state->receiver, bytes, sizeof(bytes), MSG_DONTWAIT);
    }
}

static int prepare_rename(struct trigger_state *state, struct error *error)
{
    if (prctl(PR_GET_NAME, state->name) != 0)
        return error_set(error, EXIT_ENVIRONMENT, -errno, "cannot read a thread's name: %s", strerror(errno));
    return 0;
}

/* Passes task:task_rename once, whatever the name (fs/exec.c, __set_task_comm()): a tracepoint that leaves
 * system calls their fast path. */
static void fire_rename(struct trigger_state *state, unsigned times)
{
    for (unsigned i = 0; i < times; i++)
        prctl(PR_SET_NAME, state->name);
}

void trigger_cleanup(struct trigger_state *state)
{
    if (state->page)
        munmap(state->page, PAGE_BYTES);
    close_fd(&state->sender);
    close_fd(&state->receiver);
    if (state->outside_netns_fd >= 0)
        setns(state->outside_netns_fd, CLONE_NEWNET);
    close_fd(&state->outside_netns_fd);
    state->page = NULL;
}

const struct trigger trigger_syscall = {"getpgid", "a system call", prepare_syscall, fire_syscall};
const struct trigger trigger_nop = {"nop", "a function that begins with nop", NULL, fire_nop};
const struct trigger trigger_push = {"push", "a function that begins with push", NULL, fire_push};
const struct trigger trigger_ret = {"ret", "a function that is one ret", NULL, fire_ret};
const struct trigger trigger_malloc = {"malloc", "malloc and free of 16 bytes", NULL, fire_malloc};
const struct trigger trigger_usdt = {"usdt", "a static tracepoint of our own", NULL, fire_usdt};
const struct trigger trigger_page_fault = {"page fault", "a page given back and touched", prepare_page,
                                           fire_page_fault};
const struct trigger trigger_datagram = {"datagram", "a datagram over the loopback", prepare_datagram,
                                         fire_datagram};
const struct trigger trigger_rename = {"rename", "a thread given the name that it has", prepare_rename,
                                       fire_rename};
