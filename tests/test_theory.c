#include "test.h"
#include <limits.h>

/* ---- Equation (11) ---- */

static const double depths[] = { 1, 1.25, 1.75, 2, 2.5, 3, 4, 10, INFINITY };
enum { DEPTHS = sizeof depths / sizeof *depths };

/* d sigma_1 / d sigma_2 = ratio |sigma_1 / sigma_2|^(2 - 2/N), by differences. */
static void sigma_1_obeys_its_differential_equation(void)
{
    static const double ratios[] = { -0.4, 0.3, 1, 1.1 };
    int n, r;
    for (n = 0; n < DEPTHS; n++)
        for (r = 0; r < 4; r++) {
            double ratio = ratios[r], s = 0.35, h = 1e-5 * s;
            double before = dmf_one_measurement(depths[n], ratio, 0.2, 0.3, s - h);
            double here = dmf_one_measurement(depths[n], ratio, 0.2, 0.3, s);
            double after = dmf_one_measurement(depths[n], ratio, 0.2, 0.3, s + h);
            NEAR((after - before) / (2 * h), ratio * pow(fabs(here) / s, 2 - 2 / depths[n]), 1e-8);
        }
}

static void sigma_1_begins_at_its_start(void)
{
    int n;
    for (n = 0; n < DEPTHS; n++) {
        CHECK(dmf_one_measurement(depths[n], 0.7, 0.2, 0.3, 0.3) == (double)0.2);
        CHECK(dmf_one_measurement(depths[n], 0, 0.2, 0.3, 5) == (double)0.2);
        NEAR(dmf_one_measurement(depths[n], 1, 0.2, 0.2, 7), 7, 1e-13);
    }
}

static void a_path_goes_on_from_any_of_its_points(void)
{
    int n;
    for (n = 0; n < DEPTHS; n++) {
        double between = dmf_one_measurement(depths[n], 0.8, 0.01, 0.02, 0.4);
        double end = dmf_one_measurement(depths[n], 0.8, 0.01, 0.02, 3);
        NEAR(dmf_one_measurement(depths[n], 0.8, between, 0.4, 3), end, 1e-12 * end);
    }
}

static void whole_depths_are_the_papers_formulas(void)
{
    NEAR(dmf_one_measurement(1, 0.5, 0.1, 0.2, 4), 0.1 + 0.5 * 3.8, 1e-15);
    NEAR(dmf_one_measurement(2, 0.5, 0.1, 0.2, 4), 0.1 * sqrt(20), 1e-15);
    NEAR(dmf_one_measurement(4, 0.5, 0.1, 0.2, 4), pow(pow(0.1, -0.5) + 0.5 * (0.5 - pow(0.2, -0.5)), -2), 1e-15);
    NEAR(dmf_one_measurement(INFINITY, 0.5, 0.1, 0.2, 4), 1 / (10 + 0.5 * (0.25 - 5)), 1e-15);
}

static void depth_is_continuous(void)
{
    static const double at[] = { 1, 2, 1e12 };
    int i;
    for (i = 0; i < 3; i++) {
        double below = dmf_one_measurement(at[i], 0.6, 1e-3, 2e-3, 5), step = 1e-9 * at[i];
        NEAR(dmf_one_measurement(at[i] + step, 0.6, 1e-3, 2e-3, 5), below, 1e-7 * below);
        if (at[i] == 2) NEAR(dmf_one_measurement(2 - step, 0.6, 1e-3, 2e-3, 5), below, 1e-7 * below);
        if (at[i] > 2) NEAR(dmf_one_measurement(INFINITY, 0.6, 1e-3, 2e-3, 5), below, 1e-7 * below);
    }
}

/* Equal starts s, N >= 3: sigma_1 tends to s (1 - ratio)^(-N/(N-2)) if ratio < 1; if ratio > 1, sigma_1 leaves all
   bounds when sigma_2 = s (1 - 1/ratio)^(-N/(N-2)). */
