/*
 * dialect.js - the three services' ways to ask and to answer, for server.js
 *
 * read[api](body) gives a request's conversation in one shape; stream[api](body, id) the records of an answer, whole(api, body,
 * id, act) one in a single piece; error(api, act) an error as that service words it, [headers, body]; shellCall(body, cmd) a
 * call of the shell tool that this program offers, [name, arguments].
 */
'use strict';

const TOKENS_IN = 100, TOKENS_OUT = 20;
const SHELLS = ['Bash', 'bash', 'exec_command', 'shell_command', 'shell'];
const TOOL_MS = 600000;

const now = () => Date.now() / 1000;
const list = (x) => Array.isArray(x) ? x : x == null ? [] : [x];
const flat = (x) => list(x).map((b) => typeof b === 'string' ? b : b.text ?? JSON.stringify(b)).join('\n');

/* One shape for the three kinds of conversation. */

function
convMessages(body)
{
	const conv = [];
	/* what claude tells its model of its surroundings is no part of the talk; it repeats that at its end */
	for (const m of body.messages.filter((e) => e.role !== 'system'))
		for (const b of typeof m.content === 'string' ? [{ type: 'text', text: m.content }] : list(m.content))
			if (b.type === 'text')
				conv.push({ role: m.role, text: b.text });
			else if (b.type === 'tool_use')
				conv.push({ role: m.role, call: b.name, args: b.input });
			else if (b.type === 'tool_result')
				conv.push({ role: 'tool', result: flat(b.content) });
	return conv;
}

function
convResponses(body)
{
	const conv = [];
	for (const i of typeof body.input === 'string' ? [{ role: 'user', content: body.input }] : list(body.input))
		if (i.role)
			conv.push({ role: i.role, text: flat(i.content) });
		else if (/_call$/.test(i.type))
			conv.push({ role: 'assistant', call: i.name ?? i.type, args: i.arguments ?? i.input ?? i.action });
		else if (/_output$/.test(i.type))
			conv.push({ role: 'tool', result: typeof i.output === 'string' ? i.output : flat(i.output) });
	return conv;
}

function
convChat(body)
{
	const conv = [];
	for (const m of body.messages) {
		if (m.role === 'tool')
			conv.push({ role: 'tool', result: flat(m.content) });
		else if (flat(m.content))
			conv.push({ role: m.role, text: flat(m.content) });
		for (const c of list(m.tool_calls))
			conv.push({ role: 'assistant', call: c.function.name, args: c.function.arguments });
	}
	return conv;
}

/* The three ways to say it: each yields the stream's records for a text, a tool call, an end. */

