/*
Rank and norm of the solution against the number of connected components of the observation graph: where components do
not feel each other, at depth 2, each is completed for itself and their ranks add up; from depth 3 on they are coupled
and share singular vectors. SY26 considers blocks; the experiment is ours.

Protocol: W* is n x n of rank r, its entries of mean square 1. The same number of entries is observed within 1, 2, 3,
4 or 6 blocks of equal size down the diagonal, as many as the smallest blocks have: those are complete, in larger ones
entries are random, drawn again until every block is connected. A trial has the same W* for all blocks. Gaussian start
of product scale alpha, mean squared loss, stop at 1e-6. Beside it the least nuclear norm of a matrix that fits, with
the matrix that the solver comes to: others may have the same norm.

CSV: one solution a line. depth is 0 for the minimum nuclear norm; lower is the proven lower bound there, else 0;
truth_nuclear and truth_effective_rank are those of W*; end says why the run ended.
*/
#define _POSIX_C_SOURCE 200809L
#include "../dmf.h"
#include "example.h"

enum { SHALLOWEST = 2, DEEPEST = 3, RANKS = 2 };
static const int parts[] = { 1, 2, 3, 4, 6 };
enum { PARTS = sizeof parts / sizeof *parts, MOST_PARTS = 6, MOST_DRAWS = 100000 };
static const double fitted = 1e-6;

typedef struct settings {
    long size, evaluations, decompositions;
    double alpha, rtol, gap;
    dmf_motion motion;
    const task_list *list;
} settings;

/* A matrix, and what is observed of it. */
typedef struct instance {
    const settings *s;
    dmf_ctx *ctx;
    FILE *csv;
    int rank, parts, trial;
    dmf_mat w_star, w;
    dmf_real *sigma;
    dmf_problem *problem;
    dmf_spectrum truth;
} instance;

static dmf_spectrum spectrum(const instance *i, dmf_mat w)
{
    const dmf_mat none = { 0 };
    must(i->ctx, dmf_svd(i->ctx, w, none, i->sigma, none));
    return dmf_summarize(i->sigma, w.rows);
}

static dmf_rng stream_of(const instance *i, int purpose)
{
    uint64_t matrix = (uint64_t)i->trial * RANKS + (uint64_t)i->rank - 1;
    uint64_t observed = matrix * (MOST_PARTS + 1) + (uint64_t)i->parts;
    return dmf_seed((uint64_t)i->s->list->seed, observed * 8 + (uint64_t)purpose);
}

/* ---- Observations ---- */

static size_t count_observed(const settings *s)
{
    size_t n = (size_t)s->size;
    return n * n / MOST_PARTS;
}

/* A random choice of entries within the blocks, the same number in each. */
static void choose_entries(const instance *i, dmf_rng *rng, dmf_entry *block, dmf_entry *chosen)
{
    int width = i->w.rows / i->parts, b;
    size_t each = count_observed(i->s) / (size_t)i->parts, e;
    for (b = 0; b < i->parts; b++) {
        dmf_mat inside = dmf_block(i->w_star, b * width, b * width, width, width);
        must(i->ctx, dmf_observe(i->ctx, inside, each, block, rng));
        for (e = 0; e < each; e++) {
            *chosen = block[e];
            chosen->row += b * width;
            chosen->col += b * width;
            chosen++;
        }
    }
}

/* Until there are as many components as blocks, and every row and column is in one. */
static int as_wanted(const instance *i)
{
    dmf_graph *g;
    int c, rows = 0, cols = 0, count;
    must(i->ctx, dmf_graph_create(i->ctx, i->problem, &g));
    for (c = 0; c < g->count; c++) {
        rows += g->component[c].rows;
        cols += g->component[c].cols;
    }
    count = g->count;
    dmf_graph_destroy(g);
    return count == i->parts && rows == i->w.rows && cols == i->w.cols;
}

static void observe(instance *i)
{
    size_t count = count_observed(i->s);
    dmf_rng rng = stream_of(i, 0);
    dmf_entry *block = (dmf_entry *)allocate(count, sizeof *block);
    dmf_entry *chosen = (dmf_entry *)allocate(count, sizeof *chosen);
    int draws = 0;
    do {
        if (draws++ == MOST_DRAWS) fail("no connected graph in %d draws: try a larger --size", MOST_DRAWS);
        dmf_problem_destroy(i->problem);
        choose_entries(i, &rng, block, chosen);
        must(i->ctx, dmf_completion(i->ctx, i->w.rows, i->w.cols, chosen, count, &i->problem));
    } while (!as_wanted(i));
    must(i->ctx, dmf_problem_scale(i->ctx, i->problem, 2 / (double)count));
    free(block);
    free(chosen);
}

/* ---- Solutions ---- */

static void write_solution(const instance *i, int depth, double lower, const char *end)
{
    dmf_spectrum now = spectrum(i, i->w);
    double error = 0, loss, n = i->w.rows;
    size_t e;
    must(i->ctx, dmf_problem_loss(i->ctx, i->problem, i->w, (dmf_mat){ 0 }, &loss));
    for (e = 0; e < (size_t)i->w.rows * (size_t)i->w.cols; e++) {
        double off = (double)i->w.data[e] - (double)i->w_star.data[e];
        error += off * off / (n * n);
    }
    fprintf(i->csv, "%d,%lu,%d,%d,%d,%d,%.9g,%.9g,%.9g,%.9g,%.9g,%.9g,%.9g,%.9g,%s\n", i->w.rows,
            (unsigned long)count_observed(i->s), i->rank, i->parts, depth, i->trial, now.effective_rank,
            now.stable_rank, now.nuclear, lower, i->truth.effective_rank, i->truth.nuclear, error, loss, end);
}

