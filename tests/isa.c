/* Whether the instruction set chosen on this machine is the one named. */
#include "../dmf.h"
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    const char *name = dmf_isa_name(dmf_ctx_isa(NULL));
    puts(name);
    return argc != 2 || strcmp(name, argv[1]) != 0;
}
