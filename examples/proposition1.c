/*
Proposition 1 of A19: commuting measurements and labels for which gradient flow from W = alpha I tends to
diag(1, 1, 0, ..., 0) as alpha goes to 0, at every depth, and where this limit is not even a local minimum of any
Schatten-p quasi-norm with p < 1 among the positive semidefinite matrices that fit.

The instances, d x d with d = 3 to 6, have two measurements,

    A_1 = diag(1, 1) + P diag(c) P^T,   y_1 = 2        A_2 = diag(1, -1) + P diag(b) P^T,   y_2 = 0

(direct sums; P a random basis of the other d - 2 coordinates, c uniform on [-1/4, 1/4], b on [-1, 1]). The limit
diag(1, 1, 0, ..., 0) fits, and has the least nuclear norm because ||A_1|| = 1. Entries (1, 2) and (2, 1) are not
measured: with eps added to them it fits as well, and its eigenvalues 1 + eps and 1 - eps have

    sum sigma^p = (1 + eps)^p + (1 - eps)^p < 2   for 0 < p < 1.

Depth N starts at alpha^(1/N) I in every factor.

CSV. distance = ||W - diag(1, 1, 0, ..., 0)||_F where the flow ends. There, for the least alpha: schatten_ratio, the
sum of sigma^p with eps over that without, and misfit, the largest |<A_i, W> - y_i| with eps (p = 0).
*/
#define _POSIX_C_SOURCE 200809L
#include "../dmf.h"
#include "example.h"

enum {
    LEAST_SIZE = 3, MOST_SIZE = 6, SIZES = MOST_SIZE - LEAST_SIZE + 1,  /* d */
    COUNT = 2,  /* measurements */
    DEPTHS = 2, ALPHAS = 6, STEPS = 10  /* of eps, up to 1 */
};
static const double powers[] = { 0.25, 0.5, 0.75, 1 };
enum { POWERS = sizeof powers / sizeof *powers };

typedef struct settings { double rtol; dmf_motion motion; const task_list *list; } settings;

typedef struct instance {
    dmf_ctx *ctx;
    int d;
    dmf_real y[COUNT];
    dmf_mat measurements, w;
    dmf_problem *problem;
} instance;

/* ---- An instance ---- */

/* Adds P diag(b) P^T, n x n, to the last coordinates of a, d x d; b is uniform on [-most, most]. */
static void add_block(dmf_real *a, int d, const dmf_real *p, int n, double most, dmf_rng *rng)
{
    int i, j, k;
    for (k = 0; k < n; k++) {
        double b = most * (2 * dmf_uniform(rng) - 1);
        for (i = 0; i < n; i++)
            for (j = 0; j < n; j++) a[(i + d - n) * d + j + d - n] += (dmf_real)(b * p[i * n + k] * p[j * n + k]);
    }
}

static void open_instance(instance *x, const settings *s, int d, int trial)
{
    dmf_rng rng = dmf_seed((uint64_t)s->list->seed, (uint64_t)(trial * (MOST_SIZE + 1) + d));
    dmf_factors *basis;
    int i;
    *x = (instance){ .d = d, .y = { 2, 0 } };
    must(NULL, dmf_ctx_create(NULL, &x->ctx));
    must(x->ctx, dmf_mat_create(x->ctx, d, d, &x->w));
    must(x->ctx, dmf_mat_create(x->ctx, COUNT, d * d, &x->measurements));
    must(x->ctx, dmf_factors_create(x->ctx, d - 2, d - 2, 1, NULL, &basis));
    must(x->ctx, dmf_start_orthogonal(x->ctx, basis, 1, &rng));
    for (i = 0; i < COUNT; i++) {
        dmf_real *a = x->measurements.data + i * d * d;
        a[0] = 1;
        a[d + 1] = i == 0 ? 1 : -1;
        add_block(a, d, basis->data, d - 2, i == 0 ? 0.25 : 1, &rng);
    }
    dmf_factors_destroy(basis);
    must(x->ctx, dmf_sensing(x->ctx, d, d, x->measurements, x->y, &x->problem));
}

static void close_instance(instance *x)
{
    dmf_problem_destroy(x->problem);
    dmf_mat_destroy(&x->measurements);
    dmf_mat_destroy(&x->w);
    dmf_ctx_destroy(x->ctx);
}

/* ---- The limit, and the matrices beside it ---- */

