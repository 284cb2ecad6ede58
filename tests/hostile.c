/* The implementation after headers whose macros have short names, and after more such names of our own making: the
   header uses none of them. tests/names.sh looks for those of all headers it finds. */
#if defined(_WIN32)
#include <windows.h>
#elif defined(HOSTILE_CURSES)
#include <curses.h>
#endif
#if !defined(__cplusplus) && !defined(__TINYC__)
#include <complex.h>
#endif
#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#if defined(__unix__) || defined(__APPLE__)
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>
#endif
#ifdef DMF_THREADS
#include <pthread.h>
#include <sched.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif
#endif
#if defined(__GNUC__) && defined(__x86_64__) && !defined(__TINYC__)
#include <immintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

/* Of windows.h and the compilers before it, of ncurses, complex.h, termios.h, Qt, X11 and old Unix. */
#undef small
#undef near
#undef far
#undef hyper
#undef interface
#undef pascal
#undef cdecl
#undef min
#undef max
#undef unix
#undef linux
#undef major
#undef minor
#undef COLS
#undef LINES
#undef ERROR
#undef IN
#undef OUT
#undef OPTIONAL
#undef I
#define small char
#define near
#define far
#define huge
#define min(a, b) ((a) < (b) ? (a) : (b))
#define max(a, b) ((a) > (b) ? (a) : (b))
#define interface struct
#define hyper int
#define pascal
#define cdecl
#define unix 1
#define linux 1
#define major(x) (x)
#define minor(x) (x)
#define emit
#define signals public
#define slots
#define foreach for
#define check(x) (x)
#define verify(x) (x)
#define require(x) (x)
#define None 0
#define Status int
#define Bool int
#define Success 0
#define COLS 80
#define LINES 24
#define ERROR 0
#define IN
#define OUT
#define OPTIONAL
#define ROWS 3
#define LINE 4
#define MR 5
#define NR 6
#define ROUNDS 7
#define STEPS 8
#define FEW 9
#define SHORT 10
#define OFTEN 11
#define WIDTH 12
#define A 1
#define B 2
#define C 3
#define D 4
#define E 5
#define F 6
#define G 7
#define H 8
#define I 9
#define J 10
#define K 11
#define L 12
#define M 13
#define N 14
#define O 15
#define P 16
#define Q 17
#define R 18
#define S 19
#define T 20
#define U 21
#define V 22
#define W 23
#define X 24
#define Y 25
#define Z 26

#define DMF_IMPLEMENTATION
#include "../dmf.h"

int main(void) { return 0; }
