/* input_box - what stands in the input box of an agent's own interface: no I/O */
#ifndef ENGINE_INPUT_BOX_H
#define ENGINE_INPUT_BOX_H

#include <stddef.h>

/*
 * text: n bytes of a screen, as for screen_read. Puts what is between the box's edges into buf, its lines joined by newlines, cut at size. 1; 0 if there is no box that is known of that
 * agent. What an empty box shows is the agent's affair: compare two looks.
 */
int input_box_read(const char *text, size_t n, const char *agent, char *buf, size_t size);

/*
 * Three looks into it: before a text was typed, when it had been, and after Enter. 1 if the text still stands there, though it may have changed: Enter may have continued its line, or taken
 * what a menu offered in the place of its last word.
 */
int input_box_stands(const char *before, const char *typed, const char *after);

#endif
