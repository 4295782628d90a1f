'use strict';
// Steps of workflows, one after another and at once.
const { AsyncLocalStorage } = require('async_hooks');
const { Exit, Leave, Run, nothing } = require('./host.js');
const { body } = require('./values.js');
const places = require('./places.js');

const TIMEOUT = 'gts.x.core.faas.err.v1~x.core._.runtime.v1~x.core._.timeout.v1~';
const whole = (least) => (value) => Number.isInteger(value) && value >= least;
// whether a value of retry fits, what is expected, and what the protocol calls it if not the same
const RETRY = {
  maxAttempts: [(value) => whole(1)(value) && value <= 1000, 'a whole number from 1 to 1000'],
  backoffMs: [whole(0), 'whole milliseconds', 'initialDelayMs'],
  multiplier: [(value) => typeof value === 'number' && value >= 1, 'a number from 1'],
  maxBackoffMs: [whole(0), 'whole milliseconds', 'maxDelayMs'],
  nonRetryable: [(value) => Array.isArray(value) && value.every((id) => typeof id === 'string'), 'an array of ids of errors'],
  unknown: [(value) => value === 'run_again' || value === 'ask_operator', 'run_again or ask_operator'],
};
const OPTIONS = ['compensate', 'retry', 'timeoutMs'];

/** The scope of the step that the code belongs to. */
const within = new AsyncLocalStorage();

function known(given, names, what) {
  for (const name of Object.keys(given)) {
    if (!names.includes(name)) {
      throw new TypeError(what + ' have no "' + name + '"; known are ' + names.join(', '));
    }
  }
}

function policy(retry = {}, timeoutMs = undefined) {
  known(retry, Object.keys(RETRY), 'the options of retry');
  const said = { timeoutMs };
  for (const [name, value] of Object.entries(retry)) {
    const [fits, expected, key = name] = RETRY[name];
    if (!fits(value)) {
      throw new TypeError(name + ' of retry is ' + JSON.stringify(value) + '; expected ' + expected);
    }
    said[key] = value;
  }
  if (timeoutMs !== undefined && !whole(1)(timeoutMs)) {
    throw new TypeError('timeoutMs is ' + JSON.stringify(timeoutMs) + '; expected whole milliseconds from 1');
  }
  return said;
}

/** An answer that knows whether anybody waits for it. */
class Answer extends Promise {
  static get [Symbol.species]() {
    return Promise;
  }

  then(fulfilled, rejected) {
    this.heard = true;
    return super.then(fulfilled, rejected);
  }
}

/** Steps of one call. */
class Steps {
  #call;
  #context;
  #code;

  constructor(call, context, code) {
    this.#call = call;
    this.#context = context;
    this.#code = code;
    call.scope = () => {
      const scope = this.scope();
      if (scope === undefined) {
        return 0;
      }
      if (scope.closed) {
        throw new Error('The step "' + scope.label + '" has ended; nothing can be asked in it any more');
      }
      return scope.number;
    };
  }

  /** Of the step that the code is in. */
  scope() {
    const scope = within.getStore();
    return scope !== undefined && scope.call === this.#call ? scope : undefined;
  }

  step(name, fn, input, options) {
    const asked = this.#step(name, fn, input, options);
    return this.#answer(asked, 'The step "' + String(name) + '"');
  }

