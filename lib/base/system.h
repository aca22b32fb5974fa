/*
 * system - which of two ways a module takes: what this system does better, or plain POSIX
 *
 * A module with two ways is two files, NAME_SYSTEM.c and NAME_posix.c, below one header. Each is empty but on its own
 * system. The compiler tells the system, not the machine that compiles; -DRCA_POSIX=1 takes the POSIX way everywhere.
 */
#ifndef BASE_SYSTEM_H
#define BASE_SYSTEM_H

#if defined(__linux__) && !RCA_POSIX
#define SYSTEM_LINUX 1
#else
#define SYSTEM_POSIX 1
#endif

#endif
