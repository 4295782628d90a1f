'use strict';
// What a function asks of the system, and what comes back. What it sees of it is in the context.
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

/** A workflow does what would come out differently when it is replayed. */
class Nondeterministic extends Error {
  constructor(last) {
    const after = last.file === undefined ? '' : ' The last that it asked was at ' + last.file + ':' + last.line + '.';
    super('Outside of a step a workflow waited for something that does not come from the system, such as a timer, a socket or a '
      + 'file: replayed, it would come out differently. Wait with ctx.sleep or ctx.waitEvent, or put it into a step with '
      + 'ctx.step.' + after);
    this.name = 'Nondeterministic';
    this.id = 'gts.x.core.faas.err.v1~x.core._.nondeterministic_wait.v1~';
    this.place = last;
  }
}

/** The answer to a step whose code is to run. */
class Run {
  constructor(said) {
    this.scope = said.scope;
    this.attempt = said.attempt;
    this.effectId = said.effectId;
  }
}

/** One call, as the protocol has it. */
class Call {
  constructor(link, header, ended) {
    this.link = link;
    this.id = header.call;
    this.durable = header.durable === true;
    this.replaying = header.replay === true;
    this.ended = ended;
    this.last = {};
    // of those that have steps: the scope that the code is in, and how many steps run
    this.scope = null;
    this.running = 0;
    this.failures = [];
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
    if (this.replaying) {
      return; // it was told then
    }
    note.call = this.id;
    this.link.send(KINDS.NOTE, JSON.stringify(note), payload);
  }

  /** Tells of steps that failed and that the code did not wait for: it ends as if they had not. */
  complain() {
    for (const { answer, message } of this.failures) {
      if (!answer.heard && !this.left) {
        this.tell({ note: 'log', level: 'warning', message });
      }
    }
  }

  /** In the scope of the code that asks, unless another one is named; then it says where it is asked, too. */
  ask(question, payload, scope) {
    const promise = new Promise((resolve, reject) => {
      this.check();
      const within = scope === undefined && this.scope !== null ? this.scope() : scope;
      if (within) {
        question.scope = within;
      }
      const ask = ++this.asked;
      question.call = this.id;
      question.ask = ask;
      if (scope === undefined) {
        this.last = places.here();
        Object.assign(question, this.last);
      }
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
        if (this.over) {
          return;
        }
        if (this.pending.size > 0 && !this.left) {
          this.want();
        } else if (this.durable && this.running === 0) {
          // nothing is open and nothing is ready: it waits for what is not the system's
          this.ended(this.left ? new Leave() : new Nondeterministic(this.last));
        }
      });
    }
  }

  want() {
    if (!this.wanting) {
      this.wanting = true;
      this.link.send(KINDS.NEXT, '{"call":"' + this.id + '"}');
    }
  }

  reply(header, payload) {
    const waiting = this.pending.get(header.ask);
    this.pending.delete(header.ask);
    this.wanting = false;
    if (header.live === true) {
      this.replaying = false;
    }
    if (header.refused) {
      waiting.reject(new HostError(header.ask, header.refused));
    } else if (header.run) {
      waiting.resolve(new Run(header.run));
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
    this.later();
  }
}

module.exports = { Call, Exit, HostError, Leave, Run, nothing };
