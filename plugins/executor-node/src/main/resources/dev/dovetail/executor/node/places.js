'use strict';
// Where in the function's source something was.
const { inspect } = require('util');
const { brief } = require('./values.js');

const FRAME = /^\s*at (?:(.*?) \()?(?:file:\/\/)?(\/[^()]*?):(\d+):(\d+)\)?$/;
const HEAD = /^(?:file:\/\/)?(\/.*):(\d+)$/;
const MOST_FRAMES = 50;
const MOST_CAUSES = 5;

let code = '/';

/** The directory of the function's code. */
function root(directory) {
  code = directory.endsWith('/') ? directory : directory + '/';
}

function frame(line) {
  const found = FRAME.exec(line);
  if (found === null || !found[2].startsWith(code)) {
    return null;
  }
  const named = (found[1] || '').replace(/^async /, '').replace(/^Object\./, '');
  return { function: named, ...place(found[2], Number(found[3]), Number(found[4])) };
}

/** In the source, if a map tells. */
function place(file, line, column) {
  const sources = require('./sources.js'); // when somebody is told of a place, and not at each start
  return sources.original(file, line, column, code) || { file: file.slice(code.length), line, column };
}

function frames(stack) {
  return String(stack).split('\n').map(frame).filter((each) => each !== null).slice(0, MOST_FRAMES);
}

/** The line of the function that is being run. */
function here() {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 20;
  const stack = new Error().stack;
  Error.stackTraceLimit = limit;
  for (const line of String(stack).split('\n')) {
    const found = frame(line);
    if (found !== null) {
      return { file: found.file, line: found.line, column: found.column };
    }
  }
  return {};
}

/** What an error says; its kind tells something unless it is the one for everything. */
function words(error) {
  if (!(error instanceof Error)) {
    return typeof error === 'string' ? error : inspect(error, { depth: 3, maxStringLength: 1000 });
  }
  const name = String(error.name);
  // who required it is told by the place; the rest of that list are files of this worker
  const message = String(error.message).replace(/\nRequire stack:\n(- .*(\n|$))+/, '');
  return name === 'Error' || name === 'HostError' ? message : name + ': ' + message;
}

/** What an error came of: often it alone says what is wrong. */
function causes(error) {
  const known = new Set([error]);
  let said = '';
  for (let each = error; known.size <= MOST_CAUSES; known.add(each)) {
    const several = each instanceof AggregateError ? each.errors.slice(0, MOST_CAUSES) : [];
    said += several.length > 0 ? ': ' + several.map(words).join('; ') : '';
    each = each.cause;
    if (!(each instanceof Error) || known.has(each)) {
      break;
    }
    said += ', caused by ' + words(each);
  }
  return said;
}

/** An error as the protocol has it. */
function explain(error) {
  const said = explained(error);
  said.message = brief(String(said.message));
  return said;
}

function explained(error) {
  if (!(error instanceof Error)) {
    return { name: typeof error, message: words(error) };
  }
  if (error.name === 'HostError' && error.ask !== undefined) {
    return { name: error.name, message: error.message, refused: error.ask };
  }
  if (error.name === 'Exit' && error.error !== undefined) {
    return { id: error.error.id, message: error.error.message, details: error.error.details || {} };
  }
  if (error.name === 'Nondeterministic' && error.place !== undefined) {
    return { id: error.id, message: error.message, ...error.place };
  }
  const said = { name: brief(String(error.name)), message: words(error) + causes(error) };
  said.frames = frames(error.stack);
  // an error of syntax begins with where it is, and the place is not among the frames
  const head = HEAD.exec(String(error.stack).split('\n', 1)[0]);
  if (head !== null && head[1].startsWith(code)) {
    const column = /^( *)\^/m.exec(error.stack);
    said.frames.unshift({
      function: '', file: head[1].slice(code.length), line: Number(head[2]), column: column ? column[1].length + 1 : 0,
    });
  }
  if (said.frames.length > 0) {
    const { file, line, column } = said.frames[0];
    Object.assign(said, { file, line, column });
  }
  return said;
}

module.exports = { explain, here, root };
