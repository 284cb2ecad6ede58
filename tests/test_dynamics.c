/* The product's own dynamics, and the rates of its singular values and vectors. */
#include "test.h"

static const int single = sizeof(dmf_real) == 4;

static const int shapes[][2] = { { 6, 6 }, { 7, 4 }, { 3, 8 }, { 1, 5 }, { 4, 1 }, { 40, 33 } };
enum { SHAPES = sizeof shapes / sizeof *shapes };

static double distance(dmf_mat a, dmf_mat b)
{
    double sum = 0, d;
    int i, j;
    for (i = 0; i < a.rows; i++)
        for (j = 0; j < a.cols; j++) d = (double)*at(a, i, j) - (double)*at(b, i, j), sum += d * d;
    return sqrt(sum);
}

/* dW/dt by the product rule from the gradients of all factors, themselves. */
static void velocity_of_factors(const dmf_problem *p, dmf_factors *f, dmf_mat out)
{
    dmf_factors *g = NULL, *moved = NULL;
    dmf_mat w = new_mat(out.rows, out.cols);
    double loss;
    int j, i, k;
    OK(dmf_factors_clone(NULL, f, &g));
    OK(dmf_loss(NULL, p, f, g, &loss));
    memset(out.data, 0, (size_t)out.rows * out.cols * sizeof *out.data);
    for (j = 0; j < f->depth; j++) {
        OK(dmf_factors_clone(NULL, f, &moved));
        for (i = 0; i < moved->w[j].rows; i++)
            for (k = 0; k < moved->w[j].cols; k++) *at(moved->w[j], i, k) = -*at(g->w[j], i, k);
        OK(dmf_product(NULL, moved, w));
        for (i = 0; i < w.rows; i++)
            for (k = 0; k < w.cols; k++) *at(out, i, k) += *at(w, i, k);
        dmf_factors_destroy(moved);
    }
    dmf_mat_destroy(&w);
    dmf_factors_destroy(g);
}

/* Half of the entries of a random matrix. */
static dmf_problem *random_problem(int rows, int cols, dmf_rng *rng)
{
    dmf_mat w = random_mat(rows, cols, rng);
    size_t count = ((size_t)rows * cols + 1) / 2;
    dmf_entry *entries = (dmf_entry *)malloc(count * sizeof *entries);
    dmf_problem *p = NULL;
    OK(dmf_observe(NULL, w, count, entries, rng));
    OK(dmf_completion(NULL, rows, cols, entries, count, &p));
    free(entries);
    dmf_mat_destroy(&w);
    return p;
}

static void balanced_factors_move_their_product_so(void)
{
    dmf_rng rng = dmf_seed(21, 0);
    int shape, depth;
    for (shape = 0; shape < SHAPES; shape++)
        for (depth = 1; depth <= 5; depth += depth < 3 ? 1 : 2) {
            int rows = shapes[shape][0], cols = shapes[shape][1], k = rows < cols ? rows : cols;
            dmf_problem *p = random_problem(rows, cols, &rng);
            dmf_mat w = random_mat(rows, cols, &rng), g = new_mat(rows, cols), v = new_mat(rows, cols);
            dmf_mat expected = new_mat(rows, cols);
            dmf_factors *f = NULL;
            double loss;
            OK(dmf_factors_create(NULL, rows, cols, depth, NULL, &f));
            OK(dmf_start_balanced(NULL, f, w));
            OK(dmf_problem_loss(NULL, p, w, g, &loss));
            OK(dmf_product_velocity(NULL, depth, w, g, v));
            velocity_of_factors(p, f, expected);
            NEAR(distance(v, expected), 0, 16 * depth * k * EPS * dmf_frobenius(expected));
            dmf_factors_destroy(f);
            dmf_mat_destroy(&expected);
            dmf_mat_destroy(&v);
            dmf_mat_destroy(&g);
            dmf_mat_destroy(&w);
            dmf_problem_destroy(p);
        }
}

