/*
What A19 says beside its theorems: conjecture 1, Corollary 1, and footnotes 3, 4, 5, 9, 10, measured.

conjecture. The smallest counter-example to conjecture 1, of the kind of Li, Luo and Lyu (2021): of a 2 x 2 matrix W_11 =
1/2 and W_12 = W_21 = 1 are observed. The nuclear norm is least, 2, at W_22 = 1/2, with rank 2 (for W_11 W_22 < 1 its
square is ||W||_F^2 + 2 (1 - W_11 W_22)); the limit of small starts takes the largest singular pair first, which alone
can fit, and ends at rank 1, W_22 = 2, nuclear norm 5/2. As a symmetric problem, for which the conjecture is stated: W
is a block off the diagonal of a 4 x 4 matrix Z Z^T, whose least trace is twice that norm. The six A_i do not commute.

starts. Commuting measurements (examples/commuting.h, random basis) and Z Z^T from Z = sqrt(alpha) times I, a random
orthogonal matrix (footnote 3), a Gaussian matrix / sqrt(n) (footnote 4): excess over the least nuclear norm. Then
Gaussian symmetric measurements in their place. positive: the least eigenvalue along paths from alpha I (footnote 5).

few. Sensing with Gaussian A_i, 20 x 20, rank 2, and fewer measurements than degrees of freedom, the regime in which
Gunasekar et al. (2017) saw a gap: nuclear norm over the proved minimum, and effective ranks.

corollary. U^T U' S - S V^T V' = -K o P off the diagonal, P = U^T G V, for the three leading triples of a completion, 30
x 30 of rank 3; and the size of P off the diagonal beside the speed of U and V.

balance. ||W_2^T W_2 - W_1 W_1^T|| over ||W_1 W_1^T|| along the flow from Gaussian starts, the same completion.

loop. For a linear loss l = <G, W> the velocity of W is a field on matrices. If it is the gradient of anything, its work
around a closed loop is zero. For 1 x 2 matrices, around r <= |w| <= R in the first quadrant with G = e_1, the work is
(R^p - r^p)(1 - N/p), p = 3 - 2/N: zero at depth 1 and 2 only ([ACH18], section 6). matrix: the same for 2 x 2 matrices
around a circle.

kept. The third singular value along flows from balanced factors of rank 2, and the sign of det W from Gaussian starts.

crossing. W block-diagonal, 2 and 1: two singular values cross while vectors turn. At the time of the crossing (found by
bisection) less or more a little: the velocity of U by equation (8), from both sides, and by differences.
*/
#define _POSIX_C_SOURCE 200809L
#include "../dmf.h"
#include "example.h"
#include "commuting.h"

enum { CONJECTURE, STARTS, POSITIVE, FEW, COROLLARY, BALANCE, LOOP, KEPT, CROSSING, PANELS };
static const char *const panel_names[] = { "conjecture", "starts", "positive", "few", "corollary", "balance", "loop", "kept",
                                           "crossing" };
enum { ALPHAS = 9, LEADING = 3, WIDE = 30 };

typedef struct settings { const task_list *list; double rtol; } settings;
typedef struct bench {
    const settings *s;
    FILE *csv;
    dmf_ctx *ctx;
    const char *panel;
    char curve[40];
    int trial;
    dmf_rng rng;
} bench;

static void put(const bench *b, double x, const char *quantity, double value)
{
    fprintf(b->csv, "%s,%s,%d,%.9g,%s,%.9g\n", b->panel, b->curve, b->trial, x, quantity, value);
}

static dmf_mat matrix(const bench *b, int rows, int cols)
{
    dmf_mat a;
    must(b->ctx, dmf_mat_create(b->ctx, rows, cols, &a));
    return a;
}

static dmf_factors *factors(const bench *b, int n, int depth)
{
    dmf_factors *f;
    must(b->ctx, dmf_factors_create(b->ctx, n, n, depth, NULL, &f));
    return f;
}

static dmf_motion flow(const bench *b, double stop_loss)
{
    dmf_motion motion = motion_by_name("flow", 0);
    set_tolerance(&motion, b->s->rtol);
    motion.stop_loss = stop_loss;
    return motion;
}

static dmf_spectrum spectrum(const bench *b, dmf_mat w)
{
    dmf_real sigma[WIDE];
    must(b->ctx, dmf_svd(b->ctx, w, dmf_none(), sigma, dmf_none()));
    return dmf_summarize(sigma, w.rows);
}

