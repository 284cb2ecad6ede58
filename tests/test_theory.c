#include "test.h"

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
        CHECK(dmf_one_measurement(depths[n], 0.7, 0.2, 0.3, 0.3) == 0.2);
        CHECK(dmf_one_measurement(depths[n], 0, 0.2, 0.3, 5) == 0.2);
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
    RUN(factors_follow_the_formula);
    return finish();
}
