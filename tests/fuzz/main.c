/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A fuzz target without libFuzzer: runs each file given once, or standard input. `make check` replays the
 * corpus by it, and AFL++ drives it.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define INPUT_MAX (1u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

/* A target with a mutator of its own names it; nothing mutates here. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size)
{
    (void)data;
    (void)max_size;
    return size;
}

static int run(FILE *file)
{
    uint8_t *data = malloc(INPUT_MAX);
    size_t size = data ? fread(data, 1, INPUT_MAX, file) : 0;
    int failed = !data || ferror(file);

    if (!failed)
        LLVMFuzzerTestOneInput(data, size);
    free(data);
    return failed;
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return run(stdin);
    for (int i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "re");
        int failed = !file || run(file);

        if (file)
            fclose(file);
        if (failed) {
            perror(argv[i]);
            return 1;
        }
    }
    printf("%d inputs\n", argc - 1);
    return 0;
}
