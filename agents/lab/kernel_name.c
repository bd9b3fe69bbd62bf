/* SPDX-License-Identifier: GPL-2.0 */
#include "agents/lab/kernel_name.h"
#include "base/cleanup.h"
#include "base/params.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#define FORMS "host, debian:6.1, debian:6.1.0-44, debian:rt-6.1, or image=PATH,modules=DIR[,headers=DIR]"

static int bad(const char *text, const char *why, struct error *error)
{
    return error_set(error, EXIT_USAGE, -EINVAL, "--kernel %s: %s; write " FORMS, text, why);
}

/* Digits, dots and one dash, as Debian names its builds: nothing that a search pattern could mistake. */
static bool is_version(const char *text)
{
    if (!isdigit((unsigned char)text[0]) || !strchr(text, '.') || strlen(text) >= 32)
        return false;
    return text[strspn(text, "0123456789.-+abcdefghijklmnopqrstuvwxyz")] == '\0';
}

static int parse_debian(const char *text, const char *rest, struct lab_name *name, struct error *error)
{
    bool real_time = strncmp(rest, "rt-", 3) == 0;
    const char *version = rest + (real_time ? 3 : 0);

    name->origin = LAB_DEBIAN;
    if (!is_version(version))
        return bad(text, "that is no version of a kernel", error);
    snprintf(name->version, sizeof(name->version), "%s", version);
    snprintf(name->flavour, sizeof(name->flavour), "%s", real_time ? "rt" : "cloud");
    return 0;
}

static void copy(char path[PATH_MAX], const struct params *params, const char *key)
{
    const char *value = params_text(params, key);

    snprintf(path, PATH_MAX, "%s", value ? value : "");
}

static int parse_files(const char *text, struct lab_name *name, struct error *error)
{
    static const struct param_spec specs[] = {
        {"image", "", NULL, "the kernel (bzImage)", NULL},
        {"modules", "", NULL, "its /lib/modules/RELEASE", NULL},
        {"headers", "", "", "its headers, for BCC", NULL},
        {0},
    };
    CLEANUP(params_free) struct params params = {0};
    int result = params_parse(&params, "--kernel", text, specs, error);

    if (result)
        return result;
    name->origin = LAB_FILES;
    copy(name->image, &params, "image");
    copy(name->modules, &params, "modules");
    copy(name->headers, &params, "headers");
    return name->image[0] && name->modules[0] ? 0 : bad(text, "both image= and modules= are needed", error);
}

int lab_name_parse(const char *text, struct lab_name *name, struct error *error)
{
    *name = (struct lab_name){.text = text};
    if (strcmp(text, "host") == 0)
        return 0;
    if (strncmp(text, "debian:", 7) == 0)
        return parse_debian(text, text + 7, name, error);
    if (strncmp(text, "image=", 6) == 0)
        return parse_files(text, name, error);
    return bad(text, "no such kernel", error);
}
