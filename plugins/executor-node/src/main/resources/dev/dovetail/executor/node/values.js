'use strict';
// Values as JSON, and what is wrong with those that are none.

const DEEPEST = 200;
const LONGEST = 1 << 16;

/** A text for people, and in a header: no longer than anybody reads. */
function brief(text) {
  return text.length <= LONGEST ? text : text.slice(0, LONGEST).replace(/[\ud800-\udbff]$/, '') + '...';
}

/** The path of the first value in this one that JSON does not have, with what follows it in a sentence; empty if there is none. */
function where(value, path = '', above = []) {
  const at = path === '' ? 'it' : path.replace(/^\./, '');
  if (typeof value === 'bigint') {
    return at + ' is a BigInt; ';
  }
  if (value === null || typeof value !== 'object' || typeof value.toJSON === 'function' || above.length > DEEPEST) {
    return '';
  }
  if (above.includes(value)) {
    return at + ' leads back to what it is in; ';
  }
  for (const key of Object.keys(value)) {
    const found = where(value[key], path + (Array.isArray(value) ? '[' + key + ']' : '.' + key), [...above, value]);
    if (found !== '') {
      return found;
    }
  }
  return '';
}

/** A value as JSON, or an error that says where it cannot be. */
function json(value, what) {
  try {
    const text = JSON.stringify(value);
    return text === undefined ? 'null' : text;
  } catch (error) {
    // what the engine says of a circle has several lines
    throw new TypeError(what + ' is no JSON: ' + where(value) + String(error.message).split('\n', 1)[0]);
  }
}

/** A value as JSON of at most so many bytes. */
function body(value, what, most) {
  if (typeof value === 'function' || typeof value === 'symbol') {
    throw new TypeError(what + ' is no JSON: it is a ' + typeof value);
  }
  const text = json(value, what);
  const length = Buffer.byteLength(text);
  if (length > most) {
    throw new RangeError(what + ' has ' + length + ' bytes; at most ' + most + ' are allowed');
  }
  return text;
}

module.exports = { body, brief, json };
