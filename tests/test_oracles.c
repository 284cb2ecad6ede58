/* Oracles that share nothing with the library: long double, plain loops, textbook methods. */
#include "test.h"

typedef long double real;
enum { MOST = 8 };
typedef struct matrix { int n; real x[MOST][MOST]; } matrix;

static matrix zeros(int n)
{
    matrix a;
    memset(&a, 0, sizeof a);
    a.n = n;
    return a;
}

static matrix identity(int n)
{
    matrix a = zeros(n);
    int i;
    for (i = 0; i < n; i++) a.x[i][i] = 1;
    return a;
}

static matrix plus(matrix a, real factor, matrix b)
{
    int i, j;
    for (i = 0; i < a.n; i++)
        for (j = 0; j < a.n; j++) a.x[i][j] += factor * b.x[i][j];
    return a;
}

static matrix times(matrix a, matrix b)
{
    matrix c = zeros(a.n);
    int i, j, k;
    for (i = 0; i < a.n; i++)
        for (j = 0; j < a.n; j++)
            for (k = 0; k < a.n; k++) c.x[i][j] += a.x[i][k] * b.x[k][j];
    return c;
}

static matrix transposed(matrix a)
{
    matrix b = a;
    int i, j;
    for (i = 0; i < a.n; i++)
        for (j = 0; j < a.n; j++) b.x[i][j] = a.x[j][i];
    return b;
}

static real size_of(matrix a)
{
    real sum = 0;
    int i, j;
    for (i = 0; i < a.n; i++)
        for (j = 0; j < a.n; j++) sum += a.x[i][j] * a.x[i][j];
    return sqrtl(sum);
}

/* Solves a x = b by elimination with row exchanges; b becomes x. */
static void solve(int n, real a[MOST][MOST], real b[MOST])
{
    int i, j, k, pivot;
    for (k = 0; k < n; k++) {
        for (pivot = k, i = k + 1; i < n; i++)
            if (fabsl(a[i][k]) > fabsl(a[pivot][k])) pivot = i;
        for (j = 0; j < n; j++) {
            real t = a[k][j];
            a[k][j] = a[pivot][j];
            a[pivot][j] = t;
        }
        { real t = b[k]; b[k] = b[pivot]; b[pivot] = t; }
        for (i = k + 1; i < n; i++) {
            real factor = a[i][k] / a[k][k];
            for (j = k; j < n; j++) a[i][j] -= factor * a[k][j];
            b[i] -= factor * b[k];
        }
    }
    for (i = n - 1; i >= 0; i--) {
        for (j = i + 1; j < n; j++) b[i] -= a[i][j] * b[j];
        b[i] /= a[i][i];
    }
}

static matrix inverse(matrix a)
{
    matrix b = zeros(a.n);
    int i, k;
    for (k = 0; k < a.n; k++) {
        matrix copy = a;
        real column[MOST] = { 0 };
        column[k] = 1;
        solve(a.n, copy.x, column);
        for (i = 0; i < a.n; i++) b.x[i][k] = column[i];
    }
    return b;
}

/* ---- Powers of matrices, and the motion of the product at a depth that is no whole number ---- */

/* A^p = exp(p log A) for a matrix with positive eigenvalues: square roots (Denman and Beavers) until A is next to the
   unit matrix, the series of the logarithm, that of the exponential, and squares. */
static matrix power(matrix a, real p)
{
    matrix term, sum, e;
    int roots, k;
    for (roots = 0; size_of(plus(a, -1, identity(a.n))) > 0.05L && roots < 40; roots++) {
        matrix y = a, z = identity(a.n);
        for (k = 0; k < 12; k++) {
            matrix next = plus(y, 1, inverse(z));
            z = plus(z, 1, inverse(y));
            y = next;
            y = plus(zeros(a.n), 0.5L, y);
            z = plus(zeros(a.n), 0.5L, z);
        }
        a = y;
    }
    e = plus(a, -1, identity(a.n));
    term = e;
    sum = zeros(a.n);
    for (k = 1; k < 20; k++, term = times(term, e)) sum = plus(sum, (k % 2 ? 1.0L : -1.0L) / k, term);
    sum = plus(zeros(a.n), p, sum);
    term = e = identity(a.n);
    for (k = 1; k < 20; k++) {
        term = plus(zeros(a.n), 1.0L / k, times(term, sum));
        e = plus(e, 1, term);
    }
    for (; roots > 0; roots--) e = times(e, e);
    return e;
}

