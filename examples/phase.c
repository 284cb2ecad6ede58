/*
Phase diagram of recovery: which share of random matrices is completed, over the number of observed entries and the
rank, by gradient flow at depth 2, 3 and 4 and by the matrix of minimum nuclear norm that fits.

Protocol (A19's synthetic task, smaller): W* is n x n of the given rank, its entries of mean square 1; the entries
observed of a trial are nested, so that more of them can only tell more. Gaussian start of product scale alpha, mean
squared loss, stop at 1e-6. A run recovers if its reconstruction error, the mean over all entries of (W - W*)^2, is
below the threshold. A run that is given up, because it needs more gradients than allowed or its gap is not reached,
counts by the error it has come to.

CSV: one run a line. depth is 0 for the minimum nuclear norm, train_loss the mean squared residual, evaluations
counts gradients or decompositions, and end says why the run ended.
*/
#define _POSIX_C_SOURCE 200809L
#include "../dmf.h"
#include "example.h"

enum { SHALLOWEST = 2, DEEPEST = 4 };
static const double most_observed = 0.8, fitted = 1e-6;

typedef struct settings {
    long size, ranks, points, evaluations, decompositions;
    double alpha, threshold, gap;
    dmf_motion motion;
    const task_list *list;
} settings;

/* One cell of the diagram, and one matrix to be completed in it. */
typedef struct cell { const settings *s; dmf_ctx *ctx; FILE *csv; int rank; size_t observed; } cell;
typedef struct instance { int trial; dmf_mat w_star, w; dmf_entry *entries; dmf_problem *problem; } instance;

static int cell_rank(const settings *s, int task) { return 1 + task / (int)s->points; }
static double cell_fraction(const settings *s, int task)
{
    return most_observed * (1 + task % (int)s->points) / (double)s->points;
}

/* A stream for the matrix (depth 0) or the start of every rank and trial. */
static dmf_rng stream_of(const cell *c, int trial, int depth)
{
    return dmf_seed((uint64_t)c->s->list->seed, ((uint64_t)c->rank * 10000 + (uint64_t)trial) * 8 + (uint64_t)depth);
}

static instance draw(const cell *c, int trial)
{
    int n = (int)c->s->size;
    instance i = { .trial = trial };
    dmf_rng rng = stream_of(c, trial, 0);
    i.entries = (dmf_entry *)allocate((size_t)n * (size_t)n, sizeof *i.entries);
    must(c->ctx, dmf_mat_create(c->ctx, n, n, &i.w_star));
    must(c->ctx, dmf_mat_create(c->ctx, n, n, &i.w));
    must(c->ctx, dmf_random_low_rank(c->ctx, c->rank, i.w_star, &rng));
    must(c->ctx, dmf_observe(c->ctx, i.w_star, (size_t)n * (size_t)n, i.entries, &rng));
    must(c->ctx, dmf_completion(c->ctx, n, n, i.entries, c->observed, &i.problem));
    must(c->ctx, dmf_problem_scale(c->ctx, i.problem, 2 / (double)c->observed));
    return i;
}

static void discard(instance *i)
{
    dmf_problem_destroy(i->problem);
    dmf_mat_destroy(&i->w_star);
    dmf_mat_destroy(&i->w);
    free(i->entries);
}

static void write_run(const cell *c, const instance *i, int depth, long evaluations, const char *end)
{
    double error = 0, loss;
    size_t e;
    must(c->ctx, dmf_problem_loss(c->ctx, i->problem, i->w, (dmf_mat){ 0 }, &loss));
    for (e = 0; e < (size_t)i->w.rows * (size_t)i->w.cols; e++) {
        double off = (double)i->w.data[e] - (double)i->w_star.data[e];
        error += off * off;
    }
    error /= (double)i->w.rows * i->w.cols;
    fprintf(c->csv, "%ld,%d,%lu,%d,%s,%d,%.9g,%.9g,%d,%ld,%s\n", c->s->size, c->rank, (unsigned long)c->observed, depth,
            depth ? c->s->list->method : "nuclear", i->trial, error, loss, error < c->s->threshold, evaluations, end);
}

static int out_of_patience(void *user, const dmf_moment *now)
{
    return now->evaluations >= ((const settings *)user)->evaluations;
}