/* Trains on f, and leaves the product in w; Z Z^T if psi is not NULL, whose problem f then is of depth 1. */
static void train(bench *b, const dmf_problem *p, symmetric *psi, dmf_factors *f, const dmf_observer *observer, dmf_mat w)
{
    dmf_motion motion = flow(b, 1e-20);
    dmf_problem *custom = NULL;
    dmf_report report;
    if (psi) must(b->ctx, dmf_custom(b->ctx, w.rows, w.cols, symmetric_loss, psi, &custom));
    must(b->ctx, dmf_train(b->ctx, custom ? custom : p, f, &motion, observer, &report));
    if (psi) must(b->ctx, dmf_gemm(b->ctx, 0, 1, 1, f->w[0], f->w[0], 0, w));
    else must(b->ctx, dmf_product(b->ctx, f, w));
    dmf_problem_destroy(custom);
}

static symmetric open_symmetric(const bench *b, const dmf_problem *p, int n)
{
    symmetric psi = { .problem = p, .w = matrix(b, n, n), .g = matrix(b, n, n) };
    must(NULL, dmf_ctx_create(NULL, &psi.ctx));
    return psi;
}

static void close_symmetric(symmetric *psi)
{
    dmf_mat_destroy(&psi->w);
    dmf_mat_destroy(&psi->g);
    dmf_ctx_destroy(psi->ctx);
}

/* ---- Conjecture 1 ---- */

static void write_minimum(bench *b, const dmf_problem *p, double scale, dmf_mat w)
{
    const dmf_nuclear options = { .gap = 1e-9 };
    dmf_certificate proved;
    must(b->ctx, dmf_minimum_nuclear_norm(b->ctx, p, &options, w, NULL, &proved));
    put(b, 0, "lower", proved.lower / scale);
    put(b, 0, "upper", proved.upper / scale);
    put(b, 0, "effective_rank", spectrum(b, w).effective_rank);
}

static void run_conjecture(bench *b)
{
    static const dmf_entry block[] = { { 0, 0, 0.5 }, { 0, 1, 1 }, { 1, 0, 1 } };
    static const dmf_entry whole[] = { { 0, 2, 0.5 }, { 0, 3, 1 }, { 1, 2, 1 }, { 2, 0, 0.5 }, { 3, 0, 1 }, { 2, 1, 1 } };
    dmf_problem *small, *large;
    dmf_mat w = matrix(b, 2, 2), wide = matrix(b, 4, 4);
    symmetric psi;
    dmf_factors *f = factors(b, 2, 2);
    int depth, k;
    must(b->ctx, dmf_completion(b->ctx, 2, 2, block, 3, &small));
    must(b->ctx, dmf_completion(b->ctx, 4, 4, whole, 6, &large));
    strcpy(b->curve, "minimum");
    write_minimum(b, small, 1, w);
    strcpy(b->curve, "minimum_4");
    write_minimum(b, large, 2, wide);
    strcpy(b->curve, "limit");
    must(b->ctx, dmf_train_limit(b->ctx, small, f, NULL, NULL));
    must(b->ctx, dmf_product(b->ctx, f, w));
    put(b, 0, "nuclear", spectrum(b, w).nuclear);
    put(b, 0, "effective_rank", spectrum(b, w).effective_rank);
    dmf_factors_destroy(f);
    psi = open_symmetric(b, large, 4);
    for (depth = 1; depth <= 4; depth++)
        for (k = 0; k < 2 * ALPHAS - 1; k++) {
            double alpha = pow(10, -0.5 * k);
            dmf_mat end = depth == 1 ? wide : w;
            snprintf(b->curve, sizeof b->curve, depth == 1 ? "zz" : "%d", depth);
            f = factors(b, end.rows, depth);
            must(b->ctx, dmf_start_identity(b->ctx, f, depth == 1 ? sqrt(alpha) : alpha));
            train(b, small, depth == 1 ? &psi : NULL, f, NULL, end);
            put(b, alpha, "nuclear", spectrum(b, end).nuclear / (depth == 1 ? 2 : 1));
            put(b, alpha, "effective_rank", spectrum(b, end).effective_rank);
            dmf_factors_destroy(f);
        }
    close_symmetric(&psi);
    dmf_problem_destroy(small);
    dmf_problem_destroy(large);
    dmf_mat_destroy(&w);
    dmf_mat_destroy(&wide);
}

/* ---- Footnotes 3, 4 and 5 ---- */

