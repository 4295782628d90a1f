'use strict';
// What a function sees of the system: its context, and what it can ask.
const { KINDS } = require('./wire.js');
const places = require('./places.js');

const nothing = () => {};

/** The code has to leave: nothing that it does from here on counts. */
class Leave extends Error {
  constructor() {
    super('The call has to end');
    this.name = 'Leave';
  }
}

/** What was asked of the system was refused. */
class HostError extends Error {
  constructor(ask, fault) {
    super(fault.message);
    this.name = 'HostError';
    this.ask = ask;
    this.id = fault.id;
    this.owner = fault.owner;
    this.details = fault.details;
  }
}

/** The function ends with an error of its own. */
class Exit extends Error {
  constructor(error) {
    super(error.message);
    this.name = 'Exit';
    this.error = error;
  }
}

/** One call, as the protocol has it. */
class Call {
  constructor(link, id) {
    this.link = link;
    this.id = id;
    this.asked = 0;
    this.pending = new Map();
    this.wanting = false;
    this.scheduled = false;
    this.left = false;
    this.over = false;
  }

  check() {
    if (this.left) {
      throw new Leave();
    }
    if (this.over) {
      throw new Error('The system can be asked only while its call runs');
    }
  }

  tell(note, payload) {
    this.check();
    note.call = this.id;
    this.link.send(KINDS.NOTE, JSON.stringify(note), payload);
  }

  ask(question, payload) {
    const promise = new Promise((resolve, reject) => {
      this.check();
      const ask = ++this.asked;
      question.call = this.id;
      question.ask = ask;
      Object.assign(question, places.here());
      this.pending.set(ask, { resolve, reject });
      this.link.send(KINDS.ASK, JSON.stringify(question), payload);
      this.later();
    });
    // whoever does not wait for an answer does not care how it went
    promise.catch(nothing);
    return promise;
  }

  /** Asks for the next answer once the code has run as far as it can: promises are settled before immediates. */
  later() {
    if (!this.scheduled) {
      this.scheduled = true;
      setImmediate(() => {
        this.scheduled = false;
        if (this.pending.size > 0 && !this.wanting && !this.left && !this.over) {
          this.wanting = true;
          this.link.send(KINDS.NEXT, '{"call":"' + this.id + '"}');
        }
      });
    }
  }

  reply(header, payload) {
    const waiting = this.pending.get(header.ask);
    this.pending.delete(header.ask);
    this.wanting = false;
    if (header.refused) {
      waiting.reject(new HostError(header.ask, header.refused));
    } else {
      waiting.resolve(payload === '' ? null : JSON.parse(payload));
    }
    this.later();
  }

  stop() {
    this.left = true;
    const leave = new Leave();
    this.pending.forEach((waiting) => waiting.reject(leave));
    this.pending.clear();
  }
}

function json(value) {
  const text = JSON.stringify(value);
  return text === undefined ? 'null' : text;
}

function milliseconds(value, what) {
  if (typeof value !== 'number' || !(value >= 0)) {
    throw new TypeError(what + ' is a number of milliseconds from 0 on, not ' + String(value));
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
      body = json(body);
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
  #deadline;

  constructor(call, init, header) {
    this.#call = call;
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
    this.attempt = header.attempt || 1;
    this.isReplay = header.replay === true;
    this.identity = header.identity;
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
    const text = typeof message === 'string' ? message : json(message);
    this.#call.tell({ note: 'log', level, message: text }, fields === undefined ? undefined : json(fields));
  }

  progress(fraction, message = '') {
    if (!(fraction >= 0 && fraction <= 1)) {
      throw new RangeError('the fraction is from 0 to 1, not ' + fraction);
    }
    this.#call.tell({ note: 'progress', fraction, message: String(message) });
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

  invoke(callable, params = {}, { mode = 'sync', timeoutMs = 30000, onParentEnd = 'cancel' } = {}) {
    if (mode !== 'sync' && mode !== 'async') {
      throw new TypeError('not a mode: "' + mode + '"; expected sync or async');
    }
    const question = { kind: 'invoke', callable, mode, timeoutMs: milliseconds(timeoutMs, 'timeoutMs'), onParentEnd };
    return this.#call.ask(question, json(params));
  }

  waitForEvent(type, { filter = '', timeoutMs } = {}) {
    const question = { kind: 'event', type, filter };
    if (timeoutMs !== undefined) {
      question.timeoutMs = milliseconds(timeoutMs, 'timeoutMs');
    }
    return this.#call.ask(question);
  }

  /** The next piece of a streamed input. */
  read() {
    return this.#call.ask({ kind: 'read' });
  }

  /** Sends a piece of a streamed answer, text or bytes. */
  write(data) {
    return this.#call.ask({ kind: 'chunk' }, data);
  }

  /** Asks a function of the system that has no method of its own here. */
  call(name, version = 1, args = {}) {
    return this.#call.ask({ kind: 'other', name, version }, json(args));
  }

  /** Ends the call with an error of the function's own: id, message, details. */
  exit(error) {
    if (error === null || typeof error !== 'object' || typeof error.message !== 'string') {
      throw new TypeError("an error is an object of id (a type's), message (a string) and details (an object)");
    }
    throw new Exit(error);
  }
}

module.exports = { Call, Context, Exit, HostError, Leave };
