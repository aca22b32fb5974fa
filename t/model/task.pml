/*
 * task - the protocol of one task, for spin: wrap, monitor (begun again by the watchdog), launch, a person's `launch -r -p`, reap -k, send; each may be killed
 * between any two of its steps. t/model/run says who takes part (WITH_x) and how many are killed (KILLS).
 *
 * A step here is one call there that changes, or looks at, what others see: a file or a lock. What a lock of theirs keeps together and is
 * replaced whole is one step. The places in the code stand beside the steps. Time is left out: whatever may come late may come at any time.
 *
 * WITHOUT_x takes away what the code does about x: t/model/run wants a counterexample for each.
 */
#ifndef KILLS
#define KILLS 1
#endif
#ifndef HANGS
#define HANGS 0
#endif
#ifndef RETRIES
#define RETRIES 1        /* max_retries */
#endif
#ifndef FAILS
#define FAILS 0          /* launches that fail for a cause that passes: the program is away, fork gets EAGAIN */
#endif
#ifndef LIMITS
#define LIMITS 0         /* attempts that end at a usage limit */
#endif
#ifndef CHECKS
#define CHECKS 0         /* 1: the task has an acceptance check */
#endif
#ifndef NUDGES
#define NUDGES 1         /* max_nudges */
#endif
#ifndef WRAPS
#define WRAPS 2          /* wrappers that may live at once */
#endif

mtype = { CREATED, LAUNCHING, RUNNING, COMPLETED, STOPPED, FAILED, CRASHED, HUNG, LIMITED, ABANDONED };
#define terminal(s) (s == COMPLETED || s == STOPPED || s == FAILED)

/* The files: manifest's status and retry_count, done, stop, exit_code, result, resume, and the words in it. */
mtype status = CREATED;
byte retries;
bool done, stop, exit_code, result;
bool code_is_0;          /* what exit_code says */
bool unstarted, passing; /* reason, and what it was given up for: that nothing could be started, which may pass */
byte words;              /* a bit for each next prompt */

/* The locks: who holds them, 0 nobody. */
byte lock, manifest_lock, launch_lock;
byte holder;             /* what the lock file says of who holds it: HOST BOOT PID STARTTIME; stays when the holder dies */

/* Processes by number; wrappers first. */
#define LAUNCH_M 4       /* the monitor's rca-launch */
#define LAUNCH_P 5       /* a person's */
#define MONITOR 6
#define SEND 7
#define REAP 8
#define PROCS 9
bool killed[PROCS];      /* SIGKILL has come */
bool term[WRAPS + 1];    /* SIGTERM has, or the engine's stop */
bool interrupt;          /* Ctrl-C in the pane has come to the wrapper that holds the task */
byte kills = KILLS, hangs = HANGS, fails = FAILS, limits = LIMITS, nudges = NUDGES;

/* Where it is WITH_ELSEWHERE, wrapper 2 lives on another host: its process number is a stranger's here. */
#ifdef WITH_ELSEWHERE
#define here(h) (h != 2)
#else
#define here(h) true
#endif

/* What a wrapper was started for. */
#define NONE 0
#define ENGINE 1         /* an attempt */
#define WRITER 2         /* to write an end; somebody waits for it */
#define ORPHAN 3         /* ... nobody waits any more */
#define ZOMBIE 4         /* ended, not waited for yet */
byte life[WRAPS + 1];
bool launch_wanted;      /* the monitor has started its rca-launch, and waits for it */
bool launch_failed;      /* its exit code */

/* Agents, two at most. */
#define FORKED 1         /* not exec'd yet: without the mark */
#define LIVE 2
#define HANGING 3
#define BACKGROUND 4     /* it has said its first last word, and what it left open still works */
byte agent[2], parent[2]; /* parent: its wrapper; 0 dead */

/* What is true, whatever the files say. */
bool checks[WRAPS + 1];  /* a wrapper that waits for its acceptance check */
bool worked;             /* the agent has ended its last attempt well */
byte given, taken;       /* next prompts that somebody was told are kept; that an agent has */
bool asked, ended;       /* reap -k has asked for a stop; has said that it ended so; nobody has reopened it since */
bool interrupted;        /* a wrapper that held a running attempt, or its check, was told to stop by hand; nobody has reopened it since */

