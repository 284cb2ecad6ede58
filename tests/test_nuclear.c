/* Minimum nuclear norm: references, closed forms, and the certificate checked from outside. */
#include "test.h"

static const int doubles = sizeof(dmf_real) == 8;

/* Fewer and smaller in emulation. */
#ifdef EMULATED
enum { CASES = 2, DEGENERATE = 4 };
#else
enum { CASES = 3, DEGENERATE = 12 };
#endif

typedef struct solution {
    dmf_mat x;
    dmf_real *lambda;
    dmf_certificate c;
    dmf_status status;
} solution;

static solution solve(const dmf_problem *p, int rows, int cols, double eps, double gap)
{
    solution s;
    dmf_nuclear options;
    memset(&options, 0, sizeof options);
    memset(&s, 0, sizeof s);
    options.eps = eps;
    options.gap = gap;
    s.x = new_mat(rows, cols);
    s.lambda = (dmf_real *)calloc(dmf_problem_count(p), sizeof *s.lambda);
    s.status = dmf_minimum_nuclear_norm(NULL, p, &options, s.x, s.lambda, &s.c);
    return s;
}

static void discard(solution *s)
{
    dmf_mat_destroy(&s->x);
    free(s->lambda);
}

static double nuclear_norm(dmf_mat x)
{
    dmf_real sigma[128];
    OK(dmf_svd(NULL, x, none, sigma, none));
    return dmf_summarize(sigma, x.rows < x.cols ? x.rows : x.cols).nuclear;
}

static int by_place(const void *a, const void *b)
{
    const dmf_entry *x = (const dmf_entry *)a, *y = (const dmf_entry *)b;
    return x->row != y->row ? x->row - y->row : x->col - y->col;
}

/* ||A v|| / ||v|| in long double, for the v of a power method: never above the spectral norm but by rounding. */
static long double norm_from_below(dmf_mat a)
{
    long double v[128], u[128], square = 0, image = 0;
    int i, j, step;
    for (j = 0; j < a.cols; j++) v[j] = 1 + j % 3;
    for (step = 0; step < 40; step++) {
        for (i = 0, image = 0; i < a.rows; i++) {
            for (j = 0, u[i] = 0; j < a.cols; j++) u[i] += (long double)*at(a, i, j) * v[j];
            image += u[i] * u[i];
        }
        for (j = 0, square = 0; j < a.cols; j++) square += v[j] * v[j];
        if (step == 39 || image == 0) break;
        for (j = 0; j < a.cols; j++)
            for (i = 0, v[j] = 0; i < a.rows; i++) v[j] += (long double)*at(a, i, j) * u[i] / sqrtl(image);
    }
    return image > 0 ? sqrtl(image / square) * (1 - 300 * LDBL_EPSILON) : 0;
}

/* What the certificate says, from x and lambda alone. entries is sorted. */
static void audit(const solution *s, dmf_entry *entries, size_t count, double eps)
{
    dmf_mat dual = new_mat(s->x.rows, s->x.cols);
    const double rounding = 8 * pow(s->x.rows + s->x.cols, 2) * EPS;
    double lower = 0, worst = 0, scale = s->c.upper;
    long double exact = 0;
    dmf_real sigma[128];
    size_t e;
    qsort(entries, count, sizeof *entries, by_place);
    for (e = 0; e < count; e++) {
        double miss = fabs((double)*at(s->x, entries[e].row, entries[e].col) - (double)entries[e].value);
        *at(dual, entries[e].row, entries[e].col) = s->lambda[e];
        lower += (double)s->lambda[e] * entries[e].value - eps * fabs((double)s->lambda[e]);
        exact += (long double)s->lambda[e] * entries[e].value - (long double)eps * fabsl((long double)s->lambda[e]);
        if (miss > worst) worst = miss;
    }
    OK(dmf_svd(NULL, dual, none, sigma, none));
    CHECK(sigma[0] <= 1 + 8 * EPS);
    /* upper is beyond the norm by what rounding may have hidden of it, and lower below the multiplier's value. */
    CHECK(nuclear_norm(s->x) <= s->c.upper * (1 + 8 * EPS));
    CHECK(s->c.upper <= nuclear_norm(s->x) * (1 + rounding));
    NEAR(lower, s->c.lower, rounding * scale);
    CHECK((long double)s->c.lower <= exact);
    CHECK(norm_from_below(dual) <= 1);
    NEAR(worst, s->c.residual, 8 * EPS * scale);
    CHECK(worst <= eps + 8 * EPS * scale);
    CHECK(s->c.lower <= s->c.upper * (1 + 100 * EPS) && s->c.iterations > 0);
    NEAR(s->c.gap, (s->c.upper - s->c.lower) / s->c.upper, 1e-15);
    dmf_mat_destroy(&dual);
}