/* With P^2 = W W^T, Y = P^(2/N) and W = P Z the sum over layers is the derivative of Y^N along G Z^T, times Z; at any
   real N. The derivative stands in the corner of a power of [Y, G Z^T; 0, Y]. */
static matrix velocity(real depth, matrix w, matrix g)
{
    const int n = w.n;
    matrix square = times(w, transposed(w)), y = power(square, 1 / depth), z = times(power(square, -0.5L), w);
    matrix turned = times(g, transposed(z)), block = zeros(2 * n), v = zeros(n);
    int i, j;
    for (i = 0; i < n; i++)
        for (j = 0; j < n; j++) {
            block.x[i][j] = block.x[n + i][n + j] = y.x[i][j];
            block.x[i][n + j] = turned.x[i][j];
        }
    block = power(block, depth);
    for (i = 0; i < n; i++)
        for (j = 0; j < n; j++) v.x[i][j] = -block.x[i][n + j];
    return times(v, z);
}

/* dW/dt with l(W) = 1/2 ||W - W*||^2: the classical method of Runge and Kutta. */
static matrix runge_kutta(real depth, matrix w, matrix w_star, real time, int steps)
{
    const real h = time / steps;
    int k;
    for (k = 0; k < steps; k++) {
        matrix a = velocity(depth, w, plus(w, -1, w_star)), x = plus(w, h / 2, a), b, c, d;
        b = velocity(depth, x, plus(x, -1, w_star));
        x = plus(w, h / 2, b);
        c = velocity(depth, x, plus(x, -1, w_star));
        x = plus(w, h, c);
        d = velocity(depth, x, plus(x, -1, w_star));
        w = plus(plus(plus(plus(w, h / 6, a), h / 3, b), h / 3, c), h / 6, d);
    }
    return w;
}

static void real_depths_meet_matrix_powers(void)
{
    static const double depths[] = { 1.25, 1.5, 2.5, 3.7, 6.1 };
    dmf_rng rng = dmf_seed(77, 0);
    size_t k;
    for (k = 0; k < sizeof depths / sizeof *depths; k++) {
        matrix w = zeros(3), w_star = zeros(3), g, v, end;
        dmf_mat start = new_mat(3, 3), gradient = new_mat(3, 3), moved = new_mat(3, 3);
        dmf_entry entries[9];
        dmf_motion motion = { 0 };
        dmf_problem *p = NULL;
        int i, j;
        for (i = 0; i < 3; i++)
            for (j = 0; j < 3; j++) {
                *at(start, i, j) = (dmf_real)(dmf_normal(&rng) + 2 * (i == j)); /* far from singular */
                w.x[i][j] = *at(start, i, j);
                entries[3 * i + j].row = i;
                entries[3 * i + j].col = j;
                entries[3 * i + j].value = (dmf_real)dmf_normal(&rng);
                w_star.x[i][j] = entries[3 * i + j].value;
                *at(gradient, i, j) = *at(start, i, j) - entries[3 * i + j].value;
            }
        g = plus(w, -1, w_star);
        v = velocity((real)depths[k], w, g);
        OK(dmf_product_velocity(NULL, depths[k], start, gradient, moved));
        for (i = 0; i < 3; i++)
            for (j = 0; j < 3; j++) NEAR((double)*at(moved, i, j), (double)v.x[i][j], 500 * EPS * (double)size_of(v));
        end = runge_kutta((real)depths[k], w, w_star, 0.05L, 20);
        OK(dmf_completion(NULL, 3, 3, entries, 9, &p));
        motion.rtol = 1e-9 + 20 * EPS;
        motion.stop_time = 0.05;
        OK(dmf_train_product(NULL, p, depths[k], start, &motion, NULL, NULL));
        for (i = 0; i < 3; i++)
            for (j = 0; j < 3; j++)
                NEAR((double)*at(start, i, j), (double)end.x[i][j], (1e-6 + 1e3 * EPS) * (double)size_of(w));
        dmf_problem_destroy(p);
        dmf_mat_destroy(&moved);
        dmf_mat_destroy(&gradient);
        dmf_mat_destroy(&start);
    }
}