#define lives(a) (agent[a] >= LIVE)

/* Holds whenever one of these files has changed: `done` is true, and a promised prompt is kept. */
#define check() assert((!done || (exit_code && result && terminal(status) && (status != COMPLETED || worked) && (status == COMPLETED) == code_is_0)) && ((given & ~taken) & ~words) == 0)

/* The kernel, when a process is gone: its locks are free, its child is nobody's. */
inline bury(p)
{
	d_step {
		if :: lock == p -> lock = 0 :: else fi;
		if :: manifest_lock == p -> manifest_lock = 0 :: else fi;
		if :: launch_lock == p -> launch_lock = 0 :: else fi;
		if :: parent[0] == p -> parent[0] = 0 :: else fi;
		if :: parent[1] == p -> parent[1] = 0 :: else fi;
		killed[p] = false
	}
}

/* Anybody who lives, at any moment. */
proctype Killer()
{
end:
	do
	:: atomic { kills > 0 && life[1] != NONE && life[1] != ZOMBIE -> kills--; killed[1] = true }
	:: atomic { kills > 0 && life[2] != NONE && life[2] != ZOMBIE -> kills--; killed[2] = true }
#if WRAPS > 2
	:: atomic { kills > 0 && life[3] != NONE && life[3] != ZOMBIE -> kills--; killed[3] = true }
#endif
	:: atomic { kills > 0 && launch_wanted -> kills--; killed[LAUNCH_M] = true }
#ifdef WITH_PERSON
	:: atomic { kills > 0 && launch_lock == LAUNCH_P -> kills--; killed[LAUNCH_P] = true }
#endif
	:: atomic { kills > 0 -> kills--; killed[MONITOR] = true }
#ifdef WITH_SEND
	:: atomic { kills > 0 && manifest_lock == SEND -> kills--; killed[SEND] = true }
#endif
#ifdef WITH_REAP
	:: atomic { kills > 0 && stop -> kills--; killed[REAP] = true }
#endif
	od
}

#ifdef WITH_INTERRUPT
/* A person at the pane, once: Ctrl-C while an attempt or its check runs, or the session closed by hand. */
proctype Pane()
{
end:
	atomic { lock && lock <= WRAPS && ((lives(0) && parent[0] == lock) || (lives(1) && parent[1] == lock) || checks[lock]) ->
		interrupt = true; interrupted = true }
}
#endif

inline tree_end()        /* lib/proc/tree.c tree_end: by the mark, which a child has from its exec on */
{
	d_step {
		if :: agent[0] > FORKED -> agent[0] = NONE; parent[0] = 0 :: else fi;
		if :: agent[1] > FORKED -> agent[1] = NONE; parent[1] = 0 :: else fi
	}
}

/* lib/proc/spawn.c become: between fork and exec. Under start.lock, which whoever sweeps waits for (lib/engine/orphans.c), it goes if its parent has gone. */
inline become(a)
{
#ifndef WITHOUT_PARENT_WATCH
	if
	:: !parent[a] -> agent[a] = NONE
	:: else ->
#endif
		assert(!lives(1 - a));                                /* never two agents */
		assert(!ended && !interrupted);
		unstarted = false;
		if :: agent[a] = LIVE :: hangs > 0 -> hangs--; agent[a] = HANGING fi
#ifndef WITHOUT_PARENT_WATCH
	fi
#endif
}

proctype Agents()
{
end:
	do
	:: atomic { agent[0] == FORKED -> become(0) }
	:: atomic { agent[1] == FORKED -> become(1) }
	od
}