static size_t read_case(const char *name, dmf_entry *entries)
{
    static double numbers[6000];
    int count = read_data(name, numbers, 6000) / 3, e;
    for (e = 0; e < count; e++) {
        entries[e].row = (int)numbers[3 * e];
        entries[e].col = (int)numbers[3 * e + 1];
        entries[e].value = (dmf_real)numbers[3 * e + 2];
    }
    return (size_t)count;
}

/* The values of tests/data/minimum.csv, which a conic solver found; they have 8 digits. */
static void references_are_met(void)
{
    static const struct { const char *name; int n; double norm; } cases[] = {
        { "nuc_n30_r3_k300.csv", 30, 49.343292 }, { "nuc_n30_r3_k500.csv", 30, 49.752401 },
        { "nuc_n100_r5_k2000.csv", 100, 217.210158 } };
    static dmf_entry entries[2000];
    int c;
    for (c = 0; c < CASES; c++) {
        size_t count = read_case(cases[c].name, entries);
        dmf_problem *p = NULL;
        solution s;
        OK(dmf_completion(NULL, cases[c].n, cases[c].n, entries, count, &p));
        s = solve(p, cases[c].n, cases[c].n, 0, 0);
        OK(s.status);
        CHECK(s.c.gap <= (doubles ? 1e-6 : 1e-4));
        NEAR(s.c.upper, cases[c].norm, (doubles ? 1e-6 : 2e-4) * cases[c].norm);
        audit(&s, entries, count, 0);
        noted("decompositions", (double)s.c.iterations);
        noted("gap", s.c.gap);
        noted("norm_apart", fabs(s.c.upper / cases[c].norm - 1));
        discard(&s);
        dmf_problem_destroy(p);
    }
}

/* Every shape, exactly and within eps, to a gap that first-order methods do not reach. */
static void certificates_hold_for_every_shape(void)
{
    static const int shapes[][2] = { { 12, 12 }, { 20, 7 }, { 6, 25 }, { 1, 9 }, { 8, 1 }, { 1, 1 } };
    dmf_rng rng = dmf_seed(31, 0);
    int shape, within;
    for (shape = 0; shape < 6; shape++)
        for (within = 0; within < 2; within++) {
            int rows = shapes[shape][0], cols = shapes[shape][1];
            size_t count = ((size_t)rows * cols + 1) / 2;
            double eps = within ? 0.1 : 0;
            dmf_entry entries[128];
            dmf_mat w = new_mat(rows, cols);
            dmf_problem *p = NULL;
            solution s;
            OK(dmf_random_low_rank(NULL, rows == 1 || cols == 1 ? 1 : 2, w, &rng));
            OK(dmf_observe(NULL, w, count, entries, &rng));
            OK(dmf_completion(NULL, rows, cols, entries, count, &p));
            s = solve(p, rows, cols, eps, doubles ? 1e-9 : 0);
            OK(s.status);
            CHECK(s.c.gap <= (doubles ? 1e-9 : 1e-4));
            audit(&s, entries, count, eps);
            discard(&s);
            dmf_problem_destroy(p);
            dmf_mat_destroy(&w);
        }
}

/* One number y at one place: |y| - eps. A diagonal: the sum of |w_i|. One row: its norm. A whole matrix: itself. */
/* Where all values are 0, so are X and all that is said of it, to the bit. */
static void nothing_costs_nothing(void)
{
    dmf_entry entries[3] = { { 0, 1, 0 }, { 1, 0, 0 }, { 2, 3, 0 } };
    dmf_problem *p = NULL;
    solution s;
    OK(dmf_completion(NULL, 3, 4, entries, 3, &p));
    s = solve(p, 3, 4, 0, 0);
    OK(s.status);
    CHECK(s.c.upper == 0 && s.c.lower == 0 && s.c.residual == 0 && s.c.gap == 0 && dmf_frobenius(s.x) == 0);
    discard(&s);
    dmf_problem_destroy(p);
}

