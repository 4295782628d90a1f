;; Answers its input with the time of the host: {"input": ..., "at": ...}.
(module
  (import "dovetail" "call" (func $call (param i32 i32 i32 i32) (result i64)))
  (import "dovetail" "fail" (func $fail (param i32 i32)))

  (memory (export "memory") 1)
  (data (i32.const 16) "now")
  (data (i32.const 32) "{\"input\":")
  (data (i32.const 48) ",\"at\":")
  (data (i32.const 64) "}")

  (global $next (mut i32) (i32.const 1024))

  ;; memory is never given back: it goes with the call
  (func $alloc (export "alloc") (param $size i32) (result i32)
    (local $at i32)
    (local.set $at (global.get $next))
    (global.set $next
      (i32.and (i32.add (i32.add (local.get $at) (local.get $size)) (i32.const 7)) (i32.const -8)))
    (block $enough
      (loop $more
        (br_if $enough (i32.le_u (global.get $next) (i32.mul (memory.size) (i32.const 65536))))
        (br_if $more (i32.ge_s (memory.grow (i32.const 1)) (i32.const 0)))
        (return (i32.const 0))))
    (local.get $at))

  (func $append (param $to i32) (param $from i32) (param $size i32) (result i32)
    (memory.copy (local.get $to) (local.get $from) (local.get $size))
    (i32.add (local.get $to) (local.get $size)))

  (func (export "handler") (param $input i32) (param $size i32) (result i64)
    (local $now i64)
    (local $at i32)
    (local $length i32)
    (local $answer i32)
    (local $end i32)
    (local.set $now (call $call (i32.const 16) (i32.const 3) (i32.const 0) (i32.const 0)))
    (local.set $at (i32.wrap_i64 (i64.shr_u (local.get $now) (i64.const 32))))
    (local.set $length (i32.and (i32.wrap_i64 (local.get $now)) (i32.const 0x7fffffff)))
    ;; the highest bit of the length says that the host refused
    (if (i32.lt_s (i32.wrap_i64 (local.get $now)) (i32.const 0))
      (then (call $fail (local.get $at) (local.get $length))))
    (local.set $answer
      (call $alloc (i32.add (i32.add (local.get $size) (local.get $length)) (i32.const 32))))
    (local.set $end (call $append (local.get $answer) (i32.const 32) (i32.const 9)))
    (local.set $end (call $append (local.get $end) (local.get $input) (local.get $size)))
    (local.set $end (call $append (local.get $end) (i32.const 48) (i32.const 6)))
    (local.set $end (call $append (local.get $end) (local.get $at) (local.get $length)))
    (local.set $end (call $append (local.get $end) (i32.const 64) (i32.const 1)))
    (i64.or
      (i64.shl (i64.extend_i32_u (local.get $answer)) (i64.const 32))
      (i64.extend_i32_u (i32.sub (local.get $end) (local.get $answer))))))