static void depth_one_is_the_gradient_even_without_rank(void)
{
    dmf_rng rng = dmf_seed(22, 0);
    dmf_mat w = new_mat(5, 7), g = random_mat(5, 7, &rng), v = new_mat(5, 7);
    int i;
    *at(w, 2, 3) = 2;
    OK(dmf_product_velocity(NULL, 1, w, g, v));
    for (i = 0; i < 35; i++) NEAR(v.data[i], -(double)g.data[i], 32 * EPS);
    dmf_mat_destroy(&w);
    OK(dmf_mat_create(NULL, 5, 7, &w));
    OK(dmf_product_velocity(NULL, 2, w, g, v));
    CHECK(dmf_frobenius(v) == 0);
    OK(dmf_product_velocity(NULL, INFINITY, w, g, v));
    CHECK(dmf_frobenius(v) == 0);
    dmf_mat_destroy(&v);
    dmf_mat_destroy(&g);
    dmf_mat_destroy(&w);
}

/* Velocity over N at N = n differs from the limit by about 1/n. */
static void large_depth_has_a_limit(void)
{
    dmf_rng rng = dmf_seed(23, 0);
    dmf_mat w = random_mat(9, 6, &rng), g = random_mat(9, 6, &rng), limit = new_mat(9, 6), v = new_mat(9, 6);
    double n, last = 0;
    int i;
    OK(dmf_product_velocity(NULL, INFINITY, w, g, limit));
    for (n = 10; n < 2000; n *= 10) {
        OK(dmf_product_velocity(NULL, n, w, g, v));
        for (i = 0; i < 54; i++) v.data[i] /= (dmf_real)n;
        if (last > 0) CHECK(fabs(distance(v, limit) / last - 0.1) < 0.02);
        last = distance(v, limit);
    }
    dmf_mat_destroy(&v);
    dmf_mat_destroy(&limit);
    dmf_mat_destroy(&g);
    dmf_mat_destroy(&w);
}

/* W +- h W' followed by its branches: differences of U, sigma and V against equations (7), (8) and (9). */
static void differences(int rows, int cols, double depth, int negative)
{
    const double step = sizeof(dmf_real) == 8 ? 1e-5 : 5e-3, bound = 10 * (step * step + 100 * EPS / step);
    const int k = rows < cols ? rows : cols;
    dmf_rng rng = dmf_seed(24, (uint64_t)(rows * 100 + cols));
    dmf_mat w = random_mat(rows, cols, &rng), g = random_mat(rows, cols, &rng), dw = new_mat(rows, cols);
    dmf_mat u = new_mat(rows, k), v = new_mat(cols, k), du = new_mat(rows, k), dv = new_mat(cols, k);
    dmf_mat point = new_mat(rows, cols), us[2], vs[2];
    dmf_real sigma[8], sigmas[2][8];
    double rates[8], scale, h;
    int i, j, side;
    OK(dmf_svd(NULL, w, u, sigma, v));
    for (j = 0; j < k; j++)
        for (sigma[j] = (dmf_real)(k - j), i = 0; i < rows; i++) *at(du, i, j) = *at(u, i, j) * sigma[j];
    OK(dmf_gemm(NULL, 0, 1, 1, du, v, 0, w));
    if (negative) /* a signed branch, as at depth 1 */
        for (sigma[k - 1] = -sigma[k - 1], i = 0; i < rows; i++) *at(u, i, k - 1) = -*at(u, i, k - 1);
    OK(dmf_product_velocity(NULL, depth, w, g, dw));
    OK(dmf_singular_rates(NULL, depth, g, u, sigma, v, rates));
    OK(dmf_vector_rates(NULL, depth, g, u, sigma, v, du, dv));
    scale = dmf_frobenius(dw);
    h = step / scale;
    for (side = 0; side < 2; side++) {
        us[side] = new_mat(rows, k);
        vs[side] = new_mat(cols, k);
        memcpy(us[side].data, u.data, (size_t)rows * k * sizeof *u.data);
        memcpy(vs[side].data, v.data, (size_t)cols * k * sizeof *v.data);
        memcpy(sigmas[side], sigma, sizeof sigma);
        for (i = 0; i < rows; i++)
            for (j = 0; j < cols; j++) *at(point, i, j) = (dmf_real)(*at(w, i, j) + (side ? h : -h) * *at(dw, i, j));
        OK(dmf_svd_track(NULL, point, us[side], sigmas[side], vs[side], NULL));
    }
    for (j = 0; j < k; j++) NEAR((sigmas[1][j] - sigmas[0][j]) / (2 * h), rates[j], bound * scale);
    for (j = 0; j < k; j++) {
        for (i = 0; i < rows; i++)
            NEAR((*at(us[1], i, j) - *at(us[0], i, j)) / (2 * h), *at(du, i, j), bound * scale);
        for (i = 0; i < cols; i++)
            NEAR((*at(vs[1], i, j) - *at(vs[0], i, j)) / (2 * h), *at(dv, i, j), bound * scale);
    }
    for (side = 0; side < 2; side++) dmf_mat_destroy(&us[side]), dmf_mat_destroy(&vs[side]);
    dmf_mat_destroy(&point);
    dmf_mat_destroy(&dv);
    dmf_mat_destroy(&du);
    dmf_mat_destroy(&v);
    dmf_mat_destroy(&u);
    dmf_mat_destroy(&dw);
    dmf_mat_destroy(&g);
    dmf_mat_destroy(&w);
}

