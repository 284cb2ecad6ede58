/* The texts that must agree, and programs that include the header as users do. */
#include "test.h"

static char *read_text(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = (char *)calloc(1 << 20, 1);
    if (CHECK(file && text)) CHECK(fread(text, 1, (1 << 20) - 1, file) > 0);
    if (file) fclose(file);
    return text;
}

/* The first program stands in dmf.h (indented by four), in README.md and in examples/quickstart.c. */
static void the_first_program_is_the_same_everywhere(void)
{
    char *program = read_text("examples/quickstart.c"), *readme = read_text("README.md"), *header = read_text("dmf.h");
    char *indented = (char *)calloc(1 << 20, 1), *to = indented;
    const char *from;
    int lines = 0;
    CHECK(strstr(readme, program) != NULL);
    for (from = program; *from; from++) {
        if ((from == program || from[-1] == '\n') && *from != '\n') memcpy(to, "    ", 4), to += 4;
        *to++ = *from;
        lines += *from == '\n';
    }
    CHECK(strstr(header, indented) != NULL);
    CHECK(lines < 40);
    free(program);
    free(readme);
    free(header);
    free(indented);
}

/* No sentence of the interface lists a function that does not exist, and none is left out. */
static void every_public_function_is_tested(void)
{
    static const char *const tests[] = { "ground", "random", "matrices", "gemm", "svd", "problems", "factors", "motion",
                                         "diagnostics", "theory", "dynamics", "nuclear", "plasticity", "files" };
    char *header = read_text("dmf.h"), *all = (char *)calloc(1 << 22, 1), *at = header, name[64], path[64];
    int functions = 0;
    size_t i;
    for (i = 0; i < sizeof tests / sizeof *tests; i++) {
        char *text;
        snprintf(path, sizeof path, "tests/test_%s.c", tests[i]);
        text = read_text(path);
        strcat(all, text);
        free(text);
    }
    *strstr(header, "PART II") = 0;
    while ((at = strstr(at, "\nDMF_API ")) != NULL) {
        char *open = strchr(at, '('), *start = open;
        while (start[-1] == '_' || (start[-1] >= 'a' && start[-1] <= 'z')) start--;
        snprintf(name, sizeof name, "%.*s(", (int)(open - start), start);
        if (!CHECK(strstr(all, name) != NULL)) printf("    %s) is not tested\n", name);
        functions++;
        at = open;
    }
    CHECK(functions > 40);
    free(header);
    free(all);
}

int main(void)
{
    RUN(the_first_program_is_the_same_everywhere);
    RUN(every_public_function_is_tested);
    return finish();
}
