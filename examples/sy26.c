/*
SY26's own experiment on completion, as the code that its first author has published describes it: does depth lower the
effective rank of what gradient flow comes to, from starts that are all but diagonal too?

Protocol: W* = L R^T, L and R d x 5 with N(0, 1) entries, not rescaled; each entry is observed with probability 0.2,
every entry for itself. The loss is sum (W - y)^2 over the observed entries, divided by all d^2, and training ends where
it is below 1e-5; descent takes the rate 0.2. Depth 2, 3 and 4, product scales alpha 1e-2 and 1e-4, s = alpha^(1/N) /
sqrt(d), and two starts: tied, one Gaussian matrix of deviation s for every factor; and mimic, s on the diagonal of
every factor and s/m elsewhere. Beside them independent, Gaussian factors of deviation s. A draw has the same W* and
entries for all, and the same Gaussian numbers at every alpha.

CSV: one number a line. quantity is effective_rank, stable_rank, error (mean of (W - W*)^2 over all entries), loss,
evaluations (gradients) or steps, of the end, or given_up, 1 where there were too many of them; or sigma with its index,
of which the ten largest are written. depth 0 is W* itself.
*/
#define _POSIX_C_SOURCE 200809L
#include "../dmf.h"
#include "example.h"

enum { SHALLOWEST = 2, DEEPEST = 4, DEPTHS = DEEPEST - SHALLOWEST + 1, ALPHAS = 2, LARGEST = 10, STREAMS = 16 };
enum { TIED, MIMIC, INDEPENDENT, STARTS };
static const char *const start_names[] = { "tied", "mimic", "independent" };
static const double alphas[ALPHAS] = { 1e-2, 1e-4 };

typedef struct settings {
    long size, rank, evaluations;
    double share, m, rtol, fitted;
    dmf_motion motion;
    const task_list *list;
} settings;

/* A matrix and what is observed of it. */
typedef struct instance {
    const settings *s;
    dmf_ctx *ctx;
    FILE *csv;
    int draw;
    dmf_mat w_star;
    dmf_entry *entries;
    size_t observed;
    dmf_problem *problem;
    dmf_real *sigma;
} instance;

static dmf_rng stream_of(const instance *i, int stream)
{
    return dmf_seed((uint64_t)i->s->list->seed, (uint64_t)i->draw * STREAMS + (uint64_t)stream);
}

static void draw_matrix(instance *i, dmf_rng *rng)
{
    int d = i->w_star.rows, rank = (int)i->s->rank, k;
    dmf_mat l, r;
    must(i->ctx, dmf_mat_create(i->ctx, d, rank, &l));
    must(i->ctx, dmf_mat_create(i->ctx, d, rank, &r));
    for (k = 0; k < d * rank; k++) l.data[k] = (dmf_real)dmf_normal(rng);
    for (k = 0; k < d * rank; k++) r.data[k] = (dmf_real)dmf_normal(rng);
    must(i->ctx, dmf_gemm(i->ctx, 0, 1, 1, l, r, 0, i->w_star));
    dmf_mat_destroy(&l);
    dmf_mat_destroy(&r);
}

/* l is half the sum of squares, so that the scale 2 / d^2 makes it the mean over all entries. */
static void observe(instance *i, dmf_rng *rng)
{
    int d = i->w_star.rows, k;
    i->observed = 0;
    for (k = 0; k < d * d; k++)
        if (dmf_uniform(rng) < i->s->share)
            i->entries[i->observed++] = (dmf_entry){ k / d, k % d, i->w_star.data[k] };
    if (i->observed == 0) fail("nothing is observed: try a larger --share");
    must(i->ctx, dmf_completion(i->ctx, d, d, i->entries, i->observed, &i->problem));
    must(i->ctx, dmf_problem_scale(i->ctx, i->problem, 2.0 / d / d));
}

static void open_draw(instance *i, int draw)
{
    int d = (int)i->s->size;
    dmf_options one_thread = { .threads = 1 };
    dmf_rng rng;
    i->draw = draw;
    rng = stream_of(i, 0);
    must(NULL, dmf_ctx_create(&one_thread, &i->ctx));
    must(i->ctx, dmf_mat_create(i->ctx, d, d, &i->w_star));
    i->entries = (dmf_entry *)allocate((size_t)d * (size_t)d, sizeof *i->entries);
    i->sigma = (dmf_real *)allocate((size_t)d, sizeof *i->sigma);
    draw_matrix(i, &rng);
    observe(i, &rng);
}

static void close_draw(instance *i)
{
    free(i->sigma);
    free(i->entries);
    dmf_problem_destroy(i->problem);
    dmf_mat_destroy(&i->w_star);
    dmf_ctx_destroy(i->ctx);
}

static void write_number(const instance *i, const char *start, double alpha, int depth, const char *quantity, int index,
                         double value)
{
    fprintf(i->csv, "%d,%s,%g,%d,%s,%d,%.9g\n", i->draw, start, alpha, depth, quantity, index, value);
}