static void closed_forms_are_met(void)
{
    dmf_entry diagonal[5], row[4], whole[12];
    dmf_rng rng = dmf_seed(32, 0);
    dmf_mat w = random_mat(4, 3, &rng);
    const double t = doubles ? 1e-9 : 2e-4;
    double sum = 0, squares = 0, scale;
    dmf_problem *p = NULL;
    solution s;
    int i, e;
    for (i = 0; i < 5; i++) {
        diagonal[i].row = diagonal[i].col = i;
        diagonal[i].value = (dmf_real)dmf_normal(&rng);
        sum += fabs((double)diagonal[i].value);
    }
    for (i = 0; i < 4; i++, squares += i * i) row[i].row = 2, row[i].col = i, row[i].value = (dmf_real)(i + 1);
    for (i = 0; i < 12; i++) whole[i].row = i / 3, whole[i].col = i % 3, whole[i].value = w.data[i];
    for (e = -1; e <= 1; e++) { /* at every scale */
        scale = ldexp(1, e * (doubles ? 900 : 90));
        row[1].value = (dmf_real)(2 * scale);
        OK(dmf_completion(NULL, 3, 4, row + 1, 1, &p));
        s = solve(p, 3, 4, 0.25 * scale, t);
        OK(s.status);
        NEAR(s.c.upper / scale, 1.75, 1.75 * t);
        NEAR(*at(s.x, 2, 1) / scale, 1.75, 1.75 * t);
        discard(&s);
        s = solve(p, 3, 4, 2 * scale, t);
        CHECK(s.status == DMF_OK && s.c.upper == 0 && s.c.lower == 0 && dmf_frobenius(s.x) == 0);
        discard(&s);
        dmf_problem_destroy(p);
        row[1].value = 2;
    }
    OK(dmf_completion(NULL, 5, 6, diagonal, 5, &p));
    s = solve(p, 5, 6, 0, t);
    OK(s.status);
    NEAR(s.c.upper, sum, t * sum);
    discard(&s);
    dmf_problem_destroy(p);
    OK(dmf_completion(NULL, 3, 4, row, 4, &p));
    s = solve(p, 3, 4, 0, t);
    OK(s.status);
    NEAR(s.c.upper, sqrt(squares), t * sqrt(squares));
    discard(&s);
    dmf_problem_destroy(p);
    OK(dmf_completion(NULL, 4, 3, whole, 12, &p));
    s = solve(p, 4, 3, 0, t);
    OK(s.status);
    for (i = 0; i < 12; i++) CHECK(s.x.data[i] == w.data[i]);
    discard(&s);
    dmf_problem_destroy(p);
    dmf_mat_destroy(&w);
}

/* min ||X||_* with <A, X> = y is |y| / sigma_1(A); with several commuting A_i, and dependent ones, it is the least
   sum |x_i| of a small linear program: x_1 + x_2 = 1, x_2 + x_3 = 1 has (0, 1, 0). */
static void sensing_is_solved(void)
{
    dmf_rng rng = dmf_seed(33, 0);
    dmf_mat a = random_mat(1, 30, &rng), d = new_mat(3, 9);
    dmf_real y[3] = { 3, 0, 0 }, sigma[5];
    const double t = doubles ? 1e-9 : 2e-4;
    dmf_problem *p = NULL;
    solution s;
    OK(dmf_svd(NULL, dmf_view(a.data, 5, 6), none, sigma, none));
    OK(dmf_sensing(NULL, 5, 6, a, y, &p));
    s = solve(p, 5, 6, 0, t);
    OK(s.status);
    NEAR(s.c.upper, 3 / (double)sigma[0], t * 3 / (double)sigma[0]);
    discard(&s);
    s = solve(p, 5, 6, 1, t);
    OK(s.status);
    NEAR(s.c.upper, 2 / (double)sigma[0], t * 2 / (double)sigma[0]);
    discard(&s);
    dmf_problem_destroy(p);
    *at(d, 0, 0) = *at(d, 0, 4) = *at(d, 1, 4) = *at(d, 1, 8) = 1;      /* diag(1, 1, 0), diag(0, 1, 1) */
    *at(d, 2, 0) = *at(d, 2, 8) = 1, *at(d, 2, 4) = 2;                  /* and their sum */
    y[0] = y[1] = 1, y[2] = 2;
    OK(dmf_sensing(NULL, 3, 3, d, y, &p));
    s = solve(p, 3, 3, 0, t);
    OK(s.status);
    NEAR(s.c.upper, 1, t);
    NEAR(*at(s.x, 1, 1), 1, 1e-3);
    discard(&s);
    dmf_problem_destroy(p);
    y[2] = (dmf_real)2.5;
    OK(dmf_sensing(NULL, 3, 3, d, y, &p));
    s = solve(p, 3, 3, 0, t);
    CHECK(s.status == DMF_ERR_INFEASIBLE);
    discard(&s);
    s = solve(p, 3, 3, 0.16, t);
    CHECK(s.status == DMF_ERR_INFEASIBLE);
    discard(&s);
    s = solve(p, 3, 3, 0.2, t);
    OK(s.status);
    CHECK(s.c.residual <= 0.2 + (doubles ? 1e-9 : 1e-5));
    discard(&s);
    dmf_problem_destroy(p);
    dmf_mat_destroy(&d);
    dmf_mat_destroy(&a);
}

