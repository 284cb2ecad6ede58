/*
The test harness. A test is a function of CHECKs; it passes when all hold. Programs are run from the top
of the repository and end with "N passed, M failed".
*/
#ifndef TEST_H
#define TEST_H

#include "../dmf.h"
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef DMF_SINGLE
#define EPS FLT_EPSILON
#else
#define EPS DBL_EPSILON
#endif

/* A program need not use every helper. */
#if defined(__GNUC__)
#define HELPER __attribute__((unused)) static
#else
#define HELPER static
#endif

static int tests_passed, tests_failed, checks_failed;

static int check(int holds, const char *what, const char *file, int line)
{
    if (!holds && checks_failed++ < 5) printf("%s:%d: %s\n", file, line, what);
#ifdef FIRST_FAILURE_ENDS
    if (!holds) exit(1);
#endif
    return holds;
}

/* |a - b| <= bound; NaN never passes. */
HELPER int check_near(double a, double b, double bound, const char *what, const char *file, int line)
{
    int holds = fabs(a - b) <= bound;
    if (!check(holds, what, file, line) && checks_failed <= 5)
        printf("    %.17g and %.17g differ by %.3g, more than %.3g\n", a, b, fabs(a - b), bound);
    return holds;
}

#define CHECK(what) check(what, #what, __FILE__, __LINE__)
#define NEAR(a, b, bound) check_near(a, b, bound, #a " = " #b, __FILE__, __LINE__)
#define OK(call) CHECK((call) == DMF_OK)
#define RUN(test) run_test(test, #test)

static void run_test(void (*test)(void), const char *name)
{
    checks_failed = 0;
    test();
    if (checks_failed) printf("FAILED %s (%d checks)\n", name, checks_failed), tests_failed++;
    else tests_passed++;
}

static int finish(void)
{
    printf("%d passed, %d failed\n", tests_passed, tests_failed);
    return tests_failed != 0;
}

/* ---- Memory, counted; tests/dmf.c gives it to dmf.h ---- */

extern long memory_live;         /* blocks allocated and not freed */
extern long memory_allocations;  /* since the start */
extern long memory_bytes;        /* of all of them */
extern size_t memory_most;       /* in a block; larger ones are refused */
extern long memory_fail_at;      /* this allocation from now fails, and all after it; 0 = none */

/* ---- Helpers ---- */

/* All numbers of tests/data/name, after a header if the file has one. */
HELPER int read_data(const char *name, double *out, int most)
{
    char path[256], line[4096], *at, *end;
    int count = 0;
    FILE *file;
    snprintf(path, sizeof path, "tests/data/%s", name);
    file = fopen(path, "r");
    if (!CHECK(file != NULL)) return 0;
    while (fgets(line, sizeof line, file))
        for (at = line; count < most; at = end + (*end == ',')) {
            out[count] = strtod(at, &end);
            if (end == at) break;
            count++;
        }
    fclose(file);
    return count;
}

/* What PAPER_NOTES.md says of a test: lines "name,value" in the file that NUMBERS names in the environment, if any. */
HELPER void noted(const char *name, double value)
{
    static FILE *file;
    const char *path = getenv("NUMBERS");
    if (path && !file && (file = fopen(path, "w")) != NULL) fprintf(file, "name,value\n");
    if (file) fprintf(file, "%s,%.9g\n", name, value), fflush(file);
}

HELPER dmf_mat new_mat(int rows, int cols)
{
    dmf_mat a = { 0 };
    OK(dmf_mat_create(NULL, rows, cols, &a));
    return a;
}

HELPER dmf_real *at(dmf_mat a, int i, int j) { return &a.data[(size_t)i * a.ld + j]; }

HELPER void randomize(dmf_mat a, dmf_rng *rng)
{
    int i, j;
    for (i = 0; i < a.rows; i++)
        for (j = 0; j < a.cols; j++) *at(a, i, j) = (dmf_real)dmf_normal(rng);
}

HELPER dmf_mat random_mat(int rows, int cols, dmf_rng *rng)
{
    dmf_mat a = new_mat(rows, cols);
    randomize(a, rng);
    return a;
}

HELPER const dmf_mat none = { 0 };

/* Calls body(user) with the 1st, 2nd, 3rd ... allocation failing, until it succeeds; every failure must
   be DMF_ERR_MEMORY and leave nothing behind. */
HELPER void survive_without_memory(dmf_status (*body)(void *), void *user)
{
    long n, live = memory_live;
    dmf_status s = DMF_ERR_MEMORY;
    for (n = 1; s && n < 1000; n++) {
        memory_fail_at = n;
        s = body(user);
        memory_fail_at = 0;
        CHECK(s == DMF_OK || s == DMF_ERR_MEMORY);
        CHECK(memory_live == live);
    }
    CHECK(s == DMF_OK);
    CHECK(n > 2);
}

#endif