static void run_flow(const settings *s, const instance *x, int depth, double alpha)
{
    dmf_factors *f;
    must(x->ctx, dmf_factors_create(x->ctx, x->d, x->d, depth, NULL, &f));
    must(x->ctx, dmf_start_identity(x->ctx, f, alpha));
    must(x->ctx, dmf_train(x->ctx, x->problem, f, &s->motion, NULL, NULL));
    must(x->ctx, dmf_product(x->ctx, f, x->w));
    dmf_factors_destroy(f);
}

static double distance(const instance *x)
{
    double sum = 0;
    int i;
    for (i = 0; i < x->d * x->d; i++) {
        double off = x->w.data[i] - (i == 0 || i == x->d + 1);
        sum += off * off;
    }
    return sqrt(sum);
}

/* Singular values of W with eps at (1, 2) and (2, 1); returns the largest |<A_i, .> - y_i|. */
static double perturb(instance *x, double eps, dmf_real *sigma)
{
    dmf_mat none = { 0 };
    dmf_real kept[2] = { x->w.data[1], x->w.data[x->d] };
    double misfit = 0;
    int i, j;
    x->w.data[1] += (dmf_real)eps;
    x->w.data[x->d] += (dmf_real)eps;
    must(x->ctx, dmf_svd(x->ctx, x->w, none, sigma, none));
    for (i = 0; i < COUNT; i++) {
        double residual = -x->y[i];
        for (j = 0; j < x->d * x->d; j++) residual += x->measurements.data[i * x->d * x->d + j] * x->w.data[j];
        misfit = fmax(misfit, fabs(residual));
    }
    x->w.data[1] = kept[0];
    x->w.data[x->d] = kept[1];
    return misfit;
}

static void write_perturbed(instance *x, const char *key, FILE *csv)
{
    dmf_real before[MOST_SIZE], after[MOST_SIZE];
    int e, k;
    perturb(x, 0, before);
    for (e = 1; e <= STEPS; e++) {
        double eps = (double)e / STEPS, misfit = perturb(x, eps, after);
        fprintf(csv, "%s,misfit,0,%g,%.9g\n", key, eps, misfit);
        for (k = 0; k < POWERS; k++)
            fprintf(csv, "%s,schatten_ratio,%g,%g,%.9g\n", key, powers[k], eps,
                    dmf_schatten(after, x->d, powers[k]) / dmf_schatten(before, x->d, powers[k]));
    }
}

/* ---- Tasks: an instance at one depth ---- */

static void run_task(void *user, int task, FILE *csv)
{
    const settings *s = (const settings *)user;
    int depth = 2 + task % DEPTHS, d = LEAST_SIZE + task / DEPTHS % SIZES, trial = task / DEPTHS / SIZES + 1, i;
    instance x;
    char key[80];
    open_instance(&x, s, d, trial);
    for (i = 1; i <= ALPHAS; i++) {
        double alpha = pow(100, -i);
        snprintf(key, sizeof key, "%d,%d,%d,%.6g", trial, d, depth, alpha);
        run_flow(s, &x, depth, alpha);
        fprintf(csv, "%s,distance,0,0,%.9g\n", key, distance(&x));
        if (i == ALPHAS) write_perturbed(&x, key, csv);
        report_progress((double)i / ALPHAS);
    }
    close_instance(&x);
}

static double task_weight(void *user, int task)
{
    (void)user;
    return 1 + task % DEPTHS;
}

int main(int argc, char **argv)
{
    settings s = { .rtol = 1e-8 };
    task_list list = { .header = "trial,d,depth,alpha,quantity,p,eps,value", .run = run_task, .weight = task_weight,
                       .user = &s, TASK_DEFAULTS, .trials = 10 };
    const option options[] = {
        TASK_OPTIONS(list, "random instances of each size", ANY_METHOD),
        { "rtol", REAL, &s.rtol, 1e-12, 0.01, "relative tolerance of the flow" },
    };
    int option_count = sizeof options / sizeof *options;
    read_options(argc, argv, "Proposition 1 of A19: Schatten quasi-norms beside the limit, as CSV.", options,
                 option_count);
    s.motion = motion_by_name(list.method, 0.02);
    set_tolerance(&s.motion, s.rtol);
    s.motion.stop_loss = 1e-24;
    s.list = &list;
    list.count = (int)list.trials * SIZES * DEPTHS;
    run_tasks(&list, argv[0], options, option_count);
    return 0;
}