/* Commuting measurements of a PSD solution; A_1 has the eigenvalues 1 on its range and below 1 outside, so that it
   certifies y_1. The minimiser is not unique as a rule. */
static void degenerate_problems_are_solved(void)
{
    enum { N = 10, COUNT = 4, RANK = 4 };
    dmf_mat a = new_mat(COUNT, N * N);
    int trial, i, k;
    for (trial = 0; trial < DEGENERATE; trial++) {
        dmf_rng rng = dmf_seed(1, (uint64_t)trial);
        dmf_real y[COUNT] = { 0 };
        double lambda[N] = { 0 };
        dmf_problem *p = NULL;
        solution s;
        for (k = 0; k < RANK; k++) lambda[k] = 0.5 + dmf_uniform(&rng);
        for (i = 0; i < COUNT; i++)
            for (k = 0; k < N; k++) {
                double e = i > 0 ? dmf_normal(&rng) : k < RANK ? 1 : dmf_uniform(&rng) - 0.5;
                *at(a, i, k * N + k) = (dmf_real)e;
                y[i] += (dmf_real)(e * lambda[k]);
            }
        OK(dmf_sensing(NULL, N, N, a, y, &p));
        s = solve(p, N, N, 0, doubles ? 1e-8 : 1e-3);
        OK(s.status);
        NEAR(s.c.upper, y[0], (doubles ? 1e-8 : 1e-3) * y[0]);
        noted("commuting_apart", fabs(s.c.upper / (double)y[0] - 1));
        discard(&s);
        dmf_problem_destroy(p);
    }
    dmf_mat_destroy(&a);
}

/* Completion, asked for by inner products with unit matrices. */
static void both_kinds_agree(void)
{
    enum { ROWS = 6, COLS = 8, COUNT = 24 };
    dmf_rng rng = dmf_seed(34, 0);
    dmf_mat w = random_mat(ROWS, COLS, &rng), a = new_mat(COUNT, ROWS * COLS);
    dmf_entry entries[COUNT];
    dmf_real y[COUNT];
    dmf_problem *p = NULL, *q = NULL;
    const double gap = doubles ? 1e-8 : 0;
    int e, within;
    OK(dmf_observe(NULL, w, COUNT, entries, &rng));
    for (e = 0; e < COUNT; e++) *at(a, e, entries[e].row * COLS + entries[e].col) = 2, y[e] = 2 * entries[e].value;
    OK(dmf_completion(NULL, ROWS, COLS, entries, COUNT, &p));
    OK(dmf_sensing(NULL, ROWS, COLS, a, y, &q));
    for (within = 0; within < 2; within++) {
        solution s = solve(p, ROWS, COLS, within * 0.05, gap), t = solve(q, ROWS, COLS, within * 0.1, gap);
        OK(s.status);
        OK(t.status);
        NEAR(s.c.upper, t.c.upper, (doubles ? 2e-8 : 3e-4) * s.c.upper);
        discard(&s);
        discard(&t);
    }
    dmf_problem_destroy(p);
    dmf_problem_destroy(q);
    dmf_mat_destroy(&a);
    dmf_mat_destroy(&w);
}

static int looks, enough;
static int look(void *user, const dmf_certificate *c)
{
    CHECK(user == &looks && c->lower <= c->upper * (1 + 100 * EPS) && c->gap >= -100 * EPS);
    return ++looks >= enough;
}

static dmf_status zero_loss(void *user, dmf_mat w, dmf_mat g, double *loss)
{
    (void)user, (void)w, (void)g;
    *loss = 0;
    return DMF_OK;
}

