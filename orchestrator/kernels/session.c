/* SPDX-License-Identifier: GPL-2.0 */
/* Boots side by side, as many as there are CPUs, until all have ended. */
#include "orchestrator/kernels/kernels.h"
#include "orchestrator/own_run.h"
#include "base/capture.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/cpus.h"
#include "base/files.h"
#include "base/private_directory.h"
#include "orchestrator/outcome.h"
#include "reports/document.h"
#include "reports/jsonio.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOOK_MS      200
#define BOOTS_MAX    (KERNELS_MAX * KERNELS_SEEDS)
#define DOCUMENT_MAX (256 << 20)

/* What a person should read of the command's complaints: the last line, without our own name before it. */
static void take_message(struct kernels_boot *boot, char *text)
{
    size_t length = text ? strlen(text) : 0;
    const char *start;

    while (length > 0 && text[length - 1] == '\n')
        text[--length] = '\0';
    start = length ? strstr(text, "tracetoll: ") : NULL;
    start = start                           ? start + strlen("tracetoll: ")
            : length && strrchr(text, '\n') ? strrchr(text, '\n') + 1
                                            : text;
    snprintf(boot->message, sizeof(boot->message), "%.1000s", start ? start : "");
}

void kernels_take_document(struct kernels_boot *boot, const char *text, bool micro)
{
    struct error why = {0};

    boot->document = text ? jsonio_parse_object(text, strlen(text), &why) : NULL;
    if (boot->document && !micro && document_check(boot->document, &why) != 0) {
        json_decref(boot->document);
        boot->document = NULL;
    }
    if (boot->document)
        return;
    if (boot->status == EXIT_MEASURED || !boot->message[0])
        boot->status = EXIT_UNTRUSTWORTHY;
    if (!boot->message[0])
        snprintf(boot->message, sizeof(boot->message), "no document came back%s%.500s", text ? ": " : "",
                 text ? why.message : "");
}

/* The sentence, and behind its end the lines that it speaks of. */
static void take_failure(struct kernels_boot *boot, const struct error *error)
{
    size_t sentence = strcspn(error->message, "\n");

    boot->status = error->status;
    snprintf(boot->message, sizeof(boot->message), "%.*s", (int)sentence, error->message);
    snprintf(boot->console, sizeof(boot->console), "%s",
             error->message[sentence] ? error->message + sentence + 1 : "");
}

static void collect(const struct kernels_session *session, struct kernels_boot *boot)
{
    struct lab_outcome outcome;
    struct error error = {0};

    boot->done = true;
    if (lab_guest_collect(&boot->guest, &outcome, &error) != 0) {
        take_failure(boot, &error);
        lab_outcome_free(&outcome);
        return;
    }
    boot->status = outcome_of_child(outcome.exit_status);
    snprintf(boot->trouble, sizeof(boot->trouble), "%s", outcome.kernel_trouble);
    if (!outcome.document)
        take_message(boot, outcome.errors);
    if (outcome.document || own_run_has_document(outcome.exit_status))
        kernels_take_document(boot, outcome.document, session->options->micro);
    lab_outcome_free(&outcome);
}

static unsigned start_waiting(struct kernels_session *session, unsigned running, unsigned most)
{
    for (unsigned i = 0; i < session->boot_count && running < most; i++) {
        struct kernels_boot *boot = &session->boots[i];
        struct error error = {0};

        if (boot->started)
            continue;
        boot->started = true;
        if (lab_guest_start(&boot->guest, &boot->plan, session->interrupt, &error) == 0) {
            running++;
            continue;
        }
        boot->done = true;
        take_failure(boot, &error);
    }
    return running;
}

static bool is_running(const struct kernels_boot *boot)
{
    return boot->started && !boot->done;
}

static unsigned look_at_all(struct kernels_session *session)
{
    unsigned running = 0;

    for (unsigned i = 0; i < session->boot_count; i++) {
        struct kernels_boot *boot = &session->boots[i];

        if (!is_running(boot))
            continue;
        if (lab_guest_look(&boot->guest) == LAB_ENDED) {
            collect(session, boot);
            lab_guest_close(&boot->guest);
        } else {
            running++;
        }
    }
    return running;
}

/* Until a guest ends, a signal comes, or it is time to look at consoles and deadlines. */
static int wait_a_little(struct kernels_session *session)
{
    struct pollfd fds[BOOTS_MAX + 1];
    nfds_t count = 0;

    fds[count++] = (struct pollfd){.fd = session->interrupt->signal_fd, .events = POLLIN};
    for (unsigned i = 0; i < session->boot_count; i++)
        if (is_running(&session->boots[i]))
            fds[count++] = (struct pollfd){.fd = session->boots[i].guest.qemu.pidfd, .events = POLLIN};
    poll(fds, count, LOOK_MS);
    return interrupt_pending(session->interrupt) ? -EINTR : 0;
}

