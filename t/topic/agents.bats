# shellcheck disable=SC2012,SC2016,SC2030,SC2031,SC2034,SC2154,SC2317
load ../harness/lib

setup()
{
	rca_setup
	quick
	AGENTS=$XDG_CONFIG_HOME/rca/agents
	mkdir "$ROOM/bin"
	PATH=$ROOM/bin:$PATH
}

teardown() { rca_teardown; }

# A program nobody here has heard of: it takes its prompt on standard input, names its session, and
# prints events of its own.
gemini_program()
{
	cat >"$ROOM/bin/gemini" <<-'END'
		#!/bin/sh
		printf '%s\n' "$*" >>"$HOME/gemini.argv"
		cat >>"$HOME/gemini.prompts"
		id=g-$$
		case "$*" in *--resume*) id=${*##*--resume } ; id=${id%% *} ;; esac
		printf '{"kind":"hello","chat":"%s"}\n' "$id"
		printf '{"kind":"say","body":{"parts":[{"t":"let me "},{"t":"see"}]}}\n'
		printf '{"kind":"call","ref":"1","fn":"bash","args":{"cmd":"make test"}}\n'
		if [ -e "$HOME/die" ]; then rm "$HOME/die"; kill -9 $$; fi
		if [ -e "$HOME/fail" ]; then
			printf '{"kind":"oops","status":%s,"words":"the service said so"}\n' \
				"$(cat "$HOME/fail")"
			exit 1
		fi
		printf '{"kind":"ret","ref":"1","ok":true,"out":"3 passed"}\n'
		printf '{"kind":"sum","n_in":11,"n_out":7,"usd":0.25}\n'
		printf '{"kind":"bye","how":"fine","answer":"it is mended"}\n'
	END
	chmod +x "$ROOM/bin/gemini"
}

# What the user writes: a text file, nothing else.
gemini_file()
{
	cat >"$AGENTS/gemini" <<-'END'
		# my agent
		start=gemini --json --yolo --model {model}
		resume=gemini --json --yolo --model {model} --resume {session}
		prompt=stdin
		session=capture
		alias.pro=gemini-9-pro
		env.GEMINI_QUIET=1

		event.session=kind=hello : id=chat
		event.text=kind=say : text=body.parts[*].t
		event.tool=kind=call : id=ref name=fn summary=args.cmd
		event.toolend=kind=ret : id=ref output=out
		event.usage=kind=sum : in=n_in out=n_out cost=usd
		event.end=kind=bye how=fine : result=answer
		event.error=kind=oops : code=status text=words
		sort=permanent text out of cheese
	END
}

@test "a user's agent is a text file: it does a job, its events are read" {
	gemini_program
	gemini_file
	task gemini fix -m pro
	rca-launch "$T"
	rca-monitor -d "$T"
	wait_done
	ended completed
	[ "$(cat "$T/result")" = "it is mended" ]
	[ "$(cat "$HOME/gemini.argv")" = "--json --yolo --model gemini-9-pro" ]
	[ "$(cat "$HOME/gemini.prompts")" = "do the work" ]
	grep -q '^g-' "$T/session_id"
	grep -q 'make test' "$T/output.log"
	grep -q '3 passed' "$T/output.log"
	grep -q 'see' "$T/output.log"
	[ "$(progress tokens_in)" = 11 ]
	[ "$(progress tokens_out)" = 7 ]
	[ "$(progress cost_usd | sed 's/0*$//')" = 0.25 ]
	[ "$(progress phase)" = ended ]
}

@test "it is resumed in its session after a crash" {
	gemini_program
	gemini_file
	: >"$HOME/die"
	task gemini fix
	rca-launch "$T"
	rca-monitor -d "$T"
	wait_done
	ended completed
	[ "$(get attempt)" = 2 ]
	[ "$(tail -1 "$HOME/gemini.argv")" = "--json --yolo --resume $(cat "$T/session_id")" ]
}

@test "its failures sort by its own lines and by what holds for all" {
	gemini_program
	gemini_file
	echo 503 >"$HOME/fail"
	task gemini a
	wrap
	not_done crashed
	get reason | grep -q 503
	echo 401 >"$HOME/fail"
	task gemini b
	wrap
	ended failed
	sed -i 's/the service said so/we are OUT of Cheese/' "$ROOM/bin/gemini"
	echo 200 >"$HOME/fail"
	task gemini c
	wrap
	ended failed
	get reason | grep -q 'OUT of Cheese'
}

