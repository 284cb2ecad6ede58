/*
Theorems 1 and 2 of A19: commuting measurements A_i = Q diag(a_i) Q^T, gradient flow from W = alpha I. As alpha goes
to 0 the limit has the least nuclear norm of all positive semidefinite matrices that fit, at every depth. How fast,
and does arithmetic with sixteen digits get there?

Instances. W* = Q diag(lambda*) Q^T, 10 x 10, has rank 4. Of the 4 measurements A_1 has eigenvalue 1 on the range of
W* and others in [-1/2, 1/2]; the rest are Gaussian. Since ||A_1|| = 1, every W that fits has ||W||_* >= <A_1, W> =
y_1 = ||W*||_*: the least nuclear norm of semidefinite matrices is that of all. The basis Q is the unit matrix, in
which diagonal factors stay diagonal to the last bit, or random, in which rounding disturbs them.

Factors. zz is the symmetric factorization W = Z Z^T of equation (2), from Z = sqrt(alpha) I; 2, 3, 4 are depths N,
from alpha^(1/N) I in every factor. (The theorems' own alpha is the scale of a factor, the N-th root of this one.)

Prediction. The eigenvalues are lambda_k = alpha E(u_k) at all times, u = sum_i s_i a_i, with E = exp for N = 2 and
zz, and E(u) = (1 - p u)^(-1/p), p = 1 - 2/N, for N > 2. With the s that fits this is the condition for the least of

    N = 2:   sum_k lambda_k (log(lambda_k / alpha) - 1)
    N > 2:   sum_k lambda_k - N/2 alpha^p lambda_k^(2/N)

among all lambda that fit: the nuclear norm, but for a term that vanishes with alpha. The excess over the minimum is
sum_k (1 - a_1k) lambda_k: like alpha^(1 - max a_1k) at depth 2, k off the range of W*, and like alpha beyond.

Limit. dmf_train_limit from alpha I, Q = I: critical points of growing rank, of which the last fits. W stays
semidefinite: from no start, modes of either sign would leave, and the end would be another. It is not defined where an
eigenvalue that has grown goes back to 0 on the way: the path then ends with another reason than that it fits.

CSV. Where the flow ends: gap = (||W||_* - y_1) / y_1, effective_rank, residual = sqrt(2 l). predicted_gap: of the
potential. minimum: y_1, and the bounds that dmf_minimum_nuclear_norm proves. limit_gap, limit_effective_rank and
limit_end, as the library numbers it, at alpha 0: of the last critical point.
*/
#define _POSIX_C_SOURCE 200809L
#include "../dmf.h"
#include "example.h"
#include "commuting.h"

enum { DOTS = 9, LINE = 4 * (DOTS - 1) + 1 };
static const char *const factor_names[] = { "minimum", "zz", "2", "3", "4" };
static const int depths[] = { 0, 2, 2, 3, 4 };
enum { MINIMUM, ZZ, FACTORS = sizeof depths / sizeof *depths };

typedef struct settings { double rtol, disturb; dmf_motion motion; const task_list *list; } settings;

/* ---- The potential ---- */

/* lambda_k at s and its derivative by u_k; returns the sum of squared residuals, or NaN outside the domain. */
static double eigenvalues_at(const instance *x, double p, double alpha, const double *s, double *lambda,
                             double *slope, double *residual)
{
    double sum = 0;
    int i, k;
    for (k = 0; k < SIZE; k++) {
        double u = 0;
        for (i = 0; i < COUNT; i++) u += s[i] * x->a[i][k];
        if (p * u >= 1) return NAN;
        lambda[k] = alpha * (p > 0 ? pow(1 - p * u, -1 / p) : exp(u));
        slope[k] = p > 0 ? lambda[k] / (1 - p * u) : lambda[k];
    }
    for (i = 0; i < COUNT; i++) {
        residual[i] = x->y[i];
        for (k = 0; k < SIZE; k++) residual[i] -= x->a[i][k] * lambda[k];
        sum += residual[i] * residual[i];
    }
    return sum;
}

/* Solves (A diag(slope) A^T) step = residual by elimination; the matrix is positive definite. */
static void newton_step(const instance *x, const double *slope, const double *residual, double *step)
{
    double m[COUNT][COUNT] = { 0 };
    int i, j, k;
    for (i = 0; i < COUNT; i++)
        for (j = 0; j < COUNT; j++)
            for (k = 0; k < SIZE; k++) m[i][j] += x->a[i][k] * slope[k] * x->a[j][k];
    memcpy(step, residual, COUNT * sizeof *step);
    for (k = 0; k < COUNT; k++)
        for (i = k + 1; i < COUNT; i++) {
            double factor = m[i][k] / m[k][k];
            for (j = k; j < COUNT; j++) m[i][j] -= factor * m[k][j];
            step[i] -= factor * step[k];
        }
    for (i = COUNT - 1; i >= 0; i--) {
        for (j = i + 1; j < COUNT; j++) step[i] -= m[i][j] * step[j];
        step[i] /= m[i][i];
    }
}

