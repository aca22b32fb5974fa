"""What is tortured: for each scenario how its room is prepared, the program, and who carries on."""

import json
import os
import signal

from room import WORDS, need


def carried(room, *statuses):
    """The monitor carries it on, to the end; or the watchdog's pass brings one, at half of the points."""
    if room.watchdog and room.manifest()["status"] not in ("created", "abandoned"):
        room.must("rca-watchdog")
        code = room.run("rca-wait", "-t", "30", room.task)
        need(code in (0, 1), f"rca-wait: exit {code}")
    else:
        code = room.run("rca-monitor", room.task)
        need(code in (0, 1), f"rca-monitor: exit {code}")
    room.ended(*(statuses or ("completed",)))


# --- rca-mktask


def mktask(agent, *options):
    def prepare(room):
        room.task = f"{room.tasks}/{agent}-x"
        return room.mktask_words(agent, "-k", "check=true", *options)

    def carry(room):
        room.sound(whole=False)
        if room.there():
            need(room.manifest().get("check") == "true", "manifest: check is lost")
            need(room.there("command") if agent == "command" else room.read("prompt") == "do the work\n", "the prompt is lost")
            need(room.there("history"), "history is lost")
            room.must(*room.mktask_words(agent), code=100)
            need("exists" in room.err(), "the task is there, and rca-mktask does not say so")
        else:
            room.must(*room.mktask_words(agent))
        room.must("rca-launch", "-e", "none", room.task)
        carried(room)

    return prepare, carry


# --- rca-launch


def launch(engine):
    def prepare(room):
        room.mktask("claude")
        return ["rca-launch", "-e", engine, room.task]

    def carry(room):
        room.sound()
        carried(room)
        need(room.starts() == 1, f"the agent was started {room.starts()} times")

    return prepare, carry


def relaunch(status):
    """-r -p of a task that ended, or of one that was given up."""

    def prepare(room):
        room.mktask("claude")
        if status == "abandoned":
            room.fake("error:401" if status == "failed" else "crash:2 ok")
            room.must("rca-wrap", room.task, code=137)
            with open(f"{room.task}/manifest") as f:
                text = f.read()
            with open(f"{room.task}/manifest", "w") as f:
                f.write(text.replace("status=crashed\n", "status=abandoned\nabandon_reason=deadline\nabandoned_at=2026-01-31T12:00:00Z\n"))
        else:
            room.must("rca-wrap", room.task)
        return ["rca-launch", "-r", "-p", "../words", room.task]

    def carry(room):
        room.sound()
        room.words = True
        code = room.run("rca-monitor", room.task)
        need(code in (0, 1), f"rca-monitor: exit {code}")
        if not room.heard():  # it did not say that it had taken them: they are given again
            room.must("rca-launch", "-r", "-p", "../words", room.task)
            room.must("rca-monitor", room.task)
        room.ended("completed")

    return prepare, carry


# --- rca-wrap


def wrap(agent, words="ok", *options, ends=("completed",), before=()):
    """A first attempt; before: what goes before it, codes of attempts that end early."""

    def prepare(room):
        room.mktask(agent, *options)
        room.fake(words)
        for code in before:
            room.must("rca-wrap", room.task, code=code)
        if before:
            room.words = True
            with open(f"{room.task}/resume", "w") as f:
                f.write(WORDS + "\n")
            os.chmod(f"{room.task}/resume", 0o600)
        return ["rca-wrap", room.task]

    def carry(room):
        room.sound()
        carried(room, *ends)

    return prepare, carry


def wrap_stop():
    """A stop that was asked for while nobody ran."""

    def prepare(room):
        room.mktask("claude")
        room.fake("crash:2 ok")
        room.must("rca-wrap", room.task, code=137)
        with open(f"{room.task}/stop", "w"):
            os.chmod(f"{room.task}/stop", 0o600)
        return ["rca-wrap", room.task]

    def carry(room):
        room.sound()
        carried(room, "stopped")
        need(room.starts() == 1, "an agent was started after the stop")

    return prepare, carry


def wrap_repair():
    """A terminal status without `done`: somebody died between the two."""

    def prepare(room):
        room.mktask("claude")
        room.must("rca-wrap", room.task)
        os.unlink(f"{room.task}/done")
        return ["rca-wrap", room.task]

    def carry(room):
        room.sound()
        carried(room)
        need(room.starts() == 1, "the work was done twice")

    return prepare, carry


# --- rca-monitor


def monitor(agent, words, *options, before=(137,), starts=None):
    def prepare(room):
        room.mktask(agent, *options)
        room.fake(words)
        for code in before:
            room.must("rca-wrap", room.task, code=code)
        return ["rca-monitor", room.task]

    def carry(room):
        room.sound()
        carried(room)
        need(not starts or room.starts() == starts, f"the agent was started {room.starts()} times, not {starts}")

    return prepare, carry


