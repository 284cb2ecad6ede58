/*
Training in two phases, for the programs about loss of plasticity (SY26): on few entries of W*, then on more. A warm
run goes on from where the first phase ended, a cold one starts anew with all that is observed by then. Of two cases
the exact one is a reconstruction, the random one is after the published protocol of Kleinman et al. (2024):

    exact     W* is d x d, all ones; its diagonal is observed, then its superdiagonal too. Every factor starts with
              alpha on the diagonal and alpha/m off it, so that depth 2 is decoupled in the first phase
    random    W* is n x n of rank r with entries of mean square 1; entries are drawn uniformly, those of the first
              phase are among those of the second. Gaussian start whose product has scale alpha

The loss is half the mean squared residual of the observed entries; the test error is the mean of (W - W*)^2 over all
entries, observed or not.
*/
#ifndef TWO_PHASES_H
#define TWO_PHASES_H

#include "example.h"

static const double rate_of_descent = 0.2;  /* one step is so much time */

typedef struct instance {
    dmf_ctx *ctx;
    int n, cols, trial, is_exact;  /* W* is n x cols */
    uint64_t seed;
    double alpha, m;
    dmf_mat w_star, w;
    dmf_entry *entries;       /* all of W*, in the order in which they come to be observed */
    dmf_real *sigma;
} instance;

/* Streams of a trial: 0 for the matrix, the depth for the start, others from OF_NOISE on. */
enum { STREAMS = 64, OF_NOISE = 16 };
static dmf_rng stream_of(const instance *i, int stream)
{
    return dmf_seed(i->seed, (uint64_t)i->trial * STREAMS + (uint64_t)stream);
}

static instance open_instance(int n, int cols, uint64_t seed, int trial)
{
    instance i = { .n = n, .cols = cols, .trial = trial, .seed = seed };
    dmf_options one_thread = { .threads = 1 };
    must(NULL, dmf_ctx_create(&one_thread, &i.ctx));
    must(i.ctx, dmf_mat_create(i.ctx, n, cols, &i.w_star));
    must(i.ctx, dmf_mat_create(i.ctx, n, cols, &i.w));
    i.entries = (dmf_entry *)allocate((size_t)n * (size_t)cols, sizeof *i.entries);
    i.sigma = (dmf_real *)allocate((size_t)n, sizeof *i.sigma);
    return i;
}

static void close_instance(instance *i)
{
    free(i->sigma);
    free(i->entries);
    dmf_mat_destroy(&i->w);
    dmf_mat_destroy(&i->w_star);
    dmf_ctx_destroy(i->ctx);
}

/* The diagonal, the superdiagonal, and on to the corner; then below. */
static inline instance open_exact(int d, uint64_t seed, int trial)
{
    instance i = open_instance(d, d, seed, trial);
    dmf_entry *next = i.entries;
    int k, j;
    i.is_exact = 1;
    i.alpha = 0.01;
    i.m = 10;
    for (j = 0; j < d * d; j++) i.w_star.data[j] = 1;
    for (k = 0; k < d; k++)
        for (j = 0; j < d - k; j++) *next++ = (dmf_entry){ j, j + k, 1 };
    for (k = 1; k < d; k++)
        for (j = 0; j < d - k; j++) *next++ = (dmf_entry){ j + k, j, 1 };
    return i;
}

static inline instance open_random(int n, int rank, uint64_t seed, int trial)
{
    instance i = open_instance(n, n, seed, trial);
    dmf_rng rng = stream_of(&i, 0);
    i.alpha = 1e-3;
    must(i.ctx, dmf_random_low_rank(i.ctx, rank, i.w_star, &rng));
    must(i.ctx, dmf_observe(i.ctx, i.w_star, (size_t)n * (size_t)n, i.entries, &rng));
    return i;
}

/* The first of the entries, with half their mean squared residual for a loss. */
static dmf_problem *observe_first(const instance *i, size_t count)
{
    dmf_problem *problem;
    must(i->ctx, dmf_completion(i->ctx, i->n, i->cols, i->entries, count, &problem));
    must(i->ctx, dmf_problem_scale(i->ctx, problem, 1 / (double)count));
    return problem;
}

static dmf_factors *start_factors(const instance *i, int depth)
{
    dmf_factors *factors;
    dmf_rng rng = stream_of(i, depth);
    must(i->ctx, dmf_factors_create(i->ctx, i->n, i->cols, depth, NULL, &factors));
    if (i->is_exact) must(i->ctx, dmf_start_family(i->ctx, factors, i->alpha, i->m));
    else must(i->ctx, dmf_start_gaussian(i->ctx, factors, dmf_deviation(factors, i->alpha), &rng));
    return factors;
}

/* Leaves the singular values of the product in sigma. */
static dmf_spectrum measure(const instance *i, dmf_ctx *ctx, const dmf_factors *factors, double *error)
{
    dmf_spectrum spectrum;
    must(ctx, dmf_reconstruction_error(ctx, factors, i->w_star, error));
    must(ctx, dmf_factors_spectrum(ctx, factors, i->sigma, &spectrum));
    return spectrum;
}

#endif
