// Completes a 100 x 100 matrix of rank 5 from 2000 of its entries, by gradient flow at depth 3.
#define DMF_IMPLEMENTATION
#include "dmf.h"
#include <stdio.h>

enum { n = 100, rank = 5, observed = 2000, depth = 3 };
static dmf_real truth[n * n];
static dmf_entry entries[observed];

int main(void)
{
    dmf_mat w_star = dmf_view(truth, n, n);
    dmf_rng rng = dmf_seed(1, 0);
    dmf_ctx *ctx = NULL;
    dmf_problem *problem = NULL;
    dmf_factors *factors = NULL;
    dmf_motion flow = { .stop_loss = 1e-6 * observed / 2 };  // a mean squared residual of 1e-6
    dmf_report report = { 0 };
    double error = 0;

    dmf_status s = dmf_ctx_create(NULL, &ctx);
    if (!s) s = dmf_random_low_rank(ctx, rank, w_star, &rng);
    if (!s) s = dmf_observe(ctx, w_star, observed, entries, &rng);
    if (!s) s = dmf_completion(ctx, n, n, entries, observed, &problem);
    if (!s) s = dmf_factors_create(ctx, n, n, depth, NULL, &factors);
    if (!s) s = dmf_start_gaussian(ctx, factors, dmf_deviation(factors, 1e-3), &rng);
    if (!s) s = dmf_train(ctx, problem, factors, &flow, NULL, &report);
    if (!s) s = dmf_reconstruction_error(ctx, factors, w_star, &error);
    if (s) fprintf(stderr, "%s\n", ctx ? dmf_message(ctx) : dmf_strerror(s));
    else printf("%s; mean squared error over all %d entries: %.1e\n", dmf_stop_text(report.reason), n * n, error);

    dmf_factors_destroy(factors);
    dmf_problem_destroy(problem);
    dmf_ctx_destroy(ctx);
    return s != DMF_OK;
}
