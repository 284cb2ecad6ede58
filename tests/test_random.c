#include "test.h"

/* The authors' reference implementation started from (1, 2, 3, 4). */
static void the_generator_is_xoshiro256plusplus(void)
{
    static const uint64_t expected[] = { 41943041, 58720359, UINT64_C(3588806011781223), UINT64_C(3591011842654386),
                                         UINT64_C(9228616714210784205), UINT64_C(9973669472204895162) };
    dmf_rng rng = { { 1, 2, 3, 4 } };
    size_t i;
    for (i = 0; i < sizeof expected / sizeof *expected; i++) CHECK(dmf_bits(&rng) == expected[i]);
}

/* Recorded once; any platform, compiler and option must repeat them to the last bit. */
static void numbers_are_the_same_everywhere(void)
{
    static const double normals[] = { 1.1315411199649628, 0.40625988202962338, -1.4421160912587494, -2.8603250966209037, 1.064755651493934, 1.2473906147938929, 0.95765081297893107, 1.1086608051602964 };
    dmf_rng rng = dmf_seed(2019, 7);
    size_t i;
    for (i = 0; i < sizeof normals / sizeof *normals; i++) {
        double x = dmf_normal(&rng);
        if (!CHECK(x == normals[i])) printf("    %.17g\n", x);
    }
}

static void seeds_and_streams_differ(void)
{
    dmf_rng a = dmf_seed(1, 0), b = dmf_seed(1, 1), c = dmf_seed(2, 0), d = dmf_seed(1, 0);
    uint64_t x = dmf_bits(&a);
    CHECK(x != dmf_bits(&b));
    CHECK(x != dmf_bits(&c));
    CHECK(x == dmf_bits(&d));
}

/* Chi-square of counts against equal expectation has mean bins - 1, variance 2 (bins - 1); the bounds
   are five deviations. */
static void check_uniform_counts(const long *count, int bins, long total)
{
    double expected = (double)total / bins, chi = 0;
    int i;
    for (i = 0; i < bins; i++) chi += (count[i] - expected) * (count[i] - expected) / expected;
    NEAR(chi, bins - 1, 5 * sqrt(2.0 * (bins - 1)));
}

enum { BINS = 64, DRAWS = 400000 };

static void uniforms_are_uniform(void)
{
    long count[BINS] = { 0 }, below[7] = { 0 }, i;
    dmf_rng rng = dmf_seed(5, 0);
    for (i = 0; i < DRAWS; i++) {
        double u = dmf_uniform(&rng);
        CHECK(u >= 0 && u < 1);
        count[(int)(u * BINS)]++;
        below[dmf_below(&rng, 7)]++;
    }
    check_uniform_counts(count, BINS, DRAWS);
    check_uniform_counts(below, 7, DRAWS);
}

/* 2^64 is not a multiple of 3 * 2^62: without rejection the first third would be drawn half of the time. */
static void large_ranges_are_not_biased(void)
{
    uint64_t third = UINT64_C(1) << 62;
    long low = 0, i;
    dmf_rng rng = dmf_seed(7, 0);
    for (i = 0; i < DRAWS; i++) low += dmf_below(&rng, 3 * third) < third;
    NEAR(low, DRAWS / 3.0, 5 * sqrt(DRAWS * 2 / 9.0));
}

static double normal_cdf(double x) { return 0.5 * erfc(-x / sqrt(2.0)); }

/* The mean of 17.532 integers for a deviate is (2.1) summed over runs, over coins and over k, and integrated over x by
   the midpoint rule; their deviation is 15.7. */
static void normals_are_normal(void)
{
    long count[BINS] = { 0 }, beyond3 = 0, i;
    double sum = 0, squares = 0, fourths = 0, n = DRAWS, lag = 0, last = 0;
    long drawn = 0;
    dmf_rng rng = dmf_seed(6, 0), before = rng;
    for (i = 0; i < DRAWS; i++) {
        double x = dmf_normal(&rng);
        for (; memcmp(&before, &rng, sizeof rng) != 0; drawn++) dmf_bits(&before);
        count[(int)(normal_cdf(x) * BINS)]++;
        beyond3 += fabs(x) > 3;
        sum += x;
        squares += x * x;
        fourths += x * x * x * x;
        lag += x * last;
        last = x;
    }
    check_uniform_counts(count, BINS, DRAWS);
    NEAR(sum / n, 0, 5 / sqrt(n));
    NEAR(squares / n, 1, 5 * sqrt(2 / n));
    NEAR(fourths / n, 3, 5 * sqrt(96 / n));
    NEAR(lag / n, 0, 5 / sqrt(n));
    NEAR(beyond3, n * 0.0026997960632602, 5 * sqrt(n * 0.0027));
    NEAR(drawn / n, 17.532, 5 * 15.7 / sqrt(n));
}

static void nonsense_is_harmless(void)
{
    dmf_rng rng = dmf_seed(1, 0);
    CHECK(dmf_below(&rng, 0) == 0 && dmf_below(&rng, 1) == 0 && dmf_below(NULL, 5) == 0);
    CHECK(dmf_bits(NULL) == 0 && isnan(dmf_uniform(NULL)) && isnan(dmf_normal(NULL)));
}

int main(void)
{
    RUN(the_generator_is_xoshiro256plusplus);
    RUN(numbers_are_the_same_everywhere);
    RUN(seeds_and_streams_differ);
    RUN(uniforms_are_uniform);
    RUN(large_ranges_are_not_biased);
    RUN(normals_are_normal);
    RUN(nonsense_is_harmless);
    return finish();
}