/* Newton's method with halved steps, from a multiple of a_1 for which lambda_k = 1 on the range of W*. */
static double predicted_gap(const instance *x, int depth, double alpha)
{
    double p = 1 - 2.0 / depth, lambda[SIZE], slope[SIZE], residual[COUNT], step[COUNT], next[COUNT];
    double s[COUNT] = { p > 0 ? (1 - pow(alpha, p)) / p : -log(alpha) }, gap = 0;
    double left = eigenvalues_at(x, p, alpha, s, lambda, slope, residual);
    int i, k, round;
    for (round = 0; round < 100 && left > 1e-28; round++) {
        double length = 1, after;
        newton_step(x, slope, residual, step);
        do {
            for (i = 0; i < COUNT; i++) next[i] = s[i] + length * step[i];
            after = eigenvalues_at(x, p, alpha, next, lambda, slope, residual);
            length /= 2;
        } while (!(after < left) && length > 1e-9);
        if (!(after < left)) break;
        memcpy(s, next, sizeof s);
        left = after;
    }
    if (!(left < 1e-20)) fail("no eigenvalues fit at depth %d, alpha %g", depth, alpha);
    eigenvalues_at(x, p, alpha, s, lambda, slope, residual);
    for (k = 0; k < SIZE; k++) gap += (1 - x->a[0][k]) * lambda[k] / x->y[0];
    return gap;
}

/* ---- The flow ---- */

static double power_of_ten(int i, int per_decade) { return pow(10, -(double)i / per_decade); }

/* The product at the end, in w. */
static double run_flow(const settings *s, instance *x, symmetric *psi, int factors, double alpha, dmf_mat w)
{
    dmf_ctx *ctx = x->ctx;
    dmf_problem *custom = NULL;
    dmf_factors *f;
    dmf_report report;
    size_t i;
    must(ctx, dmf_factors_create(ctx, SIZE, SIZE, factors == ZZ ? 1 : depths[factors], NULL, &f));
    must(ctx, dmf_start_identity(ctx, f, factors == ZZ ? sqrt(alpha) : alpha));
    for (i = 0; s->disturb > 0 && i < f->size; i++) f->data[i] += (dmf_real)(s->disturb * dmf_normal(&x->rng));
    if (factors == ZZ) must(ctx, dmf_custom(ctx, SIZE, SIZE, symmetric_loss, psi, &custom));
    must(ctx, dmf_train(ctx, custom ? custom : x->problem, f, &s->motion, NULL, &report));
    if (factors == ZZ) must(ctx, dmf_gemm(ctx, 0, 1, 1, f->w[0], f->w[0], 0, w));
    else must(ctx, dmf_product(ctx, f, w));
    dmf_problem_destroy(custom);
    dmf_factors_destroy(f);
    return sqrt(2 * report.loss);
}

static void write_limits(const settings *s, int trial, int factors, int is_random, FILE *csv)
{
    instance x;
    symmetric psi = { 0 };
    dmf_mat w, none = { 0 };
    dmf_real sigma[SIZE];
    char key[80];
    int i;
    open_instance(&x, s->list->seed, trial, is_random);
    psi.problem = x.problem;
    must(NULL, dmf_ctx_create(NULL, &psi.ctx));
    must(x.ctx, dmf_mat_create(x.ctx, SIZE, SIZE, &psi.w));
    must(x.ctx, dmf_mat_create(x.ctx, SIZE, SIZE, &psi.g));
    must(x.ctx, dmf_mat_create(x.ctx, SIZE, SIZE, &w));
    for (i = 0; i < DOTS; i++) {
        double residual = run_flow(s, &x, &psi, factors, power_of_ten(i, 1), w);
        dmf_spectrum spectrum;
        must(x.ctx, dmf_svd(x.ctx, w, none, sigma, none));
        spectrum = dmf_summarize(sigma, SIZE);
        snprintf(key, sizeof key, "%d,%s,%s,%.6g", trial, factor_names[factors], is_random ? "random" : "unit",
                 power_of_ten(i, 1));
        fprintf(csv, "%s,gap,%.9g\n", key, spectrum.nuclear / x.y[0] - 1);
        fprintf(csv, "%s,effective_rank,%.9g\n", key, spectrum.effective_rank);
        fprintf(csv, "%s,residual,%.9g\n", key, residual);
        report_progress((is_random + (i + 1.0) / DOTS) / 2);
    }
    dmf_mat_destroy(&w);
    dmf_mat_destroy(&psi.g);
    dmf_mat_destroy(&psi.w);
    dmf_ctx_destroy(psi.ctx);
    close_instance(&x);
}