static void bounds_are_where_they_should_be(void)
{
    double asymptote = 0.01 * 8, pole = 0.01 * 27, below = dmf_one_measurement(3, 1.5, 0.01, 0.01, pole * (1 - 1e-9));
    NEAR(dmf_one_measurement(3, 0.5, 0.01, 0.01, INFINITY), asymptote, 1e-15);
    NEAR(dmf_one_measurement(3, 0.5, 0.01, 0.01, 1e30), asymptote, 1e-9);
    CHECK(below > 1e6 && below < INFINITY);
    CHECK(dmf_one_measurement(3, 1.5, 0.01, 0.01, pole * (1 + 1e-9)) == INFINITY);
    noted("unequal_starts", dmf_one_measurement(6, 0.45, 1, 0.5, INFINITY));
    noted("unequal_starts", dmf_one_measurement(INFINITY, 0.45, 1, 0.5, INFINITY));
    NEAR(dmf_one_measurement(6, 0.45, 1, 0.5, INFINITY), 6.549, 5e-4); /* from unequal starts it may grow with the depth */
    NEAR(dmf_one_measurement(INFINITY, 0.45, 1, 0.5, INFINITY), 10, 1e-13);
    CHECK(dmf_one_measurement(3, 1.5, 0.01, 0.01, INFINITY) == INFINITY);
    CHECK(dmf_one_measurement(2, 0.5, 0.01, 0.01, INFINITY) == INFINITY);
    CHECK(dmf_one_measurement(2, -0.5, 0.01, 0.01, INFINITY) == 0);
    CHECK(dmf_one_measurement(1, -0.5, 0.01, 0.01, 1) < 0);
}

static void arguments_without_sense_are_not_a_number(void)
{
    CHECK(isnan(dmf_one_measurement(0.99, 1, 1, 1, 1)));
    CHECK(isnan(dmf_one_measurement(NAN, 1, 1, 1, 1)));
    CHECK(isnan(dmf_one_measurement(2, NAN, 1, 1, 1)));
    CHECK(isnan(dmf_one_measurement(2, INFINITY, 1, 1, 1)));
    CHECK(isnan(dmf_one_measurement(2, 1, 0, 1, 1)));
    CHECK(isnan(dmf_one_measurement(2, 1, 1, -1, 1)));
    CHECK(isnan(dmf_one_measurement(2, 1, INFINITY, 1, 1)));
    CHECK(isnan(dmf_one_measurement(2, 1, 1, NAN, 1)));
    CHECK(isnan(dmf_one_measurement(2, 1, 1, 1, 0)));
    CHECK(isnan(dmf_one_measurement(2, 1, 1, 1, NAN)));
}

/* ---- Corners. Long double has 64 digits and an exponent that no number here exhausts, so that the formulas may be
   taken at their word; where it has not, as on some platforms, these tests have nothing to compare with. ---- */

static const int wide = LDBL_MAX_EXP > 8 * DBL_MAX_EXP;

static long double wide_log_ratio(double a, double b)
{
    return fabs(a / b - 1) < 0.5 ? log1pl(((long double)a - b) / b) : logl(a) - logl(b);
}

/* sigma_1^q = start_1^q + ratio (sigma_2^q - start_2^q), and a bound for what rounding may do to (10.9): relative errors
   of its term, which logarithms make of absolute ones, reach sigma_1 as they are seen there. */
static long double wide_one_measurement(double depth, double ratio, double start_1, double start_2, double sigma_2,
                                        double *bound)
{
    const long double q = isinf(depth) ? -1 : (2 - (long double)depth) / depth, x = wide_log_ratio(sigma_2, start_2);
    const long double a = q * wide_log_ratio(start_2, start_1), term = ratio * expl(a) * expm1l(q * x), left = 1 + term;
    const long double size = fabsl(logl(fabsl(ratio))) + fabsl(a) + fabsl(logl(fabsl(expm1l(q * x)))) + 1;
    if (q == 0) {
        *bound = (double)(4 * DBL_EPSILON * (1 + fabsl(ratio * x)));
        return start_1 * expl(ratio * x);
    }
    *bound = (double)(4 * DBL_EPSILON * (1 + (size * fabsl(term / left) + fabsl(logl(fabsl(left)))) / fabsl(q)));
    if (left <= 0) return q < 0 ? (long double)INFINITY : -start_1 * powl(-left, 1 / q);
    return start_1 * expl(log1pl(term) / q);
}