static void theorem_3_and_lemma_2_are_derivatives(void)
{
    static const double depths[] = { 1, 1.5, 2, 3, 7.25, INFINITY };
    int d;
    for (d = 0; d < 6; d++) {
        differences(5, 5, depths[d], 0);
        differences(7, 4, depths[d], 0);
        differences(3, 6, depths[d], 0);
    }
    for (d = 0; d < 6; d++) { /* negative values: signed branches are those of the same W */
        differences(5, 5, depths[d], 1);
        differences(7, 4, depths[d], 1);
        differences(3, 6, depths[d], 1);
    }
}

/* Small singular values keep their digits: U^T U' and V^T V' against Lemma 2 in long double, entry by entry, up to what
   rounding makes of P = U^T G V. */
static void small_singular_values_turn_as_they_should(void)
{
    static const double depths[] = { 1, 1.5, 2, 3, 10 };
    enum { K = 4 };
    dmf_rng rng = dmf_seed(32, 0);
    dmf_mat x = random_mat(6, K, &rng), g = random_mat(6, K, &rng), u = new_mat(6, K), v = new_mat(K, K);
    dmf_mat du = new_mat(6, K), dv = new_mat(K, K), t = new_mat(K, K);
    dmf_real sigma[K];
    int d, r, s, i, j;
    OK(dmf_svd(NULL, x, u, sigma, v));
    for (r = 0; r < K; r++) sigma[r] = (dmf_real)pow(single ? 1e-2 : 1e-4, r);
    for (d = 0; d < 5; d++) {
        OK(dmf_vector_rates(NULL, depths[d], g, u, sigma, v, du, dv));
        for (r = 0; r < K; r++)
            for (s = 0; s < K; s++) {
                const long double s_r = sigma[r], s_s = sigma[s], power = 2 / (long double)depths[d];
                long double p_rs = 0, p_sr = 0, f = r == s ? 0 : 1 / (powl(s_s, power) - powl(s_r, power));
                double error = 200 * EPS * (double)(fabsl(f) * (s_r + s_s)) * dmf_frobenius(g);
                for (i = 0; i < 6; i++)
                    for (j = 0; j < K; j++) {
                        p_rs += (long double)*at(u, i, r) * *at(g, i, j) * *at(v, j, s);
                        p_sr += (long double)*at(u, i, s) * *at(g, i, j) * *at(v, j, r);
                    }
                OK(dmf_gemm(NULL, 1, 0, 1, v, dv, 0, t));
                /* V^T V' is a product with columns of the size of the largest rate in them */
                for (i = 0; i < K; i++) error += 20 * EPS * fabs((double)*at(dv, i, s));
                NEAR(*at(t, r, s), (double)(-f * (p_sr * s_s + s_r * p_rs)), error);
                OK(dmf_gemm(NULL, 1, 0, 1, u, du, 0, t));
                for (i = 0; i < 6; i++) error += 20 * EPS * fabs((double)*at(du, i, s));
                NEAR(*at(t, r, s), (double)(-f * (p_rs * s_s + s_r * p_sr)), error);
            }
    }
    dmf_mat_destroy(&x), dmf_mat_destroy(&g), dmf_mat_destroy(&u), dmf_mat_destroy(&v);
    dmf_mat_destroy(&du), dmf_mat_destroy(&dv), dmf_mat_destroy(&t);
}

