/*
Figure 1 of A19: reconstruction error against the number of observed entries, for factorizations of depth 2, 3 and 4,
rank 5 and rank 10, n = 100. Beside them the minimum nuclear norm solution and the truth.

Protocol (A19, captions and published code): Gaussian start with product scale alpha = 1e-3, mean squared loss, stop
at 1e-6; the minimum nuclear norm to a proved gap of 1e-4. All counts of a trial share the matrix and the start, and a
longer list of observed entries goes on where a shorter one ends. --task sensing is the twin of appendix E: <A_i, W*>,
A_i with N(0, 1)/n entries.

A line of the CSV is one run. method is minimum_nuclear_norm, truth (both with depth 0) or what --method says of the
factorizations; reconstruction_error is the mean of (W - W*)^2 over all entries, train_loss the mean squared residual;
evaluations are gradients or, for the nuclear norm, singular value decompositions.
*/
#define _POSIX_C_SOURCE 200809L
#include "../dmf.h"
#include "example.h"
#include "recovery.h"

int main(int argc, char **argv)
{
    static const curve curves[] = { { FACTORS, 2, 0, 0.03 }, { FACTORS, 3, 0, 0.13 }, { FACTORS, 4, 0, 0.45 },
                                    { MINIMUM, 0, 0, 0.5 }, { TRUTH, 0, 0, 0.001 } };
    sweep s = { SWEEP_DEFAULTS, .curves = curves, .curve_count = sizeof curves / sizeof *curves,
                .most = 8, .counts = 8,
                .listed = { { 1000, 1500, 1750, 2000, 2500, 3000, 4000, 5000 },
                            { 2000, 2500, 3000, 3500, 4000, 5000, 6000, 7000 } } };
    task_list list = { .header = SWEEP_HEADER, TASK_DEFAULTS, .trials = 5 };
    const option options[] = { SWEEP_OPTIONS(list, s) };
    int option_count = sizeof options / sizeof *options;
    read_options(argc, argv, "Figure 1 of A19: recovery against the number of observations, as CSV.", options,
                 option_count);
    prepare_sweep(&s, &list);
    run_tasks(&list, argv[0], options, option_count);
    return 0;
}