/* rca-wrap */
proctype Wrap(byte w)
{
	mtype s, o;
	byte a, took;
	bool consumed, bare, late;

end:
	life[w] == ENGINE || life[w] == WRITER || life[w] == ORPHAN;
	{
	skip;
#ifndef WITHOUT_LOCK
	if                                                            /* bin/rca-wrap.c main: lock_take */
	:: atomic { lock == 0 -> lock = w }
	:: lock != 0 -> goto leave
	fi;
#endif
	holder = w;                                                   /* lock_take: who holds it, into the file */
look:
#ifndef WITHOUT_LOCKED_READ
	atomic { manifest_lock == 0 -> s = status; late = asked };    /* carry_out: read_manifest, under manifest.lock */
#else
	atomic { s = status; late = asked };
#endif
	if :: done -> goto leave :: else fi;                          /* carry_out: recorded */
	if :: terminal(s) -> goto publish :: else fi;                 /* carry_out: finish_repair */
#ifndef WITHOUT_STOP
	if :: stop -> tree_end(); o = STOPPED; goto write :: else fi; /* carry_out: stop: orphans_end */
#endif
	if :: s == ABANDONED -> goto leave :: else fi;                /* carry_out: given_up */
#ifndef WITHOUT_WRITER
	if :: life[w] != ENGINE -> goto leave :: else fi;             /* carry_out: only an end was to be written */
#endif
#ifndef WITHOUT_SWEEP
	tree_end();                                                   /* lib/wrap/attempt.c prepare: orphans_end */
#endif
	assert(status != ABANDONED);                                  /* a task that was given up is nobody's to run */
	atomic { manifest_lock == 0 -> took = words; status = RUNNING; worked = false; check() }; /* open_input, under manifest.lock; note_start */
	atomic {                                                      /* lib/wrap/supervise.c start_agent: fork */
		consumed = false;
		if :: agent[0] == NONE -> a = 0 :: else -> a = 1; assert(agent[1] == NONE) fi;
		assert(!late || !asked);                              /* a stop is not undone by a resume */
		assert(life[w] == ENGINE);                            /* somebody is free to watch it */
		agent[a] = FORKED;
		parent[a] = w
	}
	do
	:: atomic { fails > 0 && agent[a] == FORKED ->                /* exec fails, or fork did: exec_errno */
		fails--;
		unstarted = true;
		agent[a] = NONE;
#ifndef WITHOUT_PASSING_CAUSE
		o = CRASHED;
#else
		o = FAILED;
#endif
		break }
	:: atomic { limits > 0 && agent[a] == LIVE && consumed -> limits--; agent[a] = NONE; o = LIMITED; break }
	:: atomic { !consumed && lives(a) && manifest_lock == 0 ->    /* consume: next_prompt_used, under manifest.lock */
		words = words & ~took;
		taken = taken | took;
		consumed = true }
#ifndef WITH_BACKGROUND
	:: atomic { agent[a] == LIVE && consumed -> agent[a] = NONE; o = COMPLETED; worked = true; break } /* lib/task/status.c; its end is a word that was heard */
#else
	:: atomic { agent[a] == LIVE && consumed -> agent[a] = BACKGROUND }
	:: atomic { agent[a] == BACKGROUND -> agent[a] = NONE; o = COMPLETED; worked = true; break } /* its last word */
#ifndef WITHOUT_LAST_WORD
	:: atomic { agent[a] == BACKGROUND -> agent[a] = NONE; o = CRASHED; break }
#else
	:: atomic { agent[a] == BACKGROUND -> agent[a] = NONE; o = COMPLETED; break } /* linger */
#endif
#endif
	:: atomic { agent[a] == LIVE -> agent[a] = NONE; o = CRASHED; break }
	:: atomic { agent[a] == NONE -> o = CRASHED; break }          /* by somebody else's tree_end */
	:: atomic { term[w] && agent[a] != FORKED ->                  /* on_term, begin_end, gather */
		agent[a] = NONE;
		if :: stop -> o = STOPPED :: !stop && status == HUNG -> o = HUNG :: !stop && status != HUNG -> o = CRASHED fi; break }
	:: atomic { interrupt && agent[a] != FORKED -> agent[a] = NONE; o = STOPPED; break }
	od;
	atomic { parent[a] = 0; tree_end(); result = true;            /* sweep; streams_finish: result */
		if :: interrupt && o != COMPLETED -> interrupt = false; o = STOPPED :: else fi };
	if
	:: CHECKS && o == COMPLETED ->                                /* lib/wrap/check.c: what is asked meanwhile is asked of the task */
		checks[w] = true;
		if
		:: atomic { checks[w] = false }                       /* it passes */
#ifndef WITHOUT_STOP_IN_CHECK
		:: atomic { !interrupt && nudges > 0 -> nudges--; checks[w] = false }; goto look /* it fails: sent back */
		:: atomic { term[w] -> checks[w] = false; if :: stop -> o = STOPPED :: else -> o = CRASHED fi }
		:: atomic { interrupt -> checks[w] = false; interrupt = false; o = STOPPED }
#else
		:: atomic { nudges > 0 -> nudges--; checks[w] = false; interrupt = false }; goto look
#endif
		fi
	:: else
	fi;
	atomic { if :: interrupt -> interrupt = false; interrupted = false :: else fi }; /* too late: it had ended well */
write:
#ifdef WITHOUT_ORDER
	if :: terminal(o) -> atomic { done = true; check() } :: else fi;
#endif
	atomic { manifest_lock == 0 -> manifest_lock = w;             /* lib/wrap/finish.c write_once: exit_code; change */
		if
#ifndef WITHOUT_CODE
		:: terminal(o) -> exit_code = true; code_is_0 = (o == COMPLETED)
#else
		:: terminal(o) -> exit_code = true; code_is_0 = worked        /* the agent's own */
#endif
		:: else fi };
#ifndef WITHOUT_LOOK_FOR_WORDS
	if :: o == COMPLETED && words -> manifest_lock = 0; goto look :: else fi;
#endif
	atomic { assert(o != COMPLETED || !words); status = o; check() }; /* a next prompt is not left behind */
	manifest_lock = 0;
	if :: !terminal(o) -> goto leave :: else fi;
publish:                                                              /* publish */
	atomic { result = true; bare = (words == 0) };
	atomic { if :: bare -> words = 0 :: else fi; check() };       /* a bare marker is unlinked */
	atomic { done = true; check() };
leave:
	skip
	} unless { killed[w] };
	atomic {
		if :: killed[w] && !terminal(status) -> interrupt = false; interrupted = false :: else fi; /* nobody was told that it was heeded */
		bury(w);
		term[w] = false;
		checks[w] = false;
		life[w] = (life[w] == WRITER -> ZOMBIE : NONE);
		s = 0; o = 0; a = 0; took = 0; consumed = false; bare = false; late = false;
		goto end
	}
}

