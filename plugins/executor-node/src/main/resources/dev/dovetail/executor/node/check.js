'use strict';
// Looks at a file without running it: a line of JSON for each problem.
const fs = require('fs');
const path = require('path');
const vm = require('vm');

const [file, name] = process.argv.slice(2);
const PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname'];

function problem(code, message, more) {
  process.stdout.write(JSON.stringify({ code, message, ...more }) + '\n');
}

function isModule() {
  if (file.endsWith('.mjs')) {
    return true;
  }
  if (file.endsWith('.cjs')) {
    return false;
  }
  for (let at = path.dirname(file); ; at = path.dirname(at)) {
    try {
      return JSON.parse(fs.readFileSync(path.join(at, 'package.json'), 'utf8')).type === 'module';
    } catch (absent) {
      if (at === path.dirname(at)) {
        return false;
      }
    }
  }
}

/** What Node itself says of the file, which it does not run: errors in modules of the newer kind do not say where they are. */
function told() {
  return String(require('child_process').spawnSync(process.execPath, ['--check', file], { encoding: 'utf8' }).stderr);
}

function syntax(source) {
  try {
    if (isModule()) {
      new vm.SourceTextModule(source, { identifier: file });
    } else {
      vm.compileFunction(source, PARAMETERS, { filename: file });
    }
    return true;
  } catch (error) {
    const stack = isModule() ? told() : String(error.stack);
    const line = /:(\d+)$/.exec(stack.split('\n', 1)[0]);
    const column = /^( *)\^/m.exec(stack);
    problem('SYNTAX_ERROR', error.name + ': ' + error.message, {
      line: line ? Number(line[1]) : 0,
      column: column ? column[1].length + 1 : 0,
    });
    return false;
  }
}

/** Whether the export is written down somewhere, or may come from where this does not look. */
function exports_(source) {
  const word = name.replace(/[$]/g, '\\$&');
  const indirect = /module\.exports\s*=\s*(?!\{)|Object\.(assign|definePropert)|export\s*\*|__export|exports\s*\[/;
  const named = new RegExp('(exports\\s*\\.\\s*' + word + '\\b)|(["\']?\\b' + word + '\\b["\']?\\s*[:,}(])|(export\\b[^;]*\\b' + word + '\\b)');
  return indirect.test(source) || named.test(source);
}

const source = fs.readFileSync(file, 'utf8').replace(/^#!.*/, '');
if (syntax(source) && !exports_(source)) {
  problem('HANDLER_NOT_FOUND', 'The file exports no "' + name + '"', {
    remedy: 'write: ' + (isModule() ? 'export const ' : 'exports.') + name + ' = async (event, context) => { ... };',
  });
}
