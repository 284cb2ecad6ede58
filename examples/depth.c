/*
Depth as a continuous parameter: where gradient flow on the factors of W = W_N ... W_1 ends, for real N from 1 to
infinity, followed through the product's own dynamics (A19, the flow behind Theorem 3), and for small whole N also by
training factors.

Protocol: completion of an n x n matrix of rank r with entries of mean square 1, from 1.6 and from 2.05 times its
r (2n - r) degrees of freedom; 2.05 is the ratio of A19's figures (100 x 100, rank 5, 2000 entries). For every depth
the start is the same Gaussian matrix, alpha sqrt(n) in Frobenius norm, and balanced factors of it. Mean squared loss,
stop at 1e-6. A run that needs more gradients than allowed is given up, and its end shown as it is.

CSV: the end of one run a line. ratio is observed over r (2n - r); inverse_depth is 1/N, 0 where N is infinite; kind is
product or factors; train_loss is the mean squared residual; evaluations counts gradients; turns, how
often det W changes its sign from one step to the next, is counted for the product up to depth 2; deeper, small
singular values are soon lost to rounding.
*/
#define _POSIX_C_SOURCE 200809L
#include "../dmf.h"
#include "example.h"

static const double depths[] = { 1, 1.125, 1.25, 1.5, 1.75, 2, 2.25, 2.5, 3, 3.5, 4, 6, 8, 16, INFINITY };
static const double ratios[] = { 1.6, 2.05 };
enum { DEPTHS = sizeof depths / sizeof *depths, RATIOS = sizeof ratios / sizeof *ratios, DEEPEST_FACTORS = 4 };
static const double fitted = 1e-6;

typedef struct settings {
    long size, rank, evaluations;
    double alpha, rtol;
    dmf_motion motion;
    const task_list *list;
} settings;

static size_t count_observed(const settings *s, double ratio)
{
    double all = (double)(s->size * s->size), freedom = (double)(s->rank * (2 * s->size - s->rank));
    return (size_t)fmin(all, floor(ratio * freedom + 0.5));
}

/* What is completed, and from where: the same for every depth. */
typedef struct trial {
    const settings *s;
    dmf_ctx *ctx;
    FILE *csv;
    int number;
    double ratio;
    size_t observed;
    dmf_mat w_star, start, w, spare;
    dmf_entry *entries;
    dmf_real *sigma;
    dmf_problem *problem;
    double depth;             /* of the run */
    int watched, positive, turns;
} trial;

static void draw(trial *t)
{
    int n = (int)t->s->size, i;
    dmf_rng rng = dmf_seed((uint64_t)t->s->list->seed, (uint64_t)t->number);
    t->entries = (dmf_entry *)allocate((size_t)n * (size_t)n, sizeof *t->entries);
    t->sigma = (dmf_real *)allocate((size_t)n, sizeof *t->sigma);
    must(t->ctx, dmf_mat_create(t->ctx, n, n, &t->w_star));
    must(t->ctx, dmf_mat_create(t->ctx, n, n, &t->start));
    must(t->ctx, dmf_mat_create(t->ctx, n, n, &t->w));
    must(t->ctx, dmf_mat_create(t->ctx, n, n, &t->spare));
    must(t->ctx, dmf_random_low_rank(t->ctx, (int)t->s->rank, t->w_star, &rng));
    must(t->ctx, dmf_observe(t->ctx, t->w_star, (size_t)n * (size_t)n, t->entries, &rng));
    must(t->ctx, dmf_completion(t->ctx, n, n, t->entries, t->observed, &t->problem));
    must(t->ctx, dmf_problem_scale(t->ctx, t->problem, 2 / (double)t->observed));
    for (i = 0; i < n * n; i++) t->start.data[i] = (dmf_real)(t->s->alpha / sqrt(n) * dmf_normal(&rng));
}

static void discard(trial *t)
{
    dmf_problem_destroy(t->problem);
    dmf_mat_destroy(&t->w_star);
    dmf_mat_destroy(&t->start);
    dmf_mat_destroy(&t->w);
    dmf_mat_destroy(&t->spare);
    free(t->entries);
    free(t->sigma);
}

/* By elimination with row exchanges, in place. */
static int determinant_is_positive(dmf_mat a)
{
    int positive = 1, i, j, k;
    for (k = 0; k < a.rows; k++) {
        int pivot = k;
        for (i = k + 1; i < a.rows; i++)
            if (fabs((double)a.data[i * a.ld + k]) > fabs((double)a.data[pivot * a.ld + k])) pivot = i;
        for (j = k; j < a.cols; j++) {
            dmf_real kept = a.data[k * a.ld + j];
            a.data[k * a.ld + j] = a.data[pivot * a.ld + j];
            a.data[pivot * a.ld + j] = kept;
        }
        positive ^= (pivot != k) ^ (a.data[k * a.ld + k] < 0);
        for (i = k + 1; i < a.rows; i++) {
            dmf_real f = a.data[i * a.ld + k] / a.data[k * a.ld + k];
            for (j = k; j < a.cols; j++) a.data[i * a.ld + j] -= f * a.data[k * a.ld + j];
        }
    }
    return positive;
}

/* Counts changes of sign of det W. */
static int look(void *user, const dmf_moment *now)
{
    trial *t = (trial *)user;
    int positive;
    report_progress(fmin(1, (double)now->evaluations / (double)t->s->evaluations));
    if (now->factors->depth == 1 && t->depth <= 2) {
        must(t->ctx, dmf_copy(t->ctx, now->factors->w[0], t->spare));
        positive = determinant_is_positive(t->spare);
        t->turns += t->watched && positive != t->positive;
        t->positive = positive;
        t->watched = 1;
    }
    return 0;
}

