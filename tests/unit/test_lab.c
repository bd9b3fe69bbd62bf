/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel lab's pure parts: names, module order, what a program needs, console, frames, archive. */
#include "tests/unit/unit.h"
#include "agents/lab/closure.h"
#include "agents/lab/console.h"
#include "agents/lab/cpio.h"
#include "agents/lab/file_set.h"
#include "agents/lab/frame.h"
#include "agents/lab/guest.h"
#include "agents/lab/kernel.h"
#include "agents/lab/modules.h"
#include "agents/lab/protocol.h"
#include "agents/lab/qemu.h"
#include "base/cleanup.h"
#include "base/files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

static void test_names(void **state)
{
    static const char *const bad[] = {"",           "6.1",          "debian:",       "debian:6",
                                      "debian:rt-", "debian:6.1 x", "debian:$(x).1", "image=/k",
                                      "modules=/m", "image=",       "debian:.*"};
    struct lab_name name;
    struct error error = {0};

    (void)state;
    assert_int_equal(lab_name_parse("host", &name, NULL), 0);
    assert_int_equal(name.origin, LAB_HOST);
    assert_int_equal(lab_name_parse("debian:6.1", &name, NULL), 0);
    assert_string_equal(name.version, "6.1");
    assert_string_equal(name.flavour, "cloud");
    assert_int_equal(lab_name_parse("debian:rt-6.1.0-44", &name, NULL), 0);
    assert_string_equal(name.version, "6.1.0-44");
    assert_string_equal(name.flavour, "rt");
    assert_int_equal(lab_name_parse("image=/k,modules=/m,headers=/h", &name, NULL), 0);
    assert_string_equal(name.headers, "/h");
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        assert_int_equal(lab_name_parse(bad[i], &name, &error), -EINVAL);
        assert_int_equal(error.status, EXIT_USAGE);
    }
}

static bool matches(const char *text, const char *package)
{
    struct lab_name name;
    const char *build;
    size_t length;

    assert_int_equal(lab_name_parse(text, &name, NULL), 0);
    return lab_package_matches(package, &name, &build, &length);
}

static void test_packages(void **state)
{
    (void)state;
    assert_true(matches("debian:6.1", "linux-image-6.1.0-44-cloud-amd64-unsigned"));
    assert_true(matches("debian:6.1.0-44", "linux-image-6.1.0-44-cloud-amd64-unsigned"));
    assert_true(matches("debian:6.12", "linux-image-6.12.117+deb12-cloud-amd64-unsigned"));
    assert_true(matches("debian:rt-6.1", "linux-image-6.1.0-44-rt-amd64-unsigned"));
    assert_false(matches("debian:6.1", "linux-image-6.12.117+deb12-cloud-amd64-unsigned"));
    assert_false(matches("debian:6.1", "linux-image-6.1.0-44-rt-amd64-unsigned"));
    assert_false(matches("debian:6.1", "linux-image-6.1.0-44-cloud-amd64"));
    assert_false(matches("debian:6.1.0-4", "linux-image-6.1.0-44-cloud-amd64-unsigned"));
    assert_false(matches("debian:6.1", "linux-image-6.1.0-44-cloud-amd64-unsigned-dbg"));
}

static const char dependencies[] =
    "kernel/net/netfilter/nft_ct.ko.xz: kernel/net/netfilter/nf_tables.ko.xz "
    "kernel/net/netfilter/nf_conntrack.ko.xz kernel/net/netfilter/nf_defrag.ko.xz "
    "kernel/lib/libcrc32c.ko.xz\n"
    "kernel/lib/libcrc32c.ko.xz:\n"
    "kernel/drivers/net/veth.ko.xz:\n"
    "kernel/net/8021q/8021q.ko.xz: kernel/net/802/mrp.ko.xz\n"
    "kernel/net/sched/sch-odd_name.ko:\n";

static void test_modules(void **state)
{
    CLEANUP(module_list_free) struct module_list list = {0};

    (void)state;
    assert_int_equal(module_list_add(&list, dependencies, "", "nft_ct"), 0);
    assert_int_equal(list.count, 5);
    assert_string_equal(list.paths[0], "kernel/lib/libcrc32c.ko.xz");
    assert_string_equal(list.paths[1], "kernel/net/netfilter/nf_defrag.ko.xz");
    assert_string_equal(list.paths[4], "kernel/net/netfilter/nft_ct.ko.xz");
    assert_int_equal(module_list_add(&list, dependencies, "", "libcrc32c"), 0); /* is there already */
    assert_int_equal(list.count, 5);
    assert_int_equal(module_list_add(&list, dependencies, "", "sch_odd_name"), 0); /* '-' is '_' */
    assert_int_equal(module_list_add(&list, dependencies, "kernel/fs/fuse/fuse.ko\n", "fuse"), 0);
    assert_int_equal(list.count, 6);
    assert_int_equal(module_list_add(&list, dependencies, "kernel/fs/fuse/fuse.ko\n", "use"), -ENOENT);
    assert_int_equal(module_list_add(&list, "", "", "veth"), -ENOENT);
}