/* ---- The limit ---- */

static void write_path(instance *x, int trial, int factors, FILE *csv)
{
    dmf_factors *f;
    dmf_path_report report;
    dmf_real sigma[SIZE];
    dmf_spectrum spectrum;
    char key[80];
    must(x->ctx, dmf_factors_create(x->ctx, SIZE, SIZE, depths[factors], NULL, &f));
    must(x->ctx, dmf_start_identity(x->ctx, f, 1e-8));
    must(x->ctx, dmf_train_limit(x->ctx, x->problem, f, NULL, &report));
    must(x->ctx, dmf_factors_spectrum(x->ctx, f, sigma, &spectrum));
    snprintf(key, sizeof key, "%d,%s,unit,0,limit", trial, factor_names[factors]);
    fprintf(csv, "%s_gap,%.9g\n", key, spectrum.nuclear / x->y[0] - 1);
    fprintf(csv, "%s_effective_rank,%.9g\n", key, spectrum.effective_rank);
    fprintf(csv, "%s_end,%d\n", key, (int)report.reason);
    dmf_factors_destroy(f);
}

/* ---- Tasks: for every instance its minimum, then the limits and predictions ---- */

/* Bounds hold whether or not they come as close to each other as was asked for. */
static void write_minimum(const settings *s, int trial, FILE *csv)
{
    instance x;
    dmf_nuclear options = { .gap = 1e-9 };
    dmf_certificate proved;
    dmf_status reached;
    dmf_mat w;
    open_instance(&x, s->list->seed, trial, 1);
    must(x.ctx, dmf_mat_create(x.ctx, SIZE, SIZE, &w));
    reached = dmf_minimum_nuclear_norm(x.ctx, x.problem, &options, w, NULL, &proved);
    if (reached != DMF_ERR_CONVERGENCE) must(x.ctx, reached);
    fprintf(csv, "%d,minimum,random,0,minimum,%.9g\n", trial, (double)x.y[0]);
    fprintf(csv, "%d,minimum,random,0,upper_bound,%.9g\n", trial, proved.upper);
    fprintf(csv, "%d,minimum,random,0,lower_bound,%.9g\n", trial, proved.lower);
    dmf_mat_destroy(&w);
    close_instance(&x);
}

static void run_task(void *user, int task, FILE *csv)
{
    const settings *s = (const settings *)user;
    int trial = task / FACTORS + 1, factors = task % FACTORS, i;
    instance x;
    if (factors == MINIMUM) {
        write_minimum(s, trial, csv);
        return;
    }
    write_limits(s, trial, factors, 0, csv);
    write_limits(s, trial, factors, 1, csv);
    if (factors == ZZ) return;
    open_instance(&x, s->list->seed, trial, 0);
    for (i = 0; i < LINE; i++)
        fprintf(csv, "%d,%s,unit,%.6g,predicted_gap,%.9g\n", trial, factor_names[factors], power_of_ten(i, 4),
                predicted_gap(&x, depths[factors], power_of_ten(i, 4)));
    write_path(&x, trial, factors, csv);
    close_instance(&x);
}

static double task_weight(void *user, int task)
{
    (void)user;
    return 1 + task % FACTORS;
}

int main(int argc, char **argv)
{
    settings s = { .rtol = 1e-6 };
    task_list list = { .header = "trial,factors,basis,alpha,quantity,value", .run = run_task, .weight = task_weight,
                       .user = &s, TASK_DEFAULTS, .trials = 5 };
    const option options[] = {
        TASK_OPTIONS(list, "random instances", ANY_METHOD),
        { "rtol", REAL, &s.rtol, 1e-12, 0.01, "relative tolerance of the flow" },
        { "disturb", REAL, &s.disturb, 0, 1, "deviation of Gaussian numbers added to every entry of the start" },
    };
    int option_count = sizeof options / sizeof *options;
    read_options(argc, argv, "Theorems 1 and 2 of A19: nuclear norm of the limit against alpha, as CSV.", options,
                 option_count);
    s.motion = motion_by_name(list.method, 0.005);
    set_tolerance(&s.motion, s.rtol);
    s.motion.stop_loss = 1e-20;
    s.list = &list;
    list.count = (int)list.trials * FACTORS;
    run_tasks(&list, argv[0], options, option_count);
    return 0;
}
