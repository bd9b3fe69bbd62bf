/* SPDX-License-Identifier: GPL-2.0 */
#include "base/i18n.h"
#include "base/cleanup.h"

#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <string.h>

#define DOMAIN   "tracetoll"
#define NONE     "messages" /* gettext's default domain: bound to no catalogue of ours */
#define ENGLISH  "en"
#define LANGUAGE "LANGUAGE"

/* Where catalogues are, seen from the directory of the program: in the build tree, and installed. */
static const char *const places[] = {"locale", "../locale", "../share/locale"};

static const char *const languages[] = {ENGLISH, "zh"};

const char *i18n_word(const char *english)
{
    return english[0] ? gettext(english) : english;
}

bool i18n_active(void)
{
    return strcmp(textdomain(NULL), DOMAIN) == 0;
}

const char *i18n_language(void)
{
    const char *language = i18n_active() ? getenv(LANGUAGE) : NULL;

    return language ? language : ENGLISH;
}

static int program_directory(char *path, size_t size)
{
    ssize_t length = readlink("/proc/self/exe", path, size - 1);
    char *slash;

    if (length < 0)
        return -errno;
    path[length] = '\0';
    slash = strrchr(path, '/');
    if (!slash)
        return -ENOENT;
    *slash = '\0';
    return 0;
}

/* The directory that has the catalogue of `language`; -ENOENT and `path` is where it should be. */
static int find_catalogue(const char *language, char *path, size_t size)
{
    char program[PATH_MAX], file[2 * PATH_MAX];
    int result = program_directory(program, sizeof(program));

    path[0] = '\0';
    for (size_t i = 0; result == 0 && i < ARRAY_SIZE(places); i++) {
        snprintf(path, size, "%s/%s", program, places[i]);
        snprintf(file, sizeof(file), "%s/%s/LC_MESSAGES/" DOMAIN ".mo", path, language);
        if (access(file, R_OK) == 0)
            return 0;
    }
    return result ? result : -ENOENT;
}

int i18n_check(const char *language, struct error *error)
{
    char path[PATH_MAX + 64];
    bool known = false;
    locale_t locale;

    for (size_t i = 0; i < ARRAY_SIZE(languages); i++)
        known = known || strcmp(language, languages[i]) == 0;
    if (!known)
        return error_set(error, EXIT_USAGE, -EINVAL, "no reports in \"%s\"; choose --lang en or --lang zh",
                         language);
    if (strcmp(language, ENGLISH) == 0)
        return 0;
    if (find_catalogue(language, path, sizeof(path)) != 0)
        return error_set(error, EXIT_ENVIRONMENT, -ENOENT,
                         "the catalogue %s/%s/LC_MESSAGES/" DOMAIN ".mo is not there; 'make all' or 'make "
                         "install' puts it beside the program, --lang en needs none",
                         path, language);
    locale = newlocale(LC_MESSAGES_MASK, "C.UTF-8", NULL);
    if (!locale)
        return error_set(error, EXIT_ENVIRONMENT, -ENOENT,
                         "the locale C.UTF-8 is not there, which --lang %s needs; install libc-bin, or use "
                         "--lang en",
                         language);
    freelocale(locale);
    return 0;
}

/* gettext() translates nothing in the locale C; LC_NUMERIC stays there, so numbers keep their point. */
static bool switch_on(const char *language)
{
    char path[PATH_MAX + 64];

    return find_catalogue(language, path, sizeof(path)) == 0 && setlocale(LC_MESSAGES, "C.UTF-8") &&
           setenv(LANGUAGE, language, 1) == 0 && bindtextdomain(DOMAIN, path) &&
           bind_textdomain_codeset(DOMAIN, "UTF-8") && textdomain(DOMAIN);
}

struct i18n_scope i18n_begin(const char *language)
{
    const char *environment = getenv(LANGUAGE);
    struct i18n_scope scope = {.changed = language != NULL, .was_active = i18n_active()};

    if (!language)
        return scope;
    scope.environment = environment ? strdup(environment) : NULL;
    if (strcmp(language, ENGLISH) == 0 || !switch_on(language))
        textdomain(NONE);
    return scope;
}

void i18n_end(struct i18n_scope *scope)
{
    if (scope->changed) {
        if (scope->environment)
            setenv(LANGUAGE, scope->environment, 1);
        else
            unsetenv(LANGUAGE);
        textdomain(scope->was_active ? DOMAIN : NONE);
    }
    free(scope->environment);
    *scope = (struct i18n_scope){0};
}