function
messagesStream(body, id)
{
	const ev = (type, o) => `event: ${type}\ndata: ${JSON.stringify({ type, ...o })}\n\n`;
	const usage = { input_tokens: TOKENS_IN, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
	let index = -1;
	return {
		start: () => ev('message_start', { message: { id: `msg_${id}`, type: 'message', role: 'assistant', model: body.model,
			content: [], stop_reason: null, stop_sequence: null, usage: { ...usage, output_tokens: 1 } } }),
		open: () => ev('content_block_start', { index: ++index, content_block: { type: 'text', text: '' } }),
		word: (w) => ev('content_block_delta', { index, delta: { type: 'text_delta', text: w } }),
		close: () => ev('content_block_stop', { index }),
		tool: (name, input) => ev('content_block_start', { index: ++index, content_block: { type: 'tool_use',
			id: `toolu_${id}`, name, input: {} } }) +
			ev('content_block_delta', { index, delta: { type: 'input_json_delta', partial_json: JSON.stringify(input) } }) +
			ev('content_block_stop', { index }),
		end: (why) => ev('message_delta', { delta: { stop_reason: { stop: 'end_turn', tool: 'tool_use', length: 'max_tokens' }[why],
			stop_sequence: null }, usage: { output_tokens: TOKENS_OUT } }) + ev('message_stop', {}),
	};
}

function
responsesStream(body, id)
{
	const ev = (type, o) => `event: ${type}\ndata: ${JSON.stringify({ type, ...o })}\n\n`;
	const output = [];
	let said = '';
	const response = (o) => ({ id: `resp_${id}`, object: 'response', model: body.model, output, ...o });
	const item = () => ({ type: 'message', role: 'assistant', id: `msg_${id}`, content: [{ type: 'output_text', text: said, annotations: [] }] });
	const usage = { input_tokens: TOKENS_IN, input_tokens_details: { cached_tokens: 0 }, output_tokens: TOKENS_OUT,
		output_tokens_details: { reasoning_tokens: 0 }, total_tokens: TOKENS_IN + TOKENS_OUT };
	return {
		start: () => ev('response.created', { response: response({ status: 'in_progress' }) }),
		open: () => ev('response.output_item.added', { output_index: output.length, item: { ...item(), content: [] } }),
		word: (w) => (said += w, ev('response.output_text.delta', { item_id: `msg_${id}`, output_index: output.length, content_index: 0, delta: w })),
		close: () => (output.push(item()), ev('response.output_item.done', { output_index: output.length - 1, item: item() })),
		tool: (name, input) => {
			const call = { type: 'function_call', id: `fc_${id}`, call_id: `call_${id}`, name, arguments: JSON.stringify(input) };
			output.push(call);
			return ev('response.output_item.done', { output_index: output.length - 1, item: call });
		},
		end: (why) => why === 'length'
			? ev('response.incomplete', { response: response({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' }, usage }) })
			: ev('response.completed', { response: response({ status: 'completed', usage }) }),
	};
}

function
chatStream(body, id)
{
	const chunk = (delta, why, more) => 'data: ' + JSON.stringify({ id: `chat_${id}`, object: 'chat.completion.chunk',
		created: Math.floor(now()), model: body.model, choices: [{ index: 0, delta, finish_reason: why ?? null }], ...more }) + '\n\n';
	const usage = { prompt_tokens: TOKENS_IN, completion_tokens: TOKENS_OUT, total_tokens: TOKENS_IN + TOKENS_OUT };
	return {
		start: () => chunk({ role: 'assistant', content: '' }),
		open: () => '',
		word: (w) => chunk({ content: w }),
		close: () => '',
		tool: (name, input) => chunk({ tool_calls: [{ index: 0, id: `call_${id}`, type: 'function',
			function: { name, arguments: JSON.stringify(input) } }] }),
		end: (why) => chunk({}, { stop: 'stop', tool: 'tool_calls', length: 'length' }[why], { usage }) + 'data: [DONE]\n\n',
	};
}

/* The same in one piece, for who does not stream: titles, and claude after a stream that was cut. */

function
whole(api, body, id, act)
{
	const [name, input] = act.tool ? shellCall(body, act.tool) : [];
	const text = act.text ?? '';

	if (api === 'messages')
		return JSON.stringify({ id: `msg_${id}`, type: 'message', role: 'assistant', model: body.model,
			content: [name ? { type: 'tool_use', id: `toolu_${id}`, name, input } : { type: 'text', text }],
			stop_reason: name ? 'tool_use' : act.maxtok ? 'max_tokens' : 'end_turn', stop_sequence: null,
			usage: { input_tokens: TOKENS_IN, output_tokens: TOKENS_OUT } });
	return JSON.stringify({ id: `chat_${id}`, object: 'chat.completion', model: body.model, choices: [{ index: 0,
		finish_reason: act.maxtok ? 'length' : 'stop', message: { role: 'assistant', content: text } }],
		usage: { prompt_tokens: TOKENS_IN, completion_tokens: TOKENS_OUT, total_tokens: TOKENS_IN + TOKENS_OUT } });
}

/* Errors as each service words them; only what the programs look at. */

const ERRORS = { 400: 'invalid_request_error', 401: 'authentication_error', 403: 'permission_error', 404: 'not_found_error',
	429: 'rate_limit_error', 500: 'api_error', 503: 'api_error', 529: 'overloaded_error' };

function
error(api, act)
{
	const type = ERRORS[act.status] ?? 'api_error';
	const head = { 'content-type': 'application/json', 'request-id': 'req_stub' };
	let what = { type, message: `stub says ${act.status}` };

	if (act.until && api === 'messages') {
		head['anthropic-ratelimit-unified-status'] = 'rejected';
		head['anthropic-ratelimit-unified-reset'] = String(act.until);
		head['anthropic-ratelimit-unified-representative-claim'] = 'five_hour';
		head['anthropic-ratelimit-unified-overage-status'] = 'rejected';
		head['anthropic-ratelimit-unified-overage-disabled-reason'] = 'org_level_disabled';
	} else if (act.until) {
		what = { type: 'usage_limit_reached', message: 'The usage limit has been reached', plan_type: 'plus',
			resets_at: act.until, resets_in_seconds: Math.ceil(act.until - now()) };
		head['retry-after'] = String(what.resets_in_seconds);
	}
	return [head, JSON.stringify({ type: 'error', error: what, request_id: 'req_stub' })];
}

function
shellCall(body, cmd)
{
	const names = list(body.tools).map((t) => t.name ?? t.function?.name);
	const name = SHELLS.find((s) => names.includes(s));
	if (name === 'exec_command')
		return [name, { cmd, yield_time_ms: TOOL_MS }];
	if (name === 'shell')
		return [name, { command: ['bash', '-c', cmd], timeout_ms: TOOL_MS }];
	if (name === 'shell_command')
		return [name, { command: cmd, timeout_ms: TOOL_MS }];
	return [name, { command: cmd, description: 'stub step' }];
}

module.exports = {
	read: { messages: convMessages, responses: convResponses, chat: convChat },
	stream: { messages: messagesStream, responses: responsesStream, chat: chatStream },
	whole, error, shellCall, list, now, TOKENS_IN,
};
