#!/usr/bin/env node
/*
 * server.js LOG PORTFILE - a scripted model server on 127.0.0.1, for tests that drive the real agent programs
 *
 * It speaks Anthropic Messages (claude), OpenAI Responses (codex) and OpenAI chat completions (opencode, pi). A request's
 * address says how it behaves: /s/SCENARIO[-ARG[-ARG]]~KEY/... ; counts are kept for each KEY. What it answers depends only on
 * the scenario, that count and the conversation the request carries, so a resumed agent goes on where it was.
 * Each request is one JSON line in LOG, on disk before it is answered: {t, key, scenario, n, api, kind, path, tools, action, conv}
 * with conv = [{role, text | call, args | result}]. kind is "side" for requests without tools (titles and the like).
 *
 *   text             an answer                            e529-2     that HTTP error twice (no number: for ever), then as text
 *   tool             a shell tool call, then an answer    limit-8-2  usage limit for 8 s; twice, then as text
 *   toolfail         a shell command that fails, then an answer
 *   toolslow-30      and a second one that sleeps so      hang-1     accepts, never answers; once, then as text
 *                    long, unless prompted in between     reset-1    cut in mid-stream; once, then as text
 *   slowstream-30-9  a word each 9 ms (2 s), for 30 s     maxtok     cut by the token limit
 *   check            wrong; told so, mends it by a tool   empty      no content
 *   say-WORD         that word, or HTTP error, also without tools
 *   later-bash-9     leaves that in the background (bash, monitor, wakeup, agent) for 9 s, ends its turn, and answers once it is woken
 */
'use strict';
const fs = require('fs');
const http = require('http');
const { read, stream, whole, error, shellCall, list, now, TOKENS_IN } = require('./dialect.js');

const TEXT = 'Stub answer: file written.';
const TICK_MS = 2000;
const log = fs.openSync(process.argv[2], 'a', 0o600);
const keys = new Map();
let serial = 0;

/* What to do with a request: {text | tool | status | hang | slow | cut | maxtok | empty}. */

function
times(st, n, act, then)
{
	return isNaN(n) || st.n <= n ? act : then;
}

function
limit(st, secs, n)
{
	/* the programs tell the time of a reset in whole minutes, codex, or seconds, claude */
	const again = !st.until || (now() >= st.until && st.limits < n);
	if (again) {
		const unit = st.api === 'responses' ? 60 : 1;
		st.until = Math.ceil((now() + secs) / unit) * unit;
		st.limits = (st.limits ?? 0) + 1;
	}
	return now() < st.until ? { status: 429, until: st.until } : { text: TEXT };
}

/* Claude's tools that outlive a turn. */

function
background(kind, secs)
{
	const command = `echo $$ >>tool-pid.txt; sleep ${secs}.0077; echo tool-output | tee -a tool-ran.txt`;

	switch (kind) {
	case 'monitor': return ['Monitor', { command, description: 'the stub is watched', timeout_ms: 300000 }];
	case 'wakeup': return ['ScheduleWakeup', { delaySeconds: secs, reason: 'the stub waits', prompt: 'go on', noop: false }];
	case 'agent': return ['Agent', { description: 'a stub helper', prompt: `HELPER-${secs}`, run_in_background: true }];
	}
	return ['Bash', { command, description: 'stub step', run_in_background: true }];
}

/* A helper works for a while in a tool call of its own. */
function
later(kind, secs, conv, talk, calls)
{
	const helper = conv.some((e) => /HELPER-/.test(e.text ?? ''));

	if (helper && !calls)
		return { tool: `timeout ${secs} tail -f /dev/null; echo tool-output >>tool-ran.txt` };
	if (!calls)
		return { call: background(kind, secs) };
	return { text: !helper && talk.at(-1).role === 'tool' ? 'I continue when it is done.' : TEXT };
}

function
decide(name, args, st, conv)
{
	const arg = args.map(Number);
	const talk = conv.filter((e) => e.role === 'assistant' || e.role === 'tool' || (e.role === 'user' && !/^</.test(e.text)));
	const calls = conv.filter((e) => e.call).length;
	const called = calls > 0;
	const prompted = called && talk.at(-1).role === 'user';
	const said = conv.some((e) => e.role === 'assistant' && e.text);
	const text = { text: TEXT };
	const tool = { tool: 'echo tool-ran >>tool-ran.txt; echo tool-output' };

	if (/^e\d+$/.test(name))
		return times(st, arg[0] ?? NaN, { status: Number(name.slice(1)) }, text);
	switch (name) {
	case 'text': return text;
	case 'tool': return called ? text : tool;
	case 'toolfail': return called ? text : { tool: 'echo oops >&2; exit 3' };
	case 'toolslow': return !called ? tool : prompted || calls > 1 ? text :
		{ tool: `echo $$ >>tool-pid.txt; sleep ${arg[0] ?? 30}.0077; echo tool-slept` };
	case 'check': return called ? text : said ? { tool: 'echo right >answer.txt' } : { text: 'All done (it is not).' };
	case 'limit': return limit(st, arg[0] ?? 8, arg[1] ?? 1);
	case 'hang': return times(st, arg[0] ?? NaN, { hang: true }, text);
	case 'reset': return times(st, arg[0] ?? NaN, { cut: true }, text);
	case 'slowstream': return { slow: arg[0] ?? 30, ms: arg[1] ?? TICK_MS };
	case 'maxtok': return { text: 'Cut he', maxtok: true };
	case 'empty': return { empty: true };
	case 'later': return later(args[0], arg[1], conv, talk, calls);
	case 'say': return arg[0] ? { status: arg[0] } : { text: args.join(' ') };
	}
	return { status: 404 };
}