static dmf_status without_memory(void *user)
{
    dmf_real numbers[36];
    return dmf_minimum_nuclear_norm(NULL, (const dmf_problem *)user, NULL, dmf_view(numbers, 6, 6), NULL, NULL);
}

static void options_are_heeded_and_nonsense_is_refused(void)
{
    dmf_rng rng = dmf_seed(35, 0);
    dmf_mat w = random_mat(6, 6, &rng), x = new_mat(6, 6), a = new_mat(1, 36);
    dmf_entry entries[18];
    dmf_problem *p = NULL, *custom = NULL, *nothing = NULL;
    dmf_nuclear o;
    dmf_certificate c;
    dmf_real one = 1;
    memset(&o, 0, sizeof o);
    OK(dmf_observe(NULL, w, 18, entries, &rng));
    OK(dmf_completion(NULL, 6, 6, entries, 18, &p));
    OK(dmf_custom(NULL, 6, 6, zero_loss, NULL, &custom));
    OK(dmf_sensing(NULL, 6, 6, a, &one, &nothing));
    OK(dmf_minimum_nuclear_norm(NULL, p, NULL, x, NULL, NULL));
    o.stop_steps = 4;
    CHECK(dmf_minimum_nuclear_norm(NULL, p, &o, x, NULL, &c) == DMF_ERR_CONVERGENCE);
    CHECK(c.gap > 1e-6 && c.lower > 0 && c.lower < c.upper && fabs(nuclear_norm(x) - c.upper) < 1e-4 * c.upper);
    memset(&o, 0, sizeof o);
    o.look = look, o.user = &looks;
    looks = 0, enough = 2;
    OK(dmf_minimum_nuclear_norm(NULL, p, &o, x, NULL, &c));
    CHECK(looks == 2 && c.gap > 0);
    looks = 0, enough = 1000;
    OK(dmf_minimum_nuclear_norm(NULL, p, &o, x, NULL, &c));
    CHECK(looks > 2);
    CHECK(dmf_minimum_nuclear_norm(NULL, NULL, &o, x, NULL, NULL) == DMF_ERR_ARGUMENT);
    CHECK(dmf_minimum_nuclear_norm(NULL, custom, &o, x, NULL, NULL) == DMF_ERR_ARGUMENT);
    CHECK(dmf_minimum_nuclear_norm(NULL, nothing, &o, x, NULL, NULL) == DMF_ERR_INFEASIBLE);
    CHECK(dmf_minimum_nuclear_norm(NULL, p, &o, dmf_block(x, 0, 0, 5, 6), NULL, NULL) == DMF_ERR_SHAPE);
    CHECK(dmf_minimum_nuclear_norm(NULL, nothing, &o, dmf_view(a.data, 6, 6), NULL, NULL) == DMF_ERR_OVERLAP);
    o.eps = -1;
    CHECK(dmf_minimum_nuclear_norm(NULL, p, &o, x, NULL, NULL) == DMF_ERR_ARGUMENT);
    o.eps = 0, o.gap = 1;
    CHECK(dmf_minimum_nuclear_norm(NULL, p, &o, x, NULL, NULL) == DMF_ERR_ARGUMENT);
    o.gap = NAN;
    CHECK(dmf_minimum_nuclear_norm(NULL, p, &o, x, NULL, NULL) == DMF_ERR_ARGUMENT);
    o.gap = 0, o.stop_steps = -1;
    CHECK(dmf_minimum_nuclear_norm(NULL, p, &o, x, NULL, NULL) == DMF_ERR_ARGUMENT);
    survive_without_memory(without_memory, p);
    dmf_problem_destroy(nothing);
    dmf_problem_destroy(custom);
    dmf_problem_destroy(p);
    dmf_mat_destroy(&a);
    dmf_mat_destroy(&x);
    dmf_mat_destroy(&w);
}

/* m Gaussian equations of a rank-1 matrix that fits them all; row i is times by `size` (i). */
static dmf_problem *equations(int n, int m, dmf_mat a, dmf_real *y, const double *size, dmf_rng *rng)
{
    dmf_mat w = new_mat(n, n);
    dmf_problem *p = NULL;
    int i, j;
    OK(dmf_random_low_rank(NULL, 1, w, rng));
    for (i = 0; i < m; i++) {
        double sum = 0;
        for (j = 0; j < n * n; j++) {
            *at(a, i, j) = (dmf_real)(size[i] * dmf_normal(rng));
            sum += (double)*at(a, i, j) * (double)w.data[j];
        }
        y[i] = (dmf_real)sum;
    }
    OK(dmf_sensing(NULL, n, n, a, y, &p));
    dmf_mat_destroy(&w);
    return p;
}

