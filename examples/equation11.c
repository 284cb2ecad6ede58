/*
Equation (11) of A19: a flow that fits one measurement <A, W> = y, with singular vectors at rest. How large is a
singular value sigma_1 when sigma_2, the one that A weighs most, has come to a given size? It grows linearly at depth
1, as a power at depth 2, and not beyond a bound at greater depth.

A = U diag(1, 0.9, 0.7, 0.5) V^T with random orthogonal U and V, 4 x 4; sigma_1 is one of the other three, and the
ratio of weights rho_1 / rho_2 = rho_1. The factors are balanced and start at W = 0.01 U V^T; y is such that the flow
ends where sigma_2 = 10.

CSV, by source. factors: along the flow at depth 1 to 6, with the relative difference from dmf_one_measurement.
formula: dmf_one_measurement. bound: what sigma_1 stays below. end: where sigma_2 = 10, for depths that are real
numbers. The latter three have trial 0 and no difference.
*/
#define _POSIX_C_SOURCE 200809L
#include "../dmf.h"
#include "example.h"

enum { SIZE = 4, DEEPEST = 6, LINE = 200 };
static const double rho[SIZE] = { 1, 0.9, 0.7, 0.5 }, start = 0.01, end = 10;

typedef struct settings { double rtol; dmf_motion motion; const task_list *list; } settings;

static double sigma_1(double depth, double ratio, double sigma_2)
{
    return dmf_one_measurement(depth, ratio, start, start, sigma_2);
}

/* ---- The flow ---- */

typedef struct path { FILE *csv; int trial, depth; dmf_mat w; double shown; } path;

static void write_point(const path *p, const dmf_real *sigma)
{
    int r;
    for (r = 1; r < SIZE; r++)
        fprintf(p->csv, "factors,%d,%d,%g,%.9g,%.9g,%.3g\n", p->trial, p->depth, rho[r], (double)sigma[0],
                (double)sigma[r], fabs((double)sigma[r] / sigma_1(p->depth, rho[r], (double)sigma[0]) - 1));
}

static void singular_values(dmf_ctx *ctx, path *p, const dmf_factors *f, dmf_real *sigma)
{
    dmf_mat none = { 0 };
    must(ctx, dmf_product(ctx, f, p->w));
    must(ctx, dmf_svd(ctx, p->w, none, sigma, none));
}

/* Points that are apart on a logarithmic axis, or on a linear one. */
static int look(void *user, const dmf_moment *now)
{
    path *p = (path *)user;
    dmf_real sigma[SIZE];
    singular_values(now->ctx, p, now->factors, sigma);
    if (sigma[0] < 1.6 * p->shown && sigma[0] < p->shown + end / 16) return 0;
    p->shown = (double)sigma[0];
    write_point(p, sigma);
    return 0;
}

/* a = U diag(rho) V^T and w = start U V^T. */
static void draw_measurement(dmf_ctx *ctx, dmf_rng *rng, dmf_mat a, dmf_mat w)
{
    dmf_factors *u, *v;
    int i, r;
    must(ctx, dmf_factors_create(ctx, SIZE, SIZE, 1, NULL, &u));
    must(ctx, dmf_factors_create(ctx, SIZE, SIZE, 1, NULL, &v));
    must(ctx, dmf_start_orthogonal(ctx, u, 1, rng));
    must(ctx, dmf_start_orthogonal(ctx, v, 1, rng));
    must(ctx, dmf_gemm(ctx, 0, 1, (dmf_real)start, u->w[0], v->w[0], 0, w));
    for (i = 0; i < SIZE; i++)
        for (r = 0; r < SIZE; r++) u->data[i * SIZE + r] *= (dmf_real)rho[r];
    must(ctx, dmf_gemm(ctx, 0, 1, 1, u->w[0], v->w[0], 0, a));
    dmf_factors_destroy(v);
    dmf_factors_destroy(u);
}

