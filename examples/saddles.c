/*
Depth 2 from saddle to saddle: W = A B, and where observations are connected, the ranks of A, of B and of both together,
[A; B^T], are equal and rise by one at a time (Bai et al., 2024, arXiv 2405.13721; we know its abstract and captions).
Where they are not connected, each component goes its own way, and the end has a small nuclear norm in place of a low
rank. SY26 builds on this; matrices and masks are ours.

connected_1, 2, 3   4 x 4 of rank 1 to 3, all entries but one observed
disconnected        3 x 3 of rank 1, five entries in two components: the first two rows and columns, and the corner

Protocol: W* with entries of mean square 1, Gaussian start of product scale alpha, flow until the mean squared residual
is 1e-8.

CSV: one number a line, at points along the path. quantity is loss and, of the first trial, sigma_a, sigma_b and
sigma_both with their index, of A, B and [A; B^T], over the square root of the largest singular value of W*; rank_a,
rank_b and rank_both, how many of these are above 1e-2; resting, 1 where none lies between 1e-3 and 1e-1, so that the
ranks are plain. At the end of a run also nuclear, the nuclear norm of W, and least_nuclear, that of the least matrix
that fits.
*/
#define _POSIX_C_SOURCE 200809L
#include "../dmf.h"
#include "example.h"

enum { CASES = 4, DISCONNECTED = 3, MOST = 8 };
static const char *const case_names[CASES] = { "connected_1", "connected_2", "connected_3", "disconnected" };
static const double fitted = 1e-8, rank_from = 1e-2, rest_below = 1e-3, rest_above = 1e-1;

typedef struct settings {
    double alpha, rtol, spacing;
    dmf_motion motion;
    const task_list *list;
} settings;

typedef struct path {
    const settings *s;
    dmf_ctx *ctx;
    FILE *csv;
    int which, trial, n;
    double unit, last;        /* of the factors; when a point was written */
} path;

static void write_number(const path *p, double time, const char *quantity, int index, double value)
{
    fprintf(p->csv, "%s,%d,%.9g,%s,%d,%.9g\n", case_names[p->which], p->trial, time, quantity, index, value);
}

/* The singular values of x, how many there are, and whether some are neither there nor not. */
static void write_values(const path *p, double time, const char *name, dmf_mat x, int *resting)
{
    dmf_real sigma[MOST];
    dmf_mat none = { 0 };
    char quantity[16];
    int k, rank = 0, count = x.rows < x.cols ? x.rows : x.cols;
    must(p->ctx, dmf_svd(p->ctx, x, none, sigma, none));
    snprintf(quantity, sizeof quantity, "sigma_%s", name);
    for (k = 0; k < count; k++) {
        double share = (double)sigma[k] / p->unit;
        if (p->trial == 0) write_number(p, time, quantity, k + 1, share);
        rank += share > rank_from;
        if (share > rest_below && share < rest_above) *resting = 0;
    }
    snprintf(quantity, sizeof quantity, "rank_%s", name);
    write_number(p, time, quantity, 0, rank);
}

static void write_state(const path *p, double time, double loss, const dmf_factors *f)
{
    int n = p->n, resting = 1;
    dmf_real both[2 * MOST * MOST];
    dmf_mat stacked = dmf_view(both, 2 * n, n);
    must(p->ctx, dmf_copy(p->ctx, f->w[1], dmf_block(stacked, 0, 0, n, n)));
    must(p->ctx, dmf_transpose(p->ctx, f->w[0], dmf_block(stacked, n, 0, n, n)));
    write_number(p, time, "loss", 0, loss);
    write_values(p, time, "a", f->w[1], &resting);
    write_values(p, time, "b", f->w[0], &resting);
    write_values(p, time, "both", stacked, &resting);
    write_number(p, time, "resting", 0, resting);
}

static int look(void *user, const dmf_moment *now)
{
    path *p = (path *)user;
    if (now->step > 0 && now->time < p->last + p->s->spacing) return 0;
    p->last = now->time;
    write_state(p, now->time, now->loss, now->factors);
    return 0;
}

static double norm(const path *p, dmf_mat w)
{
    dmf_real sigma[MOST];
    dmf_mat none = { 0 };
    must(p->ctx, dmf_svd(p->ctx, w, none, sigma, none));
    return (double)sigma[0];
}

