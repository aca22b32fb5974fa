/* trim_linux - MADV_DONTNEED for the stack below us, malloc_trim for the heap where there is one */
#define _DEFAULT_SOURCE
#include "proc/trim.h"
#ifdef SYSTEM_LINUX

#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

enum { FRAME = 512, DEPTH = 512 * 1024 };

void
trim_down(void)
{
	/* Not the address of a variable: a sanitizer may keep those elsewhere. */
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t here = (uintptr_t)__builtin_frame_address(0);

#ifdef __GLIBC__
	malloc_trim(0);
#endif
	/*
	 * FRAME is for this function, and madvise, which calls nothing. Pages that are not mapped
	 * are passed over; within DEPTH below the stack there is only the stack.
	 */
	here = (here - FRAME) / page * page;
	if (here > DEPTH)
		madvise((void *)(here - DEPTH), DEPTH, MADV_DONTNEED);
}

#endif
