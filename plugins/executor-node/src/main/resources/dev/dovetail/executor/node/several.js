'use strict';
// Several calls at once: what they print is told apart by the chain of callbacks that it comes from.
const { AsyncLocalStorage } = require('async_hooks');
const { KINDS } = require('./wire.js');

function within(link) {
  const running = new AsyncLocalStorage();
  for (const stream of [process.stdout, process.stderr]) {
    const plain = stream.write.bind(stream);
    stream.write = (chunk, encoding, callback) => {
      const call = running.getStore();
      if (call === undefined || call.over) {
        return plain(chunk, encoding, callback);
      }
      const done = typeof encoding === 'function' ? encoding : callback;
      if (typeof done === 'function') {
        process.nextTick(done);
      }
      if (call.replaying) {
        return true;
      }
      const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
      link.send(KINDS.NOTE, JSON.stringify({ call: call.id, note: 'line', text }));
      return true;
    };
  }
  return (call, task) => running.run(call, task);
}

module.exports = { within };