static void one_measurement_is_right_at_the_ends_of_the_range(void)
{
    static const double n[] = { 1, 1.25, 1.6, 2 - 1e-9, 2, 2 + 1e-9, 3, 4, 50, INFINITY };
    static const double r[] = { 1e-300, 1e-3, 0.7, 1, 1e3, 1e300 };
    static const double x[] = { 5e-324, 1e-310, 1e-300, 1e-20, 0.3, 1e20, 1e300, DBL_MAX };
    int i, k, a, b, c, sign;
    for (i = 0; i < 10 && wide; i++)
        for (k = 0; k < 6; k++)
            for (sign = -1; sign < 2; sign += 2)
                for (a = 0; a < 8; a++)
                    for (b = 0; b < 8; b++)
                        for (c = 0; c < 8; c++) {
                            const double ratio = sign * r[k], got = dmf_one_measurement(n[i], ratio, x[a], x[b], x[c]);
                            double bound;
                            const long double want = wide_one_measurement(n[i], ratio, x[a], x[b], x[c], &bound);
                            const long double size = fabsl(want);
                            if (b == c) CHECK(got == x[a]);
                            else if (bound > 1e-3) CHECK(!isnan(got)); /* a pole or a zero, to rounding */
                            else if (size * (1 - bound) > DBL_MAX) CHECK(got == (want > 0 ? INFINITY : -INFINITY));
                            else if (size * (1 + bound) < DBL_MAX)
                                NEAR(got, (double)want, bound * (double)size + 4 * 5e-324);
                        }
}

static void one_measurement_has_these_limits(void)
{
    static const struct { double depth, ratio, start_1, start_2, sigma_2, limit; } table[] = {
        { 1, 1, 2, 3, INFINITY, INFINITY }, { 1, -1, 2, 3, INFINITY, -INFINITY },
        { 1.5, 1e-300, 1e300, 1e-300, INFINITY, INFINITY }, { 1.5, -0.5, 1, 1e-300, INFINITY, -INFINITY },
        { 2, 1e-9, 1, 1, INFINITY, INFINITY }, { 2, -1e-9, 1, 1, INFINITY, 0 }, { 2, 2, 1e-300, 1e-300, 1, 1e300 },
        { 4, -1, 1, 1, INFINITY, 0.25 }, { 4, 1, 1, 1, INFINITY, INFINITY }, { 4, 0.5, 1, 1, INFINITY, 4 },
        { 4, 1, 2, 2, 1e-300, 1e-300 }, { INFINITY, 0.5, 1, 1, INFINITY, 2 },
        { 3, -0.0, 5, 1, INFINITY, 5 }, { 3, 0, 5, 1, INFINITY, 5 } };
    size_t i;
    for (i = 0; i < sizeof table / sizeof *table; i++) {
        double got = dmf_one_measurement(table[i].depth, table[i].ratio, table[i].start_1, table[i].start_2,
                                         table[i].sigma_2), want = table[i].limit;
        if (isinf(want)) CHECK(got == want);
        else NEAR(got, want, 1e-12 * want); /* 4 eps |log 1e-300| */
    }
}

/* The integral of s^(1-N) from b to a, and what rounding may do to it. */
static void conserved_is_right_at_the_ends_of_the_range(void)
{
    static const double x[] = { 5e-324, 1e-310, 1e-300, 1e-20, 0.3, 0.3 * (1 + 1e-12), 1, 1e20, 1e300, DBL_MAX };
    static const int n[] = { 1, 2, 3, 4, 5, 16 }; /* e^(14 * 744) is a long double */
    int i, a, b;
    for (i = 0; i < 6 && wide; i++)
        for (a = 0; a < 10; a++)
            for (b = 0; b < 10; b++) {
                const long double k = n[i] - 2.0L, y = wide_log_ratio(x[a], x[b]);
                const long double c = n[i] == 1 ? (long double)x[a] - x[b] : n[i] == 2 ? y
                    : expl(-k * logl(x[b])) * (-expm1l(-k * y) / k);
                const double got = dmf_diagonal_conserved(n[i], x[a], x[b]), bound = 8 * DBL_EPSILON * (double)fabsl(c);
                if (a == b) CHECK(got == 0);
                else if (fabsl(c) > DBL_MAX) CHECK(got == (c > 0 ? INFINITY : -INFINITY));
                else NEAR(got, (double)c, bound + 4 * 5e-324);
            }
}