/* The norm that is found does not depend on the units of the equations. */
static void units_of_equations_do_not_matter(void)
{
    enum { N = 8, M = 40 };
    const double loose = sizeof(dmf_real) == 4 ? 2e-3 : 2e-6;
    dmf_real y[M];
    dmf_mat a = new_mat(M, N * N), x = new_mat(N, N);
    int decades, i;
    for (decades = 0; decades <= 20; decades += 5) {
        double size[M];
        dmf_rng rng = dmf_seed(1, 3);
        dmf_certificate c;
        dmf_problem *p;
        for (i = 0; i < M; i++) size[i] = pow(10, -decades / 2.0 * i / (M - 1));
        p = equations(N, M, a, y, size, &rng);
        OK(dmf_minimum_nuclear_norm(NULL, p, NULL, x, NULL, &c));
        NEAR(c.upper, N, loose * N); /* W is the only matrix of rank 1 that fits, and the least */
        CHECK(c.lower <= N * (1 + 100 * EPS));
        dmf_problem_destroy(p);
    }
    for (i = 0; i < M * N * N; i++) a.data[i] = 0;
    *at(a, 0, 0) = 1, *at(a, 1, N + 1) = (dmf_real)1e-4; /* X_11 = 1, 1e-4 X_22 = 5e-4 */
    y[0] = 1, y[1] = (dmf_real)5e-4;
    {
        dmf_problem *p = NULL;
        dmf_certificate c;
        OK(dmf_sensing(NULL, N, N, dmf_block(a, 0, 0, 2, N * N), y, &p));
        OK(dmf_minimum_nuclear_norm(NULL, p, NULL, x, NULL, &c));
        NEAR(c.upper, 6, 6 * loose);
        dmf_problem_destroy(p);
    }
    dmf_mat_destroy(&a);
    dmf_mat_destroy(&x);
}

/* Rows that differ by little. Float may not reach the gap; it must not speak of a contradiction. */
static void equations_that_nearly_repeat(void)
{
    enum { N = 6, M = 10 };
    const double delta[3] = { 1e-1, 1e-3, sizeof(dmf_real) == 4 ? 1e-2 : 1e-5 };
    double upper[3];
    dmf_real y[M];
    dmf_mat a = new_mat(M, N * N), x = new_mat(N, N), w = new_mat(N, N);
    dmf_status status;
    int k, i, j;
    for (k = 0; k < 3; k++) {
        dmf_rng rng = dmf_seed(50, 0);
        dmf_problem *p = NULL;
        dmf_certificate c;
        dmf_nuclear options;
        memset(&options, 0, sizeof options);
        options.gap = sizeof(dmf_real) == 4 ? 1e-2 : 0;
        OK(dmf_random_low_rank(NULL, 1, w, &rng));
        for (i = 0; i < M; i++) {
            double sum = 0;
            for (j = 0; j < N * N; j++) {
                double g = dmf_normal(&rng);
                *at(a, i, j) = (dmf_real)(i % 2 ? (double)*at(a, i - 1, j) + delta[k] * g : g);
                sum += (double)*at(a, i, j) * (double)w.data[j];
            }
            y[i] = (dmf_real)sum;
        }
        OK(dmf_sensing(NULL, N, N, a, y, &p));
        status = dmf_minimum_nuclear_norm(NULL, p, &options, x, NULL, &c);
        CHECK(status == DMF_OK || (sizeof(dmf_real) == 4 && k > 0 && status == DMF_ERR_CONVERGENCE));
        upper[k] = status ? upper[0] : c.upper;
        dmf_problem_destroy(p);
    }
    NEAR(upper[1], upper[0], sizeof(dmf_real) == 4 ? 0.2 : 1e-5);
    NEAR(upper[2], upper[0], sizeof(dmf_real) == 4 ? 0.2 : 1e-5);
    dmf_mat_destroy(&a);
    dmf_mat_destroy(&x);
    dmf_mat_destroy(&w);
}

/* The last equation is the sum of the others, but its y is not: by much or by little, and at any scale of the others;
   or there are more equations than unknowns. A matrix that comes near is not taken for one that fits. */
