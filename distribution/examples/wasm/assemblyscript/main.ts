// Makes a short name for addresses of a title, a JSON string: "Hello, World!" becomes "hello-world".

// @ts-ignore: a decorator of AssemblyScript's
@external("dovetail", "log")
declare function log(level: i32, text: usize, length: i32): void;

const INFO: i32 = 2;

export function alloc(size: i32): usize {
  return heap.alloc(size);
}

export function handler(pointer: usize, length: i32): u64 {
  const title = String.UTF8.decodeUnsafe(pointer, length);
  if (!title.startsWith('"')) {
    throw new Error("expected a text, as \"Hello, World!\"");
  }
  let slug = "";
  let gap = false;
  for (let i = 1; i < title.length - 1; i++) {
    let c = title.charCodeAt(i);
    if (c == 0x5c) {
      // what is escaped is no part of a name
      i += title.charCodeAt(i + 1) == 0x75 ? 5 : 1;
      c = 0x20;
    }
    if (c >= 0x41 && c <= 0x5a) {
      c += 0x20;
    }
    if ((c >= 0x61 && c <= 0x7a) || (c >= 0x30 && c <= 0x39)) {
      slug += (gap && slug.length > 0 ? "-" : "") + String.fromCharCode(c);
      gap = false;
    } else {
      gap = true;
    }
  }
  const words = String.UTF8.encode("made " + slug);
  log(INFO, changetype<usize>(words), words.byteLength);
  const answer = String.UTF8.encode('"' + slug + '"');
  return (<u64>changetype<usize>(answer) << 32) | answer.byteLength;
}
