/*
What the recovery experiments of A19 share. First one trial: a random matrix of low rank with its observations, and
what a factorization or the minimum nuclear norm makes of the first so many of them. Then a sweep: curves against the
number of observations, one task to each curve of each trial. Include after example.h.
*/
#ifndef RECOVERY_H
#define RECOVERY_H

/* ---- One trial ---- */

typedef struct trial {
    int n, sensing;
    dmf_mat w_star;           /* n x n */
    dmf_entry *entries;       /* completion: all of w_star, in random order */
    dmf_mat a;                /* sensing: A_i with N(0, 1)/n entries, one a row, and <A_i, w_star> */
    dmf_real *y;
    dmf_rng start;            /* of the factors */
} trial;

/* What was found, and what it took. */
typedef struct finding {
    double error, effective_rank, nuclear_norm, train_loss;  /* error and loss: mean squares */
    double deviation;         /* of the entries of the factors at the start */
    long evaluations;         /* gradients; for the minimum nuclear norm, singular value decompositions */
    double cpu_seconds;
} finding;

/* count is only how many measurements there will be: the first ones are the same whatever it is. */
static inline void draw_measurements(dmf_ctx *ctx, dmf_rng *rng, trial *t, int count)
{
    size_t size = (size_t)t->n * t->n, k;
    int i;
    must(ctx, dmf_mat_create(ctx, count, t->n * t->n, &t->a));
    t->y = (dmf_real *)allocate((size_t)count, sizeof *t->y);
    for (i = 0; i < count; i++) {
        dmf_real *a = t->a.data + (size_t)i * t->a.ld;
        double y = 0;
        for (k = 0; k < size; k++) {
            a[k] = (dmf_real)(dmf_normal(rng) / t->n);
            y += (double)a[k] * t->w_star.data[k];
        }
        t->y[i] = (dmf_real)y;
    }
}

static inline trial draw_trial(dmf_ctx *ctx, uint64_t seed, int number, int n, int rank, int sensing, int count)
{
    trial t = { .n = n, .sensing = sensing, .start = dmf_seed(seed, 2 * (uint64_t)number + 1) };
    dmf_rng rng = dmf_seed(seed, 2 * (uint64_t)number);
    must(ctx, dmf_mat_create(ctx, n, n, &t.w_star));
    must(ctx, dmf_random_low_rank(ctx, &rng, rank, t.w_star));
    if (sensing) draw_measurements(ctx, &rng, &t, count);
    else {
        t.entries = (dmf_entry *)allocate((size_t)n * n, sizeof *t.entries);
        must(ctx, dmf_observe(ctx, &rng, t.w_star, (size_t)n * n, t.entries));
    }
    return t;
}

static inline void drop_trial(trial *t)
{
    dmf_mat_destroy(&t->w_star);
    dmf_mat_destroy(&t->a);
    free(t->entries);
    free(t->y);
}

/* The first count observations; the loss is the mean squared residual. */
static inline dmf_problem *first_observations(dmf_ctx *ctx, const trial *t, int count)
{
    dmf_problem *problem;
    if (!t->sensing) must(ctx, dmf_completion(ctx, t->n, t->n, t->entries, (size_t)count, &problem));
    else must(ctx, dmf_sensing(ctx, t->n, t->n, dmf_block(t->a, 0, 0, count, t->a.cols), t->y, &problem));
    must(ctx, dmf_problem_scale(ctx, problem, 2.0 / count));
    return problem;
}

static inline finding measure(dmf_ctx *ctx, const trial *t, const dmf_problem *problem, dmf_mat w)
{
    size_t size = (size_t)t->n * t->n, k;
    dmf_real *sigma = (dmf_real *)allocate((size_t)t->n, sizeof *sigma);
    dmf_spectrum spectrum;
    dmf_mat none = { 0 };
    finding f = { 0 };
    must(ctx, dmf_svd(ctx, w, none, sigma, none));
    must(ctx, dmf_problem_loss(ctx, problem, w, none, &f.train_loss));
    spectrum = dmf_summarize(sigma, t->n);
    for (k = 0; k < size; k++) f.error += pow((double)w.data[k] - t->w_star.data[k], 2) / (double)size;
    f.effective_rank = spectrum.effective_rank;
    f.nuclear_norm = spectrum.nuclear;
    free(sigma);
    return f;
}

