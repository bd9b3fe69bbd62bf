/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How failure travels: functions return 0 or a negative errno; those whose failure a person will read
 * also take a struct error and put one sentence with its remedy into it, next to the exit status that the
 * failure would have if it ended the program. The only place that turns this into an exit is main().
 */
#pragma once

/* The exit statuses of every command; a contract (docs/commands.md). */
enum exit_status {
    EXIT_MEASURED = 0,      /* measured; every budget holds */
    EXIT_BUDGET = 1,        /* a budget is broken */
    EXIT_USAGE = 2,         /* bad option, scenario or document */
    EXIT_INCONCLUSIVE = 3,  /* more time is needed */
    EXIT_UNSUPPORTED = 4,   /* not on this kernel or machine */
    EXIT_TARGET = 5,        /* the target never attached, crashed, or would not detach */
    EXIT_ENVIRONMENT = 6,   /* permission, missing program, memory, name in use */
    EXIT_UNTRUSTWORTHY = 7, /* measured, but its own checks failed */
    EXIT_INTERRUPTED = 130, /* signal; cleaned up, partial trial kept */
};

struct error {
    enum exit_status status;
    char message[1024];
};

/*
 * Fills *error (which may be NULL) and returns `code`, a negative errno, so that it can be used as
 * `return error_set(error, EXIT_USAGE, -EINVAL, "...")`. An earlier message is replaced.
 */
int error_set(struct error *error, enum exit_status status, int code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Puts "prefix: " in front of the message, to say where it happened; returns `code`. */
int error_prefix(struct error *error, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * What putting things right failed with (`second`, `code`), after something that ended with `first`. After a
 * success, an exit status or an interrupt it is what is to be told: it replaces *error, and `code` is
 * returned. Behind another failure it is a line of its own, unless that one says so already, and `first` is
 * returned, as it is for a `code` of 0. So are several things done that do not wait for each other's success.
 */
int error_join(struct error *error, int first, const struct error *second, int code);