static void contradictions_are_proved(void)
{
    enum { N = 6, MOST = 45 };
    static const double by[3] = { 1, 1e-2, sizeof(dmf_real) == 4 ? 1e-2 : 1e-6 };
    dmf_real y[MOST];
    dmf_mat a = new_mat(MOST, N * N), x = new_mat(N, N), w = new_mat(N, N);
    int kind, k, i, j;
    for (kind = 0; kind < 3; kind++)
        for (k = 0; k < 3; k++) {
            const int m = kind == 2 ? MOST : 16;
            dmf_status status;
            dmf_rng rng = dmf_seed(60, (uint64_t)kind);
            dmf_problem *p = NULL;
            OK(dmf_random_low_rank(NULL, 2, w, &rng));
            for (i = 0; i < m; i++)
                for (j = 0; j < N * N; j++)
                    *at(a, i, j) = (dmf_real)(dmf_normal(&rng) * (kind == 1 ? pow(10, -i % 5) : 1));
            for (j = 0; j < N * N && kind < 2; j++)
                for (*at(a, m - 1, j) = 0, i = 0; i < m - 1; i++) *at(a, m - 1, j) += *at(a, i, j);
            for (i = 0; i < m; i++) {
                double sum = 0;
                for (j = 0; j < N * N; j++) sum += (double)*at(a, i, j) * (double)w.data[j];
                y[i] = (dmf_real)(i == m - 1 ? sum * (1 + by[k]) : sum);
            }
            OK(dmf_sensing(NULL, N, N, dmf_block(a, 0, 0, m, N * N), y, &p));
            status = dmf_minimum_nuclear_norm(NULL, p, NULL, x, NULL, NULL);
            CHECK(status == DMF_ERR_INFEASIBLE || (!doubles && status == DMF_ERR_CONVERGENCE));
            dmf_problem_destroy(p);
        }
    dmf_mat_destroy(&a);
    dmf_mat_destroy(&x);
    dmf_mat_destroy(&w);
}

/* Steps that follow the derivative (11.9) square the error, so that eight more digits of the gap cost a few steps. */
static void newtons_steps_square_the_error(void)
{
    static dmf_entry entries[2000];
    size_t count = read_case("nuc_n30_r3_k500.csv", entries);
    dmf_problem *p = NULL;
    solution coarse, fine;
    OK(dmf_completion(NULL, 30, 30, entries, count, &p));
    coarse = solve(p, 30, 30, 0, 1e-2);
    fine = solve(p, 30, 30, 0, doubles ? 1e-10 : 1e-4);
    OK(coarse.status);
    OK(fine.status);
    CHECK(fine.c.iterations <= coarse.c.iterations + 30);
    discard(&coarse);
    discard(&fine);
    dmf_problem_destroy(p);
}

/* A large mean beside small noise: entries 10, 100 or 1000 and noise of 0.01 or 1, half of them observed. */
static void large_means(void)
{
    enum { N = 24, COUNT = N * N / 2 };
    static dmf_entry entries[COUNT];
    const int doubles = sizeof(dmf_real) == 8;
    dmf_mat w = new_mat(N, N), x = new_mat(N, N);
    int kind, seed, i;
    for (kind = 0; kind < 6; kind++)
        for (seed = 0; seed < 5; seed++) {
            dmf_rng rng = dmf_seed((uint64_t)seed, 7);
            dmf_certificate c;
            dmf_problem *p = NULL;
            dmf_status status;
            for (i = 0; i < N * N; i++)
                w.data[i] = (dmf_real)(pow(10, 1 + kind % 3) + (kind < 3 ? 0.01 : 1) * dmf_normal(&rng));
            OK(dmf_observe(NULL, w, COUNT, entries, &rng));
            OK(dmf_completion(NULL, N, N, entries, COUNT, &p));
            status = dmf_minimum_nuclear_norm(NULL, p, NULL, x, NULL, &c);
            CHECK(status == DMF_OK || (!doubles && status == DMF_ERR_CONVERGENCE));
            if (doubles) CHECK(c.gap <= 1e-6);
            dmf_problem_destroy(p);
        }
    dmf_mat_destroy(&w);
    dmf_mat_destroy(&x);
}

/* A step whose slope is the rounding of Z has come to its end: 1443, 793 and 704 decompositions and no such gap in float,
   where steps go on. */