/* The instance, or the same size with Gaussian symmetric A_i and the same W*, whose labels are new. */
static void make_gaussian(const bench *b, instance *x)
{
    const int all = SIZE * SIZE;
    dmf_mat w = matrix(b, SIZE, SIZE);
    dmf_factors *z = factors(b, SIZE, 1);
    int i, j, k;
    for (i = 0; i < SIZE * RANK; i++) z->data[i] = (dmf_real)dmf_normal(&x->rng); /* RANK rows */
    must(b->ctx, dmf_gemm(b->ctx, 1, 0, 1 / (double)SIZE, z->w[0], z->w[0], 0, w));
    for (i = 0; i < COUNT; i++) {
        dmf_real *a = x->measurements.data + i * all;
        for (j = 0; j < all; j++) a[j] = (dmf_real)(dmf_normal(&x->rng) / SIZE);
        for (j = 0; j < SIZE; j++)
            for (k = 0; k < j; k++) a[j * SIZE + k] = a[k * SIZE + j];
        for (x->y[i] = 0, j = 0; j < all; j++) x->y[i] += a[j] * w.data[j];
    }
    dmf_problem_destroy(x->problem);
    must(b->ctx, dmf_sensing(b->ctx, SIZE, SIZE, x->measurements, x->y, &x->problem));
    dmf_factors_destroy(z);
    dmf_mat_destroy(&w);
}

static void run_starts(bench *b)
{
    static const char *const kinds[] = { "identity", "orthogonal", "gaussian" }, *const of[] = { "commuting", "general" };
    int general, kind, k, i;
    for (general = 0; general < 2; general++) {
        dmf_mat w = matrix(b, SIZE, SIZE), ends[ALPHAS];
        double scale;
        symmetric psi;
        instance x;
        open_instance(&x, b->s->list->seed, b->trial, 1);
        if (general) make_gaussian(b, &x);
        psi = open_symmetric(b, x.problem, SIZE);
        for (k = 0; k < ALPHAS; k++) ends[k] = matrix(b, SIZE, SIZE);
        for (kind = 0; kind < 3; kind++)
            for (k = 0; k < ALPHAS; k++) {
                double alpha = pow(10, -k), off = 0;
                dmf_factors *f = factors(b, SIZE, 1);
                snprintf(b->curve, sizeof b->curve, "%s_%s", of[general], kinds[kind]);
                must(b->ctx, kind == 0 ? dmf_start_identity(b->ctx, f, sqrt(alpha)) : kind == 1 ?
                     dmf_start_orthogonal(b->ctx, f, 1, &b->rng) :
                     dmf_start_gaussian(b->ctx, f, sqrt(alpha / SIZE), &b->rng));
                if (kind == 1) /* exactly this multiple of an orthogonal matrix */
                    for (scale = 0, i = 0; i < SIZE; i++) scale += (double)f->data[i] * (double)f->data[i];
                for (i = 0; i < SIZE * SIZE && kind == 1; i++) f->data[i] *= (dmf_real)sqrt(alpha / scale);
                train(b, NULL, &psi, f, NULL, w);
                if (!general) put(b, alpha, "excess", spectrum(b, w).nuclear / (double)x.y[0] - 1);
                put(b, alpha, "effective_rank", spectrum(b, w).effective_rank);
                if (kind == 0) must(b->ctx, dmf_copy(b->ctx, w, ends[k]));
                for (i = 0; i < SIZE * SIZE; i++) off += pow((double)w.data[i] - (double)ends[k].data[i], 2);
                put(b, alpha, "apart", sqrt(off) / dmf_frobenius(ends[k]));
                dmf_factors_destroy(f);
            }
        for (k = 0; k < ALPHAS; k++) dmf_mat_destroy(&ends[k]);
        close_symmetric(&psi);
        dmf_mat_destroy(&w);
        close_instance(&x);
    }
}

typedef struct watch { bench *b; dmf_mat w, v; double least, asymmetric; } watch;

static int look_positive(void *user, const dmf_moment *now)
{
    watch *k = (watch *)user;
    dmf_real lambda[SIZE];
    double largest;
    int i, j;
    must(now->ctx, dmf_product(now->ctx, now->factors, k->w));
    must(now->ctx, dmf_eigen(now->ctx, k->w, lambda, dmf_none()));
    largest = fabs((double)lambda[0]);
    k->least = fmin(k->least, (double)lambda[SIZE - 1] / largest);
    for (i = 0; i < SIZE; i++)
        for (j = 0; j < i; j++)
            k->asymmetric = fmax(k->asymmetric, fabs((double)k->w.data[i * SIZE + j] - (double)k->w.data[j * SIZE + i]) / largest);
    return 0;
}