@test "a user's file comes before the one of that name that is built in" {
	printf 'start=sh -c "echo mine"\nprompt=none\nsession=none\nread=pty\n' >"$AGENTS/claude"
	T=$(rca-mktask -a claude -n x)
	wrap
	ended completed
	grep -qx mine "$T/output.log"
}

@test "without XDG_CONFIG_HOME it is looked for in .config of the home directory" {
	gemini_program
	gemini_file
	unset XDG_CONFIG_HOME
	mkdir -p "$HOME/.config/rca/agents"
	mv "$AGENTS/gemini" "$HOME/.config/rca/agents"
	task gemini x
	wrap
	ended completed
}

@test "the prompt may be an argument; what looks like an option or placeholder stays text" {
	printf '#!/bin/sh\nprintf "<%%s>\\n" "$@"\n' >"$ROOM/bin/argy"
	chmod +x "$ROOM/bin/argy"
	printf 'start=argy --ask={prompt} "{prompt}" --end\nprompt=arg\nsession=none\nread=pty\n' \
		>"$AGENTS/argy"
	printf -- '--danger {session} $HOME "quoted" * ;' >"$ROOM/prompt"
	task argy x
	wrap
	ended completed
	grep -qxF -e '<--ask=--danger {session} $HOME "quoted" * ;>' "$T/output.log"
	grep -qxF -e '<--danger {session} $HOME "quoted" * ;>' "$T/output.log"
	grep -qxF -e '<--end>' "$T/output.log"
}

@test "a prompt for an argument goes whole, or is refused; it is never cut" {
	printf '#!/bin/sh\nprintf "%%s bytes, ends in %%s\\n" "${#1}" "$(printf %%s "$1" | tail -c 9)"\n' >"$ROOM/bin/argy"
	chmod +x "$ROOM/bin/argy"
	printf 'start=argy {prompt}\nprompt=arg\nsession=none\nread=pty\n' >"$AGENTS/argy"
	{ head -c 129990 /dev/zero | tr '\0' x; printf ' NOT PUSH'; } >"$ROOM/prompt"
	task argy x
	wrap
	ended completed
	grep -qx '129999 bytes, ends in  NOT PUSH' "$T/output.log"
	head -c 1000 /dev/zero | tr "\0" x >>"$ROOM/prompt"
	task argy y
	complains 100 'larger than 127 kB, and this agent takes it as an argument' rca-launch "$T"
	wrap
	[ "$W" = 100 ]
	[[ "$(cat "$ROOM/err")" == *'larger than 127 kB'* ]]
	printf 'one\0two' >"$ROOM/prompt"
	task argy z
	complains 100 'a NUL in it, and this agent takes it as an argument' rca-launch "$T"
}

@test "placeholders: empty words go with their option, quoted words stay whole" {
	printf '#!/bin/sh\nprintf "<%%s>\\n" "$@"\n' >"$ROOM/bin/argy"
	chmod +x "$ROOM/bin/argy"
	printf "start=argy -m {model} --dir={dir} -C {project} 'two words' '{model}' -x {NOT_SET} {MY_VAR} last\nprompt=none\nsession=none\nread=pty\n" >"$AGENTS/argy"
	export MY_VAR='from the environment'
	T=$(rca-mktask -a argy -n x -d "$PROJECT")
	wrap
	ended completed
	printf '<%s>\n' "--dir=$T" -C "$PROJECT" 'two words' '{model}' 'from the environment' last |
		cmp - "$T/result" || {
		cat "$T/output.log"
		return 1
	}
}

@test "env lines are defaults: the launcher's own value wins" {
	printf 'start=sh -c "echo one=$ONE two=$TWO"\nprompt=none\nsession=none\nread=pty\nenv.ONE=file\nenv.TWO=file\n' >"$AGENTS/envy"
	export TWO=launcher
	T=$(rca-mktask -a envy -n x)
	wrap
	grep -qx 'one=file two=launcher' "$T/output.log"
}

@test "the agent's error lines are kept, and dropped where its file says so" {
	printf '#!/bin/sh\necho "NOISE: never mind" >&2; echo "a real warning" >&2; printf "{\\"kind\\":\\"bye\\",\\"how\\":\\"fine\\",\\"answer\\":\\"x\\"}\\n"\n' >"$ROOM/bin/gemini"
	chmod +x "$ROOM/bin/gemini"
	gemini_file
	echo 'stderr.drop=^NOISE:' >>"$AGENTS/gemini"
	task gemini x
	wrap
	ended completed
	grep -q 'a real warning' "$T/output.log"
	not grep -q NOISE "$T/output.log"
	grep -q NOISE "$T/stderr.log"
}