def monitor_gives_up():
    """No retry is left, and what the killed wrapper left is still at work."""

    def agents(room):
        return [pid for pid in room.processes() if room.marked(pid)]

    def prepare(room):
        room.mktask("claude", "-k", "max_retries=0")
        room.fake("hold:3 ok")
        room.must("rca-launch", "-e", "none", room.task)
        room.wait_for("the agent is at rest", lambda: os.path.exists(f"{room.state()}/held"))
        os.kill(room.parent_of(int(room.read("pid"))), signal.SIGKILL)
        need(agents(room), "nothing is left of the attempt")
        return ["rca-monitor", room.task]

    def carry(room):
        room.sound()
        room.must("rca-monitor", room.task, code=1)
        m = room.manifest()
        need((m["status"], m.get("abandon_reason")) == ("abandoned", "max_retries_exceeded"), f"{m['status']} ({m.get('abandon_reason')}), not abandoned")
        need(not agents(room), "an agent is at work in a task that was given up")
        room.must("rca-launch", "-r", "-e", "none", room.task)
        carried(room)
        need(room.starts() == 2, f"the agent was started {room.starts()} times")

    return prepare, carry


def monitor_cannot_launch(launched):
    """The project is away for longer than all retries last. Then it is there again, and a pass of the watchdog is all that is needed."""

    def away(room):
        return room.manifest()["project_dir"] + ".away"

    def prepare(room):
        os.mkdir(f"{room.path}/p/work")
        room.mktask("claude", "-k", "max_retries=2", "-d", "work")
        room.fake("crash:4 ok" if launched else "ok")
        if launched:
            room.must("rca-launch", "-e", "none", room.task)
            room.wait_for("the agent has crashed", lambda: room.manifest()["status"] == "crashed")
        os.rename(room.manifest()["project_dir"], away(room))
        return ["rca-monitor", room.task]

    def carry(room):
        room.sound()
        need(room.starts() == launched, "an agent was started without its project")
        os.rename(away(room), room.manifest()["project_dir"])
        if room.manifest()["status"] == "created" and not room.manifest().get("start_failed"):
            room.must("rca-monitor", "-d", room.task)  # nobody knows yet that it was to be launched
        for _ in range(3):
            room.must("rca-watchdog")
            code = room.run("rca-wait", "-t", "30", room.task)
            if room.there("done"):
                break
            need(code == 1 and room.manifest()["status"] == "abandoned", f"rca-wait: exit {code}")
        room.ended("completed")
        need(room.starts() == launched + 1, f"the agent was started {room.starts()} times")

    return prepare, carry


# --- rca-reap


def reap(*options, words="ok", running=False, gone=False):
    def prepare(room):
        room.mktask("claude")
        room.fake(words)
        if running:
            room.must("rca-launch", room.task)
            room.wait_for("the agent has begun", lambda: "tool_use" in (room.read("events.jsonl") or ""))
        else:
            room.must("rca-wrap", room.task)
            for name in (".result.new", ".manifest.new"):  # what a dead writer left
                with open(f"{room.task}/{name}", "w") as f:
                    f.write("half")
                os.chmod(f"{room.task}/{name}", 0o600)
        return ["rca-reap", *options, room.task]

    def carry(room):
        if room.there() or not gone:
            room.sound()
            room.must("rca-reap", *options, room.task)
        if gone:
            return need(not room.there(), "rca-reap -r left the task")
        room.ended("stopped" if running else "completed")
        return None

    return prepare, carry


# --- rca-watchdog, rca-hook, rca-triage


def watchdog(status):
    """A task whose monitor is gone; or its wrapper, too."""

    def prepare(room):
        room.mktask("claude")
        room.fake("crash:4 ok")
        room.must("rca-wrap", room.task, code=137)
        with open(f"{room.task}/manifest") as f:
            text = f.read()
        with open(f"{room.task}/manifest", "w") as f:
            f.write(text.replace("status=crashed\n", f"status={status}\n"))
        return ["rca-watchdog"]

    def carry(room):
        room.sound()
        room.watchdog = True
        carried(room)
        need(room.starts() == 2, f"the agent was started {room.starts()} times")

    return prepare, carry


def hook(event, **more):
    """What an agent's hook says; whatever becomes of it, the agent goes on."""

    def prepare(room):
        room.mktask("claude")
        room.fake("crash:4 ok")
        room.must("rca-wrap", room.task, code=137)
        room.env["RCA_TASK"] = room.task
        return ["rca-hook", json.dumps({"hook_event_name": event, "session_id": room.read("session_id"), **more})]

    def carry(room):
        del room.env["RCA_TASK"]
        room.sound()
        carried(room)

    return prepare, carry


