'use strict';
// What a function sees of the system: its context. The types that authors see are in dovetail.d.ts.
const { Exit } = require('./host.js');
const { brief, json } = require('./values.js');

const HUNDRED_YEARS = 36525 * 24 * 3600 * 1000;

function milliseconds(value, what) {
  if (typeof value !== 'number' || !(value >= 0 && value <= HUNDRED_YEARS)) {
    throw new TypeError(what + ' is a number of milliseconds from 0 to ' + HUNDRED_YEARS + ', a hundred years, not ' + String(value));
  }
  return Math.round(value);
}

function http(call) {
  const request = (method, url, options = {}) => {
    const headers = {};
    for (const [name, value] of Object.entries(options.headers || {})) {
      headers[name] = (Array.isArray(value) ? value : [value]).map(String);
    }
    let body = options.body;
    if (body !== undefined && typeof body !== 'string' && !(body instanceof Uint8Array)) {
      body = json(body, 'the body of the request');
      if (!Object.keys(headers).some((name) => name.toLowerCase() === 'content-type')) {
        headers['content-type'] = ['application/json'];
      }
    }
    const question = { kind: 'http', method, url: String(url), headers };
    question.timeoutMs = milliseconds(options.timeoutMs === undefined ? 30000 : options.timeoutMs, 'timeoutMs');
    if (options.retry) {
      question.retry = { attempts: options.retry.maxAttempts || 1, backoffMs: options.retry.backoffMs || 0 };
    }
    return call.ask(question, body);
  };
  return {
    request,
    get: (url, options) => request('GET', url, options),
    post: (url, body, options) => request('POST', url, { ...options, body }),
  };
}

/** What is known of a call, and what can be asked while it runs. Questions are answered with promises. */
class Context {
  #call;
  #code;
  #attempt;
  #deadline;
  #steps;

  /** @param code what knows the file's exports */
  constructor(call, init, header, code) {
    this.#call = call;
    this.#code = code;
    this.#deadline = header.deadline;
    this.executionId = header.execution;
    this.awsRequestId = header.execution;
    this.correlationId = header.correlation || header.execution;
    const parts = (header.traceparent || '').split('-');
    this.traceId = parts.length === 4 ? parts[1] : '';
    this.tenantId = init.tenantId;
    this.functionName = init.functionName;
    this.functionVersion = String(init.version);
    this.version = init.version;
    this.memoryLimitInMB = init.memoryMb;
    this.#attempt = header.attempt || 1;
    this.identity = header.identity;
    this.cause = header.cause;
  }

  get isReplay() {
    return this.#call.replaying;
  }

  /** Inside of a step, what is the same for every attempt of it. */
  get effectId() {
    const scope = this.#steps === undefined ? undefined : this.#steps.scope();
    return scope === undefined ? undefined : scope.effectId;
  }

  /** Of the step that the code is in, or of the call. */
  get attempt() {
    const scope = this.#steps === undefined ? undefined : this.#steps.scope();
    return scope === undefined ? this.#attempt : scope.attempt;
  }

  get steps() {
    if (this.#steps === undefined) {
      const { Steps } = require('./steps.js');
      this.#steps = new Steps(this.#call, this, this.#code);
    }
    return this.#steps;
  }

  /** Runs fn(context, input) and keeps what it returns: it never runs again once it has ended. */
  step(name, fn, input, options) {
    return this.steps.step(name, fn, input, options);
  }

