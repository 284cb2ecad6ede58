/*
Every claim of PAPER_NOTES.md beside what the programs compute. tests/notes.h says what a claim is; here each tag has
the tokens of its block in order, literal (what is defined, published, or held by a test that the block names), or to
be computed from the CSV of a program:

    %   the value, rounded as the notes print it           ~   within a factor of two: "about", or what the last
    <   a bound from above, at most ten times the value        bits decide, which other processors round otherwise
    >   a bound from below, at least a tenth of it

and sentences without numbers are held by hold(). Where the sources table has reduced options, claims that need the
file are checked to its factor, the spread of draws, when the run is a reduced one.

usage: build/claims build figures/data [reduced] [path to u.data]
*/
#include "notes.h"
#include <math.h>
#include <stdarg.h>
#include <sys/stat.h>

/* ---- Where values come from: programs, and their CSV ---- */

typedef struct source {
    const char *name, *program, *options;  /* at full size */
    const char *reduced;                   /* "" = as full, NULL = left out */
    double factor;                         /* to which the reduced run holds what the full one says */
    char **header, ***rows;                /* cells */
    int columns, count, state;             /* state: 0 not read, 1 read, -1 left out */
} source;
