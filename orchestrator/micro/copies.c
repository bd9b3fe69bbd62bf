/* SPDX-License-Identifier: GPL-2.0 */
#include "orchestrator/micro/copies.h"

int copies_open(struct copies *copies, const struct micro_config *config, const struct copies *shares,
                unsigned count, struct error *error)
{
    for (copies->count = 0; copies->count < count; copies->count++) {
        const struct micro_program *model = shares ? shares->programs[copies->count] : NULL;
        int code = micro_program_open(&copies->programs[copies->count], config, model, error);

        if (code)
            return code;
    }
    return 0;
}

void copies_close(struct copies *copies)
{
    for (unsigned i = 0; i < copies->count; i++)
        micro_program_close(&copies->programs[i]);
    copies->count = 0;
}
