;; Writes the number of its partition to standard output and into a file of its own in /outputs.
;;
;; partition.wasm is this module in binary form: wat2wasm partition.wat -o partition.wasm
(module
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $environ_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_get" (func $fd_prestat_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))

  (memory (export "memory") 4)
  ;; 0: count of variables, 4: bytes of variables, 8: a list of one buffer, 16 to 31: what calls return.
  ;; From 1024 the text, from 2048 pointers to the variables, from 65536 the variables.
  (data (i32.const 32) "BACALHAU_PARTITION_INDEX=")
  (data (i32.const 1024) "partition ")

  ;; The length of the text up to its zero.
  (func $length (param $text i32) (result i32)
    (local $count i32)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (i32.load8_u (i32.add (local.get $text) (local.get $count)))))
        (local.set $count (i32.add (local.get $count) (i32.const 1)))
        (br $next)))
    (local.get $count))

  ;; Whether a variable is the one that we look for.
  (func $is_index (param $variable i32) (result i32)
    (local $offset i32)
    (loop $next
      (if (i32.ne
            (i32.load8_u (i32.add (local.get $variable) (local.get $offset)))
            (i32.load8_u (i32.add (i32.const 32) (local.get $offset))))
        (then (return (i32.const 0))))
      (local.set $offset (i32.add (local.get $offset) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $offset) (i32.const 25))))
    (i32.const 1))

  ;; Ends the program unless a call succeeded.
  (func $check (param $code i32)
    (if (local.get $code) (then (call $proc_exit (local.get $code)))))

  ;; Appends bytes to the text at 1024 and returns its new end.
  (func $append (param $end i32) (param $from i32) (param $count i32) (result i32)
    (memory.copy (local.get $end) (local.get $from) (local.get $count))
    (i32.add (local.get $end) (local.get $count)))

  ;; The descriptor of /outputs, which is the folder whose name has eight letters; the other one is the root.
  (func $outputs (result i32)
    (local $descriptor i32)
    (local.set $descriptor (i32.const 3))
    (loop $next
      (call $check (call $fd_prestat_get (local.get $descriptor) (i32.const 24)))
      (if (i32.eq (i32.load (i32.const 28)) (i32.const 8)) (then (return (local.get $descriptor))))
      (local.set $descriptor (i32.add (local.get $descriptor) (i32.const 1)))
      (br $next))
    (unreachable))

  (func (export "_start")
    (local $position i32) (local $variable i32) (local $end i32)
    (call $check (call $environ_sizes_get (i32.const 0) (i32.const 4)))
    (call $check (call $environ_get (i32.const 2048) (i32.const 65536)))
    (block $found
      (loop $next
        (if (i32.ge_u (local.get $position) (i32.load (i32.const 0))) (then (call $proc_exit (i32.const 1))))
        (local.set $variable (i32.load (i32.add (i32.const 2048) (i32.shl (local.get $position) (i32.const 2)))))
        (br_if $found (call $is_index (local.get $variable)))
        (local.set $position (i32.add (local.get $position) (i32.const 1)))
        (br $next)))
    ;; The value follows the name and the equals sign.
    (local.set $variable (i32.add (local.get $variable) (i32.const 25)))
    (local.set $end
      (call $append (i32.const 1034) (local.get $variable) (call $length (local.get $variable))))
    (i32.store8 (local.get $end) (i32.const 10))
    (local.set $end (i32.add (local.get $end) (i32.const 1)))
    (i32.store (i32.const 8) (i32.const 1024))
    (i32.store (i32.const 12) (i32.sub (local.get $end) (i32.const 1024)))
    (call $check (call $fd_write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 16)))
    ;; The file is made (1), with the right to write (64), and is named by the number.
    (call $check
      (call $path_open
        (call $outputs) (i32.const 0) (local.get $variable) (call $length (local.get $variable)) (i32.const 1)
        (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 16)))
    (call $check
      (call $fd_write (i32.load (i32.const 16)) (i32.const 8) (i32.const 1) (i32.const 20)))))