static void run_positive(bench *b)
{
    int general, depth;
    for (general = 0; general < 2; general++)
        for (depth = 1; depth <= 4; depth++) {
            watch seen = { .b = b, .w = matrix(b, SIZE, SIZE) };
            dmf_observer observer = { .look = look_positive, .user = &seen };
            dmf_factors *f = factors(b, SIZE, depth);
            dmf_mat w = matrix(b, SIZE, SIZE);
            instance x;
            open_instance(&x, b->s->list->seed, b->trial, 1);
            if (general) make_gaussian(b, &x);
            snprintf(b->curve, sizeof b->curve, general ? "general_%d" : "commuting_%d", depth);
            must(b->ctx, dmf_start_identity(b->ctx, f, 1e-2));
            seen.least = 1;
            train(b, x.problem, NULL, f, &observer, w);
            put(b, 1e-2, "least_eigenvalue", seen.least);
            put(b, 1e-2, "asymmetry", seen.asymmetric);
            dmf_mat_destroy(&w);
            dmf_mat_destroy(&seen.w);
            dmf_factors_destroy(f);
            close_instance(&x);
        }
}

/* ---- Few measurements ---- */

static void run_few(bench *b)
{
    enum { N = 20, FREEDOM = 2 * (2 * N - 2) };
    static const double ratios[] = { 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 2.5 };
    dmf_mat w_star = matrix(b, N, N), w = matrix(b, N, N);
    int k, depth, i;
    must(b->ctx, dmf_random_low_rank(b->ctx, 2, w_star, &b->rng));
    for (k = 0; k < (int)(sizeof ratios / sizeof *ratios); k++) {
        int m = (int)(ratios[k] * FREEDOM + 0.5);
        dmf_mat a = matrix(b, m, N * N);
        dmf_real *y = (dmf_real *)allocate((size_t)m, sizeof *y);
        const dmf_nuclear options = { .gap = 1e-4 };
        dmf_certificate proved;
        dmf_problem *p;
        for (i = 0; i < m * N * N; i++) {
            a.data[i] = (dmf_real)(dmf_normal(&b->rng) / N);
            y[i / (N * N)] += a.data[i] * w_star.data[i % (N * N)];
        }
        must(b->ctx, dmf_sensing(b->ctx, N, N, a, y, &p));
        must(b->ctx, dmf_minimum_nuclear_norm(b->ctx, p, &options, w, NULL, &proved));
        strcpy(b->curve, "minimum");
        put(b, ratios[k], "nuclear", proved.upper / proved.lower);
        put(b, ratios[k], "effective_rank", spectrum(b, w).effective_rank);
        for (depth = 2; depth <= 3; depth++) {
            dmf_factors *f = factors(b, N, depth);
            dmf_motion motion = { .stop_loss = 1e-8, .stop_evaluations = 10000 };
            dmf_report report;
            must(b->ctx, dmf_start_gaussian(b->ctx, f, dmf_deviation(f, 1e-4), &b->rng));
            must(b->ctx, dmf_train(b->ctx, p, f, &motion, NULL, &report));
            must(b->ctx, dmf_product(b->ctx, f, w));
            snprintf(b->curve, sizeof b->curve, "%d", depth);
            put(b, ratios[k], "nuclear", spectrum(b, w).nuclear / proved.lower);
            put(b, ratios[k], "effective_rank", spectrum(b, w).effective_rank);
            put(b, ratios[k], "loss", report.loss);
            dmf_factors_destroy(f);
        }
        dmf_problem_destroy(p);
        dmf_mat_destroy(&a);
        free(y);
    }
    dmf_mat_destroy(&w_star);
    dmf_mat_destroy(&w);
}

/* ---- Corollary 1 and balance: along the flow of a completion ---- */

typedef struct path { bench *b; const dmf_problem *problem; int depth; dmf_mat w, g, u, v, du, dv, p, q; } path;

/* K_rs of (10.3) at depth N, written out as a sum. */
static double weight(int depth, double s, double t)
{
    double sum = 0;
    int j;
    for (j = 1; j <= depth; j++) sum += pow(s, 2. * (depth - j) / depth) * pow(t, 2. * (j - 1) / depth);
    return sum;
}

static double norm(dmf_mat a, int columns)
{
    double sum = 0;
    int i, j;
    for (i = 0; i < a.rows; i++)
        for (j = 0; j < columns; j++) sum += pow((double)a.data[i * a.ld + j], 2);
    return sqrt(sum);
}