  /** Who does not wait for an answer ends all the same, and is told at the end of what failed unheard. */
  #answer(asked, what) {
    const { file, line } = this.#call.last;
    const answer = new Answer((resolve) => resolve(asked));
    asked.catch((error) => this.#call.failures.push({
      answer,
      message: what + (file === undefined ? '' : ' (' + file + ':' + line + ')') + ' failed, and nobody waited for it: '
        + String(error && error.message),
    }));
    Promise.prototype.then.call(answer, undefined, nothing);
    return answer;
  }

  /** Asks before it first waits, so that questions come in the order of the code. */
  async #step(name, fn, input = null, options = {}) {
    if (typeof name !== 'string') {
      throw new TypeError('the name of a step is a string, not ' + String(name));
    }
    if (typeof fn !== 'function') {
      throw new TypeError('the code of the step "' + name + '" is ' + String(fn) + '; expected a function of (context, input)');
    }
    known(options, OPTIONS, 'the options of a step');
    const { compensate, retry, timeoutMs } = options;
    const text = body(input, 'the input of the step "' + name + '"', Infinity);
    const question = { kind: 'step', label: name, policy: policy(retry, timeoutMs) };
    if (compensate !== undefined) {
      question.compensation = this.#exported(compensate);
    }
    const asked = this.#call.ask(question, text);
    const { scope: outer = 0, file, line, column } = question;
    let answer = await asked;
    while (answer instanceof Run) {
      const [report, payload] = await this.#attempt(answer, name, fn, text, timeoutMs, { file, line, column });
      answer = await this.#call.ask(report, payload, outer);
    }
    return answer;
  }

  #exported(compensate) {
    const name = this.#code.named(compensate);
    if (name === undefined) {
      const said = typeof compensate === 'function' ? compensate.name || 'without a name' : compensate;
      throw new TypeError('the compensation ' + String(said) + ' is not a function that "' + this.#code.init.file
        + '" exports; it is called by its name, later, when the code that began the step is gone');
    }
    return name;
  }

  /** Runs the step's code, and makes what is to be reported of it. */
  async #attempt(run, name, fn, text, timeoutMs, place) {
    const call = this.#call;
    const { scope: number, attempt, effectId } = run;
    const scope = { call, number, attempt, effectId, label: name, closed: false };
    const report = { kind: 'stepDone', of: number };
    call.running++;
    try {
      const begun = within.run(scope, () => fn(this.#context, JSON.parse(text)));
      const result = await (timeoutMs === undefined ? begun : inTime(begun, name, timeoutMs));
      const payload = body(result, 'the result of the step "' + name + '"', this.#code.init.outputBytes);
      return [{ ...place, ...report }, payload];
    } catch (error) {
      if (call.left || error instanceof Leave) {
        throw new Leave();
      }
      return [{ ...places.explain(error), ...report }, undefined];
    } finally {
      scope.closed = true;
      call.running--;
      call.later();
    }
  }

  /** Several steps at once, so many at a time. After a failure those that run go on to their end, and no other begins. */
  parallel(steps, { maxConcurrency = Infinity, collect = false } = {}) {
    return this.#answer(this.#parallel(steps, maxConcurrency, collect), 'One of the steps at once');
  }

  async #parallel(steps, most, collect) {
    if (most !== Infinity && !whole(1)(most)) {
      throw new TypeError('maxConcurrency is ' + String(most) + '; expected a whole number from 1');
    }
    const todo = steps.map(given);
    const outcomes = new Array(todo.length);
    let next = 0;
    let failed = false;
    let first;
    const lane = async () => {
      while (next < todo.length && (collect || !failed)) {
        const index = next++;
        const { name, fn, input, ...options } = todo[index];
        try {
          outcomes[index] = { ok: true, value: await this.step(name, fn, input, options) };
        } catch (error) {
          outcomes[index] = { ok: false, error };
          first = failed ? first : error;
          failed = true;
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(most, todo.length) }, lane));
    if (collect) {
      return outcomes;
    }
    if (failed) {
      throw first;
    }
    return outcomes.map((each) => each.value);
  }
}

function given(step) {
  if (Array.isArray(step) && step.length >= 2 && step.length <= 4) {
    const [name, fn, input, options] = step;
    return { ...options, name, fn, input };
  }
  if (step !== null && typeof step === 'object' && !Array.isArray(step)) {
    return step;
  }
  throw new TypeError('a step is [name, fn, input, options] or {name, fn, input, ...options}, not ' + String(step));
}

function inTime(begun, name, timeoutMs) {
  let timer;
  const late = new Promise((resolve, reject) => {
    timer = setTimeout(() => reject(new Exit({
      id: TIMEOUT, message: 'The step "' + name + '" took longer than its ' + timeoutMs + ' ms',
    })), timeoutMs);
  });
  return Promise.race([begun, late]).finally(() => clearTimeout(timer));
}

module.exports = { Steps };
