/* SPDX-License-Identifier: GPL-2.0 */
/* The initramfs of a kernel that somebody built, as its modules are packed. */
#include "tests/unit/unit.h"

#include "agents/lab/file_set.h"
#include "agents/lab/image.h"
#include "agents/lab/modules.h"
#include "base/cleanup.h"
#include "base/files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define CONTENT "what the module is"

static void test_suffixes(void **state)
{
    (void)state;
    assert_string_equal(module_unpacker("kernel/net/veth.ko"), "");
    assert_string_equal(module_unpacker("kernel/net/veth.ko.xz"), "xz");
    assert_string_equal(module_unpacker("kernel/net/veth.ko.zst"), "zstd");
    assert_string_equal(module_unpacker("kernel/net/veth.ko.gz"), "gzip");
    assert_null(module_unpacker("kernel/net/veth.ko.lz4"));
    assert_null(module_unpacker("kernel.ko.xz/net/veth"));
}

/* A directory of modules with one, packed by `command` ("" not at all). */
static void make_modules(const char *directory, const char *suffix, const char *command)
{
    char shell[512];

    snprintf(shell, sizeof(shell),
             "cd '%s' && printf 'veth.ko%s:\n' >modules.dep && : >modules.builtin && printf '" CONTENT
             "' | %s >veth.ko%s",
             directory, suffix, command, suffix);
    assert_int_equal(system(shell), 0);
}

static void remove_modules(const char *directory)
{
    char shell[256];

    snprintf(shell, sizeof(shell), "rm -f '%s'/modules.* '%s'/veth.* && rmdir '%s'", directory, directory,
             directory);
    assert_int_equal(system(shell), 0);
}

static int write_image(const char *directory, int fd, struct error *error)
{
    static char *nothing[] = {NULL};
    struct lab_name name = {.text = "image=/k,modules=/m"};
    struct lab_kernel kernel = {.name = &name, .release = "1"};
    const struct lab_image_plan plan = {.kernel = &kernel, .argv = nothing, .sealed = true};
    CLEANUP(file_set_free) struct file_set files = {0};
    uint64_t size = 0;

    snprintf(kernel.modules, sizeof(kernel.modules), "%s", directory);
    return lab_image_write(&plan, &files, fd, &size, NULL, error);
}

static void modules_become(const char *suffix, const char *command, bool taken)
{
    char directory[] = "/tmp/tracetoll-test-XXXXXX", image[64];
    OWNED_FD int fd = memfd_create("image", MFD_CLOEXEC);
    struct error error = {0};
    int result;

    assert_non_null(mkdtemp(directory));
    make_modules(directory, suffix, command);
    result = write_image(directory, fd, &error);
    remove_modules(directory);
    assert_int_equal(result == 0, taken);
    if (!taken) {
        assert_int_equal(error.status, EXIT_UNSUPPORTED);
        assert_non_null(strstr(error.message, "veth.ko"));
        return;
    }
    snprintf(image, sizeof(image), "/proc/self/fd/%d", fd);
    {
        OWNED_PTR char *data = file_read(image, 64 << 20);
        off_t size = lseek(fd, 0, SEEK_END);

        assert_non_null(data);
        assert_non_null(memmem(data, (size_t)size, CONTENT, strlen(CONTENT)));
    }
}

static void test_packed(void **state)
{
    (void)state;
    modules_become("", "cat", true);
    modules_become(".gz", "gzip -c", true);
    modules_become(".xz", "xz -c", true);
    if (system("command -v zstd >/dev/null") == 0)
        modules_become(".zst", "zstd -qc", true);
    modules_become(".lz4", "cat", false);
}

/* The release is the directory's name, as a shell completes it, too. */
static void test_slashes(void **state)
{
    static const char *const names[] = {"modules=/usr/lib", "modules=/usr/lib/", "modules=/usr/lib//"};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        OWNED_PTR struct lab_kernel *kernel = calloc(1, sizeof(*kernel));
        struct lab_name name;
        char text[64];

        snprintf(text, sizeof(text), "image=/dev/null,%s", names[i]);
        assert_int_equal(lab_name_parse(text, &name, NULL), 0);
        assert_int_equal(lab_kernel_find(&name, kernel, NULL, NULL, NULL), 0);
        assert_string_equal(kernel->release, "lib");
        assert_string_equal(kernel->modules, "/usr/lib");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_suffixes),
        cmocka_unit_test(test_packed),
        cmocka_unit_test(test_slashes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
