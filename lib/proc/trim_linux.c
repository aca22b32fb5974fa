/* slim - Linux: MADV_DONTNEED for the stack below us, malloc_trim for the heap where the C library has it */
#define _DEFAULT_SOURCE
#include "base/system.h"
#include "proc/trim.h"
#ifdef SYSTEM_LINUX

#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

enum { OURS = 512, DEPTH = 512 * 1024 };

void
trim_down(void)
{
	/* Not the address of a variable: a sanitizer may keep those elsewhere. */
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), here = (uintptr_t)__builtin_frame_address(0);

#ifdef __GLIBC__
	malloc_trim(0);
#endif
	/* OURS: this frame, and madvise, which calls nothing. What is not mapped of the rest is passed over; nothing but the stack is within so many bytes below it. */
	here = (here - OURS) / page * page;
#ifndef __hppa__ /* whose stack grows upwards */
	if (here > DEPTH)
		madvise((void *)(here - DEPTH), DEPTH, MADV_DONTNEED);
#endif
}

#endif
