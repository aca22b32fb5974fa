/* view - what the live screen shows: tasks, one of them selected, and a foot */
#ifndef LIST_VIEW_H
#define LIST_VIEW_H

#include "base/err.h"
#include "list/canvas.h"
#include "list/typing.h"
#include "list/roster.h"

/* What the last line is for: the keys or a message; a question; a text to be typed. */
enum view_foot { FOOT_KEYS, FOOT_STOP, FOOT_SEND, FOOT_FILTER };

struct view {
	struct roster *r;
	struct canvas c;
	struct column col[TABLE_COLUMNS];
	size_t ncols;
	int colour, stale;     /* stale: draw again */
	size_t top, sel;       /* the first task on the screen, the selected one */
	char picked[PATH_MAX]; /* the selected task, which moves in the order */
	int help;              /* the keys are shown in place of the tasks */
	enum view_foot foot;
	char target[PATH_MAX]; /* the task that the foot asks about */
	struct typing typed;
	char filter[TYPING_SIZE]; /* only tasks whose name matches; "": all */
	char message[WHY];     /* on the last line until the next key */
};

/* Looks for changes. 0, -1 with why. */
int view_look(struct view *v, char why[WHY]);

/* Selects the i-th task, or the last, and scrolls to it. */
void view_pick(struct view *v, size_t i);

/* How many tasks the screen holds, at least 1. */
size_t view_height(const struct view *v);

/* After canvas_enter or canvas_resize, whose return value is `failed`. 0, -1 with why. */
int view_fit(struct view *v, int failed, char why[WHY]);

/* The selected task; NULL: none. */
struct entry *view_selected(const struct view *v);

void view_draw(struct view *v);

#endif
