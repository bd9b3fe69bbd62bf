/* SPDX-License-Identifier: GPL-2.0 */
/* The guest's first process: prepares the root, runs one command, sends back what it left, powers off. */
#include "agents/guest/guest.h"
#include "agents/lab/protocol.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

void guest_say(const char *format, ...)
{
    int fd = open(GUEST_CONSOLE, O_WRONLY | O_NOCTTY | O_CLOEXEC);
    va_list arguments;

    if (fd < 0)
        return;
    va_start(arguments, format);
    vdprintf(fd, format, arguments);
    va_end(arguments);
    close(fd);
}

static int failed(const char *what, int code)
{
    guest_say("tracetoll-lab: %s: %s\n", what, strerror(-code));
    return code;
}

static void work(void)
{
    struct guest_config config;
    int result = guest_mount_first();

    if (result && failed("mounting the first file systems", result))
        return;
    result = guest_config_read(&config, GUEST_CONFIG);
    if (result && failed("reading " GUEST_CONFIG, result))
        return;
    guest_load_modules(&config);
    result = guest_enter_root(&config);
    if (result && failed("entering the root", result))
        return;
    result = guest_raise_loopback();
    if (result)
        failed("raising the loopback interface", result);
    result = guest_send(guest_run(&config));
    if (result)
        failed("sending the result", result);
}

int main(void)
{
    work();
    sync();
    reboot(RB_POWER_OFF);
    return 0;
}
