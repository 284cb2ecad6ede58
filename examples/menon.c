/*
Menon's question: of a 2 x 2 matrix W_11 = W_22 = 1 are observed, W_12 = a and W_21 = b are free. Every (a, b) fits,
and the rank is 1 exactly on the hyperbola ab = 1. Where does gradient flow from small starts end? SY26 answers it for
a family of starts; its setting is a reconstruction, derived in PAPER_NOTES.md, and the Gaussian starts are ours.

Protocol: depth 2, 3 and 4. Every factor starts in the family, alpha on the diagonal and alpha/m off it, or Gaussian
with deviation alpha; a trial has the same Gaussian numbers at every alpha. The flow ends where l is below 1e-28.

CSV, by kind. end: where a run ends. formula: where it should, by dmf_diagonal_limit for the family and at depth 2 by
the closed form below for the Gaussian starts. path: points on the way of the first trials, at one alpha. m is 0 for
Gaussian starts. det W is 1 - ab where it fits.
*/
#define _POSIX_C_SOURCE 200809L
#include "../dmf.h"
#include "example.h"

enum { SHALLOWEST = 2, DEEPEST = 4, DEPTHS = DEEPEST - SHALLOWEST + 1 };
enum { LEAST_POWER = -4, PER_DECADE = 2, ALPHAS = 1 - LEAST_POWER * PER_DECADE };
static const double ms[] = { 1.5, 10, 1000 }, fitted = 1e-28, path_spacing = 0.02;
enum { FAMILIES = sizeof ms / sizeof *ms };

typedef struct settings {
    long paths;
    double path_alpha, rtol;
    dmf_motion motion;
    const task_list *list;
} settings;

typedef struct walk {
    const settings *s;
    dmf_ctx *ctx;
    FILE *csv;
    const dmf_problem *problem;
    int depth, trial;
    double alpha, m, a, b;
} walk;

static void write_point(const walk *k, const char *kind, double time, const double w[4], double det, double loss)
{
    fprintf(k->csv, "%s,%d,%.9g,%g,%d,%.9g,%.17g,%.17g,%.9g,%.3g\n", kind, k->depth, k->alpha, k->m, k->trial, time,
            w[1], w[2], det, loss);
}

static void read_product(dmf_ctx *ctx, const dmf_factors *f, double w[4])
{
    dmf_real x[4];
    int i;
    must(ctx, dmf_product(ctx, f, dmf_view(x, 2, 2)));
    for (i = 0; i < 4; i++) w[i] = (double)x[i];
}

/* Factor by factor, because nearly all of W_11 W_22 - a b cancels in the product. */
static double determinant(const dmf_factors *f)
{
    double all = 1;
    int j;
    for (j = 0; j < f->depth; j++) {
        const dmf_real *x = f->w[j].data;
        all *= (double)x[0] * (double)x[3] - (double)x[1] * (double)x[2];
    }
    return all;
}

static int look(void *user, const dmf_moment *now)
{
    walk *k = (walk *)user;
    double w[4];
    read_product(now->ctx, now->factors, w);
    if (now->step > 0 && hypot(w[1] - k->a, w[2] - k->b) < path_spacing) return 0;
    k->a = w[1];
    k->b = w[2];
    write_point(k, "path", now->time, w, determinant(now->factors), now->loss);
    return 0;
}

/* ---- Where it should end ---- */

/* All targets are equal: W = sigma_1 on (1, 1), sigma_2 on (1, -1). */
static void write_family_limit(const walk *k)
{
    dmf_limit end;
    double w[4];
    must(k->ctx, dmf_diagonal_limit(k->ctx, k->depth, 2, k->alpha, k->m, 1, &end));
    w[0] = w[3] = (end.sigma_1 + end.sigma_2) / 2;
    w[1] = w[2] = (end.sigma_1 - end.sigma_2) / 2;
    write_point(k, "formula", 0, w, end.sigma_1 * end.sigma_2, 0);
}

/* Depth 2. Row u_i of W_2 and column v_i of W_1 follow u' = r v, v' = r u with a residual r of their own: u + v grows
   by a factor e^R while u - v shrinks by it. In the end u_i v_i = 1, which determines R. */