/* For whole N the product moves as that of balanced factors does, to the tolerance of the integrator. */
static void the_product_meets_its_factors(void)
{
    const int doubles = sizeof(dmf_real) == 8;
    dmf_motion m;
    dmf_rng rng = dmf_seed(25, 0);
    int depth;
    memset(&m, 0, sizeof m);
    m.rtol = doubles ? 1e-9 : 1e-5;
    m.stop_time = 1.5;
    for (depth = 2; depth <= 4; depth++) {
        dmf_problem *p = random_problem(8, 6, &rng);
        dmf_mat w = random_mat(8, 6, &rng), end = new_mat(8, 6);
        dmf_factors *f = NULL;
        dmf_report one, other;
        OK(dmf_factors_create(NULL, 8, 6, depth, NULL, &f));
        OK(dmf_start_balanced(NULL, f, w));
        OK(dmf_train(NULL, p, f, &m, NULL, &one));
        OK(dmf_train_product(NULL, p, depth, w, &m, NULL, &other));
        OK(dmf_product(NULL, f, end));
        NEAR(distance(w, end), 0, (doubles ? 1e-6 : 5e-2) * dmf_frobenius(end));
        NEAR(one.loss, other.loss, (doubles ? 1e-6 : 5e-2) * one.loss);
        dmf_factors_destroy(f);
        dmf_mat_destroy(&end);
        dmf_mat_destroy(&w);
        dmf_problem_destroy(p);
    }
}

static int looks;
static int see_the_product(void *user, const dmf_moment *now)
{
    (void)user;
    looks++;
    CHECK(now->factors->depth == 1 && now->factors->w[0].rows == 6);
    return 0;
}

/* Any real depth fits the data; at depth 1 what is not observed stays where it was. */
static void any_real_depth_fits(void)
{
    static const double depths[] = { 1, 1.3, 2.5, 10, INFINITY };
    dmf_observer o;
    dmf_motion m;
    int d;
    memset(&o, 0, sizeof o);
    memset(&m, 0, sizeof m);
    o.look = see_the_product;
    m.stop_loss = 1e-4;
    for (d = 0; d < 5; d++) {
        dmf_rng rng = dmf_seed(26, 0);
        dmf_problem *p = random_problem(6, 6, &rng);
        dmf_mat w = random_mat(6, 6, &rng), start = new_mat(6, 6), g = new_mat(6, 6);
        dmf_report r;
        double loss;
        int i;
        memcpy(start.data, w.data, 36 * sizeof *w.data);
        OK(dmf_problem_loss(NULL, p, w, g, &loss));
        looks = 0;
        OK(dmf_train_product(NULL, p, depths[d], w, &m, &o, &r));
        CHECK(r.reason == DMF_STOP_LOSS && looks == r.steps + 1);
        for (i = 0; i < 36 && d == 0; i++)
            if (g.data[i] == 0) NEAR(w.data[i], start.data[i], 1000 * EPS);
        dmf_mat_destroy(&g);
        dmf_mat_destroy(&start);
        dmf_mat_destroy(&w);
        dmf_problem_destroy(p);
    }
}

typedef struct signed_look { dmf_mat u, v; double depth; const double *rho, *start; double worst; int crossed; } signed_look;

/* U^T W V, which is diagonal: sigma_i = its entries, as far as the formula says them of sigma_3. */
static double off_the_formula(const signed_look *l, dmf_mat w, int *crossed)
{
    double sigma[3] = { 0 }, worst = 0, expected;
    int i, a, b;
    for (i = 0; i < 3; i++)
        for (a = 0; a < 3; a++)
            for (b = 0; b < 3; b++) sigma[i] += (double)*at(l->u, a, i) * (double)*at(w, a, b) * (double)*at(l->v, b, i);
    for (i = 0; i < 2; i++) {
        expected = dmf_one_measurement(l->depth, l->rho[i], l->start[i], l->start[2], sigma[2]);
        worst = fmax(worst, fabs(sigma[i] - expected));
    }
    *crossed = sigma[0] < 0;
    return worst;
}

