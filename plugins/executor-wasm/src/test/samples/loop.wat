;; Reports progress once and then computes for ever.
(module
  (import "dovetail" "call" (func $call (param i32 i32 i32 i32) (result i64)))
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
  (data (i32.const 16) "progress")
  (data (i32.const 32) "{\"fraction\":0.5}")

  (func (export "handler") (param i32 i32) (result i64)
    (drop (call $call (i32.const 16) (i32.const 8) (i32.const 32) (i32.const 16)))
    (loop $ever
      (br $ever))
    (i64.const 0))
)
