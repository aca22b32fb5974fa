/* notices - puts a monitor's notices into the outbox and starts a deliverer */
#include "monitor/notices.h"

#include <errno.h>

#include "notice/outbox.h"
#include "notice/spool.h"

static void
start_deliverer(const struct monitor *mo)
{
	if (outbox_deliver(&mo->t))
		monitor_say(mo, "cannot start a deliverer", err_text(errno));
}

void
notices_status(const struct monitor *mo, const char *detail)
{
	char why[WHY];
	int r = outbox_status(&mo->t, detail, why);

	if (r < 0)
		monitor_say(mo, "cannot put a notice", why);
	if (r > 0)
		start_deliverer(mo);
}

void
notices_waiting(const struct monitor *mo, const char *line)
{
	char id[NOTICE_ID], why[WHY];
	struct config now;
	int bad = config_load(&now, why), wanted = outbox_wanted(&now);

	if (wanted)
		bad = outbox_put(&mo->t, &mo->m, &now, ESCALATE, "waiting_for_input", line, NULL,
			id, why);
	if (bad)
		monitor_say(mo, "cannot put a notice", why);
	else if (wanted)
		start_deliverer(mo);
	config_free(&now);
}

void
notices_rest(const struct monitor *mo)
{
	if (spool_unattended(&mo->t))
		start_deliverer(mo);
}
