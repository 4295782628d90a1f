'use strict';
// Where in its source code was that something made other code of: what a source map says of it, which is looked for when
// somebody is to be told of a place.
const fs = require('fs');
const path = require('path');
const { fileURLToPath } = require('url');
const { SourceMap } = require('module');

const MARK = /^\/\/[#@]\s*sourceMappingURL=(\S+)\s*$/;
const MOST_AFTER = 10;
const SCHEME = /^[a-z][a-z0-9+.-]*:\/\/[^/]*\//i;

const known = new Map();

/** The last lines may name it: as text, or as a file beside. */
function read(file) {
  const last = fs.readFileSync(file, 'utf8').trimEnd().split('\n').slice(-MOST_AFTER);
  const found = last.map((line) => MARK.exec(line)).filter((each) => each !== null).pop();
  if (found === undefined) {
    return null;
  }
  const text = /^data:[^,]*;base64,(.*)$/.exec(found[1]);
  const beside = text === null ? path.resolve(path.dirname(file), decodeURIComponent(found[1])) : file;
  const payload = JSON.parse(text === null ? fs.readFileSync(beside, 'utf8') : Buffer.from(text[1], 'base64').toString('utf8'));
  return { map: new SourceMap(payload), sourceRoot: payload.sourceRoot || '', directory: path.dirname(beside) };
}

function map(file) {
  if (!known.has(file)) {
    let found = null;
    try {
      found = read(file);
    } catch (unreadable) {
      // then it says nothing
    }
    known.set(file, found);
  }
  return known.get(file);
}

/** The file's name below the root, or what would be below it: sources often lie beside of what is made of them. */
function named(source, { sourceRoot, directory }, root) {
  const whole = source.startsWith('file://') ? fileURLToPath(source)
    : SCHEME.test(source) ? path.join(root, source.replace(SCHEME, ''))
      : path.resolve(directory, sourceRoot, source);
  return path.relative(root, whole).replace(/^(\.\.\/)+/, '');
}

/** What is known of a place by the map of its file, lines and columns from 1; undefined if there is none. */
function original(file, line, column, root) {
  const found = map(file);
  if (found === null) {
    return undefined;
  }
  const entry = found.map.findEntry(line - 1, column - 1);
  if (entry.originalSource === undefined) {
    return undefined;
  }
  return {
    file: named(entry.originalSource, found, root), line: entry.originalLine + 1, column: entry.originalColumn + 1,
  };
}

module.exports = { original };
