'use strict';
// Runs a function's calls for the process that started this one. The protocol is docs/worker-protocol.md.
const { KINDS, Link } = require('./wire.js');
const { Call, Leave } = require('./host.js');
const { body } = require('./values.js');
const { Context } = require('./context.js');
const places = require('./places.js');

const { performance } = require('perf_hooks');
const SHORT_MS = 2;
const CRASHED = 'gts.x.core.faas.err.v1~x.core._.runtime.v1~x.core._.crashed.v1~';
const exit = process.exit.bind(process);

const calls = new Map();
let init;
let module_;
let handler;
let within = (call, task) => task();

/** The file's exports: required, or imported if it is a module of the newer kind. */
async function exported(path) {
  if (!path.endsWith('.mjs')) {
    try {
      return require(path);
    } catch (error) {
      if (error === null || typeof error !== 'object' || !ESM.has(error.code) && !newer(error, path)) {
        throw error;
      }
    }
  }
  if (init.layers.length > 0) {
    const { join } = require('path');
    require('./packages.js').importable([...init.layers].reverse().map((each) => join(each, 'nodejs')));
  }
  return import(require('url').pathToFileURL(path));
}

const ESM = new Set(['ERR_REQUIRE_ESM', 'ERR_REQUIRE_ASYNC_MODULE']);

/** Whether the nearest package.json says that files are modules of the newer kind. */
function newer(error, path) {
  if (!(error instanceof SyntaxError)) {
    return false;
  }
  const fs = require('fs');
  const { dirname, join } = require('path');
  for (let directory = dirname(path); directory.startsWith(init.code); directory = dirname(directory)) {
    try {
      return JSON.parse(fs.readFileSync(join(directory, 'package.json'), 'utf8')).type === 'module';
    } catch (absent) {
      // look further up
    }
  }
  return false;
}

function find(name) {
  const found = module_[name] !== undefined || !module_.default ? module_[name] : module_.default[name];
  if (typeof found !== 'function') {
    throw new TypeError('The file "' + init.file + '" exports no function "' + name + '"');
  }
  return found;
}

/** The name under which the file exports this function, or this name if it exports one; undefined if it does not. */
function named(what) {
  for (const exported of [module_, module_.default]) {
    for (const name of exported === null || exported === undefined ? [] : Object.keys(exported)) {
      if (typeof exported[name] === 'function' && (name === what || exported[name] === what)) {
        return name;
      }
    }
  }
  return undefined;
}

function layers(directories) {
  if (directories.length > 0) {
    const { join } = require('path');
    // of two layers with the same package the later one counts
    const paths = [...directories].reverse().flatMap((each) => [
      join(each, 'nodejs', 'node_modules'), join(each, 'nodejs'), join(each, 'node_modules'),
    ]);
    process.env.NODE_PATH = paths.join(':');
    require('module').Module._initPaths();
  }
}

async function load(header) {
  init = header;
  places.root(init.code);
  Object.assign(process.env, init.environment);
  layers(init.layers);
  if (init.concurrency > 1) {
    within = require('./several.js').within(link);
  }
  process.chdir(init.code);
  try {
    if (require('fs').existsSync(process.env.DOVETAIL_EGRESS || '')) {
      await require('./egress.js').open(process.env.DOVETAIL_EGRESS);
    }
    module_ = await exported(require('path').join(init.code, init.file));
    handler = find(init.function);
    link.send(KINDS.READY, '{}');
  } catch (error) {
    link.send(KINDS.ERROR, JSON.stringify(places.explain(error)));
  }
}

/** The result of a handler in any of its styles. */
function called(what, values, context) {
  if (what.length <= values.length + 1) {
    return what(...values, context);
  }
  return new Promise((resolve, reject) => {
    const callback = (error, value) => (error === null || error === undefined ? resolve(value) : reject(error));
    const result = what(...values, context, callback);
    if (result !== undefined) {
      resolve(result);
    }
  });
}