/* Gaussian start: every entry of every factor has the deviation or, if that is 0, the one of product scale alpha. */
static inline finding by_factorization(dmf_ctx *ctx, const trial *t, const dmf_problem *problem, int depth,
                                       double alpha, double deviation, const dmf_motion *motion,
                                       const dmf_observer *observer)
{
    dmf_rng rng = t->start;
    dmf_factors *factors;
    dmf_report report;
    dmf_mat w;
    finding f;
    must(ctx, dmf_factors_create(ctx, t->n, t->n, depth, NULL, &factors));
    if (deviation == 0) deviation = dmf_deviation(factors, alpha);
    must(ctx, dmf_start_gaussian(ctx, factors, deviation, &rng));
    must(ctx, dmf_train(ctx, problem, factors, motion, observer, &report));
    must(ctx, dmf_mat_create(ctx, t->n, t->n, &w));
    must(ctx, dmf_product(ctx, factors, w));
    f = measure(ctx, t, problem, w);
    f.deviation = deviation;
    f.evaluations = report.evaluations;
    f.cpu_seconds = report.cpu_seconds;
    dmf_mat_destroy(&w);
    dmf_factors_destroy(factors);
    return f;
}

static inline finding by_nuclear_norm(dmf_ctx *ctx, const trial *t, const dmf_problem *problem,
                                      const dmf_nuclear *options)
{
    clock_t before = clock();
    dmf_certificate certificate;
    dmf_mat x;
    finding f;
    must(ctx, dmf_mat_create(ctx, t->n, t->n, &x));
    must(ctx, dmf_minimum_nuclear_norm(ctx, problem, options, x, NULL, &certificate));
    before = clock() - before;
    f = measure(ctx, t, problem, x);
    f.evaluations = certificate.iterations;
    f.cpu_seconds = (double)before / CLOCKS_PER_SEC;
    dmf_mat_destroy(&x);
    return f;
}

/* ---- A sweep over the number of observations ---- */

enum { MOST_COUNTS = 9 };

/* Counts for rank 5 and rank 10 at n = 100; at other sizes and ranks, the same multiples of the information limit
   r(2n - r). */
static const int ranks_at_100[2] = { 5, 10 };
static const int counts_at_100[2][MOST_COUNTS] = { { 1000, 1250, 1500, 1750, 2000, 2500, 3000, 4000, 5000 },
                                                   { 2000, 2500, 3000, 3500, 4000, 4500, 5000, 6000, 7000 } };

/* deviation 0 = that of product scale alpha. Weight: seconds for all counts of one trial on one core of a 2023 server,
   n = 100. */
typedef struct curve { enum { FACTORS, MINIMUM, TRUTH } of; int depth; double deviation, weight; } curve;

typedef struct sweep {
    const task_list *list;
    const curve *curves;
    int curve_count, with_deviation;
    int thin;                 /* 1: every count; 2: every other one, from the first to the last */
    long size, rank, observed, timing;
    double alpha;
    const char *task;
    int n, sensing, ranks[2], rank_count;
} sweep;

#define SWEEP_DEFAULTS .alpha = 1e-3, .task = "completion"
#define SWEEP_OPTIONS(sweep) \
    { "task", TEXT, &(sweep).task, 0, 0, "completion or sensing" }, \
    { "size", WHOLE, &(sweep).size, 0, 1000, "n of the n x n matrix; 0 = 100, for sensing 40" }, \
    { "rank", WHOLE, &(sweep).rank, 0, 1000, "its rank; 0 = both n/20 and n/10" }, \
    { "observed", WHOLE, &(sweep).observed, 0, 1e6, "entries or measurements; 0 = the list of the figure" }, \
    { "alpha", REAL, &(sweep).alpha, 1e-12, 1, "scale of the product at the start" }, \
    { "timing", WHOLE, &(sweep).timing, 0, 1, "1 = processor seconds, which differ between runs; 0 = zeros" }
