'use strict';
// Packages of layers for modules of the newer kind: for those Node looks in the folders above a file only.
const module_ = require('module');
const { pathToFileURL } = require('url');

/** Runs on a thread of Node's: what is not found from a file is looked for as from one of a layer. */
const HOOK = `
export async function resolve(specifier, context, next) {
  try {
    return await next(specifier, context);
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND' || /^[./]|^[a-z]+:/.test(specifier)) {
      throw error;
    }
    for (const parentURL of PARENTS) {
      try {
        return await next(specifier, { ...context, parentURL });
      } catch (absent) {
        // maybe the next one has it
      }
    }
    throw error;
  }
}`;

/** @param directories in which a node_modules may be, the first that has a package counts */
function importable(directories) {
  if (module_.register === undefined) {
    return; // of an older Node only require finds them
  }
  const parents = directories.map((each) => pathToFileURL(each + '/any.js').href);
  const source = HOOK.replace('PARENTS', () => JSON.stringify(parents));
  module_.register('data:text/javascript,' + encodeURIComponent(source));
}

module.exports = { importable };