static void test_libraries(void **state)
{
    static const char output[] = "\tlinux-vdso.so.1 (0x00007ffe)\n"
                                 "\tlibbpf.so.1 => /lib/x86_64-linux-gnu/libbpf.so.1 (0x00007f)\n"
                                 "\tlibgone.so.2 => not found\n"
                                 "\t/lib64/ld-linux-x86-64.so.2 (0x00007f)\n";
    char path[PATH_MAX], name[64];
    const char *rest = output;

    (void)state;
    rest = closure_next_library(rest, path, sizeof(path), name, sizeof(name));
    assert_string_equal(path, "/lib/x86_64-linux-gnu/libbpf.so.1");
    rest = closure_next_library(rest, path, sizeof(path), name, sizeof(name));
    assert_string_equal(path, "");
    assert_string_equal(name, "libgone.so.2");
    rest = closure_next_library(rest, path, sizeof(path), name, sizeof(name));
    assert_string_equal(path, "/lib64/ld-linux-x86-64.so.2");
    assert_null(closure_next_library(rest, path, sizeof(path), name, sizeof(name)));
    assert_null(closure_next_library("\tnot a dynamic executable\n", path, sizeof(path), name, sizeof(name)));
}

static void test_imports(void **state)
{
    static const char source[] =
        "#!/usr/bin/python3\n# import nothing\nimport os, sys as system,json\n"
        "from bcc import BPF\nfrom bcc.utils import printb\n  import ctypes\nprint('import x')\n"
        "import last";
    static const char *const wanted[] = {"os", "sys", "json", "bcc", "bcc", "ctypes", "last"};
    const char *rest = source;
    char name[64];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
        rest = closure_next_import(rest, name, sizeof(name));
        assert_non_null(rest);
        assert_string_equal(name, wanted[i]);
    }
    assert_null(closure_next_import(rest, name, sizeof(name)));
    assert_null(closure_next_import("import ,,, \nfrom\n", name, sizeof(name)));
}

static void test_depends(void **state)
{
    const char *rest =
        "python3:any (>= 3.9~), libbpfcc (= 1), default-mta | mail-transport-agent, , \nlibc6, ";
    static const char *const wanted[] = {"python3", "libbpfcc", "default-mta", "libc6"};
    char name[64];

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
        rest = closure_next_package(rest, name, sizeof(name));
        assert_non_null(rest);
        assert_string_equal(name, wanted[i]);
    }
    assert_null(closure_next_package(rest, name, sizeof(name)));
}

static void test_console(void **state)
{
    static const char panic[] =
        "[ 1.0] Linux version\r\n[ 2.0] WARNING: CPU: 0 PID: 1\r\n[ 3.0] Kernel panic - not "
        "syncing: VFS\r\n[ 3.1] ---[ end\r\n";
    char line[80], tail[64];

    (void)state;
    assert_int_equal(console_trouble(panic, line, sizeof(line)), CONSOLE_PANIC);
    assert_string_equal(line, "[ 3.0] Kernel panic - not syncing: VFS");
    assert_int_equal(console_trouble("all is well\n", line, sizeof(line)), CONSOLE_QUIET);
    assert_string_equal(line, "");
    assert_int_equal(console_trouble("x\nOut of memory: Killed process 7 (x)\n", line, sizeof(line)),
                     CONSOLE_NO_MEMORY);
    assert_int_equal(
        console_trouble("[ 5.1] WARNING: CPU: 0 PID: 1 at kernel/x.c:7 f+0x1/0x2\n", line, sizeof(line)),
        CONSOLE_WARNING);
    assert_int_equal(
        console_trouble("[ 5.1] WARNING: kernel/x.c:7 at f+0x1, CPU#0: init/1\n", line, sizeof(line)),
        CONSOLE_WARNING); /* since Linux 6.19 */
    assert_string_equal(line, "[ 5.1] WARNING: kernel/x.c:7 at f+0x1, CPU#0: init/1");
    assert_int_equal(console_trouble("WARNING: of somebody else\nsmp: CPU#1 is up\n", line, sizeof(line)),
                     CONSOLE_QUIET);
    assert_int_equal(console_trouble("mydrv: DEBUG: probe ok\n", line, sizeof(line)), CONSOLE_QUIET);
    assert_int_equal(console_trouble("mydrv: DEBUG: x\n[ 7.0] BUG: bad page\n", line, sizeof(line)),
                     CONSOLE_OOPS);
    assert_false(console_ready(panic));
    assert_true(console_ready("boot\ntracetoll-lab: the command starts\r\n"));
    assert_string_equal(console_tail("a\nb\r\nc\x01\n\n", 2, tail, sizeof(tail)), "b\nc?");
    assert_string_equal(console_tail("", 3, tail, sizeof(tail)), "");
    assert_true(strlen(console_tail(panic, 50, tail, 20)) < 20);
}

