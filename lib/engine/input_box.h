/* input_box - the text in the input box of an agent's interface: no I/O */
#ifndef ENGINE_INPUT_BOX_H
#define ENGINE_INPUT_BOX_H

#include <stddef.h>

/*
 * text: n bytes of a screen, as for screen_read. Puts the text between the box's edges into buf,
 * lines joined by newlines, cut at size. 1; 0 if the screen has no box that is known for agent.
 * An empty box may hold a hint, so only a change between two looks tells something.
 */
int input_box_read(const char *text, size_t n, const char *agent, char *buf, size_t size);

/*
 * Compares the box before a text was typed, after it was typed, and after Enter. 1 if the text is
 * still there, perhaps changed: Enter may have continued its line, or replaced its last word by
 * what a menu offered.
 */
int input_box_stands(const char *before, const char *typed, const char *after);

#endif