static int look_for_signs(void *user, const dmf_moment *now)
{
    signed_look *l = (signed_look *)user;
    int crossed;
    l->worst = fmax(l->worst, off_the_formula(l, now->factors->w[0], &crossed));
    l->crossed += crossed && now->loss > 0;
    return 0;
}

/* Between depth 1 and 2 a singular value comes to zero in finite time, and goes on beyond as equation (11) does with its
   sign, without waiting there. The observer sees it, and the error falls with the tolerance. */
static void singular_values_pass_through_zero(void)
{
    static const double depths[] = { 1, 1.05, 1.3, 1.6, 1.75 }, rho[3] = { -0.9, 0.4, 1 }, start[3] = { 1e-4, 0.3, 0.1 };
    const double tolerances[2] = { single ? 1e-4 : 1e-6, single ? 1e-5 : 1e-9 };
    dmf_rng rng = dmf_seed(29, 0);
    int d, t, i, j, r, crossed;
    for (d = 0; d < 5; d++)
        for (t = 0; t < 4; t++) {
            dmf_mat x = random_mat(3, 3, &rng), u = new_mat(3, 3), v = new_mat(3, 3), a = new_mat(1, 9), w = new_mat(3, 3);
            dmf_real sigma[3], y = 2;
            signed_look l = { u, v, depths[d], rho, start, 0, 0 };
            dmf_observer o;
            dmf_problem *p = NULL;
            dmf_motion m;
            memset(&m, 0, sizeof m);
            memset(&o, 0, sizeof o);
            o.look = look_for_signs, o.user = &l;
            m.method = t / 2 ? DMF_RKC : DMF_DP5;
            m.rtol = tolerances[t % 2];
            m.stop_loss = single ? 1e-6 : 1e-10;
            OK(dmf_svd(NULL, x, u, sigma, v));
            for (i = 0; i < 3; i++)
                for (j = 0; j < 3; j++)
                    for (r = 0; r < 3; r++) {
                        *at(a, 0, 3 * i + j) += (dmf_real)rho[r] * *at(u, i, r) * *at(v, j, r);
                        *at(w, i, j) += (dmf_real)start[r] * *at(u, i, r) * *at(v, j, r);
                    }
            OK(dmf_sensing(NULL, 3, 3, a, &y, &p));
            OK(dmf_train_product(NULL, p, depths[d], w, &m, &o, NULL));
            CHECK(l.crossed > 0);
            NEAR(l.worst, 0, 100 * m.rtol);
            NEAR(off_the_formula(&l, w, &crossed), 0, 100 * m.rtol);
            dmf_problem_destroy(p);
            dmf_mat_destroy(&x), dmf_mat_destroy(&u), dmf_mat_destroy(&v), dmf_mat_destroy(&a), dmf_mat_destroy(&w);
        }
}

static double sign_of_det(dmf_mat w)
{
    dmf_real a[16], t;
    double det = 1;
    int i, j, k, best;
    memcpy(a, w.data, sizeof a);
    for (k = 0; k < 4; k++) {
        for (best = k, i = k; i < 4; i++)
            if (fabs((double)a[4 * i + k]) > fabs((double)a[4 * best + k])) best = i;
        if (best != k) det = -det;
        for (j = 0; j < 4; j++) t = a[4 * k + j], a[4 * k + j] = a[4 * best + j], a[4 * best + j] = t;
        det *= (double)a[5 * k];
        for (i = k + 1; i < 4; i++)
            for (j = 3; j >= k; j--) a[4 * i + j] -= a[4 * i + k] / a[5 * k] * a[4 * k + j];
    }
    return det > 0 ? 1 : -1;
}

/* Where singular vectors turn there is no formula, but a limit: ends found with a loose tolerance are close to those
   found with a tight one, whether or not the determinant has changed its sign on the way. */