/* ---- Branches of singular values by Newton's method ---- */

typedef struct triple { real u[3], v[3], sigma; } triple;

/* W v = sigma u, W^T u = sigma v, |u|^2 + |v|^2 = 2, from a triple nearby. */
static void correct(matrix w, triple *t)
{
    int round, i, j;
    for (round = 0; round < 6; round++) {
        real a[MOST][MOST] = { { 0 } }, b[MOST] = { 0 };
        b[6] = 1;
        for (i = 0; i < 3; i++) {
            b[i] = t->sigma * t->u[i];
            b[3 + i] = t->sigma * t->v[i];
            for (j = 0; j < 3; j++) {
                b[i] -= w.x[i][j] * t->v[j];
                b[3 + i] -= w.x[j][i] * t->u[j];
                a[i][3 + j] = w.x[i][j];
                a[3 + i][j] = w.x[j][i];
            }
            a[i][i] -= t->sigma;
            a[3 + i][3 + i] -= t->sigma;
            a[i][6] = -t->u[i];
            a[3 + i][6] = -t->v[i];
            a[6][i] = t->u[i];
            a[6][3 + i] = t->v[i];
            b[6] -= (t->u[i] * t->u[i] + t->v[i] * t->v[i]) / 2;
        }
        solve(7, a, b);
        for (i = 0; i < 3; i++) t->u[i] += b[i], t->v[i] += b[3 + i];
        t->sigma += b[6];
    }
}

/* W = A cos t + B sin t for t from 0 to 3: some branch changes its sign, as -A lies ahead. */
static void branches_meet_a_continuation(void)
{
    enum { STEPS = 600, FINER = 4 };
    int trial, negative = 0;
    for (trial = 0; trial < 8; trial++) {
        dmf_rng rng = dmf_seed(78, (uint64_t)trial);
        dmf_mat a = random_mat(3, 3, &rng), b = random_mat(3, 3, &rng), w = new_mat(3, 3), u = new_mat(3, 3), v = new_mat(3, 3);
        dmf_real sigma[3];
        triple t[3];
        matrix exact = zeros(3);
        double least = 1, worst = 1e9;
        int step, k, i, j;
        OK(dmf_svd(NULL, a, u, sigma, v));
        for (k = 0; k < 3; k++) {
            t[k].sigma = sigma[k];
            for (i = 0; i < 3; i++) t[k].u[i] = *at(u, i, k), t[k].v[i] = *at(v, i, k);
        }
        for (step = 1; step <= STEPS * FINER; step++) {
            const double time = 3.0 * step / (STEPS * FINER), c = cos(time), s = sin(time);
            double overlap;
            for (i = 0; i < 3; i++)
                for (j = 0; j < 3; j++) {
                    *at(w, i, j) = (dmf_real)(c * (double)*at(a, i, j) + s * (double)*at(b, i, j));
                    exact.x[i][j] = *at(w, i, j);
                }
            for (k = 0; k < 3; k++) correct(exact, &t[k]);
            for (k = 0; k < 3; k++)
                for (j = 0; j < k; j++)
                    worst = fmin(worst, fabs((double)(t[k].sigma * t[k].sigma - t[j].sigma * t[j].sigma)));
            if (step % FINER) continue;
            OK(dmf_svd_track(NULL, w, u, sigma, v, &overlap));
            least = fmin(least, overlap);
            for (k = 0; k < 3 && least > 0.8; k++) {
                const double size = (double)size_of(exact);
                NEAR((double)sigma[k], (double)t[k].sigma, 20 * EPS * size);
                for (i = 0; i < 3; i++) { /* vectors turn by rounding over the gap that was the least */
                    NEAR((double)*at(u, i, k), (double)t[k].u[i], 100 * EPS * size * size / worst);
                    NEAR((double)*at(v, i, k), (double)t[k].v[i], 100 * EPS * size * size / worst);
                }
                negative += sigma[k] < 0;
            }
        }
        dmf_mat_destroy(&v);
        dmf_mat_destroy(&u);
        dmf_mat_destroy(&w);
        dmf_mat_destroy(&b);
        dmf_mat_destroy(&a);
    }
    CHECK(negative > 100);
}