async function invoke(header, payload) {
  const call = new Call(link, header, (error) => fail(call, header, error));
  calls.set(call.id, call);
  call.begun = performance.now();
  if (header.environment) {
    Object.assign(process.env, header.environment);
  }
  if (call.replaying) {
    require('./silence.js').silence(calls);
  }
  try {
    const value = JSON.parse(payload);
    const context = new Context(call, init, header, { init, named });
    const what = header.function === undefined ? handler : find(header.function);
    const begun = within(call, () => (header.step === undefined
      ? called(what, [value], context)
      : what(context, value, header.output === undefined ? null : header.output)));
    if (call.durable) {
      call.later();
    }
    const answer = body(await begun, 'the answer', init.outputBytes);
    call.complain();
    done(call, header, KINDS.RESULT, '', answer);
  } catch (error) {
    fail(call, header, error);
  }
}

/** @param leaves whether this worker ends then */
function fail(call, header, error, leaves) {
  const said = error instanceof Leave ? { message: 'left' } : places.explain(error);
  if (leaves) {
    said.leaves = true;
  }
  let text;
  try {
    text = JSON.stringify(said);
  } catch (wrong) { // what an error of the function's own tells has a value that is none of JSON's
    text = JSON.stringify(places.explain(new TypeError('the details of the error are no JSON: ' + wrong.message)));
  }
  done(call, header, KINDS.ERROR, ',' + text.slice(1, -1));
}

function done(call, header, kind, more, payload) {
  if (call.over) {
    return;
  }
  call.over = true;
  calls.delete(call.id);
  if (header.environment && init.concurrency === 1) {
    for (const name of Object.keys(header.environment)) {
      process.env[name] = init.environment[name];
    }
  }
  // for a short call, the time that it took is near enough; longer ones are measured from outside
  const took = performance.now() - call.begun;
  const used = took < SHORT_MS ? '","cpuMicros":' + Math.round(took * 1000) : '"';
  const said = '{"call":"' + call.id + used + more + '}';
  if (calls.size > 0) {
    link.gather(kind, said, payload); // others came with it, and may end with it
  } else {
    link.send(kind, said, payload);
  }
}

const link = new Link((kind, header, payload) => {
  switch (kind) {
    case KINDS.INVOKE:
      invoke(header, payload);
      break;
    case KINDS.REPLY:
      if (calls.has(header.call)) {
        calls.get(header.call).reply(header, payload);
      }
      break;
    case KINDS.STOP:
      if (calls.has(header.call)) {
        calls.get(header.call).stop();
      }
      break;
    case KINDS.INIT:
      load(header);
      break;
    case KINDS.PING:
      link.send(KINDS.PONG, '{}');
      break;
    case KINDS.CLOSE:
      exit(0);
      break;
    default: // not of this version of the protocol
  }
});

// an error that nobody waits for: the call that runs fails with it, and what is left cannot be trusted any more
process.on('uncaughtException', (error) => {
  if (init === undefined || init.concurrency === 1) {
    calls.forEach((call) => fail(call, {}, error, true));
  }
  link.write(); // what has ended before
  process.stderr.write((error && error.stack ? String(error.stack) : String(error)) + '\n');
  exit(1);
});

// the function's own code ends the process: on which line, only this process knows
process.exit = (status) => {
  const said = places.explain(new Error('process.exit(' + (status === undefined ? '' : status)
    + ') ended the worker; expected a function that returns, or throws'));
  if (init !== undefined && handler === undefined) {
    link.send(KINDS.ERROR, JSON.stringify(said));
  } else if (init === undefined || init.concurrency === 1) {
    const { message, file, line, column } = said;
    const crashed = JSON.stringify({ id: CRASHED, message, file, line, column, leaves: true }).slice(1, -1);
    calls.forEach((call) => done(call, {}, KINDS.ERROR, ',' + crashed));
  }
  exit(status);
};

// what is printed is written before the call goes on, so that it comes before the answer and does not pile up
for (const name of ['stdout', 'stderr']) {
  const { get } = Object.getOwnPropertyDescriptor(process, name);
  Object.defineProperty(process, name, {
    configurable: true,
    enumerable: true,
    get() {
      const stream = get.call(process);
      if (stream._handle && stream._handle.setBlocking) {
        stream._handle.setBlocking(true);
      }
      Object.defineProperty(process, name, { configurable: true, enumerable: true, writable: true, value: stream });
      return stream;
    },
  });
}

const address = process.env.DOVETAIL_SOCKET;
const token = process.env.DOVETAIL_TOKEN;
delete process.env.DOVETAIL_SOCKET;
delete process.env.DOVETAIL_TOKEN;
link.connect(address, token);