/* Two frames and the last one, in memory. */
static char *make_frames(size_t *size)
{
    OWNED_FD int fd = memfd_create("frames", MFD_CLOEXEC);
    char *text;

    assert_int_equal(frame_write(fd, "status", "exit 0", 6), 0);
    assert_int_equal(frame_write(fd, "document", "{\"a\":\0 1}", 9), 0);
    assert_int_equal(frame_write(fd, FRAME_END, "", 0), 0);
    *size = (size_t)lseek(fd, 0, SEEK_CUR);
    text = malloc(*size);
    assert_int_equal(pread(fd, text, *size, 0), (ssize_t)*size);
    return text;
}

static void test_frames(void **state)
{
    size_t size, offset = 0;
    OWNED_PTR char *text = make_frames(&size);
    struct frame frame;

    (void)state;
    assert_int_equal(frame_read(text, size, &offset, &frame), 0);
    assert_string_equal(frame.name, "status");
    assert_string_equal(frame.data, "exit 0");
    free(frame.data);
    assert_int_equal(frame_read(text, size, &offset, &frame), 0);
    assert_int_equal(frame.size, 9);
    assert_memory_equal(frame.data, "{\"a\":\0 1}", 9);
    free(frame.data);
    assert_int_equal(frame_read(text, size, &offset, &frame), 0);
    assert_string_equal(frame.name, FRAME_END);
    free(frame.data);
    assert_int_equal(frame_read(text, size, &offset, &frame), -ENODATA);
}

/* Cut off anywhere, or with any byte changed, it is never taken for whole. */
static void test_damaged_frames(void **state)
{
    size_t size;
    OWNED_PTR char *text = make_frames(&size);

    (void)state;
    for (size_t cut = 0; cut < size; cut++) {
        size_t offset = 0;
        struct frame frame;
        int result;

        while ((result = frame_read(text, cut, &offset, &frame)) == 0)
            free(frame.data);
        assert_true(result == -EBADMSG || result == -ENODATA);
        assert_true(offset <= cut);
    }
    for (size_t i = 0; i < 60; i++) {
        size_t offset = 0;
        struct frame frame;

        text[i] ^= 0x15;
        if (frame_read(text, size, &offset, &frame) == 0) {
            /* Only the name may differ: the rest is under the checksum. */
            assert_string_equal(frame.data, "exit 0");
            free(frame.data);
        }
        text[i] ^= 0x15;
    }
}

static int take(struct lab_outcome *outcome, const char *status)
{
    OWNED_FD int fd = memfd_create("frames", MFD_CLOEXEC);
    char received[512];
    ssize_t size;

    lab_outcome_free(outcome);
    if (status)
        assert_int_equal(frame_write(fd, "status", status, strlen(status)), 0);
    assert_int_equal(frame_write(fd, "document", "{}", 2), 0);
    assert_int_equal(frame_write(fd, FRAME_END, "", 0), 0);
    size = pread(fd, received, sizeof(received), 0);
    return lab_outcome_take(outcome, received, (size_t)size);
}

/* The log comes where the kernel is tainted: that is trouble in whatever words. */
static void a_tainted_kernel_is_in_trouble(void **state)
{
    static const char log[] = "[ 1.0] words of a kernel to come\n";
    OWNED_FD int fd = memfd_create("frames", MFD_CLOEXEC);
    CLEANUP(lab_outcome_free) struct lab_outcome outcome = {0};
    char received[512];
    ssize_t size;

    (void)state;
    assert_int_equal(frame_write(fd, FRAME_STATUS, "exit 0 taint 512", 16), 0);
    assert_int_equal(frame_write(fd, FRAME_KERNEL, log, sizeof(log) - 1), 0);
    assert_int_equal(frame_write(fd, FRAME_END, "", 0), 0);
    size = pread(fd, received, sizeof(received), 0);
    outcome.exit_status = -1;
    assert_int_equal(lab_outcome_take(&outcome, received, (size_t)size), 0);
    assert_non_null(strstr(outcome.kernel_trouble, "tainted"));
}

/* Without an exit status that a program can have, nothing came back. */
static void test_outcome(void **state)
{
    static const char *const bad[] = {NULL, "", "exit", "exit -1", "exit 256", "exit 99999999999999999999"};
    struct lab_outcome outcome = {0};

    (void)state;
    assert_int_equal(take(&outcome, "exit 3"), 0);
    assert_int_equal(outcome.exit_status, 3);
    assert_string_equal(outcome.document, "{}");
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
        assert_int_equal(take(&outcome, bad[i]), -EBADMSG);
    lab_outcome_free(&outcome);
}

