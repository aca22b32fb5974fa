"""The supervisors that t/bench/beside sets side by side: how each starts a job, keeps it running, and tells its end"""
import os, shutil, subprocess, tempfile, time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BOUND_S = 60
WORK = tempfile.mkdtemp(prefix="rcab.", dir="/tmp")
AGENT = WORK + "/agent"
MOST_JOBS = 100


def run(*argv, **more):
    return subprocess.run(argv, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more).stdout.strip()


def put(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write(text)
    os.chmod(path, mode)


class Job:
    """A directory, a name, and what the agent and its waiter stamped there."""

    def __init__(self, peer, name):
        self.peer, self.name = peer, peer.word + name
        self.dir = peer.dir + "/" + name
        self.stamps = self.dir + "/stamps"
        self.starts = self.ends = self.tolds = 0
        os.makedirs(self.dir)
        self.env = dict(peer.env, BENCH_STAMP=self.stamps)

    def stamp(self, word, nth, bound=BOUND_S):
        """(time in ns, pid) of the nth (from 1) line that begins with this word"""
        end = time.monotonic() + bound
        while time.monotonic() < end:
            if os.path.exists(self.stamps):
                hits = [l.split() for l in open(self.stamps) if l.startswith(word + " ") and l.endswith("\n")]
                if len(hits) >= nth:
                    return int(hits[nth - 1][1]), int(hits[nth - 1][2])
            time.sleep(0.001)
        raise RuntimeError(f"{self.name}: no {word} number {nth} within {bound} s")

    def started(self):
        self.starts += 1
        at, self.pid = self.stamp("start", self.starts)
        self.born = time.monotonic()
        return at

    def ended(self):
        self.ends += 1
        return self.stamp("end", self.ends)[0]

    def told(self):
        self.tolds += 1
        return self.stamp("told", self.tolds)[0]


class Peer:
    word = name = ""
    needs = ()
    restarts = once = True

    def __init__(self):
        self.dir = WORK + "/" + self.word
        self.env = dict(os.environ, BENCH_PEER=self.word, HOME=self.dir, XDG_CONFIG_HOME=self.dir + "/config")
        os.makedirs(self.dir)
        self.kids = []

    def missing(self):
        return [p for p in self.needs if not shutil.which(p)]

    def tool(self, *argv, job=None):
        return run(*argv, env=job.env if job else self.env)

    def child(self, *argv, job=None):
        p = subprocess.Popen(argv, env=job.env if job else self.env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        self.kids.append(p)
        return p

    # For each: up() before all; start(job): run it once; wait(job): a function that returns when its end is known; over(): that part is over;
    # keep(job): run it, again and again; down() at last.
    def up(self):
        pass

    def over(self):
        pass

    def renew(self, job):
        pass

    def wait(self, job):
        return job.told

    def waiter(self, job, *argv):
        p = self.child(*argv, job=job)

        def known():
            p.wait(BOUND_S)
            return time.monotonic_ns()
        time.sleep(0.05)
        return known

    def down(self):
        pass


class Rca(Peer):
    word, name, engine, top = "rca", "rca", "tmux", TOP
    needs = ("tmux",)

    def up(self):
        self.env["RCA_HOME"] = self.dir + "/r"
        self.count = 0
        put(self.dir + "/config/rca/agents/bench", f"start={AGENT}\nresume={AGENT}\nprompt=stdin\nsession=capture\nevent.session=type=session : id=id\n"
            "event.text=type=text : text=text\nevent.end=type=end : result=text\n")
        put(self.dir + "/config/rca/config", "silence=100000\n")
        put(self.dir + "/prompt", "measure\n")

    def renew(self, job):
        self.count += 1
        job.task = self.tool(self.top + "/bin/rca-mktask", "-a", "bench", "-n", f"b{self.count}", "-d", self.dir, "-p", self.dir + "/prompt", "-k", "max_retries=100000", "-k", "deadline=100000")

    def start(self, job):
        self.tool(self.top + "/bin/rca-launch", "-e", self.engine, job.task, job=job)

    def keep(self, job):
        self.renew(job)
        self.start(job)
        self.tool(self.top + "/bin/rca-monitor", "-d", job.task, job=job)

    def wait(self, job):
        return self.waiter(job, self.top + "/bin/rca-wait", job.task)

    def down(self):
        subprocess.run([self.top + "/bin/rca-reap", "-a", "-k", "-r"], env=self.env, stderr=subprocess.DEVNULL)
        subprocess.run(["tmux", "-S", self.dir + "/r/tmux.sock", "kill-server"], stderr=subprocess.DEVNULL)


class RcaNone(Rca):
    word, name, engine, needs = "rca-none", "rca, no terminal", "none", ()


class RcaStatic(Rca):
    word, name, needs = "rca-static", "rca, built by make static", ("tmux", "musl-gcc")

    def up(self):
        super().up()
        self.top = self.dir + "/top"
        os.makedirs(self.top)
        run("cp", "-R", *(f"{TOP}/{name}" for name in ("bin", "lib", "Makefile")), self.top)
        run("make", "-s", "-C", self.top, "clean")
        run("make", "-s", "-C", self.top, "static")


class Shell(Peer):
    word, name, needs = "shell", "shell, poll 30", ("tmux", "bash")
    restarts = once = False

    def up(self):
        self.sock = self.dir + "/s"

    def start(self, job):
        put(job.dir + "/agent", f"#!/bin/sh\nBENCH_STAMP={job.stamps} exec {AGENT}\n", 0o755)
        put(job.dir + "/prompt", "measure\n")
        self.tool("tmux", "-S", self.sock, "-f", "/dev/null", "new-session", "-d", "-s", job.name, "bash --norc", job=job)
        self.tool("tmux", "-S", self.sock, "send-keys", "-t", job.name, f"bash {TOP}/t/bench/shell-way wrap {job.dir} {self.sock} {job.name}", "Enter")

    def keep(self, job):
        self.start(job)
        job.stamp("start", 1)
        job.monitor = self.child("bash", TOP + "/t/bench/shell-way", "monitor", job.dir, self.sock, job.name, job=job)

    def down(self):
        subprocess.run(["tmux", "-S", self.sock, "kill-server"], stderr=subprocess.DEVNULL)


class Runit(Peer):
    word, name, needs = "runit", "runit", ("runsv", "sv")
    supervisor, down_file = "runsv", "down"

    def service(self, job, once):
        put(job.dir + "/run", f"#!/bin/sh\nBENCH_STAMP={job.stamps} exec {AGENT} 2>/dev/null >/dev/null\n", 0o755)
        if once:
            put(job.dir + "/finish", f"#!/bin/sh\nBENCH_STAMP={job.stamps} exec {AGENT} told\n", 0o755)
            put(job.dir + "/down", "")
        self.child(self.supervisor, job.dir)

    def keep(self, job):
        self.service(job, False)

    def renew(self, job):
        if not os.path.exists(job.dir + "/run"):
            self.service(job, True)
            time.sleep(0.3)

    def start(self, job):
        self.tool("sv", "once", job.dir)

    def over(self):
        self.kids[0].terminate()
        self.kids[0].wait(BOUND_S)


class S6(Runit):
    word, name, needs, supervisor = "s6", "s6", ("s6-supervise", "s6-svc"), "s6-supervise"

    def start(self, job):
        self.tool("s6-svc", "-o", job.dir)


class Supervisord(Peer):
    word, name, needs = "supervisord", "supervisord", ("supervisord", "supervisorctl")

    def up(self):
        self.conf = self.dir + "/conf"
        listener = f"""import sys, time
while True:
    sys.stdout.write("READY\\n"); sys.stdout.flush()
    head = dict(w.split(":") for w in sys.stdin.readline().split())
    body = dict(w.split(":", 1) for w in sys.stdin.read(int(head["len"])).split())
    at = time.monotonic_ns()
    open("{self.dir}/" + body["processname"] + "/stamps", "a").write("told %d 0\\n" % at)
    sys.stdout.write("RESULT 2\\nOK"); sys.stdout.flush()
"""
        put(self.dir + "/listener.py", listener)
        text = f"[supervisord]\npidfile={self.dir}/pid\nlogfile={self.dir}/log\nchildlogdir={self.dir}\n[unix_http_server]\nfile={self.dir}/sock\n"
        text += "[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n"
        text += f"[supervisorctl]\nserverurl=unix://{self.dir}/sock\n[eventlistener:told]\ncommand=python3 {self.dir}/listener.py\nevents=PROCESS_STATE_EXITED\nautostart={'true' if self.once else 'false'}\n"
        for name in [f"keep{i}" for i in range(MOST_JOBS)] + ["once"]:
            text += f"[program:{name}]\ncommand={AGENT}\nautostart=false\nautorestart={'unexpected' if name == 'once' else 'true'}\nstartsecs={0 if name == 'once' else 1}\nenvironment=BENCH_STAMP=\"{self.dir}/{name}/stamps\"\nstdout_logfile=/dev/null\n"
        put(self.conf, text)
        self.child("supervisord", "-n", "-c", self.conf)
        end = time.monotonic() + BOUND_S
        while not os.path.exists(self.dir + "/sock") and time.monotonic() < end:
            time.sleep(0.05)

    def start(self, job):
        self.child("supervisorctl", "-c", self.conf, "start", os.path.basename(job.dir))

    keep = start

    def over(self):
        self.tool("supervisorctl", "-c", self.conf, "stop", "told:*")


class Pm2(Peer):
    word, name, needs = "pm2", "pm2", ("pm2", "node")

    def up(self):
        self.env["PM2_HOME"] = self.dir + "/home"
        self.tool("pm2", "ping")
        modules = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(shutil.which("pm2")))))
        put(self.dir + "/listen.js", f"""const pm2 = require('{modules}/pm2'), fs = require('fs')
pm2.connect(() => pm2.launchBus((e, bus) => {{
  fs.writeFileSync('{self.dir}/ready', '')
  bus.on('process:event', d => {{ const at = process.hrtime.bigint(); if (d.event === 'exit') fs.appendFileSync(d.process.pm_cwd + '/stamps', 'told ' + at + ' 0\\n') }})
}}))
""")
        self.listener = self.child("node", self.dir + "/listen.js")
        end = time.monotonic() + BOUND_S
        while not os.path.exists(self.dir + "/ready") and time.monotonic() < end:
            time.sleep(0.05)

    def start(self, job):
        self.keep(job, "--stop-exit-codes", "0")

    def keep(self, job, *more):
        self.child("pm2", "start", AGENT, "--name", job.name, "--cwd", job.dir, "--interpreter", "none", "-f", *more, job=job)

    def over(self):
        self.listener.kill()

    def down(self):
        subprocess.run(["pm2", "kill"], env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class TaskSpooler(Peer):
    word, name, needs, restarts = "ts", "task-spooler", ("tsp",), False

    def up(self):
        self.env.update(TS_SOCKET=self.dir + "/sock", TS_SLOTS=str(MOST_JOBS + 2), TMPDIR=self.dir)

    def start(self, job):
        job.id = self.tool("tsp", AGENT, job=job)

    keep = start

    def wait(self, job):
        return self.waiter(job, "tsp", "-w", job.id)

    def down(self):
        subprocess.run(["tsp", "-K"], env=self.env, stderr=subprocess.DEVNULL)


class Nq(Peer):
    word, name, needs, restarts = "nq", "nq", ("nq",), False

    def start(self, job):
        job.env["NQDIR"] = job.dir + "/q"
        job.id = self.tool("nq", AGENT, job=job)

    keep = start

    def wait(self, job):
        return self.waiter(job, "nq", "-w", job.id)


class Systemd(Peer):
    word, name, needs = "systemd", "systemd", ("systemd-run", "systemctl")

    def missing(self):
        lacks = super().missing()
        if lacks or subprocess.run(["systemctl", "--user", "show-environment"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0:
            return lacks
        return ["systemd --user that runs"]

    def up(self):
        self.env["HOME"] = os.environ.get("HOME", "/")

    def start(self, job, *more):
        job.unit = self.child("systemd-run", "--user", "--quiet", "--collect", *(more or ("--wait",)), "-E", "BENCH_STAMP=" + job.stamps, AGENT)

    def keep(self, job):
        self.start(job, "-p", "Restart=always", "-p", "StartLimitIntervalSec=0", "--unit", "rcabench-" + job.name)

    def wait(self, job):
        return lambda: (job.unit.wait(BOUND_S), time.monotonic_ns())[1]

    def down(self):
        subprocess.run(["systemctl", "--user", "stop", "rcabench-*"], stderr=subprocess.DEVNULL)


ALL = (Rca, RcaNone, RcaStatic, Shell, Runit, S6, Supervisord, Pm2, TaskSpooler, Nq, Systemd)
