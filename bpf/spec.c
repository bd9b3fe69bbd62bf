/* SPDX-License-Identifier: GPL-2.0 */
#include "bpf/spec.h"
#include "base/units.h"
#include "bpf/attach_kinds.h"
#include "bpf/op_table.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define OP_TEXT_MAX 64

static int parse_attach(const char *text, size_t length, struct probe_spec *spec, struct error *error)
{
    char name[OP_TEXT_MAX];

    if (length == 0 || length >= sizeof(name))
        return error_set(
            error, EXIT_USAGE, -EINVAL,
            "--probe %s: begins with what it attaches to, for example raw_tp@sys_enter; 'tracetoll list "
            "probes' prints what there is",
            text);
    memcpy(name, text, length);
    name[length] = '\0';
    spec->attach = attach_kind_find(name);
    return spec->attach ? 0 : attach_kind_unknown(name, error);
}

/* Is this '+' the beginning of an operation? An offset ("+0x10", "+16") is part of where, and so is a '+' in
 * the middle of a path (libstdc++.so.6, g++:main). */
static bool begins_operation(const char *where, const char *plus)
{
    const char *of_where = where[0] == '/' ? "0123456789+.:/" : "0123456789";

    return !plus[1] || !strchr(of_where, plus[1]);
}

static const char *end_of_where(const char *text)
{
    const char *plus = strchr(text, '+');

    while (plus && !begins_operation(text, plus))
        plus = strchr(plus + 1, '+');
    return plus ? plus : text + strlen(text);
}

static enum dimension dimension_of(const struct op_info *info)
{
    if (strcmp(info->size_is, "ns") == 0)
        return DIMENSION_TIME;
    return strcmp(info->size_is, "bytes") == 0 ? DIMENSION_BYTES : DIMENSION_NONE;
}

static int parse_size(const struct op_info *info, const char *text, unsigned *size, struct error *error)
{
    struct quantity quantity;
    char option[OP_TEXT_MAX + 16];
    double whole; /* "1.001us" is 1001 ns but for what binary fractions lack */
    int result;

    if (!info->size_is)
        return error_set(error, EXIT_USAGE, -EINVAL, "operation %s takes no size; leave out \":%s\"",
                         info->name, text);
    snprintf(option, sizeof(option), "--probe, %s", info->name);
    result = quantity_parse(text, option, &quantity, error);
    if (result)
        return result;
    if (quantity.dimension != DIMENSION_NONE && quantity.dimension != dimension_of(info))
        return error_set(error, EXIT_USAGE, -EINVAL, "operation %s: its size is in %s, not \"%s\"",
                         info->name, info->size_is, text);
    whole = rint(quantity.number);
    if (whole < info->size_min || whole > info->size_max || fabs(quantity.number - whole) > 1e-6)
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "operation %s: its size is a whole number from %u to %u %s", info->name,
                         info->size_min, info->size_max, info->size_is);
    *size = (unsigned)whole;
    return 0;
}

static int parse_count(const char *text, unsigned *count, struct error *error)
{
    char *end;
    unsigned long number = strtoul(text, &end, 10);

    if (end == text || *end || text[0] == '-' || text[0] == '+' || number < 1 || number > PROBE_COUNT_MAX)
        return error_set(error, EXIT_USAGE, -EINVAL, "\"*%s\": an operation is repeated 1 to %d times", text,
                         PROBE_COUNT_MAX);
    *count = (unsigned)number;
    return 0;
}

/* OP[:SIZE][*N], without its '+'; cut in place. */
static int parse_op(char *text, struct op_config *op, struct error *error)
{
    char *size = strchr(text, ':'), *count = strchr(text, '*');
    const struct op_info *info;
    int result = 0;

    if (size && count && count < size)
        return error_set(error, EXIT_USAGE, -EINVAL, "\"%s\": the size comes first, as in spin:500ns*2",
                         text);
    if (size)
        *size++ = '\0';
    if (count)
        *count++ = '\0';
    op->kind = op_find(text);
    if (op->kind == OP_COUNT)
        return op_unknown(text, error);
    info = &op_table[op->kind];
    op->size = info->size_default;
    op->count = 1;
    if (count)
        result = parse_count(count, &op->count, error);
    if (result == 0 && size)
        result = parse_size(info, size, &op->size, error);
    return result;
}

static int parse_ops(const char *text, struct probe_spec *spec, struct error *error)
{
    while (*text == '+') {
        size_t length = strcspn(++text, "+");
        char op[OP_TEXT_MAX];
        int result;

        if (spec->op_count == PROBE_OPS_MAX)
            return error_set(error, EXIT_USAGE, -EINVAL, "at most %d operations in a probe", PROBE_OPS_MAX);
        if (length == 0 || length >= sizeof(op))
            return error_set(error, EXIT_USAGE, -EINVAL,
                             "--probe: behind each \"+\" stands an operation, for example +hash_update*4");
        memcpy(op, text, length);
        op[length] = '\0';
        result = parse_op(op, &spec->ops[spec->op_count], error);
        if (result)
            return result;
        text += length;
        if (op_table[spec->ops[spec->op_count].kind].ends && (*text || spec->ops[spec->op_count].count > 1))
            return error_set(error, EXIT_USAGE, -EINVAL,
                             "operation %s does not come back: it stands last in a probe, and once",
                             op_table[spec->ops[spec->op_count].kind].name);
        spec->op_count++;
    }
    return 0;
}

int probe_spec_parse(const char *text, struct probe_spec *spec, struct error *error)
{
    size_t length = strcspn(text, "@+");
    const char *rest = text + length;
    int result;

    *spec = (struct probe_spec){0};
    result = parse_attach(text, length, spec, error);
    if (result)
        return result;
    if (*rest == '@') {
        const char *end = end_of_where(++rest);

        length = (size_t)(end - rest);
        if (length == 0 || length >= sizeof(spec->where))
            return error_set(error, EXIT_USAGE, -EINVAL,
                             "--probe %s: behind \"@\" stands where it attaches: %s", text,
                             spec->attach->where);
        memcpy(spec->where, rest, length);
        rest = end;
    }
    if (!spec->where[0] && !spec->attach->fallback)
        return error_set(error, EXIT_USAGE, -EINVAL, "--probe %s: say where, %s@%s", text, spec->attach->name,
                         spec->attach->where);
    if (spec->where[0] && spec->attach->check)
        result = spec->attach->check(spec->attach, spec->where, error);
    return result ? result : parse_ops(rest, spec, error);
}