static void paths_through_zero_converge(void)
{
    const double loose = single ? 1e-4 : 1e-6, tight = single ? 3e-6 : 1e-11;
    int draw, t, turns = 0;
    for (draw = 0; draw < 30; draw++) {
        dmf_rng rng = dmf_seed(30, (uint64_t)draw);
        dmf_problem *p = random_problem(4, 4, &rng);
        dmf_mat start = random_mat(4, 4, &rng), w[2];
        dmf_motion m;
        int i;
        for (i = 0; i < 16; i++) start.data[i] *= (dmf_real)0.3;
        memset(&m, 0, sizeof m);
        m.stop_time = 10;
        for (t = 0; t < 2; t++) {
            w[t] = new_mat(4, 4);
            OK(dmf_copy(NULL, start, w[t]));
            m.method = DMF_DP5;
            m.rtol = t ? tight : loose;
            OK(dmf_train_product(NULL, p, 1.1 + 0.15 * (draw % 3), w[t], &m, NULL, NULL));
        }
        NEAR(distance(w[0], w[1]), 0, 100 * loose * dmf_frobenius(w[1])); /* 100: what the path itself makes of an error */
        turns += sign_of_det(start) != sign_of_det(w[1]);
        dmf_mat_destroy(&w[0]), dmf_mat_destroy(&w[1]), dmf_mat_destroy(&start);
        dmf_problem_destroy(p);
    }
    CHECK(turns > 3);
}

static void paths_that_are_not_unique_are_refused(void)
{
    dmf_rng rng = dmf_seed(31, 0);
    dmf_problem *square = random_problem(4, 4, &rng), *tall = random_problem(4, 2, &rng);
    dmf_mat w = new_mat(4, 4), narrow = new_mat(4, 2);
    dmf_motion m;
    dmf_ctx *ctx = NULL;
    int i;
    memset(&m, 0, sizeof m);
    m.stop_time = 1;
    OK(dmf_ctx_create(NULL, &ctx));
    for (i = 0; i < 2; i++) *at(w, i, i) = 1, *at(narrow, i, i) = (dmf_real)(i == 0);
    CHECK(dmf_train_product(ctx, square, 1.5, w, &m, NULL, NULL) == DMF_ERR_ARGUMENT && strstr(dmf_message(ctx), "unique"));
    CHECK(dmf_train_product(ctx, tall, 1.5, narrow, &m, NULL, NULL) == DMF_ERR_ARGUMENT && strstr(dmf_message(ctx), "unique"));
    CHECK(*at(w, 0, 0) == 1 && *at(narrow, 0, 0) == 1 && *at(narrow, 1, 1) == 0);
    OK(dmf_train_product(ctx, tall, 2, narrow, &m, NULL, NULL));
    OK(dmf_train_product(ctx, tall, 1, narrow, &m, NULL, NULL));
    *at(w, 2, 2) = 1;
    OK(dmf_train_product(ctx, square, 1.5, w, &m, NULL, NULL));
    m.method = DMF_GD, m.rate = 1e-3, m.stop_steps = 3;
    memset(w.data, 0, 16 * sizeof *w.data);
    OK(dmf_train_product(ctx, square, 1.5, w, &m, NULL, NULL));
    dmf_ctx_destroy(ctx);
    dmf_mat_destroy(&w), dmf_mat_destroy(&narrow);
    dmf_problem_destroy(square), dmf_problem_destroy(tall);
}

static dmf_status run_briefly(void *user)
{
    dmf_rng rng = dmf_seed(27, 0);
    dmf_motion m;
    dmf_mat w = { 0 };
    dmf_status s = dmf_mat_create(NULL, 6, 6, &w);
    memset(&m, 0, sizeof m);
    m.stop_steps = 2;
    if (!s) randomize(w, &rng);
    if (!s) s = dmf_train_product(NULL, (const dmf_problem *)user, 2.5, w, &m, NULL, NULL);
    dmf_mat_destroy(&w);
    return s;
}

static dmf_status stubborn(void *user, dmf_mat w, dmf_mat g, double *loss)
{
    (void)user, (void)w, (void)g, (void)loss;
    return DMF_ERR_DIVERGED;
}

