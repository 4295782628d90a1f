'use strict';
// The way out is a proxy on a Unix socket, and what clients know are proxies on TCP: a port of the loopback passes on to it.
const http = require('http');
const net = require('net');

/** Ends when the variables lead there by which clients find proxies; those that the function sets are left. */
function open(socket) {
  const server = net.createServer({ allowHalfOpen: true }, (client) => {
    const proxy = net.connect({ path: socket, allowHalfOpen: true });
    for (const [from, to] of [[client, proxy], [proxy, client]]) {
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroySoon());
      from.pipe(to);
    }
  });
  server.unref();
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = 'http://127.0.0.1:' + server.address().port;
      const found = { HTTP_PROXY: address, HTTPS_PROXY: address, NO_PROXY: '127.0.0.1,localhost' };
      for (const [name, value] of Object.entries(found)) {
        for (const each of [name, name.toLowerCase()]) {
          process.env[each] = process.env[each] || value;
        }
      }
      if (http.setGlobalProxyFromEnv !== undefined) {
        http.setGlobalProxyFromEnv(); // where Node's own clients can be told
      }
      resolve();
    });
  });
}

module.exports = { open };
