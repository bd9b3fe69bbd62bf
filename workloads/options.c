/* SPDX-License-Identifier: GPL-2.0 */
#include "workloads/options.h"
#include "base/cpus.h"
#include "base/units.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CPUS_MAX 1024
#define RATE_MAX 1e6 /* more than one thread can do */

const char *const option_modes[] = {"closed", "open", NULL};
const char *const option_on_off[] = {"on", "off", NULL};

int option_last_cpu(void)
{
    int cpus[CPUS_MAX];
    int count = cpus_allowed(cpus, CPUS_MAX);

    if (count < 0)
        return count;
    return count ? cpus[count - 1] : -EINVAL;
}

/* "0-1" and "0,2,3" are what people know from taskset; here the plain list will do. */
static void list_cpus(char *text, size_t size)
{
    int cpus[CPUS_MAX];
    int count = cpus_allowed(cpus, CPUS_MAX);
    size_t length = 0;

    text[0] = '\0';
    for (int i = 0; i < count && length + 8 < size; i++)
        length += (size_t)snprintf(text + length, size - length, "%s%d", i ? " " : "", cpus[i]);
}

static bool cpu_allowed(long cpu)
{
    int cpus[CPUS_MAX];
    int count = cpus_allowed(cpus, CPUS_MAX);

    for (int i = 0; i < count; i++)
        if (cpus[i] == cpu)
            return true;
    return false;
}

/* Takes one number from *text and what follows it. */
static int parse_cpu(const struct workload *workload, const char *name, const char **text, int *cpu,
                     struct error *error)
{
    bool pair = strcmp(name, "cpus") == 0;
    char *end;
    long number = strtol(*text, &end, 10);
    char allowed[256];

    if (end == *text || (*end != '\0' && (*end != ':' || !pair)))
        return error_set(error, EXIT_USAGE, -EINVAL, "%s: %s=%s is not possible; write a CPU's number%s",
                         workload->ops->name, name, params_text(&workload->params, name),
                         pair ? ", or CLIENT:SERVER" : "");
    if (!cpu_allowed(number)) {
        list_cpus(allowed, sizeof(allowed));
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "%s: CPU %ld is not among those this process may use (%s); choose another for %s=, "
                         "or start tracetoll without taskset",
                         workload->ops->name, number, allowed, name);
    }
    *cpu = (int)number;
    *text = end;
    return 0;
}

int option_cpus(const struct workload *workload, const char *name, int cpu[GENERATOR_ROLES],
                struct error *error)
{
    const char *text = params_text(&workload->params, name);
    int last, result;

    if (!text) {
        last = option_last_cpu();
        if (last < 0)
            return error_set(error, EXIT_ENVIRONMENT, last, "the CPUs this process may use are not known: %s",
                             strerror(-last));
        cpu[GENERATOR_CLIENT] = cpu[GENERATOR_SERVER] = last;
        return 0;
    }
    result = parse_cpu(workload, name, &text, &cpu[GENERATOR_CLIENT], error);
    cpu[GENERATOR_SERVER] = cpu[GENERATOR_CLIENT];
    if (result || *text == '\0')
        return result;
    text++;
    result = parse_cpu(workload, name, &text, &cpu[GENERATOR_SERVER], error);
    if (result == 0 && *text)
        return error_set(error, EXIT_USAGE, -EINVAL, "%s: %s=%s has too many CPUs; write CLIENT:SERVER",
                         workload->ops->name, name, params_text(&workload->params, name));
    return result;
}

int option_parse_rate(const struct workload *workload, const char *text, struct rate *rate,
                      struct error *error)
{
    struct quantity quantity;
    int result = quantity_parse(text, "rate", &quantity, error);

    if (result)
        return result;
    if (quantity.number > 0 && quantity.dimension == DIMENSION_PERCENT && quantity.number < 1)
        rate->share = quantity.number;
    else if (quantity.number > 0 && quantity.number <= RATE_MAX &&
             (quantity.dimension == DIMENSION_RATE || quantity.dimension == DIMENSION_NONE))
        rate->per_second = quantity.number;
    else
        return error_set(
            error, EXIT_USAGE, -EINVAL,
            "%s: rate=%s is not possible; write requests per second up to 1M/s (20k/s), or a share of "
            "the capacity below 100%% (50%%)",
            workload->ops->name, text);
    return 0;
}

bool option_is_open(const struct workload *workload)
{
    return strcmp(params_text(&workload->params, "mode"), "open") == 0;
}

int option_rate(const struct workload *workload, struct rate *rate, struct error *error)
{
    bool open = option_is_open(workload);
    const char *text = params_text(&workload->params, "rate");

    *rate = (struct rate){0};
    if (!open && text)
        return error_set(error, EXIT_USAGE, -EINVAL,
                         "%s: rate=%s needs mode=open; a closed loop goes as fast as replies come",
                         workload->ops->name, text);
    return open ? option_parse_rate(workload, text ? text : "50%", rate, error) : 0;
}

int option_apply_rate(const struct rate *rate, struct generator *generator, struct error *error)
{
    double capacity = 0;
    int result = rate->share > 0 ? generator_capacity(generator, &capacity, error) : 0;

    generator->offered_rate = rate->share > 0 ? rate->share * capacity : rate->per_second;
    return result;
}

int option_generator(struct workload *workload, const char *cpu_name, struct generator *generator,
                     struct error *error)
{
    int reference = 0, result = option_cpus(workload, cpu_name, generator->cpu, error);

    if (result == 0)
        result = params_flag(&workload->params, "reference", &reference, error);
    generator->reference = reference;
    workload->cpu = generator->cpu[GENERATOR_CLIENT];
    return result;
}

int option_bytes(const struct workload *workload, const char *name, size_t low, size_t high, size_t *bytes,
                 struct error *error)
{
    const char *text = params_text(&workload->params, name);
    struct quantity quantity;
    int result = quantity_parse(text, name, &quantity, error);

    if (result)
        return result;
    if ((quantity.dimension != DIMENSION_NONE && quantity.dimension != DIMENSION_BYTES) ||
        quantity.number < (double)low || quantity.number > (double)high ||
        quantity.number != (double)(size_t)quantity.number)
        return error_set(error, EXIT_USAGE, -EINVAL, "%s: %s=%s is not possible; write %zu to %zu bytes",
                         workload->ops->name, name, text, low, high);
    *bytes = (size_t)quantity.number;
    return 0;
}
