/* The small reference case: W* 12 x 9, 60 entries, depth 3 with hidden widths 11 and 10. */
#ifndef SMALL_H
#define SMALL_H

#include "test.h"

enum { SMALL_ROWS = 12, SMALL_COLS = 9, SMALL_COUNT = 60 };

HELPER dmf_problem *small_problem(void)
{
    double numbers[3 * SMALL_COUNT];
    dmf_entry entries[SMALL_COUNT];
    dmf_problem *p = NULL;
    int e;
    CHECK(read_data("observed.csv", numbers, 3 * SMALL_COUNT) == 3 * SMALL_COUNT);
    for (e = 0; e < SMALL_COUNT; e++) {
        entries[e].row = (int)numbers[3 * e];
        entries[e].col = (int)numbers[3 * e + 1];
        entries[e].value = (dmf_real)numbers[3 * e + 2];
    }
    OK(dmf_completion(NULL, SMALL_ROWS, SMALL_COLS, entries, SMALL_COUNT, &p));
    return p;
}

/* Factors of the small case's shapes, read from name_1.csv, name_2.csv, name_3.csv. */
HELPER dmf_factors *small_factors(const char *name)
{
    static const int hidden[2] = { 11, 10 };
    double numbers[200];
    char file[64];
    dmf_factors *f = NULL;
    int j, i, count;
    OK(dmf_factors_create(NULL, SMALL_ROWS, SMALL_COLS, 3, hidden, &f));
    for (j = 0; j < 3; j++) {
        snprintf(file, sizeof file, "%s_%d.csv", name, j + 1);
        count = read_data(file, numbers, 200);
        CHECK(count == f->w[j].rows * f->w[j].cols);
        for (i = 0; i < count; i++) f->w[j].data[i] = (dmf_real)numbers[i];
    }
    return f;
}

HELPER void product_sigma(const dmf_factors *f, dmf_real *sigma)
{
    dmf_mat w = new_mat(f->dims[f->depth], f->dims[0]);
    OK(dmf_product(NULL, f, w));
    OK(dmf_svd(NULL, w, none, sigma, none));
    dmf_mat_destroy(&w);
}

#endif