static int look_aligned(void *user, const dmf_moment *now)
{
    path *x = (path *)user;
    dmf_ctx *ctx = now->ctx;
    dmf_real sigma[WIDE];
    double loss, off = 0, all = 0, error = 0, most = 0;
    int r, s;
    must(ctx, dmf_product(ctx, now->factors, x->w));
    must(ctx, dmf_svd(ctx, x->w, x->u, sigma, x->v));
    must(ctx, dmf_problem_loss(ctx, x->problem, x->w, x->g, &loss));
    if (now->step == 0 || dmf_vector_rates(ctx, x->depth, x->g, x->u, sigma, x->v, x->du, x->dv) != DMF_OK) return 0;
    must(ctx, dmf_gemm(ctx, 0, 0, 1, x->g, x->v, 0, x->w));
    must(ctx, dmf_gemm(ctx, 1, 0, 1, x->u, x->w, 0, x->p));
    must(ctx, dmf_gemm(ctx, 1, 0, 1, x->u, x->du, 0, x->q));
    must(ctx, dmf_gemm(ctx, 1, 0, 1, x->v, x->dv, 0, x->w));
    for (r = 0; r < LEADING; r++)
        for (s = 0; s < LEADING; s++) {
            double p = (double)x->p.data[r * WIDE + s], left, right;
            all += p * p;
            if (r == s) continue;
            off += p * p;
            left = (double)x->q.data[r * WIDE + s] * (double)sigma[s] - (double)sigma[r] * (double)x->w.data[r * WIDE + s];
            right = -weight(x->depth, (double)sigma[r], (double)sigma[s]) * p;
            error = fmax(error, fabs(left - right));
            most = fmax(most, fabs(right));
        }
    put(x->b, now->time, "off_diagonal", sqrt(off));
    put(x->b, now->time, "share", sqrt(off / all));
    put(x->b, now->time, "speed", norm(x->du, LEADING) + norm(x->dv, LEADING));
    put(x->b, now->time, "identity", error / most);
    return 0;
}

static int look_balanced(void *user, const dmf_moment *now)
{
    path *x = (path *)user;
    const dmf_factors *f = now->factors;
    double worst = 0;
    int pair;
    for (pair = 0; pair < f->depth - 1; pair++) {
        must(now->ctx, dmf_balance(now->ctx, f, pair, x->w));
        must(now->ctx, dmf_gemm(now->ctx, 0, 1, 1, f->w[pair], f->w[pair], 0, x->g));
        worst = fmax(worst, dmf_frobenius(x->w) / dmf_frobenius(x->g));
    }
    put(x->b, now->time, "unbalanced", worst);
    return 0;
}

static void run_path(bench *b, int is_balance)
{
    enum { OBSERVED = 400 };
    static const double alphas[] = { 1e-1, 1e-3, 1e-5 };
    dmf_mat w_star = matrix(b, WIDE, WIDE), *all[8];
    dmf_entry *entries = (dmf_entry *)allocate(OBSERVED, sizeof *entries);
    path x = { .b = b };
    dmf_observer observer = { .look = is_balance ? look_balanced : look_aligned, .user = &x };
    dmf_problem *p;
    int i, k;
    all[0] = &x.w, all[1] = &x.g, all[2] = &x.u, all[3] = &x.v, all[4] = &x.du, all[5] = &x.dv, all[6] = &x.p, all[7] = &x.q;
    for (i = 0; i < 8; i++) *all[i] = matrix(b, WIDE, WIDE);
    must(b->ctx, dmf_random_low_rank(b->ctx, LEADING, w_star, &b->rng));
    must(b->ctx, dmf_observe(b->ctx, w_star, OBSERVED, entries, &b->rng));
    must(b->ctx, dmf_completion(b->ctx, WIDE, WIDE, entries, OBSERVED, &p));
    x.problem = p;
    for (x.depth = 2; x.depth <= 3; x.depth++)
        for (k = 0; k < (is_balance ? 3 : 1); k++) {
            dmf_factors *f = factors(b, WIDE, x.depth);
            dmf_motion motion = { .stop_loss = 1e-6, .rtol = is_balance ? 1e-6 : 1e-4 };
            dmf_report report;
            if (is_balance) must(b->ctx, dmf_start_gaussian(b->ctx, f, dmf_deviation(f, alphas[k]), &b->rng));
            else must(b->ctx, dmf_start_identity(b->ctx, f, 1e-3));
            snprintf(b->curve, sizeof b->curve, is_balance ? "%d_%g" : "%d", x.depth, alphas[k]);
            must(b->ctx, dmf_train(b->ctx, p, f, &motion, &observer, &report));
            dmf_factors_destroy(f);
        }
    for (i = 0; i < 8; i++) dmf_mat_destroy(all[i]);
    dmf_problem_destroy(p);
    dmf_mat_destroy(&w_star);
    free(entries);
}

/* ---- Work around a loop ---- */