static void write_spectrum(const instance *i, const char *start, double alpha, int depth, dmf_spectrum spectrum)
{
    int k;
    write_number(i, start, alpha, depth, "effective_rank", 0, spectrum.effective_rank);
    write_number(i, start, alpha, depth, "stable_rank", 0, spectrum.stable_rank);
    for (k = 0; k < LARGEST && k < i->w_star.rows; k++)
        write_number(i, start, alpha, depth, "sigma", k + 1, (double)i->sigma[k]);
}

static int out_of_patience(void *user, const dmf_moment *now)
{
    return now->evaluations >= ((const settings *)user)->evaluations;
}

static void train(const instance *i, int start, double alpha, int depth)
{
    int d = i->w_star.rows;
    dmf_rng rng = stream_of(i, depth);
    dmf_observer observer = { .look = out_of_patience, .user = (void *)i->s };
    dmf_factors *f;
    dmf_report report;
    dmf_spectrum spectrum;
    double s, error;
    must(i->ctx, dmf_factors_create(i->ctx, d, d, depth, NULL, &f));
    s = dmf_deviation(f, alpha);
    if (start == TIED) must(i->ctx, dmf_start_tied(i->ctx, f, s, &rng));
    if (start == MIMIC) must(i->ctx, dmf_start_family(i->ctx, f, s, i->s->m));
    if (start == INDEPENDENT) must(i->ctx, dmf_start_gaussian(i->ctx, f, s, &rng));
    must(i->ctx, dmf_train(i->ctx, i->problem, f, &i->s->motion, &observer, &report));
    must(i->ctx, dmf_factors_spectrum(i->ctx, f, i->sigma, &spectrum));
    must(i->ctx, dmf_reconstruction_error(i->ctx, f, i->w_star, &error));
    write_spectrum(i, start_names[start], alpha, depth, spectrum);
    write_number(i, start_names[start], alpha, depth, "error", 0, error);
    write_number(i, start_names[start], alpha, depth, "loss", 0, report.loss);
    write_number(i, start_names[start], alpha, depth, "evaluations", 0, (double)report.evaluations);
    write_number(i, start_names[start], alpha, depth, "steps", 0, (double)report.steps);
    write_number(i, start_names[start], alpha, depth, "given_up", 0, report.loss > i->s->fitted);
    dmf_factors_destroy(f);
}

/* ---- Tasks: a depth of a draw; depth 2 writes W* too ---- */

static void run_task(void *user, int task, FILE *csv)
{
    const settings *s = (const settings *)user;
    instance i = { .s = s, .csv = csv };
    int depth = SHALLOWEST + task % DEPTHS, start, a, done = 0;
    dmf_mat none = { 0 };
    open_draw(&i, task / DEPTHS);
    if (depth == SHALLOWEST) {
        must(i.ctx, dmf_svd(i.ctx, i.w_star, none, i.sigma, none));
        write_spectrum(&i, "truth", 0, 0, dmf_summarize(i.sigma, i.w_star.rows));
    }
    for (start = 0; start < STARTS; start++)
        for (a = 0; a < ALPHAS; a++) {
            train(&i, start, alphas[a], depth);
            report_progress((double)++done / (STARTS * ALPHAS));
        }
    close_draw(&i);
}

static double task_weight(void *user, int task)
{
    (void)user;
    return pow(2, task % DEPTHS);
}

int main(int argc, char **argv)
{
    settings s = { .size = 100, .rank = 5, .evaluations = 30000, .share = 0.2, .m = 100, .rtol = 1e-3, .fitted = 1e-5 };
    task_list list = { .header = "draw,start,alpha,depth,quantity,index,value", .run = run_task,
                       .weight = task_weight, .user = &s, TASK_DEFAULTS, .trials = 2 };
    const option options[] = {
        TASK_OPTIONS(list, "draws of the matrix; the paper has 20", ANY_METHOD),
        { "size", WHOLE, &s.size, 2, 1000, "d, rows and columns" },
        { "rank", WHOLE, &s.rank, 1, 1000, "of W*" },
        { "share", REAL, &s.share, 0.001, 1, "probability of an entry to be observed" },
        { "m", REAL, &s.m, 1, 1e6, "of the mimic start" },
        { "loss", REAL, &s.fitted, 1e-20, 1, "at which training ends" },
        { "evaluations", WHOLE, &s.evaluations, 1, 1e9, "gradients after which a run is given up" },
        { "rtol", REAL, &s.rtol, 1e-13, 0.1, "relative tolerance of the flow" },
    };
    int option_count = sizeof options / sizeof *options;
    read_options(argc, argv, "SY26's experiment: effective rank of completions from tied and other starts, as CSV.",
                 options, option_count);
    if (s.rank > s.size) fail("--rank cannot be more than --size, which is %ld", s.size);
    s.motion = motion_by_name(list.method, 0.2);
    set_tolerance(&s.motion, s.rtol);
    s.motion.stop_loss = s.fitted;
    s.motion.stop_steps = 1000000000;
    s.list = &list;
    list.count = DEPTHS * (int)list.trials;
    run_tasks(&list, argv[0], options, option_count);
    return 0;
}