static void nonsense_is_refused(void)
{
    dmf_rng rng = dmf_seed(28, 0);
    dmf_problem *p = random_problem(6, 6, &rng), *mine = NULL;
    dmf_mat w = random_mat(6, 6, &rng), g = random_mat(6, 6, &rng), v = new_mat(6, 6), u = new_mat(6, 6);
    dmf_mat du = new_mat(6, 6), dv = new_mat(6, 6), small = dmf_block(g, 0, 0, 6, 5);
    dmf_real sigma[6];
    double rates[6];
    dmf_motion m;
    memset(&m, 0, sizeof m);
    OK(dmf_svd(NULL, w, u, sigma, v));
    CHECK(dmf_product_velocity(NULL, 0.99, w, g, du) == DMF_ERR_ARGUMENT);
    CHECK(dmf_product_velocity(NULL, NAN, w, g, du) == DMF_ERR_ARGUMENT);
    CHECK(dmf_product_velocity(NULL, 2, w, small, du) == DMF_ERR_SHAPE);
    CHECK(dmf_product_velocity(NULL, 2, w, g, g) == DMF_ERR_OVERLAP);
    CHECK(dmf_singular_rates(NULL, -2, g, u, sigma, v, rates) == DMF_ERR_ARGUMENT);
    CHECK(dmf_singular_rates(NULL, 2, g, u, NULL, v, rates) == DMF_ERR_ARGUMENT);
    CHECK(dmf_singular_rates(NULL, 2, g, u, sigma, dmf_block(v, 0, 0, 6, 3), rates) == DMF_ERR_SHAPE);
    OK(dmf_singular_rates(NULL, 2, g, dmf_block(u, 0, 0, 6, 3), sigma, dmf_block(v, 0, 0, 6, 3), rates));
    CHECK(dmf_vector_rates(NULL, 2, g, dmf_block(u, 0, 0, 6, 3), sigma, dmf_block(v, 0, 0, 6, 3),
                           dmf_block(du, 0, 0, 6, 3), dmf_block(dv, 0, 0, 6, 3)) == DMF_ERR_SHAPE);
    CHECK(dmf_vector_rates(NULL, 2, g, u, sigma, v, u, dv) == DMF_ERR_OVERLAP);
    sigma[2] = -sigma[3];
    CHECK(dmf_vector_rates(NULL, 2, g, u, sigma, v, du, dv) == DMF_ERR_ARGUMENT);
    sigma[2] = 0;
    CHECK(dmf_vector_rates(NULL, 2, g, u, sigma, v, du, dv) == DMF_ERR_ARGUMENT);
    sigma[2] = (dmf_real)NAN;
    CHECK(dmf_singular_rates(NULL, 2, g, u, sigma, v, rates) == DMF_ERR_NONFINITE);
    CHECK(dmf_train_product(NULL, p, 0, w, &m, NULL, NULL) == DMF_ERR_ARGUMENT);
    CHECK(dmf_train_product(NULL, NULL, 2, w, &m, NULL, NULL) == DMF_ERR_ARGUMENT);
    CHECK(dmf_train_product(NULL, p, 2, w, NULL, NULL, NULL) == DMF_ERR_ARGUMENT);
    CHECK(dmf_train_product(NULL, p, 2, small, &m, NULL, NULL) == DMF_ERR_SHAPE);
    m.method = DMF_SGD, m.rate = 1, m.batch = 2;
    CHECK(dmf_train_product(NULL, p, 2, w, &m, NULL, NULL) == DMF_ERR_ARGUMENT);
    memset(&m, 0, sizeof m);
    OK(dmf_custom(NULL, 6, 6, stubborn, NULL, &mine));
    CHECK(dmf_train_product(NULL, mine, 2, w, &m, NULL, NULL) == DMF_ERR_CALLBACK);
    w.data[0] = (dmf_real)INFINITY;
    CHECK(dmf_train_product(NULL, p, 2, w, &m, NULL, NULL) == DMF_ERR_NONFINITE);
    CHECK(dmf_product_velocity(NULL, 2, w, g, du) == DMF_ERR_NONFINITE);
    survive_without_memory(run_briefly, p);
    dmf_mat_destroy(&dv);
    dmf_mat_destroy(&du);
    dmf_mat_destroy(&u);
    dmf_mat_destroy(&v);
    dmf_mat_destroy(&g);
    dmf_mat_destroy(&w);
    dmf_problem_destroy(mine);
    dmf_problem_destroy(p);
}