/* Titles; and what `claude --bg` asks of a session's last words, which decides what it shows. */
function
side(asked)
{
	const words = asked.split('\nAssistant message tail').slice(1).join('');

	if (!words)
		return 'Stub title';
	const state = /API Error|limit/i.test(words) ? 'blocked' : /I continue/.test(words) ? 'working' : 'done';
	return JSON.stringify({ state, detail: words.split('\n')[1] ?? '', tempo: state === 'blocked' ? state : 'idle', output: {} });
}

function
fail(res, api, act)
{
	const [head, text] = error(api, act);
	res.writeHead(act.status, head);
	res.end(text);
}

function
answer(res, api, body, act)
{
	if (act.hang)
		return;
	if (act.status) {
		fail(res, api, act);
		return;
	}
	if (!body.stream) {
		res.writeHead(200, { 'content-type': 'application/json' });
		res.end(whole(api, body, ++serial, act));
		return;
	}
	res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
	const s = stream[api](body, ++serial);
	res.write(s.start());
	if (act.cut) {
		res.write(s.open() + s.word('Half an ans'));
		setTimeout(() => res.destroy(), 100);
	} else if (act.slow) {
		res.write(s.open());
		let left = Math.ceil(act.slow * 1000 / act.ms);
		const timer = setInterval(() => {
			res.write(s.word('word '));
			if (--left > 0)
				return;
			clearInterval(timer);
			res.end(s.close() + s.end('stop'));
		}, act.ms);
		res.on('close', () => clearInterval(timer));
	} else if (act.tool || act.call)
		res.end(s.tool(...(act.call ?? shellCall(body, act.tool))) + s.end('tool'));
	else if (act.empty)
		res.end(s.end('stop'));
	else
		res.end(s.open() + act.text.split(/(?<= )/).map(s.word).join('') + s.close() + s.end(act.maxtok ? 'length' : 'stop'));
}

function
handle(req, res, raw)
{
	const m = /^\/s\/([^~/]+)~([^/]+)(\/[^?]*)/.exec(req.url);
	const apis = { '/v1/messages': 'messages', '/v1/responses': 'responses', '/v1/chat/completions': 'chat' };
	const api = m && apis[m[3]];
	const line = { t: now(), key: m?.[2], scenario: m?.[1], api, path: req.url, method: req.method };
	let body = {};
	try { body = JSON.parse(raw); } catch { line.bad = raw.length; }

	if (m && m[3] === '/v1/messages/count_tokens') {
		res.writeHead(200, { 'content-type': 'application/json' });
		res.end(JSON.stringify({ input_tokens: TOKENS_IN }));
	}
	if (!api || line.bad) {
		fs.writeSync(log, JSON.stringify({ ...line, kind: 'other' }) + '\n');
		if (!res.headersSent)
			fail(res, api, { status: 404 });
		return;
	}
	line.model = body.model;
	line.conv = read[api](body);
	line.tools = list(body.tools).length;
	if (!line.tools && !/^say-/.test(m[1])) {
		fs.writeSync(log, JSON.stringify({ ...line, kind: 'side' }) + '\n');
		answer(res, api, body, { text: side(line.conv.at(-1)?.text ?? '') });
		return;
	}
	const st = keys.get(m[2]) ?? { n: 0, api };
	keys.set(m[2], st);
	st.n++;
	const [name, ...args] = m[1].split('-');
	const act = decide(name, args, st, line.conv);
	fs.writeSync(log, JSON.stringify({ ...line, kind: 'main', n: st.n, action: act }) + '\n');
	answer(res, api, body, act);
}

const server = http.createServer((req, res) => {
	const parts = [];
	req.on('data', (d) => parts.push(d));
	req.on('end', () => handle(req, res, Buffer.concat(parts).toString()));
	res.on('error', () => {});
});
server.requestTimeout = 0;
server.listen(0, '127.0.0.1', () => {
	fs.writeFileSync(process.argv[3] + '.new', `${server.address().port}\n`);
	fs.renameSync(process.argv[3] + '.new', process.argv[3]);
});
