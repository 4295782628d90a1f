;; Reads its streamed input to the end, and returns the pieces in an array.
(module
  (import "dovetail" "call" (func $call (param i32 i32 i32 i32) (result i64)))
  (import "dovetail" "fail" (func $fail (param i32 i32)))
  (memory (export "memory") 1)
  (global $next (mut i32) (i32.const 4096))

  ;; memory is never given back: it goes with the guest
  (func $alloc (export "alloc") (param $size i32) (result i32)
    (local $at i32)
    (local.set $at (global.get $next))
    (global.set $next
      (i32.and (i32.add (i32.add (global.get $next) (local.get $size)) (i32.const 7)) (i32.const -8)))
    (block $enough
      (loop $more
        (br_if $enough (i32.le_u (global.get $next) (i32.mul (memory.size) (i32.const 65536))))
        (br_if $more (i32.ge_s (memory.grow (i32.const 1)) (i32.const 0)))
        (return (i32.const 0))))
    (local.get $at))

  (func $pack (param $at i32) (param $size i32) (result i64)
    (i64.or
      (i64.shl (i64.extend_i32_u (local.get $at)) (i64.const 32))
      (i64.extend_i32_u (local.get $size))))

  ;; ends the call with the host's error, if it is one: the highest bit of the length tells
  (func $check (param $answer i64) (result i64)
    (if (i32.wrap_i64 (i64.and (local.get $answer) (i64.const 0x80000000)))
      (then
        (call $fail
          (i32.wrap_i64 (i64.shr_u (local.get $answer) (i64.const 32)))
          (i32.wrap_i64 (i64.and (local.get $answer) (i64.const 0x7fffffff))))))
    (local.get $answer))
  (data (i32.const 16) "read")
  (data (i32.const 48) "{}")
  (data (i32.const 64) "[")
  (data (i32.const 80) ",")
  (data (i32.const 96) "]")

  (global $end (mut i32) (i32.const 1024))

  (func $append (param $part i64)
    (local $size i32)
    (local.set $size (i32.wrap_i64 (i64.and (local.get $part) (i64.const 0x7fffffff))))
    (memory.copy
      (global.get $end) (i32.wrap_i64 (i64.shr_u (local.get $part) (i64.const 32))) (local.get $size))
    (global.set $end (i32.add (global.get $end) (local.get $size))))

  (func (export "handler") (param i32 i32) (result i64)
    (local $answer i64)
    (local $at i32)
    (call $append (call $pack (i32.const 64) (i32.const 1)))
    (block $end
      (loop $more
        (local.set $answer
          (call $check (call $call (i32.const 16) (i32.const 4) (i32.const 48) (i32.const 2))))
        (local.set $at (i32.wrap_i64 (i64.shr_u (local.get $answer) (i64.const 32))))
        ;; null, and not {"data":...}
        (br_if $end (i32.eq (i32.load8_u (local.get $at)) (i32.const 110)))
        (if (i32.ne (global.get $end) (i32.const 1025))
          (then (call $append (call $pack (i32.const 80) (i32.const 1)))))
        (call $append
          (call $pack
            (i32.add (local.get $at) (i32.const 8))
            (i32.sub (i32.wrap_i64 (i64.and (local.get $answer) (i64.const 0x7fffffff))) (i32.const 9))))
        (br $more)))
    (call $append (call $pack (i32.const 96) (i32.const 1)))
    (call $pack (i32.const 1024) (i32.sub (global.get $end) (i32.const 1024))))
)
