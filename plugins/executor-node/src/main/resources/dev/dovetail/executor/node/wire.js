'use strict';
// Frames over a Unix domain socket or over the standard streams. The protocol is docs/worker-protocol.md.
const net = require('net');

const KINDS = {
  HELLO: 1, INIT: 2, READY: 3, INVOKE: 4, RESULT: 5, ERROR: 6, NOTE: 7, ASK: 8, NEXT: 9, REPLY: 10, STOP: 11, PING: 12,
  PONG: 13, CLOSE: 14,
};
const PREFIX = 9;
const settled = Promise.resolve();
const PIECE = 1 << 16;
const exit = process.exit.bind(process);

class Link {
  /** @param heard is called with kind, header and payload, the last as text */
  constructor(heard) {
    this.heard = heard;
    this.rest = null;
    this.held = []; // frames that go out together
    this.flush = () => this.write();
  }

  connect(address, token) {
    const onread = { buffer: Buffer.allocUnsafeSlow(PIECE), callback: (count, buffer) => this.read(buffer, count) };
    const gone = () => exit(0);
    if (address === 'stdio') {
      this.socket = new net.Socket({ fd: 1, readable: false, writable: true });
      const input = new net.Socket({ fd: 0, readable: true, writable: false });
      input.on('data', (bytes) => this.take(bytes)).on('end', gone).on('error', gone);
      this.socket.on('error', gone);
      // what the function prints must not get among the frames
      Object.defineProperty(process, 'stdout', { get: () => process.stderr, configurable: true });
    } else {
      this.socket = net.connect({ path: address, onread });
      this.socket.on('end', gone).on('error', gone);
    }
    const said = { protocol: [1], token, pid: process.pid, runtime: 'node ' + process.versions.node };
    this.send(KINDS.HELLO, JSON.stringify(said));
  }

  /**
   * Sends it together with what is sent before the engine looks for events again: each write wakes whoever reads, which costs more
   * than all else of a short call.
   */
  gather(kind, header, payload) {
    const frame = this.frame(kind, header, payload);
    if (frame.length > PIECE) {
      this.write();
      this.socket.write(frame);
    } else if (this.held.push(frame) === 1) {
      settled.then(this.flush);
    }
  }

  /** @param header as JSON @param payload text or bytes, or nothing */
  send(kind, header, payload) {
    this.held.push(this.frame(kind, header, payload));
    this.write();
  }

  write() {
    const held = this.held;
    if (held.length > 0) {
      this.held = [];
      this.socket.write(held.length === 1 ? held[0] : Buffer.concat(held));
    }
  }

  frame(kind, header, payload) {
    const head = Buffer.byteLength(header);
    const text = typeof payload === 'string';
    const body = payload === undefined ? 0 : text ? Buffer.byteLength(payload) : payload.length;
    const frame = Buffer.allocUnsafe(PREFIX + head + body);
    frame.writeUInt32BE(PREFIX - 4 + head + body, 0);
    frame[4] = kind;
    frame.writeUInt32BE(head, 5);
    frame.utf8Write(header, PREFIX, head);
    if (text) {
      frame.utf8Write(payload, PREFIX + head, body);
    } else if (body > 0) {
      frame.set(payload, PREFIX + head);
    }
    return frame;
  }

  /** Takes from the buffer that is used again for the next bytes. */
  read(buffer, count) {
    if (this.rest === null) {
      const used = this.frames(buffer, 0, count);
      if (used < count) {
        this.keep(Buffer.from(buffer.subarray(used, count)));
      }
    } else {
      this.take(Buffer.from(buffer.subarray(0, count)));
    }
    return true;
  }

  take(bytes) {
    if (this.rest === null) {
      this.keep(bytes);
    } else {
      this.rest.pieces.push(bytes);
      this.rest.have += bytes.length;
    }
    if (this.rest.have >= this.rest.need) {
      const all = Buffer.concat(this.rest.pieces, this.rest.have);
      this.rest = null;
      const used = this.frames(all, 0, all.length);
      if (used < all.length) {
        this.keep(all.subarray(used));
      }
    }
  }

  keep(bytes) {
    const need = bytes.length < 4 ? PREFIX : 4 + bytes.readUInt32BE(0);
    this.rest = { pieces: [bytes], have: bytes.length, need };
  }

  /** Hands over the frames that are complete; answers where the first one begins that is not. */
  frames(buffer, from, to) {
    let at = from;
    while (to - at >= PREFIX) {
      const end = at + 4 + buffer.readUInt32BE(at);
      if (end > to) {
        break;
      }
      const body = at + PREFIX + buffer.readUInt32BE(at + 5);
      const header = body > at + PREFIX ? JSON.parse(buffer.utf8Slice(at + PREFIX, body)) : {};
      this.heard(buffer[at + 4], header, buffer.utf8Slice(body, end));
      at = end;
    }
    return at;
  }
}

module.exports = { KINDS, Link };
