/*
Figure 2 of A19: do factorizations minimise the nuclear norm? Reconstruction error, nuclear norm and effective rank
against the number of observed entries, beside the minimum nuclear norm solution and the truth; rank 5 and rank 10,
n = 100.

Protocol: as for Figure 1, but for the start of depth 2. The caption gives the deviation of the entries of its
factors, 1e-3, a half and a quarter of that, which are product scales of 1e-4 to 6e-6; so does this program. The same
deviation at depth 3 and 4 would be a product scale of 1e-6 and 1e-8; of these the caption says that the start makes
no difference, and they start at --alpha, unless --deep says otherwise.

All runs but those of depth 2 are also fig1's; --have takes them from its CSV.

The CSV is that of fig1 and a column more: deviation, of the entries of the factors at the start, 0 where there are
no factors.
*/
#define _POSIX_C_SOURCE 200809L
#include "../dmf.h"
#include "example.h"
#include "recovery.h"

int main(int argc, char **argv)
{
    curve curves[] = { { FACTORS, 2, 1e-3, 0.03 }, { FACTORS, 2, 0, 0.03 }, { FACTORS, 2, 0, 0.03 },
                       { FACTORS, 3, 0, 0.13 }, { FACTORS, 4, 0, 0.45 },
                       { MINIMUM, 0, 0, 0.5 }, { TRUTH, 0, 0, 0.001 } };
    sweep s = { SWEEP_DEFAULTS, .curves = curves, .curve_count = sizeof curves / sizeof *curves,
                .with_deviation = 1, .most = 5, .counts = 5,
                .listed = { { 1500, 2000, 2500, 3000, 5000 }, { 2500, 3000, 4000, 5000, 7000 } } };
    task_list list = { .header = SWEEP_HEADER ",deviation", TASK_DEFAULTS, .trials = 5 };
    const option options[] = {
        SWEEP_OPTIONS(list, s),
        { "deviation", REAL, &curves[0].deviation, 1e-9, 1, "of the factors at depth 2; then its half and quarter" },
        { "have", TEXT, &s.have, 0, 0, "CSV of fig1 with the same options, for the runs that both make" },
        { "deep", REAL, &curves[3].deviation, 0, 1, "deviation of the factors at depth 3 and 4; 0 = --alpha counts" },
    };
    int option_count = sizeof options / sizeof *options;
    read_options(argc, argv, "Figure 2 of A19: the nuclear norm of what is recovered, as CSV.", options,
                 option_count);
    if (curves[3].deviation > 0 && strcmp(s.start, "identity") == 0) fail("--deep is of Gaussian starts");
    curves[1].deviation = curves[0].deviation / 2;
    curves[2].deviation = curves[0].deviation / 4;
    curves[4].deviation = curves[3].deviation;
    prepare_sweep(&s, &list);
    run_tasks(&list, argv[0], options, option_count);
    free(s.runs);
    return 0;
}
