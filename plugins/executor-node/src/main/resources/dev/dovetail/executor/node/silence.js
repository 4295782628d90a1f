'use strict';
// What is printed while a call is replayed was printed when it was live.

let silent = false;

/** From now on, what is printed goes nowhere as long as one of these calls is replayed. Several calls at once see to it. */
function silence(calls) {
  if (silent) {
    return;
  }
  silent = true;
  for (const stream of [process.stdout, process.stderr]) {
    const plain = stream.write;
    stream.write = function write(chunk, encoding, callback) {
      // where several run, it is not known here which of them prints
      if (calls.size !== 1 || !calls.values().next().value.replaying) {
        return plain.call(this, chunk, encoding, callback);
      }
      const done = typeof encoding === 'function' ? encoding : callback;
      if (typeof done === 'function') {
        process.nextTick(done);
      }
      return true;
    };
  }
}

module.exports = { silence };