static void run_flow(const settings *s, int trial, int depth, FILE *csv)
{
    dmf_rng rng = dmf_seed((uint64_t)s->list->seed, (uint64_t)trial);
    path p = { .csv = csv, .trial = trial, .depth = depth };
    dmf_observer observer = { .look = look, .user = &p };
    dmf_real y = 0, sigma[SIZE];
    dmf_ctx *ctx;
    dmf_mat a;
    dmf_problem *problem;
    dmf_factors *f;
    int r;
    must(NULL, dmf_ctx_create(NULL, &ctx));
    must(ctx, dmf_mat_create(ctx, SIZE, SIZE, &a));
    must(ctx, dmf_mat_create(ctx, SIZE, SIZE, &p.w));
    must(ctx, dmf_factors_create(ctx, SIZE, SIZE, depth, NULL, &f));
    draw_measurement(ctx, &rng, a, p.w);
    must(ctx, dmf_start_balanced(ctx, f, p.w));
    for (r = 0; r < SIZE; r++) y += (dmf_real)(rho[r] * sigma_1(depth, rho[r], end));
    must(ctx, dmf_sensing(ctx, SIZE, SIZE, dmf_view(a.data, 1, SIZE * SIZE), &y, &problem));
    must(ctx, dmf_train(ctx, problem, f, &s->motion, &observer, NULL));
    singular_values(ctx, &p, f, sigma);
    write_point(&p, sigma);
    dmf_problem_destroy(problem);
    dmf_factors_destroy(f);
    dmf_mat_destroy(&p.w);
    dmf_mat_destroy(&a);
    dmf_ctx_destroy(ctx);
}

/* ---- The formula ---- */

static void write_formula(FILE *csv)
{
    int r, depth, i;
    for (r = 1; r < SIZE; r++) {
        for (depth = 1; depth <= DEEPEST; depth++) {
            double bound = sigma_1(depth, rho[r], INFINITY);
            for (i = 0; i <= LINE; i++) {
                double sigma_2 = start * pow(end / start, (double)i / LINE);
                double formula = sigma_1(depth, rho[r], sigma_2);
                fprintf(csv, "formula,0,%d,%g,%.9g,%.9g,0\n", depth, rho[r], sigma_2, formula);
            }
            if (bound < INFINITY) fprintf(csv, "bound,0,%d,%g,%.9g,%.9g,0\n", depth, rho[r], end, bound);
        }
        for (i = 0; i <= LINE; i++) {
            double n = 1 + (DEEPEST - 1.0) * i / LINE;
            fprintf(csv, "end,0,%.9g,%g,%.9g,%.9g,0\n", n, rho[r], end, sigma_1(n, rho[r], end));
        }
    }
}

/* ---- Tasks: the formula, then a flow for every trial and depth ---- */

static void run_task(void *user, int task, FILE *csv)
{
    if (task == 0) write_formula(csv);
    else run_flow((const settings *)user, 1 + (task - 1) / DEEPEST, 1 + (task - 1) % DEEPEST, csv);
}

static double task_weight(void *user, int task)
{
    (void)user;
    return 1 + task % DEEPEST;
}

int main(int argc, char **argv)
{
    settings s = { .rtol = 1e-10 };
    task_list list = { .header = "source,trial,depth,ratio,sigma_2,sigma_1,difference", .run = run_task,
                       .weight = task_weight, .user = &s, TASK_DEFAULTS, .trials = 3 };
    const option options[] = {
        TASK_OPTIONS(list, "random measurements", ANY_METHOD),
        { "rtol", REAL, &s.rtol, 1e-13, 0.01, "relative tolerance of the flow" },
    };
    int option_count = sizeof options / sizeof *options;
    read_options(argc, argv, "Equation (11) of A19: one singular value against another, as CSV.", options,
                 option_count);
    s.motion = motion_by_name(list.method, 1e-3);
    set_tolerance(&s.motion, s.rtol);
    s.motion.stop_loss = 1e-16;
    s.list = &list;
    list.count = 1 + (int)list.trials * DEEPEST;
    run_tasks(&list, argv[0], options, option_count);
    return 0;
}