/* A new wrapper; waits while as many live as there may be. */
inline start_wrap(what, w)
{
	atomic {
		if
		:: life[1] == NONE -> w = 1
		:: life[1] != NONE && life[2] == NONE -> w = 2
#if WRAPS > 2
		:: life[1] != NONE && life[2] != NONE && life[3] == NONE -> w = 3
#endif
		fi;
		life[w] = what
	}
}

/* run_own("rca-wrap") in rca-monitor, write_end in rca-reap: one that only writes an end, and is waited for. */
inline write_end(w)
{
	start_wrap(WRITER, w);
	atomic { life[w] == ZOMBIE -> life[w] = NONE; w = 0 }
}

/* Nobody waits for it any more. */
inline orphan(w)
{
	d_step {
		if
		:: w && life[w] == WRITER -> life[w] = ORPHAN
		:: w && life[w] == ZOMBIE -> life[w] = NONE
		:: else
		fi;
		w = 0
	}
}

/* bin/rca-launch.c. again: -r; with: the words of -p. */
inline launch(me, again, with)
{
	atomic { launch_lock == 0 -> launch_lock = me };              /* launch: launch.lock */
	if :: done -> lock == 0 :: else fi;                           /* its writer lets go */
#ifndef WITHOUT_HOLD
	if                                                            /* hold */
	:: atomic { lock == 0 -> lock = me }
	:: atomic { lock != 0 -> launched = true }; goto leave        /* already running */
	fi;
#else
	if :: lock -> launched = true; goto leave :: else fi;
#endif
	was = status;
	if :: !again && (done || stop) -> goto leave :: else fi;      /* has ended: -r carries it on */
	if                                                            /* take_prompt: next_prompt_add, under manifest.lock */
	:: with -> atomic { manifest_lock == 0 -> words = words | with; given = given | with }
	:: else
	fi;
	if                                                            /* reopen */
	:: again -> atomic { stop = false; asked = false; ended = false; interrupted = false }; done = false; retries = 0
	:: else
	fi;
	atomic { manifest_lock == 0 -> status = LAUNCHING; check() }; /* write_launching */
#ifndef WITHOUT_HOLD
	lock = 0;
#endif
	if
	:: start_wrap(ENGINE, w)                                      /* start: the engine */
	:: atomic { fails > 0 -> fails--; unstarted = true }          /* it fails */
	fi;
	if                                                            /* await */
	:: lock != 0 || done -> launched = true
	:: true ->                                                    /* it is late: give_up */
		atomic { manifest_lock == 0 -> manifest_lock = me };
		if
#ifndef WITHOUT_LATE_LOOK
		:: lock || status != LAUNCHING
		:: !lock && status == LAUNCHING -> atomic { status = (terminal(was) || was == RUNNING || was == LAUNCHING -> CRASHED : was); check() }
#else
		:: true -> atomic { status = (terminal(was) || was == RUNNING || was == LAUNCHING -> CRASHED : was); check() }
#endif
		fi;
		manifest_lock = 0
	fi
}

