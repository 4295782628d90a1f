;; Not valid once the test has changed it.
(module
;; the test makes the constant of the third function an instruction that leaves nothing
  (memory (export "memory") 1)
  (func $alloc (export "alloc") (param i32) (result i32)
    (i32.const 16))
  (func $fine (result i32)
    (i32.const 1))
  (func $wrong (result i32)
    (i32.const 77))
  (func (export "handler") (param i32 i32) (result i64)
    (i64.const 0))
)