static void complete_by_factors(const cell *c, const instance *i, int depth)
{
    static const char *const ends[] = { "", "fits", "time", "steps", "stationary", "given_up" };
    dmf_observer observer = { .look = out_of_patience, .user = (void *)c->s };
    dmf_rng rng = stream_of(c, i->trial, depth);
    dmf_factors *factors;
    dmf_report report;
    must(c->ctx, dmf_factors_create(c->ctx, i->w.rows, i->w.cols, depth, NULL, &factors));
    must(c->ctx, dmf_start_gaussian(c->ctx, factors, dmf_deviation(factors, c->s->alpha), &rng));
    must(c->ctx, dmf_train(c->ctx, i->problem, factors, &c->s->motion, &observer, &report));
    must(c->ctx, dmf_product(c->ctx, factors, i->w));
    write_run(c, i, depth, report.evaluations, ends[report.reason]);
    dmf_factors_destroy(factors);
}

static void complete_by_norm(const cell *c, const instance *i)
{
    dmf_nuclear options = { .gap = c->s->gap, .stop_steps = c->s->decompositions };
    dmf_certificate certificate;
    dmf_status s = dmf_minimum_nuclear_norm(c->ctx, i->problem, &options, i->w, NULL, &certificate);
    if (s != DMF_ERR_CONVERGENCE) must(c->ctx, s);
    write_run(c, i, 0, certificate.iterations, s ? "given_up" : "fits");
}

static void run_cell(void *user, int task, FILE *csv)
{
    const settings *s = (const settings *)user;
    int runs = DEEPEST - SHALLOWEST + 2, trial, depth;
    dmf_options one_thread = { .threads = 1 };
    cell c = { .s = s, .csv = csv, .rank = cell_rank(s, task) };
    c.observed = (size_t)fmax(1, floor(cell_fraction(s, task) * (double)(s->size * s->size) + 0.5));
    must(NULL, dmf_ctx_create(&one_thread, &c.ctx));
    for (trial = 0; trial < s->list->trials; trial++) {
        instance i = draw(&c, trial);
        for (depth = SHALLOWEST; depth <= DEEPEST; depth++) {
            complete_by_factors(&c, &i, depth);
            report_progress((trial + (depth - SHALLOWEST + 1.0) / runs) / (double)s->list->trials);
        }
        complete_by_norm(&c, &i);
        discard(&i);
    }
    dmf_ctx_destroy(c.ctx);
}

/* Where there is no recovery, runs wander longer. */
static double cell_weight(void *user, int task)
{
    const settings *s = (const settings *)user;
    double rank = cell_rank(s, task), n = (double)s->size;
    return cell_fraction(s, task) * n * n < 1.5 * rank * (2 * n - rank) ? 2 : 1;
}

int main(int argc, char **argv)
{
    settings s = { .size = 40, .ranks = 10, .points = 16, .evaluations = 5000, .decompositions = 1000, .alpha = 1e-3,
                   .threshold = 1e-3, .gap = 1e-4 };
    task_list list = { .header = "size,rank,observed,depth,method,trial,reconstruction_error,train_loss,recovered,"
                                 "evaluations,end",
                       .run = run_cell, .weight = cell_weight, .user = &s, TASK_DEFAULTS, .trials = 5 };
    const option options[] = {
        TASK_OPTIONS(list, "matrices of every rank", ANY_METHOD),
        { "size", WHOLE, &s.size, 2, 1000, "rows and columns" },
        { "ranks", WHOLE, &s.ranks, 1, 1000, "ranks, from 1 on" },
        { "points", WHOLE, &s.points, 1, 1000, "numbers of observed entries, up to 0.8 of all" },
        { "alpha", REAL, &s.alpha, 1e-30, 1, "scale of the start" },
        { "threshold", REAL, &s.threshold, 0, 1e9, "reconstruction error below which a matrix is recovered" },
        { "evaluations", WHOLE, &s.evaluations, 1, 1e9, "gradients after which a run is given up" },
        { "gap", REAL, &s.gap, 1e-12, 1, "relative gap to which the nuclear norm is minimised" },
        { "decompositions", WHOLE, &s.decompositions, 1, 1e9, "after so many its minimisation is given up" },
    };
    int option_count = sizeof options / sizeof *options;
    read_options(argc, argv, "Phase diagram of matrix completion over observed entries and rank, as CSV.", options,
                 option_count);
    if (s.ranks > s.size) fail("--ranks cannot be more than --size, which is %ld", s.size);
    s.motion = motion_by_name(list.method, 0.02);
    s.motion.stop_loss = fitted;
    s.list = &list;
    list.count = (int)(s.ranks * s.points);
    run_tasks(&list, argv[0], options, option_count);
    return 0;
}
