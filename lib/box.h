/* box - what stands in the input box of an agent's own interface: no I/O */
#ifndef BOX_H
#define BOX_H

#include <stddef.h>

/*
 * text: n bytes of a screen, as for screen_read. Puts what is between the box's edges into buf, its lines joined by newlines, cut at size. 1; 0 if there is no box that is known of that
 * agent. What an empty box shows is the agent's affair: compare two looks.
 */
int box_read(const char *text, size_t n, const char *agent, char *buf, size_t size);

#endif