@test "a session that the agent names badly never gets into its argv" {
	gemini_program
	gemini_file
	sed -i 's/^id=g-\$\$/id="--yolo -x \/etc"/' "$ROOM/bin/gemini"
	: >"$HOME/die"
	task gemini fix
	wrap
	not_done crashed
	[ ! -s "$T/session_id" ]
	wrap
	ended completed
	[ "$(sort -u "$HOME/gemini.argv")" = "--json --yolo" ]
}

# --- a wrong file

# wrong LINE TEXT: as line 3 of the file it is refused, by name and number.
wrong()
{
	printf 'start=sh\nprompt=none\n%s\nsession=none\n' "$1" >"$AGENTS/bad"
	complains 100 "agents/bad: line 3: " rca-mktask -a bad -n x
	if [[ "$(<"$ROOM/err")" != *"$2"* ]]; then
		cat "$ROOM/err"
		echo "wanted: $2"
		return 1
	fi
}

@test "a line that is wrong is named by its number" {
	wrong 'nonsense' 'key=value expected'
	wrong 'no_such_key=1' 'no such key'
	wrong 'start=again' 'given before, in line 1'
	wrong 'read=carrier-pigeon' 'not one of: pipe pty'
	wrong 'silence=long' 'not a number of seconds'
	wrong 'resume=a "b' 'quote'
	wrong 'resume={nobody}' 'placeholder'
	wrong 'resume=' 'no word'
	wrong 'event.birthday=type=x' 'no such event'
	wrong 'event.text=type=x : body=a' 'not a field of text'
	wrong 'event.text=type=x' 'field text is missing'
	wrong 'event.text=type' 'expected'
	wrong 'event.text=type=x : text=a text=b' 'given twice'
	wrong 'event.text=a~( : text=a' 'expression'
	wrong 'event.text=a>many : text=a' 'number expected'
	wrong "event.text=a='b : text=a" 'quote'
	wrong 'event.text=a[].b=1 : text=c[].d' 'two arrays'
	wrong 'event.text=a[=1 : text=c' 'expected'
	wrong 'sort=sometimes text x' 'not one of: transient limited permanent lost'
	wrong 'sort=permanent shape x' 'not one of: code kind text any'
	wrong 'sort=permanent' 'expected'
	wrong 'stderr.drop=(' 'expression'
	wrong 'stderr.session=abc' 'no group ( )'
	wrong 'env.1X=1' 'environment variable'
	no_task_made
}

@test "what no single line can be blamed for is said, too" {
	printf 'start=sh\nsession=capture\nresume=sh {session}\n' >"$AGENTS/bad"
	complains 100 "session=capture needs" rca-mktask -a bad -n x
	printf 'start=sh\nsession=pin\n' >"$AGENTS/bad"
	complains 100 "resume= is missing" rca-mktask -a bad -n x
	printf 'start=sh\nsession=none\nprompt=arg\n' >"$AGENTS/bad"
	complains 100 "prompt=arg needs {prompt}" rca-mktask -a bad -n x
	printf 'start=sh\nsession=none\nread=pty\nevent.end=type=x\n' >"$AGENTS/bad"
	complains 100 "read=pty has no events" rca-mktask -a bad -n x
	printf 'start=sh\0\nsession=none\n' >"$AGENTS/bad"
	complains 100 "NUL" rca-mktask -a bad -n x
	rm "$AGENTS/bad"
	mkdir "$AGENTS/bad"
	complains 100 "agents/bad" rca-mktask -a bad -n x
	no_task_made
}

@test "keys of one's own begin with x-, comments and blank lines are nothing" {
	printf '# a comment\n\n  # another\nx-note=anything goes = here\nstart=sh -c "echo hi"\nprompt=none\nsession=none\nread=pty\n' >"$AGENTS/fine"
	T=$(rca-mktask -a fine -n x)
	wrap
	ended completed
}

@test "the built-in agents are all in order" {
	for f in "$TOP"/lib/plugins/agents/*; do
		a=${f##*/}
		[ "$a" != command ] || continue
		rca-mktask -a "$a" -n x
		rca-mktask -a "$a" -n y -i
	done
}