proctype MonitorsLaunch()
{
	mtype was;
	byte w;
	bool launched;

end:
	launch_wanted;
	{
#ifdef WITHOUT_STOP
	stop = false;
#endif
	launch(LAUNCH_M, false, 0);
leave:
	skip
	} unless { killed[LAUNCH_M] };
	atomic { bury(LAUNCH_M); launch_failed = !launched; launched = false; launch_wanted = false; was = 0; w = 0; goto end }
}

/* rca-launch -r -p, by a person, once, when the task has come to an end or somebody has asked for it. */
proctype Person()
{
	mtype was;
	byte w;
	bool launched;

	done || status == ABANDONED || stop;
	{
	launch(LAUNCH_P, true, 2);
leave:
	skip
	} unless { killed[LAUNCH_P] };
	atomic { bury(LAUNCH_P); was = 0; w = 0; launched = false }
}

/* run_own("rca-launch") */
inline monitors_launch()
{
	launch_wanted = true;
	!launch_wanted
}

/* bin/rca-monitor.c wrapper_gone: manifest_turn */
inline gone(from)
{
	atomic { manifest_lock == 0 -> manifest_lock = MONITOR };
	if
	:: status == from && !done ->
		if :: !lock -> atomic { status = CRASHED; check() } :: else fi
	:: else
	fi;
	manifest_lock = 0
}

/* lib/engine/stop.c: a process is signalled only when the lock file proves it to be one of this boot of this host; another is stopped through its engine. */
inline halt(h)
{
	atomic {
		if
		:: lock == h && h <= WRAPS ->
#ifndef WITHOUT_HOLDER
			if
			:: holder == h && here(h) -> assert(here(h)); term[h] = true
			:: else -> term[h] = true             /* engine stop */
			fi
#else
			assert(here(h));                      /* a stranger is signalled */
			term[h] = true
#endif
		:: else
		fi
	}
}

/* abandon: ends what lives, and takes its lock for as long as it sweeps and turns the status; again if a wrapper was quicker */
inline abandon()
{
	do
	:: h = lock;                                                  /* lib/engine/stop.c */
		if
		:: h -> halt(h); lock != h
		:: else
		fi;
		if
		:: atomic { lock == 0 -> lock = MONITOR }             /* end_all */
		:: lock != 0 -> skip
		fi;
		if
		:: lock == MONITOR ->
#ifndef WITHOUT_LAST_SWEEP
			tree_end();
#endif
#ifdef WITHOUT_LOCK_TO_THE_END
			lock = 0;
#endif
			atomic { manifest_lock == 0 -> if :: !terminal(status) -> status = ABANDONED :: else fi; check() }; /* manifest_turn */
			if :: lock == MONITOR -> lock = 0 :: else fi;
			goto leave
		:: else
		fi
	od
}

inline retry()
{
#ifndef WITHOUT_CAP
	if
	:: retries >= RETRIES -> passing = unstarted; abandon()
	:: else
	fi;
#endif
	if
	:: done || stop || lock
	:: else -> retries++; monitors_launch()
	fi
}

/* rca-monitor; the watchdog starts another where there is none and the task is not at its end. */
/* The cause for which it was given up is gone. */
#define taken_up (status == ABANDONED && passing && fails == 0)