static void conserved_has_these_limits(void)
{
    static const struct { int depth; double s_1, s_2, limit; } table[] = {
        { 1, 3, 0, 3 }, { 1, 0, 3, -3 }, { 1, INFINITY, 1, INFINITY }, { 2, 1, 0, INFINITY }, { 2, 1, -0.0, INFINITY },
        { 2, 0, 1, -INFINITY }, { 2, -0.0, 1, -INFINITY }, { 2, 0, -0.0, 0 }, { 2, INFINITY, 1, INFINITY },
        { 2, INFINITY, INFINITY, 0 }, { 3, 1, -0.0, INFINITY }, { 3, INFINITY, 1, 1 }, { 3, 1, INFINITY, -1 },
        { 4, 1e-300, 0, INFINITY }, { 4, 1e-300, -0.0, INFINITY }, { 4, 1e-300, 1e-310, INFINITY },
        { 4, 1e-310, 1e-300, -INFINITY }, { 4, INFINITY, 2, 0.125 }, { 4, INFINITY, 0, INFINITY },
        { 1002, 1, 2, -1e-3 }, { INT_MAX, 0.5, 0.25, INFINITY }, { INT_MAX, 2, 1, 1.0 / (INT_MAX - 2.0) } };
    size_t i;
    for (i = 0; i < sizeof table / sizeof *table; i++)
        CHECK(dmf_diagonal_conserved(table[i].depth, table[i].s_1, table[i].s_2) == table[i].limit);
    CHECK(isnan(dmf_diagonal_conserved(0, 1, 1)) && isnan(dmf_diagonal_conserved(2, -1, 1)));
    CHECK(isnan(dmf_diagonal_conserved(3, NAN, 1)) && isnan(dmf_diagonal_conserved(3, 1, NAN)));
}

/* One diagonal measurement, a balanced start with singular values of different sizes: along the flow of the factors
   sigma_1, with ratio -0.5, 0.4 and 0.8 to sigma_2, is where the formula says. */
static void factors_follow_the_formula(void)
{
    static const double rho[] = { -0.5, 0.4, 0.8, 1 }, start[] = { 0.3, 0.1, 0.05, 0.2 };
    double tolerance = sizeof(dmf_real) == 8 ? 1e-8 : 1e-3;
    int depth, i;
    for (depth = 1; depth <= 5; depth++) {
        dmf_mat a = new_mat(1, 16), w = new_mat(4, 4);
        dmf_real y = 2;
        dmf_problem *problem = NULL;
        dmf_factors *f = NULL;
        dmf_motion m;
        memset(&m, 0, sizeof m);
        m.method = DMF_DP5;
        m.rtol = tolerance / 100;
        m.stop_loss = 1e-6;
        for (i = 0; i < 4; i++) a.data[5 * i] = (dmf_real)rho[i], w.data[5 * i] = (dmf_real)start[i];
        OK(dmf_sensing(NULL, 4, 4, a, &y, &problem));
        OK(dmf_factors_create(NULL, 4, 4, depth, NULL, &f));
        OK(dmf_start_balanced(NULL, f, w));
        OK(dmf_train(NULL, problem, f, &m, NULL, NULL));
        OK(dmf_product(NULL, f, w));
        CHECK(*at(w, 3, 3) > 1);
        for (i = 0; i < 3; i++) {
            double expected = dmf_one_measurement(depth, rho[i], start[i], start[3], *at(w, 3, 3));
            NEAR(*at(w, i, i), expected, tolerance * fabs(expected));
        }
        dmf_factors_destroy(f);
        dmf_problem_destroy(problem);
        dmf_mat_destroy(&w);
        dmf_mat_destroy(&a);
    }
}

int main(void)
{
    RUN(sigma_1_obeys_its_differential_equation);
    RUN(sigma_1_begins_at_its_start);
    RUN(a_path_goes_on_from_any_of_its_points);
    RUN(whole_depths_are_the_papers_formulas);
    RUN(depth_is_continuous);
    RUN(bounds_are_where_they_should_be);
    RUN(arguments_without_sense_are_not_a_number);
    RUN(one_measurement_is_right_at_the_ends_of_the_range);
    RUN(one_measurement_has_these_limits);
    RUN(conserved_is_right_at_the_ends_of_the_range);
    RUN(conserved_has_these_limits);
    RUN(factors_follow_the_formula);
    return finish();
}