/* The velocity at w times a step of w. */
static double work_of(const bench *b, double depth, dmf_mat w, dmf_mat g, const double *step)
{
    dmf_real velocity[4];
    double sum = 0;
    int i;
    must(b->ctx, dmf_product_velocity(b->ctx, depth, w, g, dmf_view(velocity, w.rows, w.cols)));
    for (i = 0; i < w.rows * w.cols; i++) sum += (double)velocity[i] * step[i];
    return sum;
}

/* Out along e_1 from r to R, round to e_2, in, and back: midpoints. */
static double sector_work(const bench *b, double depth)
{
    enum { STEPS = 2000 };
    const double r = 0.5, quarter = acos(0.), h = 1. / STEPS;
    dmf_real x[2], g[2] = { 1, 0 };
    double sum = 0;
    int side, k;
    for (side = 0; side < 4; side++)
        for (k = 0; k < STEPS; k++) {
            double s = (k + 0.5) * h, step[2];
            double radius = side == 0 ? r + (1 - r) * s : side == 1 ? 1 : side == 2 ? 1 - (1 - r) * s : r;
            double angle = side == 0 ? 0 : side == 1 ? quarter * s : side == 2 ? quarter : quarter * (1 - s);
            double along = side == 0 ? (1 - r) * h : side == 2 ? -(1 - r) * h : 0;
            double across = side == 1 ? quarter * h : side == 3 ? -r * quarter * h : 0;
            x[0] = (dmf_real)(radius * cos(angle)), x[1] = (dmf_real)(radius * sin(angle));
            step[0] = along * cos(angle) - across * sin(angle);
            step[1] = along * sin(angle) + across * cos(angle);
            sum += work_of(b, depth, dmf_view(x, 1, 2), dmf_view(g, 1, 2), step);
        }
    return sum;
}

static double circle_work(const bench *b, double depth)
{
    enum { STEPS = 200 };
    static const double from[4] = { 1, 0.3, -0.2, 0.5 }, a[4] = { 0.3, 0, 0.2, 0.1 }, c[4] = { 0, 0.3, -0.1, 0.2 };
    dmf_real w[4], g[4] = { 1, 0.5, -0.3, 0.2 };
    double sum = 0, step[4];
    int i, k;
    for (k = 0; k < STEPS; k++) {
        double t = 4 * acos(0.) * k / STEPS;
        for (i = 0; i < 4; i++) {
            w[i] = (dmf_real)(from[i] + a[i] * cos(t) + c[i] * sin(t));
            step[i] = (c[i] * cos(t) - a[i] * sin(t)) * 4 * acos(0.) / STEPS;
        }
        sum += work_of(b, depth, dmf_view(w, 2, 2), dmf_view(g, 2, 2), step);
    }
    return sum;
}

static void run_loop(bench *b)
{
    int k;
    for (k = 0; k <= 48; k++) {
        double depth = 1 + k / 8., p = 3 - 2 / depth, size = 1 - pow(0.5, p);
        strcpy(b->curve, "sector");
        put(b, depth, "work", sector_work(b, depth));
        put(b, depth, "formula", size * (depth / p - 1) * -1);
        strcpy(b->curve, "matrix");
        put(b, depth, "work", circle_work(b, depth));
    }
}

/* ---- Rank and sign are kept ---- */

typedef struct third { bench *b; double most; } third;

static int look_third(void *user, const dmf_moment *now)
{
    third *x = (third *)user;
    dmf_real sigma[6];
    must(now->ctx, dmf_factors_spectrum(now->ctx, now->factors, sigma, NULL));
    x->most = fmax(x->most, (double)sigma[2] / (double)sigma[0]);
    return 0;
}

/* Of W: the product of those of the factors, in which less cancels. */
static double sign_of_det(const dmf_factors *f)
{
    double sign = 1;
    int j;
    for (j = 0; j < f->depth; j++) {
        const dmf_real *x = f->w[j].data;
        sign *= (double)x[0] * ((double)x[4] * (double)x[8] - (double)x[5] * (double)x[7]) -
                (double)x[1] * ((double)x[3] * (double)x[8] - (double)x[5] * (double)x[6]) +
                (double)x[2] * ((double)x[3] * (double)x[7] - (double)x[4] * (double)x[6]) > 0 ? 1 : -1;
    }
    return sign;
}