static void write_end(const trial *t, double depth, const char *kind, const dmf_report *report)
{
    static const char *const ends[] = { "", "fits", "time", "steps", "stationary", "", "given_up", "given_up" };
    const dmf_mat none = { 0 };
    dmf_spectrum truth, end;
    double error = 0, n = (double)t->s->size;
    int i;
    must(t->ctx, dmf_svd(t->ctx, t->w_star, none, t->sigma, none));
    truth = dmf_summarize(t->sigma, t->w.rows);
    must(t->ctx, dmf_svd(t->ctx, t->w, none, t->sigma, none));
    end = dmf_summarize(t->sigma, t->w.rows);
    for (i = 0; i < t->w.rows * t->w.cols; i++) {
        double off = (double)t->w.data[i] - (double)t->w_star.data[i];
        error += off * off / (n * n);
    }
    fprintf(t->csv, "%ld,%ld,%lu,%.9g,%d,%.9g,%s,%.9g,%.9g,%.9g,%.9g,%.9g,%.9g,%ld,%s,%d\n", t->s->size, t->s->rank,
            (unsigned long)t->observed, t->ratio, t->number, 1 / depth, kind, truth.effective_rank, end.effective_rank,
            end.stable_rank, error, end.nuclear, report->loss, report->evaluations, ends[report->reason],
            t->turns);
}

/* Descent takes steps that suit its depth; infinite depth has its time rescaled already. */
static dmf_motion motion_at(const settings *s, double depth)
{
    dmf_motion motion = s->motion;
    if (depth < INFINITY) motion.rate /= depth;
    motion.stop_evaluations = s->evaluations;
    return motion;
}

/* A look at a product costs a decomposition: there are few where no signs are counted. */
static void move_product(trial *t, double depth)
{
    dmf_motion motion = motion_at(t->s, depth);
    dmf_observer observer = { .look = look, .user = t, .every = depth > 2 ? 100 : 1 };
    dmf_report report;
    t->watched = t->turns = 0;
    must(t->ctx, dmf_copy(t->ctx, t->start, t->w));
    must(t->ctx, dmf_train_product(t->ctx, t->problem, depth, t->w, &motion, &observer, &report));
    write_end(t, depth, "product", &report);
}

static void move_factors(trial *t, int depth)
{
    dmf_observer observer = { .look = look, .user = t };
    dmf_motion motion = motion_at(t->s, depth);
    dmf_factors *factors;
    dmf_report report;
    must(t->ctx, dmf_factors_create(t->ctx, t->w.rows, t->w.cols, depth, NULL, &factors));
    t->watched = t->turns = 0;
    must(t->ctx, dmf_start_balanced(t->ctx, factors, t->start));
    must(t->ctx, dmf_train(t->ctx, t->problem, factors, &motion, &observer, &report));
    must(t->ctx, dmf_product(t->ctx, factors, t->w));
    write_end(t, depth, "factors", &report);
    dmf_factors_destroy(factors);
}

/* ---- A task: one depth of one trial with one number of observations ---- */

static void run_depth(void *user, int task, FILE *csv)
{
    const settings *s = (const settings *)user;
    double depth = depths[task % DEPTHS];
    dmf_options one_thread = { .threads = 1 };
    trial t = { .s = s, .csv = csv, .number = task / DEPTHS % (int)s->list->trials };
    t.ratio = ratios[task / DEPTHS / (int)s->list->trials];
    t.observed = count_observed(s, t.ratio);
    t.depth = depth;
    must(NULL, dmf_ctx_create(&one_thread, &t.ctx));
    draw(&t);
    move_product(&t, depth);
    if (depth <= DEEPEST_FACTORS && depth == floor(depth)) move_factors(&t, (int)depth);
    discard(&t);
    dmf_ctx_destroy(t.ctx);
}

/* Deep runs take more gradients: about so many times 5000. */
static double depth_weight(void *user, int task)
{
    (void)user;
    return 0.02 + pow(1 - 1 / depths[task % DEPTHS], 4);
}

int main(int argc, char **argv)
{
    settings s = { .size = 32, .rank = 4, .evaluations = 10000, .alpha = 1e-2, .rtol = 1e-3 };
    task_list list = { .header = "size,rank,observed,ratio,trial,inverse_depth,kind,true_effective_rank,"
                                 "effective_rank,stable_rank,reconstruction_error,nuclear_norm,train_loss,evaluations,"
                                 "end,turns",
                       .run = run_depth, .weight = depth_weight, .user = &s, TASK_DEFAULTS, .trials = 4 };
    const option options[] = {
        TASK_OPTIONS(list, "random matrices", ANY_METHOD),
        { "size", WHOLE, &s.size, 2, 1000, "rows and columns" },
        { "rank", WHOLE, &s.rank, 1, 1000, "of the matrix to be completed" },
        { "alpha", REAL, &s.alpha, 1e-30, 1, "scale of the start" },
        { "rtol", REAL, &s.rtol, 1e-12, 0.1, "relative tolerance of the flow" },
        { "evaluations", WHOLE, &s.evaluations, 1, 1e9, "gradients after which a run is given up" },
    };
    int option_count = sizeof options / sizeof *options;
    read_options(argc, argv, "Where gradient flow ends, over depth as a real number, as CSV.", options, option_count);
    if (s.rank > s.size) fail("--rank cannot be more than --size, which is %ld", s.size);
    s.motion = motion_by_name(list.method, 0.1);
    s.motion.stop_loss = fitted;
    set_tolerance(&s.motion, s.rtol);
    s.list = &list;
    list.count = RATIOS * (int)list.trials * DEPTHS;
    run_tasks(&list, argv[0], options, option_count);
    return 0;
}
