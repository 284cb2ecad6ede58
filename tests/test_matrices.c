#include "test.h"

static void views_and_blocks_point_into_the_data(void)
{
    dmf_real x[20];
    dmf_mat a = dmf_view(x, 4, 5), b = dmf_block(a, 1, 2, 2, 3);
    CHECK(a.ld == 5 && a.rows == 4 && a.cols == 5);
    CHECK(b.data == x + 7 && b.ld == 5 && b.rows == 2 && b.cols == 3);
    CHECK(dmf_block(none, 3, 3, 0, 0).data == NULL);
}

static void copies_and_transposes(void)
{
    dmf_real x[12], y[12], z[12];
    dmf_mat a = dmf_view(x, 3, 4), b = dmf_view(y, 3, 4), c = dmf_view(z, 4, 3);
    int i;
    for (i = 0; i < 12; i++) x[i] = (dmf_real)i;
    x[5] = (dmf_real)NAN;
    OK(dmf_copy(NULL, a, b));
    OK(dmf_transpose(NULL, a, c));
    for (i = 0; i < 12; i++) CHECK(i == 5 ? isnan(y[i]) && isnan(*at(c, 1, 1)) : y[i] == i && *at(c, i % 4, i / 4) == i);
    CHECK(dmf_copy(NULL, a, c) == DMF_ERR_SHAPE && dmf_transpose(NULL, a, b) == DMF_ERR_SHAPE);
    CHECK(dmf_copy(NULL, a, a) == DMF_ERR_OVERLAP && dmf_copy(NULL, dmf_view(x + 1, 2, 4), dmf_view(x, 2, 4)) == DMF_ERR_OVERLAP);
    OK(dmf_copy(NULL, dmf_block(a, 0, 0, 3, 2), dmf_block(a, 0, 2, 3, 2)));
    CHECK(x[2] == 0 && x[11] == 9);
    CHECK(dmf_copy(NULL, dmf_none(), a) == DMF_ERR_SHAPE);
    OK(dmf_copy(NULL, dmf_none(), dmf_none()));
    CHECK(dmf_none().data == NULL && dmf_none().rows == 0);
}

/* A view that cannot be read has no norm. */
static void bad_views_have_no_norm(void)
{
    dmf_real x[4] = { 1, 2, 3, 4 };
    dmf_mat negative = dmf_view(x, -2, 2), without = dmf_view(NULL, 2, 2), narrow = dmf_view(x, 2, 2);
    narrow.ld = 1;
    CHECK(isnan(dmf_frobenius(negative)) && isnan(dmf_frobenius(without)) && isnan(dmf_frobenius(narrow)));
}

static void matrices_start_at_zero_and_can_be_destroyed_twice(void)
{
    const dmf_mat thin = { NULL, 3, 0, 5 };
    dmf_mat a = new_mat(7, 3), empty = new_mat(0, 5);
    CHECK(dmf_frobenius(a) == 0 && dmf_frobenius(empty) == 0 && dmf_frobenius(thin) == 0);
    dmf_mat_destroy(&a);
    dmf_mat_destroy(&a);
    dmf_mat_destroy(&empty);
    dmf_mat_destroy(NULL);
    CHECK(a.data == NULL && a.rows == 0);
    CHECK(dmf_mat_create(NULL, -1, 3, &a) == DMF_ERR_SHAPE);
    CHECK(dmf_mat_create(NULL, 3, 3, NULL) == DMF_ERR_ARGUMENT);
    CHECK(dmf_mat_create(NULL, 2147483647, 2147483647, &a) == DMF_ERR_SHAPE);
    CHECK(dmf_mat_create(NULL, 2000000000, 2000000000, &a) == DMF_ERR_MEMORY);
}

static void transposing_twice_is_nothing(void)
{
    static const int sizes[][2] = { { 1, 1 }, { 1, 9 }, { 9, 1 }, { 16, 16 }, { 17, 33 }, { 64, 50 }, { 0, 4 } };
    dmf_rng rng = dmf_seed(1, 0);
    size_t i;
    int r, c;
    for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        int rows = sizes[i][0], cols = sizes[i][1];
        dmf_mat a = random_mat(rows, cols, &rng), t = new_mat(cols, rows + 2);
        dmf_mat inner = dmf_block(t, 0, 1, cols, rows);
        OK(dmf_transpose(NULL, a, inner));
        for (r = 0; r < rows; r++)
            for (c = 0; c < cols; c++) CHECK(*at(a, r, c) == *at(inner, c, r));
        for (c = 0; c < cols && rows; c++) CHECK(*at(t, c, 0) == 0 && *at(t, c, rows + 1) == 0);
        dmf_mat_destroy(&a);
        dmf_mat_destroy(&t);
    }
}

static void transposing_checks_its_arguments(void)
{
    dmf_real x[12] = { 0 };
    CHECK(dmf_transpose(NULL, dmf_view(x, 3, 4), dmf_view(x, 4, 3)) == DMF_ERR_OVERLAP);
    CHECK(dmf_transpose(NULL, dmf_view(x, 3, 4), dmf_view(x, 3, 4)) == DMF_ERR_SHAPE);
    CHECK(dmf_transpose(NULL, dmf_view(NULL, 3, 4), dmf_view(x, 4, 3)) == DMF_ERR_ARGUMENT);
    CHECK(dmf_transpose(NULL, dmf_view(x, -3, 4), dmf_view(x, 4, -3)) == DMF_ERR_SHAPE);
}

static void the_frobenius_norm_survives_extreme_scales(void)
{
    dmf_real huge = (dmf_real)(sizeof(dmf_real) == 8 ? 1e300 : 1e37), tiny = (dmf_real)(sizeof(dmf_real) == 8 ? 1e-300 : 1e-37);
    dmf_real x[4];
    int i;
    for (i = 0; i < 4; i++) x[i] = i % 2 ? huge : -huge;
    NEAR(dmf_frobenius(dmf_view(x, 2, 2)) / huge, 2, 4 * EPS);
    for (i = 0; i < 4; i++) x[i] = tiny;
    NEAR(dmf_frobenius(dmf_view(x, 2, 2)) / tiny, 2, 4 * EPS);
    x[2] = (dmf_real)INFINITY;
    CHECK(isinf(dmf_frobenius(dmf_view(x, 2, 2))));
    for (i = 0; i < 4; i++) {
        x[0] = x[1] = x[2] = x[3] = 1;
        x[i] = (dmf_real)NAN;
        CHECK(isnan(dmf_frobenius(dmf_view(x, 2, 2))));
        x[0] = x[1] = x[2] = x[3] = 0;
        x[i] = (dmf_real)NAN;
        CHECK(isnan(dmf_frobenius(dmf_view(x, 2, 2))));
    }
}

int main(void)
{
    RUN(views_and_blocks_point_into_the_data);
    RUN(copies_and_transposes);
    RUN(bad_views_have_no_norm);
    RUN(matrices_start_at_zero_and_can_be_destroyed_twice);
    RUN(transposing_twice_is_nothing);
    RUN(transposing_checks_its_arguments);
    RUN(the_frobenius_norm_survives_extreme_scales);
    return finish();
}