/* A channel that is longer than what is read of it has the length of what was read. */
static void test_length_read(void **state)
{
    OWNED_FD int fd = memfd_create("channel", MFD_CLOEXEC);
    char path[40];
    size_t length = 0;
    OWNED_PTR char *bytes = NULL;

    (void)state;
    assert_int_equal(ftruncate(fd, 100000), 0);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    bytes = file_read_bytes(path, 5000, &length);
    assert_non_null(bytes);
    assert_int_equal(length, 5000);
}

struct seen {
    char text[2048];
};

static int append_path(const struct guest_file *file, void *context)
{
    struct seen *seen = context;

    strcat(seen->text, file->path);
    strcat(seen->text, " ");
    return 0;
}

static void fill_set(struct file_set *set, bool backwards)
{
    for (int i = 0; i < 3; i++)
        switch (backwards ? 2 - i : i) {
        case 0:
            assert_int_equal(file_set_data(set, "/lib/x/one", "1", 1, 0644), 0);
            break;
        case 1:
            assert_int_equal(file_set_link(set, "/lib", "usr/lib"), 0);
            break;
        default:
            assert_int_equal(file_set_device(set, "/dev/console", 5, 1), 0);
        }
}

static char *archive_of(const struct file_set *set, uint64_t *size)
{
    OWNED_FD int fd = memfd_create("cpio", MFD_CLOEXEC);
    char *bytes;

    assert_int_equal(cpio_write(fd, set, size, NULL), 0);
    assert_int_equal(lseek(fd, 0, SEEK_END), (off_t)*size);
    bytes = malloc(*size);
    assert_int_equal(pread(fd, bytes, *size, 0), (ssize_t)*size);
    return bytes;
}

/* The order in which files were added is not in the archive. */
static void test_file_set(void **state)
{
    CLEANUP(file_set_free) struct file_set one = {0}, other = {0};
    OWNED_PTR char *first = NULL, *second = NULL;
    uint64_t first_size, second_size;
    struct seen seen = {0};

    (void)state;
    fill_set(&one, false);
    fill_set(&other, true);
    assert_int_equal(file_set_data(&one, "/usr/lib/x/one", "other", 5, 0644), 0); /* is there already */
    assert_int_equal(file_set_each(&one, append_path, &seen), 0);
    assert_string_equal(seen.text, "/dev /dev/console /lib /usr /usr/lib /usr/lib/x /usr/lib/x/one ");
    assert_true(file_set_has(&one, "/lib/x/one"));
    first = archive_of(&one, &first_size);
    second = archive_of(&other, &second_size);
    assert_int_equal(first_size, second_size);
    assert_memory_equal(first, second, first_size);
    assert_int_equal(first_size % 4, 0);
    assert_memory_equal(first, "070701", 6);
}

static bool has_pair(const struct qemu_words *words, const char *option, const char *value)
{
    for (unsigned i = 0; i + 1 < words->count; i++)
        if (strcmp(words->items[i], option) == 0 && strstr(words->items[i + 1], value))
            return true;
    return false;
}

static void test_machine(void **state)
{
    struct qemu_machine machine = {.image = "/k",
                                   .initrd = "/i",
                                   .console = "/c",
                                   .channel = "/r",
                                   .memory_mib = 512,
                                   .exact = true,
                                   .seed = 7,
                                   .cpus = 1};
    CLEANUP(qemu_words_free) struct qemu_words exact = {0}, timed = {0};

    (void)state;
    assert_int_equal(qemu_command(&machine, &exact), 0);
    assert_true(has_pair(&exact, "-icount", "shift=0,sleep=off") && has_pair(&exact, "-seed", "7") &&
                has_pair(&exact, "-rtc", "clock=vm") && has_pair(&exact, "-append", "norandmaps"));
    machine.exact = false;
    machine.kvm = true;
    machine.virtiofs = "/s";
    assert_int_equal(qemu_command(&machine, &timed), 0);
    assert_true(has_pair(&timed, "-accel", "kvm") && has_pair(&timed, "-chardev", "path=/s"));
    assert_false(has_pair(&timed, "-icount", ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_packages),
        cmocka_unit_test(test_modules),
        cmocka_unit_test(test_libraries),
        cmocka_unit_test(test_imports),
        cmocka_unit_test(test_depends),
        cmocka_unit_test(test_console),
        cmocka_unit_test(test_frames),
        cmocka_unit_test(test_damaged_frames),
        cmocka_unit_test(test_outcome),
        cmocka_unit_test(a_tainted_kernel_is_in_trouble),
        cmocka_unit_test(test_length_read),
        cmocka_unit_test(test_file_set),
        cmocka_unit_test(test_machine),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