static void run_kept(bench *b)
{
    int depth, i;
    for (depth = 1; depth <= 4; depth++) {
        dmf_mat w = matrix(b, 6, 6), w_star = matrix(b, 6, 6), third_star = matrix(b, 3, 3);
        third x = { .b = b };
        dmf_observer observer = { .look = look_third, .user = &x };
        dmf_motion motion = flow(b, 1e-12);
        dmf_factors *f = factors(b, 6, depth);
        dmf_entry entries[18];
        dmf_problem *p;
        dmf_report report;
        dmf_real sigma[3];
        double before;
        snprintf(b->curve, sizeof b->curve, "%d", depth);
        must(b->ctx, dmf_random_low_rank(b->ctx, 2, w, &b->rng));
        for (i = 0; i < 36; i++) w.data[i] *= (dmf_real)0.1;
        must(b->ctx, dmf_random_low_rank(b->ctx, 4, w_star, &b->rng));
        must(b->ctx, dmf_observe(b->ctx, w_star, 18, entries, &b->rng));
        must(b->ctx, dmf_completion(b->ctx, 6, 6, entries, 18, &p));
        must(b->ctx, dmf_start_balanced(b->ctx, f, w));
        motion.stop_time = 10;
        must(b->ctx, dmf_train(b->ctx, p, f, &motion, &observer, &report));
        put(b, 2, "third", x.most);
        dmf_problem_destroy(p);
        dmf_factors_destroy(f);
        must(b->ctx, dmf_random_low_rank(b->ctx, 3, third_star, &b->rng));
        must(b->ctx, dmf_observe(b->ctx, third_star, 7, entries, &b->rng));
        must(b->ctx, dmf_completion(b->ctx, 3, 3, entries, 7, &p));
        set_tolerance(&motion, 1e-11);
        motion.stop_time = 0;
        must(b->ctx, dmf_random_low_rank(b->ctx, 3, third_star, &b->rng));
        for (i = 0; i < 9; i++) third_star.data[i] *= (dmf_real)0.1;
        for (i = 0; i < 2; i++) {
            f = factors(b, 3, depth);
            must(b->ctx, i ? dmf_start_gaussian(b->ctx, f, dmf_deviation(f, 0.1), &b->rng)
                           : dmf_start_balanced(b->ctx, f, third_star));
            before = sign_of_det(f);
            must(b->ctx, dmf_train(b->ctx, p, f, &motion, NULL, &report));
            put(b, 3, i ? "sign_kept_unbalanced" : "sign_kept", before == sign_of_det(f));
            must(b->ctx, dmf_factors_spectrum(b->ctx, f, sigma, NULL));
            if (i == 0) put(b, 3, "smallest", (double)sigma[2] / (double)sigma[0]);
            dmf_factors_destroy(f);
        }
        f = NULL;
        dmf_problem_destroy(p);
        dmf_factors_destroy(f);
        dmf_mat_destroy(&w);
        dmf_mat_destroy(&w_star);
        dmf_mat_destroy(&third_star);
    }
}

/* ---- Through a crossing ---- */

typedef struct point { dmf_real w[9], g[9], u[9], v[9], sigma[3], du[9], dv[9]; } point;

/* W and its triples after a time; branches begin in the order of the triples in x. */
static void reach(const bench *b, const dmf_problem *p, int depth, const dmf_real *start, double time, int with_rates,
                  point *x)
{
    dmf_motion motion = flow(b, 0);
    dmf_factors *f = factors(b, 3, depth);
    dmf_report report;
    double loss;
    dmf_real from[9];
    memcpy(from, start, sizeof from);
    set_tolerance(&motion, 1e-12);
    motion.stop_time = time;
    must(b->ctx, dmf_start_balanced(b->ctx, f, dmf_view(from, 3, 3)));
    must(b->ctx, dmf_train(b->ctx, p, f, &motion, NULL, &report));
    must(b->ctx, dmf_product(b->ctx, f, dmf_view(x->w, 3, 3)));
    must(b->ctx, dmf_svd_track(b->ctx, dmf_view(x->w, 3, 3), dmf_view(x->u, 3, 3), x->sigma, dmf_view(x->v, 3, 3), NULL));
    must(b->ctx, dmf_problem_loss(b->ctx, p, dmf_view(x->w, 3, 3), dmf_view(x->g, 3, 3), &loss));
    if (with_rates)
        must(b->ctx, dmf_vector_rates(b->ctx, depth, dmf_view(x->g, 3, 3), dmf_view(x->u, 3, 3), x->sigma,
                                      dmf_view(x->v, 3, 3), dmf_view(x->du, 3, 3), dmf_view(x->dv, 3, 3)));
    dmf_factors_destroy(f);
}

static double apart(const dmf_real *a, const dmf_real *c, double scale, const dmf_real *d)
{
    double off = 0, all = 0;
    int i;
    for (i = 0; i < 9; i++) {
        off += pow(((double)a[i] - (double)c[i]) * scale - (d ? (double)d[i] : 0), 2);
        all += pow(d ? (double)d[i] : (double)c[i], 2);
    }
    return sqrt(off / all);
}