/* -w up to 2, where the slope becomes so large that no step beyond stays among the finite numbers. */
static dmf_status wall(void *user, dmf_mat w, dmf_mat g, double *loss)
{
    const double most = sizeof(dmf_real) == 8 ? 1e308 : 1e38;
    const int beyond = !(*at(w, 0, 0) < 2);
    *loss = beyond ? most : -(double)*at(w, 0, 0);
    if (g.data) *at(g, 0, 0) = beyond ? (dmf_real)most : -1;
    (void)user;
    return DMF_OK;
}

/* From 1 the first step tried is as long as W, and at depth 2 ends at e. */
static void steps_that_leave_the_numbers_are_tried_again(void)
{
    static const dmf_method methods[2] = { DMF_RKC, DMF_DP5 };
    int k;
    for (k = 0; k < 2; k++) {
        dmf_mat w = new_mat(1, 1);
        dmf_problem *p = NULL;
        dmf_motion m;
        dmf_report r;
        memset(&m, 0, sizeof m);
        m.method = methods[k];
        m.stop_steps = 1;
        *at(w, 0, 0) = 1;
        OK(dmf_custom(NULL, 1, 1, wall, NULL, &p));
        OK(dmf_train_product(NULL, p, 2, w, &m, NULL, &r));
        CHECK(r.steps == 1 && r.rejected >= 1);
        NEAR(*at(w, 0, 0), exp(2 * r.time), pow(2 * r.time, 3)); /* w' = 2 w, by a method of order 2 or 5 */
        dmf_problem_destroy(p);
        dmf_mat_destroy(&w);
    }
}

/* Singular values whose squares or quotients leave the range, with rates that do not. */
static void rates_in_range_are_found(void)
{
    const double large = sizeof(dmf_real) == 8 ? 1e200 : 1e30;
    dmf_real numbers[1] = { 1 }, g[1], sigma[1];
    const dmf_mat u = dmf_view(numbers, 1, 1), gradient = dmf_view(g, 1, 1);
    double rate;
    sigma[0] = (dmf_real)large, g[0] = 0;
    OK(dmf_singular_rates(NULL, 4, gradient, u, sigma, u, &rate));
    CHECK(rate == 0);
    g[0] = (dmf_real)(1 / large);
    OK(dmf_singular_rates(NULL, INFINITY, gradient, u, sigma, u, &rate));
    NEAR(rate / large, -1, 10 * EPS);
    sigma[0] = (dmf_real)(1 / large), g[0] = (dmf_real)large;
    OK(dmf_singular_rates(NULL, INFINITY, gradient, u, sigma, u, &rate));
    NEAR(rate * large, -1, 10 * EPS);
    if (sizeof(dmf_real) == 8) { /* (10.5) of a quotient below the range: the logarithms differ by 400 log 10 */
        dmf_real unit[4] = { 1, 0, 0, 1 }, both[2] = { (dmf_real)1e100, (dmf_real)1e-300 }, x[4], y[4];
        dmf_real off[4] = { 0, (dmf_real)1e-100, (dmf_real)2e-100, 0 };
        const dmf_mat basis = dmf_view(unit, 2, 2);
        OK(dmf_vector_rates(NULL, INFINITY, dmf_view(off, 2, 2), basis, both, basis, dmf_view(x, 2, 2), dmf_view(y, 2, 2)));
        NEAR(fabs((double)x[1]), 0.0010857362, 1e-9);
    }
}

int main(void)
{
    RUN(balanced_factors_move_their_product_so);
    RUN(depth_one_is_the_gradient_even_without_rank);
    RUN(large_depth_has_a_limit);
    RUN(theorem_3_and_lemma_2_are_derivatives);
    RUN(small_singular_values_turn_as_they_should);
    RUN(the_product_meets_its_factors);
    RUN(any_real_depth_fits);
    RUN(singular_values_pass_through_zero);
    RUN(paths_through_zero_converge);
    RUN(paths_that_are_not_unique_are_refused);
    RUN(steps_that_leave_the_numbers_are_tried_again);
    RUN(nonsense_is_refused);
    RUN(rates_in_range_are_found);
    return finish();
}