static void show_progress(const struct kernels_session *session)
{
    uint64_t now_ns = clock_now_ns();
    unsigned ended = 0;

    for (unsigned i = 0; i < session->boot_count; i++)
        ended += session->boots[i].done;
    fprintf(session->notes, "\r\033[K%u of %u boots done", ended, session->boot_count);
    for (unsigned i = 0; i < session->boot_count; i++) {
        const struct kernels_boot *boot = &session->boots[i];

        if (is_running(boot))
            fprintf(session->notes, " | %s: %s %.0f s", boot->label,
                    boot->guest.phase == LAB_BOOTING ? "boots" : "measures",
                    (double)(now_ns - boot->guest.started_ns) / 1e9);
    }
    fflush(session->notes);
}

/* Where time is measured, another guest would be the noisy neighbour: each has all CPUs. */
unsigned kernels_at_once(enum kernels_mode mode)
{
    int cpus = cpus_online();

    return mode == MODE_TIMED || cpus < 1 ? 1 : (unsigned)cpus;
}

static int run_guests(struct kernels_session *session)
{
    bool show = session->notes && isatty(fileno(session->notes));
    unsigned most = kernels_at_once(session->options->mode);
    unsigned running = start_waiting(session, 0, most);
    int result = 0;

    while (running > 0 && result == 0) {
        result = wait_a_little(session);
        running = result ? 0 : start_waiting(session, look_at_all(session), most);
        if (show)
            show_progress(session);
    }
    if (show)
        fputs("\r\033[K", session->notes);
    return result;
}

/* --kernel host: our own program as a child, before any guest makes the machine busy. */
static int run_here(struct kernels_session *session, struct kernels_boot *boot, struct error *error)
{
    OWNED_CAPTURE struct capture answer = {0};
    OWNED_PTR char *text = NULL;
    char document[PATH_MAX], *words[256];
    int result;

    boot->started = true;
    snprintf(document, sizeof(document), "%.4000s/host.json", session->directory->path);
    kernels_guest_words(session->options, "tracetoll", document, words, ARRAY_SIZE(words));
    result = own_program((const char *const *)words, (uint64_t)session->options->run_limit_ns,
                         session->interrupt, &answer, error);
    if (result == -ETIMEDOUT && interrupt_pending(session->interrupt))
        return -EINTR;
    if (result == -ETIMEDOUT) {
        boot->status = EXIT_UNTRUSTWORTHY;
        snprintf(boot->message, sizeof(boot->message),
                 "the command did not end within %.0f s and was ended (--timeout)",
                 session->options->run_limit_ns / 1e9);
        boot->done = true;
        return 0;
    }
    if (result)
        return result;
    boot->done = true;
    boot->status = outcome_of_child(answer.exit_status);
    if (!own_run_has_document(answer.exit_status)) {
        take_message(boot, answer.errors);
        return 0;
    }
    text = file_read(document, DOCUMENT_MAX);
    kernels_take_document(boot, text, session->options->micro);
    return 0;
}

/* Of every seed: some seeds only would be another question's answer. */
bool kernels_is_measured(const struct kernels_session *session, unsigned kernel)
{
    unsigned found = 0;

    for (unsigned i = 0; i < session->boot_count; i++) {
        const struct kernels_boot *boot = &session->boots[i];

        if (boot->kernel == kernel && !boot->document)
            return false;
        found += boot->kernel == kernel;
    }
    return found > 0;
}

/* What half an hour has measured is not lost for what was still on its way. */
static int tell_interrupted(struct kernels_session *session, struct error *error)
{
    unsigned measured = 0, kernels = session->options->kernel_count;

    for (unsigned i = 0; i < session->boot_count; i++) {
        struct kernels_boot *boot = &session->boots[i];

        if (boot->done)
            continue;
        lab_guest_close(&boot->guest);
        boot->done = true;
        boot->status = EXIT_INTERRUPTED;
        snprintf(boot->message, sizeof(boot->message), "interrupted %s",
                 boot->started ? "before it was through" : "before it began");
    }
    for (unsigned i = 0; i < kernels; i++)
        measured += kernels_is_measured(session, i);
    if (measured == 0)
        return error_set(error, EXIT_INTERRUPTED, -EINTR,
                         "interrupted before a kernel was measured; every guest is gone");
    return error_set(error, EXIT_INTERRUPTED, -EINTR,
                     "interrupted; every guest is gone, and what was measured on %u of %u kernels is kept",
                     measured, kernels);
}

int kernels_run(struct kernels_session *session, struct error *error)
{
    int result = 0;

    for (unsigned i = 0; result == 0 && i < session->boot_count; i++)
        if (session->options->kernels[session->boots[i].kernel].origin == LAB_HOST)
            result = run_here(session, &session->boots[i], error);
    if (result == 0)
        result = run_guests(session);
    return result == -EINTR ? tell_interrupted(session, error) : result;
}

void kernels_session_free(struct kernels_session *session)
{
    for (unsigned i = 0; i < session->boot_count; i++) {
        lab_guest_close(&session->boots[i].guest);
        json_decref(session->boots[i].document);
    }
    free(session->boots);
}