static int out_of_patience(void *user, const dmf_moment *now)
{
    return now->evaluations >= ((const settings *)user)->evaluations;
}

static void complete_by_factors(const instance *i, int depth)
{
    static const char *const ends[] = { "", "fits", "time", "steps", "stationary", "given_up" };
    dmf_observer observer = { .look = out_of_patience, .user = (void *)i->s };
    dmf_rng rng = stream_of(i, depth);
    dmf_factors *f;
    dmf_report report;
    must(i->ctx, dmf_factors_create(i->ctx, i->w.rows, i->w.cols, depth, NULL, &f));
    must(i->ctx, dmf_start_gaussian(i->ctx, f, dmf_deviation(f, i->s->alpha), &rng));
    must(i->ctx, dmf_train(i->ctx, i->problem, f, &i->s->motion, &observer, &report));
    must(i->ctx, dmf_product(i->ctx, f, i->w));
    write_solution(i, depth, 0, ends[report.reason]);
    dmf_factors_destroy(f);
}

static void complete_by_norm(const instance *i)
{
    dmf_nuclear options = { .gap = i->s->gap, .stop_steps = i->s->decompositions };
    dmf_certificate certificate;
    dmf_status s = dmf_minimum_nuclear_norm(i->ctx, i->problem, &options, i->w, NULL, &certificate);
    if (s != DMF_ERR_CONVERGENCE) must(i->ctx, s);
    write_solution(i, 0, certificate.lower, s ? "given_up" : "fits");
}

/* ---- Tasks: one for each rank and trial ---- */

static void run_task(void *user, int task, FILE *csv)
{
    const settings *s = (const settings *)user;
    int n = (int)s->size, p, depth;
    dmf_options one_thread = { .threads = 1 };
    instance i = { .s = s, .csv = csv };
    dmf_rng rng;
    i.rank = 1 + task / (int)s->list->trials;
    i.trial = task % (int)s->list->trials;
    rng = stream_of(&i, 0);
    must(NULL, dmf_ctx_create(&one_thread, &i.ctx));
    must(i.ctx, dmf_mat_create(i.ctx, n, n, &i.w_star));
    must(i.ctx, dmf_mat_create(i.ctx, n, n, &i.w));
    i.sigma = (dmf_real *)allocate((size_t)n, sizeof *i.sigma);
    must(i.ctx, dmf_random_low_rank(i.ctx, i.rank, i.w_star, &rng));
    i.truth = spectrum(&i, i.w_star);
    for (p = 0; p < PARTS; p++) {
        i.parts = parts[p];
        observe(&i);
        for (depth = SHALLOWEST; depth <= DEEPEST; depth++) complete_by_factors(&i, depth);
        complete_by_norm(&i);
        report_progress((p + 1.0) / PARTS);
    }
    dmf_problem_destroy(i.problem);
    dmf_mat_destroy(&i.w_star);
    dmf_mat_destroy(&i.w);
    free(i.sigma);
    dmf_ctx_destroy(i.ctx);
}

static double task_weight(void *user, int task)
{
    (void)user;
    (void)task;
    return 1;
}

int main(int argc, char **argv)
{
    settings s = { .size = 24, .evaluations = 20000, .decompositions = 500, .alpha = 1e-4, .rtol = 1e-3,
                   .gap = 1e-4 };
    task_list list = { .header = "size,observed,rank,components,depth,trial,effective_rank,stable_rank,nuclear_norm,"
                                 "lower,truth_effective_rank,truth_nuclear,reconstruction_error,train_loss,end",
                       .run = run_task, .weight = task_weight, .user = &s, TASK_DEFAULTS, .trials = 20 };
    const option options[] = {
        TASK_OPTIONS(list, "matrices of every rank", ANY_METHOD),
        { "size", WHOLE, &s.size, 24, 120, "n, rows and columns; a multiple of 12" },
        { "alpha", REAL, &s.alpha, 1e-12, 1, "scale of the start" },
        { "rtol", REAL, &s.rtol, 1e-13, 0.01, "relative tolerance of the flow" },
        { "evaluations", WHOLE, &s.evaluations, 1, 1e9, "gradients after which a run is given up" },
        { "gap", REAL, &s.gap, 1e-12, 1, "relative gap to which the nuclear norm is minimised" },
        { "decompositions", WHOLE, &s.decompositions, 1, 1e9, "after so many its minimisation is given up" },
    };
    int option_count = sizeof options / sizeof *options;
    read_options(argc, argv, "Rank and norm of completions against connected components, as CSV.", options,
                 option_count);
    if (s.size % 12) fail("--size must be a multiple of 12, for blocks of equal size");
    s.motion = motion_by_name(list.method, 0.02);
    set_tolerance(&s.motion, s.rtol);
    s.motion.stop_loss = fitted;
    s.list = &list;
    list.count = RANKS * (int)list.trials;
    run_tasks(&list, argv[0], options, option_count);
    return 0;
}