static void rounding_ends_steps(void)
{
    enum { N = 60, RANK = 6 };
    static const int counts[] = { 2160, 2520, 3240 }, seeds[] = { 6, 4, 6 };
    static dmf_entry entries[3240];
    dmf_mat w = new_mat(N, N), x = new_mat(N, N);
    const dmf_nuclear options = { .gap = 1e-4, .stop_steps = 200 };
    int k;
    for (k = 0; k < 3; k++) {
        dmf_rng rng = dmf_seed((uint64_t)seeds[k], 100 * N + RANK);
        dmf_problem *p = NULL;
        OK(dmf_random_low_rank(NULL, RANK, w, &rng));
        OK(dmf_observe(NULL, w, (size_t)counts[k], entries, &rng));
        OK(dmf_completion(NULL, N, N, entries, (size_t)counts[k], &p));
        OK(dmf_minimum_nuclear_norm(NULL, p, &options, x, NULL, NULL));
        dmf_problem_destroy(p);
    }
    dmf_mat_destroy(&w);
    dmf_mat_destroy(&x);
}

/* More equations than unknowns, each with noise, within eps; and every third one the sum of the two before it. */
static void equations_that_depend_within_eps(void)
{
    enum { N = 6, M = 48 };
    const double loose = sizeof(dmf_real) == 4 ? 1e-2 : 1e-6;
    dmf_real y[M];
    dmf_mat a = new_mat(M, N * N), x = new_mat(N, N), w = new_mat(N, N);
    int draw, sums, i, j;
    for (draw = 0; draw < 6; draw++)
        for (sums = 0; sums < 2; sums++) {
            const int m = sums ? 24 : M;
            dmf_rng rng = dmf_seed(90, (uint64_t)draw);
            dmf_nuclear options;
            dmf_certificate c;
            dmf_problem *p = NULL;
            memset(&options, 0, sizeof options);
            options.gap = loose;
            options.eps = sums ? 0.01 : 0.2;
            OK(dmf_random_low_rank(NULL, 2, w, &rng));
            for (i = 0; i < m; i++) {
                double value = 0;
                for (j = 0; j < N * N; j++) {
                    *at(a, i, j) = sums && i % 3 == 2 ? *at(a, i - 1, j) + *at(a, i - 2, j) : (dmf_real)dmf_normal(&rng);
                    value += (double)*at(a, i, j) * (double)w.data[j];
                }
                y[i] = (dmf_real)(value + (sums ? 0.002 : 0.05) * (2 * dmf_uniform(&rng) - 1));
            }
            OK(dmf_sensing(NULL, N, N, dmf_block(a, 0, 0, m, N * N), y, &p));
            OK(dmf_minimum_nuclear_norm(NULL, p, &options, x, NULL, &c));
            CHECK(c.gap <= loose && c.residual <= options.eps * (1 + 100 * sqrt(EPS)));
            dmf_problem_destroy(p);
        }
    dmf_mat_destroy(&a);
    dmf_mat_destroy(&x);
    dmf_mat_destroy(&w);
}

static void bounds_out_of_range_are_errors(void)
{
    const dmf_real most = (dmf_real)(sizeof(dmf_real) == 8 ? DBL_MAX : FLT_MAX);
    const dmf_entry entries[2] = { { 0, 0, most }, { 1, 1, most } };
    dmf_real x[4];
    dmf_certificate c = { 0 };
    dmf_problem *p = NULL;
    OK(dmf_completion(NULL, 2, 2, entries, 2, &p));
    CHECK(dmf_minimum_nuclear_norm(NULL, p, NULL, dmf_view(x, 2, 2), NULL, &c) ==
          (sizeof(dmf_real) == 8 ? DMF_ERR_NONFINITE : DMF_OK));
    CHECK(isfinite(c.upper) && isfinite(c.lower));
    dmf_problem_destroy(p);
}

int main(void)
{
    RUN(references_are_met);
    RUN(certificates_hold_for_every_shape);
    RUN(nothing_costs_nothing);
    RUN(closed_forms_are_met);
    RUN(sensing_is_solved);
    RUN(degenerate_problems_are_solved);
    RUN(both_kinds_agree);
    RUN(options_are_heeded_and_nonsense_is_refused);
    RUN(units_of_equations_do_not_matter);
    RUN(equations_that_nearly_repeat);
    RUN(contradictions_are_proved);
    RUN(newtons_steps_square_the_error);
    RUN(large_means);
    RUN(rounding_ends_steps);
    RUN(equations_that_depend_within_eps);
    RUN(bounds_out_of_range_are_errors);
    return finish();
}
