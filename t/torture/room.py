"""A room of its own for each point: tools, fake agents, what must hold, and who still runs."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TERMINAL = ("completed", "failed", "stopped")
KEPT = "version task_name agent model project_dir session_name engine socket host tmpdir created_at status attempt retry_count".split()
WORDS = "use the other file"
TOOL_S = 40


class Lost(Exception):
    """An invariant that did not hold."""


def need(condition, what):
    if not condition:
        raise Lost(what)


class Room:
    def __init__(self, path):
        self.path = path
        self.task = None
        self.watchdog = False  # who carries on
        self.words = False  # a next prompt that must reach the agent
        self.mine = False  # the manifest has a key that no tool knows
        self.said = []
        for d in "h c/rca/notifiers f p r".split():
            os.makedirs(f"{path}/{d}")
        self.write("prompt", "do the work\n")
        self.write("words", WORDS + "\n")
        self.notifier()
        self.env = {
            "PATH": f"{TOP}/bin:{TOP}/t/fake:{os.environ['PATH']}",
            "HOME": f"{path}/h",
            "RCA_HOME": f"{path}/r",
            "XDG_CONFIG_HOME": f"{path}/c",
            "FAKE_DIR": f"{path}/f",
            "IS_SANDBOX": "1",
            "LC_ALL": "C",
            "MONITOR_BASE_INTERVAL": "1",
            "MONITOR_GRACE_PERIOD": "1",
            "MONITOR_MAX_INTERVAL": "2",
        }
        self.tasks = f"{path}/r/tasks"

    # --- files

    def write(self, name, text):
        with open(f"{self.path}/{name}", "w") as f:
            f.write(text)

    def configure(self, *lines):
        self.write("c/rca/config", "\n".join(["kill_grace=0", "linger=1", "silence=60", *lines, ""]))

    def notifier(self):
        """A notifier that keeps what it is told, one line a notice."""
        self.write("tell", f"#!/bin/sh\nprintf '%s\\n' \"$1\" >>{self.path}/f/told\n")
        os.chmod(f"{self.path}/tell", 0o700)
        self.configure(f"notify=command {self.path}/tell")

    def told(self, words):
        """How often a notice with these words has arrived."""
        try:
            with open(f"{self.path}/f/told") as f:
                return sum(words in line for line in f)
        except FileNotFoundError:
            return 0

    def outbox(self):
        box = f"{self.task}/outbox"
        return [n for n in os.listdir(box) if n.endswith((".json", ".told", ".new"))] if os.path.isdir(box) else []

    def read(self, name):
        try:
            with open(f"{self.task}/{name}", "rb") as f:
                return f.read().decode(errors="replace")
        except FileNotFoundError:
            return None

    def there(self, name=""):
        return os.path.lexists(f"{self.task}/{name}")

    def state(self):
        return f"{self.path}/f/{os.path.basename(self.task)}"

    def manifest(self):
        text = self.read("manifest")
        need(text is not None, "no manifest")
        need(text.endswith("\n"), "the manifest is cut")
        pairs = {}
        for line in text[:-1].split("\n"):
            need(re.match(r"[a-z][a-z0-9_]*=", line), f"manifest: {line!r} is no key=value")
            key, value = line.split("=", 1)
            need(key not in pairs, f"manifest: {key} is there twice")
            pairs[key] = value
        return pairs

    # --- tools

    def run(self, *argv, env=None, timeout=TOOL_S):
        """A program in the room; its exit code. What it complains of is kept for the report of a loss."""
        with open(f"{self.path}/out", "wb") as out, open(f"{self.path}/err", "wb") as err:
            p = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=env or self.env, cwd=f"{self.path}/p", start_new_session=True)
            try:
                code = p.wait(timeout)
            except subprocess.TimeoutExpired:
                code = "hung"
        with open(f"{self.path}/err", errors="replace") as f:
            complaint = f.read().strip()
        self.said.append(f"{'strace ' if argv[0] == 'sh' else ''}{' '.join(argv).split(' -- ', 1)[-1][-200:]}: exit {code}{': ' if complaint else ''}{complaint[-600:]}")
        if code == "hung":
            raise Lost(f"{argv[0]} did not end in {timeout} s")
        return code

    def must(self, *argv, code=0):
        got = self.run(*argv)
        need(got == code, f"{' '.join(argv)}: exit {got}, not {code}")

    def err(self):
        with open(f"{self.path}/err", errors="replace") as f:
            return f.read()

    def mktask(self, agent, *options):
        """A task that is there; it has a key that no tool knows."""
        self.task = f"{self.tasks}/{agent}-x"
        self.must(*self.mktask_words(agent, *options))
        with open(f"{self.task}/manifest") as f:
            text = f.read()
        with open(f"{self.task}/manifest", "w") as f:
            f.write(text.replace("engine=tmux\n", "engine=none\n") + "mine=kept\n")
        self.mine = True

    @staticmethod
    def mktask_words(agent, *options):
        command = ["--", "sh", "-c", "echo all done; echo run >>runs"] if agent == "command" else ["-p", "../prompt"]
        return ["rca-mktask", "-a", agent, "-n", "x", "-d", ".", *options, *command]

    def fake(self, words):
        os.makedirs(self.state(), exist_ok=True)
        with open(f"{self.state()}/fake", "w") as f:
            f.write(words + "\n")

    def wait_for(self, what, condition, seconds=10):
        end = time.monotonic() + seconds
        while not condition():
            need(time.monotonic() < end, f"waited in vain: {what}")
            time.sleep(0.01)

    # --- who runs

    def processes(self):
        """pid -> name of all that have this room in their environment."""
        mark = self.path.encode() + b"/"
        found = {}
        for pid in os.listdir("/proc"):
            if not pid.isdigit() or int(pid) == os.getpid():
                continue
            try:
                with open(f"/proc/{pid}/environ", "rb") as f:
                    if mark not in f.read():
                        continue
                with open(f"/proc/{pid}/stat") as f:
                    line = f.read()
                if line[line.rindex(")") + 2] != "Z":
                    found[int(pid)] = line[line.index("(") + 1 : line.rindex(")")]
            except (OSError, ValueError):
                continue
        return found

    def end(self, program):
        """Kills all of that name, until there is none."""

        def gone():
            pids = [pid for pid, name in self.processes().items() if name == program]
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            return not pids

        self.wait_for(f"{program} ends", gone)

    def leave(self):
        for _ in range(100):
            left = self.processes()
            if not left:
                break
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.01)
        shutil.rmtree(self.path, ignore_errors=True)

    # --- what must hold

    def log(self):
        try:
            with open(f"{self.path}/f/log") as f:
                return f.read()
        except FileNotFoundError:
            return ""

    def marked(self, pid):
        """It belongs to the task."""
        try:
            with open(f"/proc/{pid}/environ", "rb") as f:
                return f"RCA_TASK={self.task}".encode() in f.read().split(b"\0")
        except OSError:
            return False

    def parent_of(self, pid):
        with open(f"/proc/{pid}/stat") as f:
            return int(f.read().rsplit(")", 1)[1].split()[1])

    def starts(self):
        try:
            with open(f"{self.state()}/starts") as f:
                return len(f.readlines())
        except FileNotFoundError:
            return 0

    def done_is_true(self):
        """`done` implies exit_code, result and manifest."""
        m = self.manifest()
        code, result = self.read("exit_code"), self.read("result")
        need(m["status"] in TERMINAL, f"done, but the status is {m['status']}")
        need(code is not None and code == m.get("exit_code", "") + "\n", f"done, but exit_code is {code!r} and the manifest says {m.get('exit_code')!r}")
        need(result is not None, "done without result")
        if m["status"] != "completed":
            return need(code != "0\n", f"{m['status']} with exit code 0")
        need(code == "0\n", f"completed with exit code {code!r}")
        if m["agent"] == "command":
            return need(result == "all done\n", f"result {result!r}")
        need(re.fullmatch(rf"all done by {m['agent']}, attempt {self.starts()}\n?", result), f"a false done: result {result!r} after {self.starts()} starts")

    def sound(self, whole=True):
        """At any moment, whoever died. whole: the task is there."""
        if not self.there():
            return need(not whole, "the task is gone")
        m = self.manifest()
        for key in KEPT:
            need(key in m, f"manifest: {key} is lost")
        need(not self.mine or m.get("mine") == "kept", "manifest: a key that no tool knows is lost")
        if self.there("done"):
            self.done_is_true()
        for name in os.listdir(self.task):
            try:
                mode = os.lstat(f"{self.task}/{name}").st_mode
            except FileNotFoundError:  # of one that lives
                continue
            need(name == "session.jsonl" or not mode & 0o077, f"{name}: others can read it ({mode:o})")  # that one is the agent's

    def alone(self):
        for line in self.log().splitlines():
            need(not line.startswith("DOUBLE"), f"two agents at once: {line}")
            need(not line.startswith("LEFTOVER"), f"an agent beside what a dead one left: {line}")

    def ended(self, *statuses):
        need(self.there("done"), f"not done; status {self.manifest()['status']}")
        self.sound()
        m = self.manifest()
        need(m["status"] in statuses, f"the task ended {m['status']} ({m.get('reason')}), not {statuses[0]}")
        need(re.search(rf"^\S+Z {m['status']} ", self.read("history"), re.M), f"history does not know that it {m['status']}")
        if m["status"] == "completed" and m["agent"] == "command":
            with open(f"{self.path}/p/runs") as f:
                need(f.read() == "run\n", "the command ran twice")
        if self.words and m["status"] == "completed":
            need(self.heard(), "the next prompt was lost")
        for line in self.read("history").splitlines():
            need(re.match(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ [a-z_]+( [a-z_]+=.+)?)?$|\d", line), f"history: {line!r}")
        self.alone()

    def heard(self):
        for name in os.listdir(self.state()):
            if name.startswith("prompt."):
                with open(f"{self.state()}/{name}") as f:
                    if WORDS in f.read():
                        return True
        return False

    def news(self):
        """Whether its end was told; what waits in the outbox goes out now."""
        if not self.there("done") or not self.there("outbox"):
            return False
        if not self.told("| note |"):
            self.must("rca-notify", "-f", self.task)
        return self.told(f"| {self.manifest()['status']} |") > 0

    def clean(self):
        """After the end: rca-reap leaves no temporary, and nothing of ours runs."""
        for name in self.outbox():
            os.utime(f"{self.task}/outbox/{name}", (1, 1))
        if self.there():
            self.must("rca-reap", os.path.basename(self.task))
        for name in os.listdir(self.tasks) if os.path.isdir(self.tasks) else []:
            if name.startswith(".") and os.path.isdir(f"{self.tasks}/{name}"):
                os.utime(f"{self.tasks}/{name}", (1, 1))  # half an hour later
        self.must("rca-reap", "-a")
        found = []
        for top, _, names in os.walk(self.tasks):
            found += [n for n in names if re.fullmatch(r"\..*|started|next|input|env|pid", n)]
            if os.path.basename(top).startswith("."):
                found.append(os.path.basename(top))
        need(not found, f"left after rca-reap: {' '.join(found)}")
        socket = f"{self.path}/r/tmux.sock"
        if os.path.exists(socket):
            self.run("tmux", "-S", socket, "kill-server")
        try:
            self.wait_for("all our processes end", lambda: not self.processes(), 5)
        except Lost:
            raise Lost(f"still running: {self.processes()}") from None

    def report(self):
        """All that there is to say of a loss."""
        out = list(self.said)
        for name in ("manifest", "history", "monitor.log"):
            if self.task and self.read(name):
                out += [f"  {name}: {line}" for line in self.read(name).splitlines()[-40:]]
        if self.task and self.there():
            out.append("  " + " ".join(sorted(os.listdir(self.task))))
        return "\n".join(out)