/* ---- The limit of diagonal observations, by the flow of all factors ---- */

/* dW_j/dt = -A^T D B^T with D = diag(W - w), A and B the products after and before: all N factors by Runge and Kutta. */
static void slopes(int depth, const matrix *w, real target, matrix *slope)
{
    matrix before[5], after = identity(w[0].n), d = zeros(w[0].n);
    int i, j;
    before[0] = identity(w[0].n);
    for (j = 0; j < depth; j++) before[j + 1] = times(w[j], before[j]);
    for (i = 0; i < d.n; i++) d.x[i][i] = target - before[depth].x[i][i];
    for (j = depth - 1; j >= 0; j--) {
        slope[j] = times(times(transposed(after), d), transposed(before[j]));
        after = times(after, w[j]);
    }
}

static void flow_of_factors(int depth, matrix *w, real target, real h, int steps)
{
    static const real share[4] = { 0, 0.5L, 0.5L, 1 }, weight[4] = { 1, 2, 2, 1 };
    matrix k[4][4], x[4];
    int step, stage, j;
    for (step = 0; step < steps; step++) {
        for (stage = 0; stage < 4; stage++) {
            for (j = 0; j < depth; j++) x[j] = stage ? plus(w[j], share[stage] * h, k[stage - 1][j]) : w[j];
            slopes(depth, x, target, k[stage]);
        }
        for (stage = 0; stage < 4; stage++)
            for (j = 0; j < depth; j++) w[j] = plus(w[j], weight[stage] * h / 6, k[stage][j]);
    }
}

static void diagonal_limits_meet_the_flow_of_factors(void)
{
    static const struct { int depth, d; double alpha, m, target; } cases[] = {
        { 2, 3, 0.2, 3, 1 }, { 3, 3, 0.5, 2, 1 }, { 3, 2, 0.4, 10, 2 }, { 4, 3, 0.7, 4, 1.5 }, { 4, 2, 0.9, 3, 0.5 } };
    size_t c;
    for (c = 0; c < sizeof cases / sizeof *cases; c++) {
        const int d = cases[c].d, depth = cases[c].depth;
        matrix w[4], product = identity(d);
        dmf_limit limit;
        int i, j, k;
        for (k = 0; k < depth; k++) {
            w[k] = zeros(d);
            for (i = 0; i < d; i++)
                for (j = 0; j < d; j++) w[k].x[i][j] = i == j ? cases[c].alpha : cases[c].alpha / (real)cases[c].m;
        }
        flow_of_factors(depth, w, cases[c].target, 0.01L, 4000);
        for (k = 0; k < depth; k++) product = times(w[k], product);
        NEAR((double)product.x[0][0], cases[c].target, 1e-12);
        OK(dmf_diagonal_limit(NULL, depth, d, cases[c].alpha, cases[c].m, cases[c].target, &limit));
        NEAR(limit.sigma_1, (double)(product.x[0][0] + (d - 1) * product.x[0][1]), 1e-8); /* h^4: with half the step a sixteenth of 4e-9 is left */
        NEAR(limit.sigma_2, (double)(product.x[0][0] - product.x[0][1]), 1e-8);
    }
}

int main(void)
{
    RUN(real_depths_meet_matrix_powers);
    RUN(branches_meet_a_continuation);
    RUN(diagonal_limits_meet_the_flow_of_factors);
    return finish();
}