def install(option):
    """The hooks in a project's settings: all other bytes stay, and there is the old file or the new one."""
    old = '{\n  "model": "opus",\n  "hooks": {"Stop": []}\n}\n'

    def prepare(room):
        room.mktask("claude")
        os.makedirs(f"{room.path}/r/p/.claude")
        room.write("r/p/.claude/settings.json", old)
        if option == "-u":
            room.must("rca-hook", "-i", f"{room.path}/r/p")
        return ["rca-hook", option, f"{room.path}/r/p"]

    def carry(room):
        with open(f"{room.path}/r/p/.claude/settings.json") as f:
            text = f.read()
        need(json.loads(text)["model"] == "opus", "the settings are torn")
        need('"model": "opus",' in text, "other bytes were changed")
        room.must("rca-hook", option, f"{room.path}/r/p")
        room.must("rca-hook", "-u", f"{room.path}/r/p")
        with open(f"{room.path}/r/p/.claude/settings.json") as f:
            need(json.load(f)["model"] == "opus", "the settings are torn")
        left = [n for n in os.listdir(f"{room.path}/r/p/.claude") if n != "settings.json"]
        need(not left, f"left beside the settings: {left}")
        carried(room)

    return prepare, carry


def triage():
    def prepare(room):
        room.mktask("claude", "-k", "goal=all is done")
        room.fake("crash:4 ok")
        room.must("rca-wrap", room.task, code=137)
        room.configure("act=nudge", "triage=echo NEEDS_NUDGE go on")
        return ["rca-triage", "-x", room.task, "Stop"]

    def carry(room):
        room.sound()
        carried(room)

    return prepare, carry


# --- rca-notify


def notify(flush):
    """A notice is put and delivered; or one that is left over is."""
    words = ["rca-notify", "-v", "ESCALATE", "-e", "note"]

    def prepare(room):
        room.mktask("claude")
        room.must("rca-wrap", room.task)
        if flush:
            room.configure("notify=command false")
            room.must(*words, room.task, "look here")
            room.wait_for("it was not told", lambda: "not_told" in room.read("history"))
            room.end("rca-notify")
        room.notifier()
        return ["rca-notify", "-f", room.task] if flush else [*words, room.task, "look here"]

    def carry(room):
        room.sound()
        there = 0
        for name in room.outbox():
            if not name.endswith(".json"):
                continue
            try:
                with open(f"{room.task}/outbox/{name}") as f:
                    notice = json.load(f)
            except FileNotFoundError:  # a deliverer has delivered it meanwhile
                continue
            except ValueError:
                need(False, f"{name} is torn")
            there += notice["event"] == "note"
            need(notice["event"] != "note" or notice["text"] == "look here", f"{name} is torn")
        promised = there or room.said[-1].endswith("exit 0") or flush
        room.must("rca-notify", "-f", room.task)
        need(room.told("look here") or not promised, "a notice is lost")
        if not room.told("look here"):
            room.must(*words, room.task, "look here")
            room.must("rca-notify", "-f", room.task)
        need(1 <= room.told("look here") <= 2, f"told {room.told('look here')} times")
        need("ESCALATE | note | task=claude-x" in open(f"{room.path}/f/told").read(), "the notice is not whole")
        left = [n for n in room.outbox() if not n.startswith(".")]
        need(not left, f"left in the outbox: {left}")
        room.ended("completed")

    return prepare, carry


SCENARIOS = {
    "mktask": mktask("claude"),
    "mktask-command": mktask("command"),
    "launch": launch("none"),
    "launch-tmux": launch("tmux"),
    "launch-again": relaunch("completed"),
    "launch-abandoned": relaunch("abandoned"),
    "wrap": wrap("claude"),
    "wrap-resume": wrap("claude", "crash:4 ok", before=(137,)),
    "wrap-capture": wrap("codex"),
    "wrap-opencode": wrap("opencode", "crash:4 ok", before=(137,)),
    "wrap-pi": wrap("pi"),
    "wrap-crash": wrap("claude", "crash:3 ok"),
    "wrap-check": wrap("claude", "check ...", "-k", "check=[ -e mended ] || { echo FIX:mended; exit 1; }"),
    "wrap-limit": wrap("claude", "limit:1 ok"),
    "wrap-fail": wrap("claude", "error:401 ...", ends=("failed",)),
    "wrap-command": wrap("command", ends=("completed", "failed")),
    "wrap-stop": wrap_stop(),
    "wrap-repair": wrap_repair(),
    "monitor": monitor("claude", "crash:4 ok", starts=2),
    "monitor-created": monitor("claude", "ok", before=(), starts=1),
    "monitor-limit": monitor("claude", "limit:1 ok", before=(1,), starts=2),
    "monitor-hang": monitor("claude", "hang:2 ok", "-k", "silence=1", before=()),
    "monitor-gives-up": monitor_gives_up(),
    "monitor-away": monitor_cannot_launch(1),
    "monitor-away-created": monitor_cannot_launch(0),
    "watchdog": watchdog("crashed"),
    "watchdog-gone": watchdog("running"),
    "hook": hook("PostToolUse", tool_name="Bash"),
    "hook-failure": hook("StopFailure", error="server_error", message="API Error: 500"),
    "hook-install": install("-i"),
    "hook-remove": install("-u"),
    "triage": triage(),
    "notify": notify(flush=False),
    "notify-flush": notify(flush=True),
    "reap": reap(),
    "reap-kill": reap("-k", words="hang:3", running=True),
    "reap-remove": reap("-r", gone=True),
    "reap-kill-remove": reap("-k", "-r", words="hang:3", running=True, gone=True),
}
