#!/usr/bin/env bash
# Builds the examples, each in its folder. With --check, builds them elsewhere and compares what comes out with what is
# committed; what cannot be built here is skipped in words, unless DOVETAIL_PROVE=all says that nothing may be.
set -euo pipefail
cd "$(dirname "$0")"

# the modules are the same, byte for byte, only if the compilers are
clang_major=14

check=false
[ "${1:-}" = --check ] && check=true
skipped=()

skip() {
  if [ "${DOVETAIL_PROVE:-}" = all ]; then
    echo "not built: $*" >&2
    exit 1
  fi
  skipped+=("$*")
}

build_c() { # folder
  clang --target=wasm32 -std=c11 -Oz -Wall -Wextra -Werror -Wno-unused-function -nostdlib -fno-builtin \
    -ffile-prefix-map="$PWD=." -Wl,--no-entry -Wl,--strip-all -Wl,-z,stack-size=8192 -o "$1/main.wasm" c/main.c
}

build_assemblyscript() { # folder
  local work
  work=$(mktemp -d)
  cp assemblyscript/package.json assemblyscript/package-lock.json assemblyscript/main.ts "$work"
  (cd "$work" && npm ci --silent --no-audit --no-fund && npm run --silent build)
  cp "$work/main.wasm" "$1/main.wasm"
  rm -rf "$work"
}

compare() { # name
  local name=$1 made
  made=$(mktemp -d)
  "build_$name" "$made"
  if ! cmp -s "$made/main.wasm" "$name/main.wasm"; then
    echo "$name/main.wasm is not what $name builds: $(sha256sum < "$made/main.wasm") instead of $(sha256sum < "$name/main.wasm")" >&2
    exit 1
  fi
  rm -rf "$made"
  echo "$name: as committed"
}

each() { # name
  if $check; then compare "$1"; else "build_$1" "$1"; fi
}

if command -v clang > /dev/null && command -v wasm-ld > /dev/null; then
  major=$(clang -dumpversion | cut -d. -f1)
  if $check && [ "$major" != "$clang_major" ]; then
    skip "c: clang $major is here, and the committed module is clang $clang_major's"
  else
    each c
  fi
else
  skip "c: needs clang and wasm-ld (Debian: apt-get install clang lld)"
fi

if command -v npm > /dev/null; then
  each assemblyscript
else
  skip "assemblyscript: needs npm"
fi

if $check; then
  sha256sum --check --quiet SHA256SUMS
else
  sha256sum c/main.wasm assemblyscript/main.wasm > SHA256SUMS
fi
for each in "${skipped[@]}"; do
  echo "skipped: $each"
done