proctype Monitor()
{
	mtype s;
	byte h, w;

end:
	!launch_wanted && (killed[MONITOR] || (!done && (status != ABANDONED || taken_up)));
	{
	skip;
#ifndef WITHOUT_TAKING_UP
	atomic { if :: taken_up && manifest_lock == 0 -> status = CRASHED; retries = 0; passing = false; unstarted = false :: else fi }; /* lib/watchdog/needs.c */
#endif
carry:
	h = lock;                                                     /* carry: the lock before the files */
	s = status;
	if
	:: h ->                                                       /* attended */
		if
		:: lock != h                                          /* lock_wait */
		:: agent[0] == HANGING || agent[1] == HANGING ->      /* slow_check: declare_hung, end_attempt */
			atomic { manifest_lock == 0 -> if :: status == RUNNING -> status = HUNG :: else fi };
			halt(h);
			lock != h
		fi
	:: !h && done -> goto leave
	:: !h && !done && (stop || terminal(s)) -> write_end(w)       /* unattended */
	:: !h && !done && !stop && s == CREATED -> monitors_launch(); if :: launch_failed -> passing = unstarted; abandon() :: else fi
	:: !h && !done && !stop && s == LAUNCHING ->
		if :: launch_lock == 0 :: true fi;                    /* dispatch_wait */
		if :: lock :: else -> gone(LAUNCHING) fi
	:: !h && !done && !stop && s == RUNNING -> gone(RUNNING)
	:: !h && !done && !stop && s == LIMITED -> monitors_launch(); if :: launch_failed -> retry() :: else fi /* its time is over */
	:: !h && !done && !stop && (s == CRASHED || s == HUNG) -> retry()
	:: !h && s == ABANDONED -> goto leave
	fi;
	goto carry;
leave:
	skip
	} unless { killed[MONITOR] };
#ifndef WITHOUT_WATCHDOG
	atomic { bury(MONITOR); orphan(w); s = 0; h = 0; goto end }
#else
	atomic { bury(MONITOR); orphan(w); s = 0; h = 0 }
#endif
}

/* bin/rca-send.c queue, to a headless agent, once */
proctype Send()
{
	{
	atomic { manifest_lock == 0 -> manifest_lock = SEND };
	if
	:: done || stop || terminal(status) || status == ABANDONED
	:: else -> atomic { words = words | 1; given = given | 1 }
	fi;
	manifest_lock = 0
	} unless { killed[SEND] };
	bury(SEND)
}

/* rca-reap -k, once */
proctype Reap()
{
	byte h, w, i;

	{
	if :: done -> goto leave :: else fi;                          /* reap */
	atomic { stop = true; asked = true };                         /* stop */
	do
	:: i < 3 ->
		i++;
		h = lock;                                             /* lib/engine/stop.c */
		if
		:: h ->
			halt(h);
			lock != h
		:: else
		fi;
		if :: !done -> write_end(w) :: else fi;
		if :: atomic { done && asked -> ended = true }; break :: !done || !asked fi
	:: i == 3 -> break
	od;
leave:
	skip
	} unless { killed[REAP] };
	atomic { bury(REAP); orphan(w); h = 0; i = 0 }
}

/* Where nothing can happen any more, the task is at its end. (The search for cycles does not see such states: with weak fairness spin does not extend them.) */
#define at_end ((done || (status == ABANDONED && !taken_up)) && status != FAILED && lock == 0 && !lives(0) && !lives(1))

proctype Quiet()
{
end:
	timeout -> assert(at_end)
}

init {
	atomic {
		run Agents();
		run Wrap(1);
		run Wrap(2);
#if WRAPS > 2
		run Wrap(3);
#endif
		run MonitorsLaunch();
		run Monitor();
#ifdef WITH_INTERRUPT
		run Pane();
#endif
		if :: kills > 0 -> run Killer() :: else fi;
#ifndef LIVENESS
		run Quiet();
#endif
#ifdef WITH_PERSON
		run Person();
#endif
#ifdef WITH_SEND
		run Send();
#endif
#ifdef WITH_REAP
		run Reap();
#endif
	}
}

#ifdef LIVENESS
ltl ends { <> [] at_end }
#endif
