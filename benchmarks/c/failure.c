#include "failure.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

jmp_buf next_command;
char failure[1024];

_Noreturn void fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(failure, sizeof failure, format, arguments);
    va_end(arguments);
    longjmp(next_command, 1);
}

void *allocate(size_t size)
{
    void *memory = malloc(size > 0 ? size : 1);
    if (memory == NULL) {
        fail("out of memory");
    }
    return memory;
}