static void write_shallow_limit(const walk *k, const dmf_factors *f)
{
    double u[2][2], v[2][2], w[4];
    int i, j, x;
    for (i = 0; i < 2; i++) {
        double plus[2], minus[2], p = 0, q = 0, growth;
        for (x = 0; x < 2; x++) {
            double row = (double)f->w[1].data[2 * i + x], column = (double)f->w[0].data[2 * x + i];
            plus[x] = row + column;
            minus[x] = row - column;
            p += plus[x] * plus[x];
            q += minus[x] * minus[x];
        }
        growth = sqrt((2 + sqrt(4 + p * q)) / p);
        for (x = 0; x < 2; x++) {
            u[i][x] = (plus[x] * growth + minus[x] / growth) / 2;
            v[i][x] = (plus[x] * growth - minus[x] / growth) / 2;
        }
    }
    for (i = 0; i < 2; i++)
        for (j = 0; j < 2; j++) w[2 * i + j] = u[i][0] * v[j][0] + u[i][1] * v[j][1];
    write_point(k, "formula", 0, w, w[0] * w[3] - w[1] * w[2], 0);
}

/* ---- Runs: of the family where m > 0, else from a Gaussian start ---- */

static void run_walk(walk *k)
{
    dmf_rng rng = dmf_seed((uint64_t)k->s->list->seed, (uint64_t)k->trial * 8 + (uint64_t)k->depth);
    dmf_observer observer = { .look = look, .user = k };
    int shown = k->trial < k->s->paths && fabs(log10(k->alpha / k->s->path_alpha)) < 0.25;
    dmf_factors *f;
    dmf_report report;
    double w[4];
    must(k->ctx, dmf_factors_create(k->ctx, 2, 2, k->depth, NULL, &f));
    must(k->ctx, k->m > 0 ? dmf_start_family(k->ctx, f, k->alpha, k->m)
                          : dmf_start_gaussian(k->ctx, f, k->alpha, &rng));
    if (k->m > 0) write_family_limit(k);
    else if (k->depth == 2) write_shallow_limit(k, f);
    must(k->ctx, dmf_train(k->ctx, k->problem, f, &k->s->motion, shown ? &observer : NULL, &report));
    read_product(k->ctx, f, w);
    write_point(k, "end", report.time, w, determinant(f), report.loss);
    dmf_factors_destroy(f);
}

/* ---- Tasks: for every depth and alpha, the family, then the trials ---- */

static void run_task(void *user, int task, FILE *csv)
{
    const settings *s = (const settings *)user;
    const dmf_entry entries[2] = { { 0, 0, 1 }, { 1, 1, 1 } };
    dmf_options one_thread = { .threads = 1 };
    dmf_problem *problem;
    walk k = { .s = s, .csv = csv, .depth = SHALLOWEST + task / ALPHAS };
    int i;
    k.alpha = pow(10, (double)(task % ALPHAS) / PER_DECADE + LEAST_POWER);
    must(NULL, dmf_ctx_create(&one_thread, &k.ctx));
    must(k.ctx, dmf_completion(k.ctx, 2, 2, entries, 2, &problem));
    k.problem = problem;
    for (i = 0; i < FAMILIES; i++) {
        k.m = ms[i];
        run_walk(&k);
    }
    k.m = 0;
    for (k.trial = 0; k.trial < s->list->trials; k.trial++) {
        run_walk(&k);
        report_progress((k.trial + 1) / (double)s->list->trials);
    }
    dmf_problem_destroy(problem);
    dmf_ctx_destroy(k.ctx);
}

static double task_weight(void *user, int task)
{
    (void)user;
    return 2 + task / ALPHAS;
}

int main(int argc, char **argv)
{
    settings s = { .paths = 24, .path_alpha = 0.3, .rtol = 1e-9 };
    task_list list = { .header = "kind,depth,alpha,m,trial,time,a,b,det,loss", .run = run_task,
                       .weight = task_weight, .user = &s, TASK_DEFAULTS, .trials = 100 };
    const option options[] = {
        TASK_OPTIONS(list, "Gaussian starts", ANY_METHOD),
        { "paths", WHOLE, &s.paths, 0, 10000, "trials to be followed on their way" },
        { "path-alpha", REAL, &s.path_alpha, 1e-4, 1, "for the scale of the start nearest to this" },
        { "rtol", REAL, &s.rtol, 1e-13, 0.01, "relative tolerance of the flow" },
    };
    int option_count = sizeof options / sizeof *options;
    read_options(argc, argv, "Menon's question: where flows end that fit two entries of four, as CSV.", options,
                 option_count);
    s.motion = motion_by_name(list.method, 0.01);
    set_tolerance(&s.motion, s.rtol);
    s.motion.stop_loss = fitted;
    s.list = &list;
    list.count = DEPTHS * ALPHAS;
    run_tasks(&list, argv[0], options, option_count);
    return 0;
}