  get deadline() {
    return new Date(this.#deadline).toISOString();
  }

  getRemainingTimeInMillis() {
    return Math.max(0, this.#deadline - Date.now());
  }

  get http() {
    return http(this.#call);
  }

  log(message, level = 'info', fields = undefined) {
    const text = typeof message === 'string' ? message : json(message, 'the message');
    this.#call.tell({ note: 'log', level, message: brief(text) }, fields === undefined ? undefined : json(fields, 'what is logged'));
  }

  progress(fraction, message = '') {
    if (!(fraction >= 0 && fraction <= 1)) {
      throw new RangeError('the fraction is from 0 to 1, not ' + fraction);
    }
    this.#call.tell({ note: 'progress', fraction, message: brief(String(message)) });
  }

  metric(name, value, labels = {}) {
    const texts = Object.fromEntries(Object.entries(labels).map(([label, each]) => [label, String(each)]));
    this.#call.tell({ note: 'measure', metric: String(name), value: Number(value), labels: texts });
  }

  now() {
    return this.#call.ask({ kind: 'now' });
  }

  random(label) {
    return this.#call.ask(label === undefined ? { kind: 'random' } : { kind: 'random', label: String(label) });
  }

  sleep(ms) {
    return this.#call.ask({ kind: 'sleep', ms: milliseconds(ms, 'the time') });
  }

  secret(name) {
    return this.#call.ask({ kind: 'secret', name: String(name) });
  }

  invoke(callable, params = {}, { mode = 'sync', timeoutMs, onParentEnd = 'cancel' } = {}) {
    if (mode !== 'sync' && mode !== 'async') {
      throw new TypeError('not a mode: "' + mode + '"; expected sync or async');
    }
    const question = { kind: 'invoke', callable, mode, onParentEnd };
    if (timeoutMs !== undefined) {
      question.timeoutMs = milliseconds(timeoutMs, 'timeoutMs');
    }
    return this.#call.ask(question, json(params, 'the input of the call'));
  }

  waitEvent(type, { filter = '', timeoutMs } = {}) {
    const question = { kind: 'event', type: String(type), filter: String(filter) };
    if (timeoutMs !== undefined) {
      question.timeoutMs = milliseconds(timeoutMs, 'timeoutMs');
    }
    return this.#call.ask(question);
  }

  checkpoint(label) {
    return this.#other('checkpoint', { label });
  }

  publish(topic, payload = null) {
    return this.#other('publish', { topic, payload });
  }

  audit(action, details = {}) {
    return this.#other('audit', { action, details });
  }

  compensate(fn, input = null, { version } = {}) {
    return this.#other('compensate', { function: fn, input, version });
  }

  signal(executionId, name, payload = null) {
    return this.#other('signal', { execution: executionId, name, payload });
  }

  approval(name, { message, timeoutMs } = {}) {
    const most = timeoutMs === undefined ? undefined : milliseconds(timeoutMs, 'timeoutMs');
    return this.#other('approval', { name, timeoutMs: most, message });
  }

  jobStatus(id) {
    return this.#other('job_status', { id });
  }

  nativeInvoke(module, fn, params = null, { retry } = {}) {
    return this.#other('module', { module, function: fn, params, retry });
  }

  #other(name, args) {
    return this.call(name, 1, args);
  }

  /** The next piece of a streamed input, as { data }; null at its end. */
  read() {
    return this.#call.ask({ kind: 'read' });
  }

  /** The pieces of a streamed input, for `for await`. */
  get input() {
    const context = this;
    return {
      async *[Symbol.asyncIterator]() {
        for (let piece = await context.read(); piece !== null; piece = await context.read()) {
          yield piece.data;
        }
      },
    };
  }

  /** Sends a piece of a streamed answer; resolved when there is room for more. */
  chunk(value) {
    return this.#call.ask({ kind: 'chunk' }, json(value, 'the piece'));
  }

  /** Asks a function of the system that has no method of its own here. */
  call(name, version = 1, args = {}) {
    return this.#call.ask({ kind: 'other', name, version }, json(args, 'what is asked'));
  }

  /** Ends the call with an error of the function's own: id, message, details. */
  exit(error) {
    if (error === null || typeof error !== 'object' || typeof error.message !== 'string') {
      throw new TypeError("an error is an object of id (a type's), message (a string) and details (an object)");
    }
    if (error.id !== undefined && !/^gts\..*~$/.test(error.id)) {
      throw new TypeError('not the id of an error\'s type: "' + error.id + '"; expected gts....~');
    }
    throw new Exit(error);
  }
}

module.exports = { Context };