/* All but the lower left corner, or two components. */
static int is_observed(int which, int row, int col)
{
    if (which == DISCONNECTED) return (row < 2 && col < 2) || (row == 2 && col == 2);
    return row < 3 || col > 0;
}

static dmf_problem *observe(const path *p, dmf_mat w_star)
{
    dmf_entry entries[MOST * MOST];
    dmf_problem *problem;
    size_t count = 0;
    int i, j, n = p->n;
    for (i = 0; i < n; i++)
        for (j = 0; j < n; j++)
            if (is_observed(p->which, i, j)) entries[count++] = (dmf_entry){ i, j, w_star.data[i * n + j] };
    must(p->ctx, dmf_completion(p->ctx, n, n, entries, count, &problem));
    must(p->ctx, dmf_problem_scale(p->ctx, problem, 2 / (double)count));
    return problem;
}

static void write_norms(const path *p, double time, const dmf_problem *problem, const dmf_factors *f)
{
    dmf_real sigma[MOST], x[MOST * MOST];
    dmf_nuclear options = { .gap = 1e-6, .stop_steps = 500 };
    dmf_certificate certificate;
    dmf_spectrum spectrum;
    must(p->ctx, dmf_factors_spectrum(p->ctx, f, sigma, &spectrum));
    must(p->ctx, dmf_minimum_nuclear_norm(p->ctx, problem, &options, dmf_view(x, p->n, p->n), NULL, &certificate));
    write_number(p, time, "nuclear", 0, spectrum.nuclear);
    write_number(p, time, "least_nuclear", 0, certificate.upper);
}

/* ---- A task: a trial of a case ---- */

static void run_task(void *user, int task, FILE *csv)
{
    const settings *s = (const settings *)user;
    dmf_options one_thread = { .threads = 1 };
    path p = { .s = s, .csv = csv, .which = task % CASES, .trial = task / CASES };
    dmf_rng rng = dmf_seed((uint64_t)s->list->seed, (uint64_t)task);
    dmf_observer observer = { .look = look, .user = &p };
    dmf_real truth[MOST * MOST];
    dmf_mat w_star;
    dmf_problem *problem;
    dmf_factors *f;
    dmf_report report;
    p.n = p.which == DISCONNECTED ? 3 : 4;
    w_star = dmf_view(truth, p.n, p.n);
    must(NULL, dmf_ctx_create(&one_thread, &p.ctx));
    must(p.ctx, dmf_random_low_rank(p.ctx, p.which == DISCONNECTED ? 1 : p.which + 1, w_star, &rng));
    p.unit = sqrt(norm(&p, w_star));
    problem = observe(&p, w_star);
    must(p.ctx, dmf_factors_create(p.ctx, p.n, p.n, 2, NULL, &f));
    must(p.ctx, dmf_start_gaussian(p.ctx, f, dmf_deviation(f, s->alpha), &rng));
    must(p.ctx, dmf_train(p.ctx, problem, f, &s->motion, &observer, &report));
    write_state(&p, report.time, report.loss, f);
    write_norms(&p, report.time, problem, f);
    dmf_factors_destroy(f);
    dmf_problem_destroy(problem);
    dmf_ctx_destroy(p.ctx);
}

static double task_weight(void *user, int task)
{
    (void)user;
    (void)task;
    return 1;
}

int main(int argc, char **argv)
{
    settings s = { .alpha = 1e-20, .rtol = 1e-6, .spacing = 4 };
    task_list list = { .header = "case,trial,time,quantity,index,value", .run = run_task, .weight = task_weight,
                       .user = &s, TASK_DEFAULTS, .trials = 20 };
    const option options[] = {
        TASK_OPTIONS(list, "matrices of every case", ANY_METHOD),
        { "alpha", REAL, &s.alpha, 1e-100, 1, "product scale of the start" },
        { "spacing", REAL, &s.spacing, 0, 1e9, "time between points, at least" },
        { "rtol", REAL, &s.rtol, 1e-13, 0.01, "relative tolerance of the flow" },
    };
    int option_count = sizeof options / sizeof *options;
    read_options(argc, argv, "Ranks of both factors from saddle to saddle, as CSV.", options, option_count);
    s.motion = motion_by_name(list.method, 0.1);
    set_tolerance(&s.motion, s.rtol);
    s.motion.stop_loss = fitted;
    s.motion.stop_steps = 1000000000;
    s.list = &list;
    list.count = CASES * (int)list.trials;
    run_tasks(&list, argv[0], options, option_count);
    return 0;
}