static void run_crossing(bench *b)
{
    static const dmf_entry entries[] = { { 0, 0, 1 }, { 0, 1, 0.4 }, { 1, 0, -0.3 }, { 1, 1, 0.6 }, { 2, 2, 0.7 } };
    static const dmf_real start[9] = { (dmf_real)0.2, (dmf_real)-0.1, 0, (dmf_real)0.15, (dmf_real)0.1, 0, 0, 0, (dmf_real)0.4 };
    dmf_problem *p;
    int depth, k, i;
    must(b->ctx, dmf_completion(b->ctx, 3, 3, entries, 5, &p));
    for (depth = 1; depth <= 4; depth++) {
        point x, left, right;
        dmf_real begin[9];
        double early = 1e-3, late = 20;
        memcpy(begin, start, sizeof begin);
        memset(&x, 0, sizeof x);
        must(b->ctx, dmf_svd(b->ctx, dmf_view(begin, 3, 3), dmf_view(x.u, 3, 3), x.sigma, dmf_view(x.v, 3, 3)));
        left = x; /* sigma[0] is W_33; it is crossed by the larger one of the block */
        for (k = 0; k < 60; k++) {
            double middle = (early + late) / 2;
            right = left;
            reach(b, p, depth, start, middle, 0, &right);
            if (fabs((double)right.sigma[0]) > fabs((double)right.sigma[1])) early = middle;
            else late = middle;
        }
        snprintf(b->curve, sizeof b->curve, "%d", depth);
        put(b, early, "crossing", (double)right.sigma[0] - (double)right.sigma[1]);
        for (k = 1; k <= 5; k++) {
            double d = pow(10, -k);
            x = left;
            right = left;
            reach(b, p, depth, start, early - d, 1, &x);
            reach(b, p, depth, start, early + d, 1, &right);
            put(b, d, "jump", apart(right.du, x.du, 1, NULL));
            for (i = 0; i < 9; i++) x.du[i] = (x.du[i] + right.du[i]) / 2;
            put(b, d, "difference", apart(right.u, x.u, 1 / (2 * d), x.du));
        }
    }
    dmf_problem_destroy(p);
}

/* ---- Tasks: panel by panel, the trials of those that have any ---- */

static int trials_of(const settings *s, int panel)
{
    return panel == STARTS || panel == POSITIVE || panel == FEW || panel == KEPT ? (int)s->list->trials : 1;
}

static void run_task(void *user, int task, FILE *csv)
{
    bench b = { .s = (const settings *)user, .csv = csv };
    const dmf_options one_thread = { .threads = 1 };
    int panel = 0;
    for (b.trial = task; b.trial >= trials_of(b.s, panel); panel++) b.trial -= trials_of(b.s, panel);
    b.panel = panel_names[panel];
    b.rng = dmf_seed((uint64_t)b.s->list->seed, (uint64_t)(100 * panel + b.trial));
    must(NULL, dmf_ctx_create(&one_thread, &b.ctx));
    switch (panel) {
    case CONJECTURE: run_conjecture(&b); break;
    case STARTS: run_starts(&b); break;
    case POSITIVE: run_positive(&b); break;
    case FEW: run_few(&b); break;
    case COROLLARY: run_path(&b, 0); break;
    case BALANCE: run_path(&b, 1); break;
    case LOOP: run_loop(&b); break;
    case KEPT: run_kept(&b); break;
    default: run_crossing(&b); break;
    }
    dmf_ctx_destroy(b.ctx);
}

static double task_weight(void *user, int task)
{
    (void)user;
    (void)task;
    return 1;
}

int main(int argc, char **argv)
{
    settings s = { .rtol = 1e-7 };
    task_list list = { .header = "panel,curve,trial,x,quantity,value", .run = run_task, .weight = task_weight, .user = &s,
                       TASK_DEFAULTS, .trials = 5 };
    const option options[] = {
        TASK_OPTIONS(list, "random instances", "flow"),
        { "rtol", REAL, &s.rtol, 1e-12, 0.01, "relative tolerance of the flow" },
    };
    int option_count = sizeof options / sizeof *options, panel;
    read_options(argc, argv, "Remarks and footnotes of A19, measured, as CSV.", options, option_count);
    if (strcmp(list.method, "flow") != 0) fail("remarks are about the flow, not '%s'", list.method);
    s.list = &list;
    for (panel = 0; panel < PANELS; panel++) list.count += trials_of(&s, panel);
    run_tasks(&list, argv[0], options, option_count);
    return 0;
}
