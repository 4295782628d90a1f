package dev.dovetail.distribution;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Modules that try what they must not be able to do; their text. */
final class Hostile {
    private static final String SPIN = "(loop $ever (br $ever))";

    /** The moods of {@link #MOODY}, each a digit that is its input. */
    enum Mood {
        FINE("(return (call $pack (local.get $at) (local.get $size)))"),
        TRAPS("unreachable"),
        OUT_OF_BOUNDS("(drop (i32.load (i32.const -4)))"),
        BABBLES("(return (call $pack (i32.const 2048) (i32.const 7)))"),
        ANSWERS_FROM_NOWHERE("(return (i64.const 0x7fffffff00000010))"),
        ANSWERS_TOO_MUCH("(drop (memory.grow (i32.const 200)))"
                + "(memory.fill (i32.const 65536) (i32.const 49) (i32.const 7000000))"
                + "(return (call $pack (i32.const 65536) (i32.const 7000000)))"),
        RECURS("(call $down (i64.const 1)) drop"),
        GIVES_UP("(call $fail (i32.const 2048) (i32.const 7))"),
        GROWS("(loop $more (br_if $more (i32.ge_s (memory.grow (i32.const 64)) (i32.const 0)))) unreachable"),
        SPINS(SPIN);

        private final String body;

        Mood(String body) {
            this.body = body;
        }

        String input() {
            return "" + ordinal();
        }
    }

    /** Does what its input, a digit, says. */
    static final String MOODY = moody();

    /** Calls that never end by themselves, by where they are when they do not. */
    static final Map<String, String> ENDLESS = Map.of(
            "start", Guests.module("", "(func $s " + SPIN + ") (start $s)" + body("(i64.const 0)")),
            "initialize", Guests.module("", "(func (export \"_initialize\") " + SPIN + ")" + body("(i64.const 0)")),
            "alloc",
                    "(module (memory (export \"memory\") 1) (func (export \"alloc\") (param i32) (result i32) " + SPIN
                            + " (i32.const 8)) (func (export \"handler\") (param i32 i32) (result i64) (i64.const 0)))",
            "handler", Guests.handler(SPIN + "(i64.const 0)"),
            "fill",
                    Guests.handler("(loop $l (memory.fill (i32.const 20000) (i32.const 1) (i32.const 40000)) (br $l))"
                            + "(i64.const 0)"),
            "log",
                    Guests.handler(
                            Guests.data(2048, "again"),
                            "(loop $l (call $log (i32.const 2) " + Guests.span(2048, "again")
                                    + ") (br $l)) (i64.const 0)"),
            "await",
                    Guests.handler(
                            Guests.data(2048, "sleep") + Guests.data(2100, "{\"ms\":60000}"),
                            "(call $await (call $begin " + Guests.span(2048, "sleep")
                                    + Guests.span(2100, "{\"ms\":60000}") + "))"),
            "poll",
                    Guests.handler(
                            "(import \"wasi_snapshot_preview1\" \"poll_oneoff\""
                                    + " (func $poll (param i32 i32 i32 i32) (result i32)))",
                            "",
                            "(i32.store (i32.const 2064) (i32.const 1)) (i64.store (i32.const 2072)"
                                    + " (i64.const 60000000000)) (drop (call $poll (i32.const 2048) (i32.const 2200)"
                                    + " (i32.const 1) (i32.const 2300))) (i64.const 0)"));

    /** Calls that take more memory than they may, and then cannot go on. */
    static final Map<String, String> GREEDY = Map.of(
            "handler", Guests.handler(Mood.GROWS.body),
            "start", Guests.module("", "(func $s " + Mood.GROWS.body + ") (start $s)" + body("(i64.const 0)")),
            "reply",
                    Guests.handler(
                            Guests.data(2048, "now"),
                            "(loop $more (br_if $more (i32.ge_s (memory.grow (i32.const 1)) (i32.const 0))))"
                                    + "(loop $l (drop (call $call " + Guests.span(2048, "now")
                                    + " (i32.const 0) (i32.const 0))) (drop (call $alloc (i32.const 0x1000000))) (br $l))"
                                    + "(i64.const 0)"));

    /** Grows as far as it may and leaves a mark everywhere. */
    static final String MARKING = Guests.handler(
            "(drop (memory.grow (i32.const 511))) (memory.fill (i32.const 65536) (i32.const 0x5e) (i32.const 0x1ff0000))"
                    + "(call $number (memory.size))");

    /** Grows as far, and counts what is not zero in memory that it never wrote to; then what its table has. */
    static final String SPYING = Guests.handler("(table $t 64 100000 funcref)", """
              (local $from i32) (local $found i32)
              (drop (memory.grow (i32.const 511)))
              (if (i32.ne (memory.size) (i32.const 512)) (then unreachable))
              (local.set $from (i32.const 65536))
              (loop $next
                (if (i64.ne (i64.load (local.get $from)) (i64.const 0))
                  (then (local.set $found (i32.add (local.get $found) (i32.const 1)))))
                (local.set $from (i32.add (local.get $from) (i32.const 8)))
                (br_if $next (i32.lt_u (local.get $from) (i32.const 0x2000000))))
              (drop (table.grow $t (ref.null func) (i32.const 9000)))
              (local.set $from (i32.const 0))
              (loop $next
                (if (i32.eqz (ref.is_null (table.get $t (local.get $from))))
                  (then (local.set $found (i32.add (local.get $found) (i32.const 1)))))
                (local.set $from (i32.add (local.get $from) (i32.const 1)))
                (br_if $next (i32.lt_u (local.get $from) (table.size $t))))
              (call $number (local.get $found))
            """);

    /** Its input, if nobody was there before it, and nobody touches what it keeps while it waits; else it fails. */
    static final String ALONE = Guests.handler(
            "(table $t 2 100 funcref) (global $mine (mut i32) (i32.const 0)) (elem declare func $alloc)"
                    + "(data $once \"\\07\")" + Guests.data(2048, "sleep") + Guests.data(2100, "{\"ms\":20}")
                    + Guests.data(2200, "somebody was here before") + Guests.data(2300, "somebody came in between"),
            """
              (local $sum i32)
              (local.set $sum (i32.add (i32.load8_u (local.get $at))
                (i32.mul (i32.const 256) (i32.load8_u (i32.add (local.get $at) (i32.const 2))))))
              (memory.init $once (i32.const 12000) (i32.const 0) (i32.const 1))
              (if (i32.or (i32.or (global.get $mine) (i32.load (i32.const 9000)))
                    (i32.or (i32.ne (table.size $t) (i32.const 2)) (i32.ne (memory.size) (i32.const 1))))
                (then (call $fail (i32.const 2200) (i32.const 24))))
              (global.set $mine (local.get $sum))
              (i32.store (i32.const 9000) (local.get $sum))
              (drop (table.grow $t (ref.func $alloc) (i32.const 1)))
              (drop (memory.grow (i32.const 1)))
              (data.drop $once)
              (drop (call $call (i32.const 2048) (i32.const 5) (i32.const 2100) (i32.const 9)))
              (if (i32.or (i32.or (i32.ne (global.get $mine) (local.get $sum))
                      (i32.ne (i32.load (i32.const 9000)) (local.get $sum)))
                    (i32.or (i32.ne (table.size $t) (i32.const 3)) (i32.ne (memory.size) (i32.const 2))))
                (then (call $fail (i32.const 2300) (i32.const 24))))
              (call $pack (local.get $at) (local.get $size))
            """);

    /** What reaches out of the memory, itself or by asking the host to. */
    static final List<String> WAYS_OUT = List.of(
            "(drop (i64.load offset=0xffffffff (i32.const -1)))",
            "(i32.store (i32.const 65533) (i32.const 1))",
            "(memory.copy (i32.const 0) (i32.const 65530) (i32.const 100))",
            "(memory.fill (i32.const 65530) (i32.const 0) (i32.const -1))",
            "(call $log (i32.const 2) (i32.const -16) (i32.const 64))",
            "(call $log (i32.const 2) (i32.const 65530) (i32.const 1000))",
            "(drop (call $call (i32.const 0x7ffffff0) (i32.const 5) (i32.const 0) (i32.const 0)))",
            "(drop (call $call (i32.const 2048) (i32.const 5) (i32.const -1) (i32.const -1)))",
            "(return (i64.const -1))",
            "(call_indirect (i32.const 99))",
            "(call_indirect (i32.const 1))",
            "(call_indirect (i32.const 0))");

    /** What modules might want of others, or of the machine, under names that somebody might have made. */
    private static final List<String> FOREIGN = List.of(
            "(import \"env\" \"memory\" (memory 1))",
            "(import \"other\" \"memory\" (memory 1))",
            "(import \"env\" \"__indirect_function_table\" (table 1 funcref))",
            "(import \"other\" \"secret\" (global i32))",
            "(import \"other\" \"handler\" (func (param i32 i32) (result i64)))",
            "(import \"env\" \"system\" (func (param i32) (result i32)))",
            "(import \"wasi_unstable\" \"path_open\" (func (param i32) (result i32)))",
            "(import \"wasi_snapshot_preview1\" \"sock_open\" (func (param i32) (result i32)))",
            "(import \"java.lang.System\" \"exit\" (func (param i32)))");

    /** Of WASI, with arguments: n is a descriptor, P and L are a path, what ends in L is an i64. */
    private static final List<String> FROM_0 = List.of(
            "path_open n 1 P L 0 -1L -1L 0 512",
            "path_open n 1 P L 9 -1L -1L 0 512",
            "path_create_directory n P L",
            "path_filestat_get n 1 P L 512",
            "path_link n 1 P L n P L",
            "path_readlink n P L 512 64 508",
            "path_remove_directory n P L",
            "path_rename n P L n P L",
            "path_symlink P L n P L",
            "path_unlink_file n P L",
            "fd_prestat_get n 512",
            "fd_prestat_dir_name n 512 64",
            "fd_readdir n 512 64 0L 508",
            "fd_pread n 504 1 0L 500",
            "fd_pwrite n 504 1 0L 500",
            "fd_allocate n 0L 64L",
            "fd_filestat_set_size n 64L",
            "fd_renumber n 1",
            "sock_accept n 0 512",
            "sock_recv n 504 1 0 512 508",
            "sock_send n 504 1 0 512",
            "sock_shutdown n 3");

    /** The same where the standard streams are allowed to. */
    private static final List<String> FROM_3 = List.of(
            "fd_read n 504 1 500",
            "fd_write n 504 1 500",
            "fd_fdstat_get n 512",
            "fd_filestat_get n 512",
            "fd_close n");

    private static final List<String> PATHS =
            List.of("/etc/passwd", "../../../../token", "/proc/self/environ", ".", "/");

    private static final int DESCRIPTORS = 16;

    /** How many calls {@link #opening} makes, and answers if all of them fail. */
    static final int OPENINGS = PATHS.size() * (FROM_0.size() * DESCRIPTORS + FROM_3.size() * (DESCRIPTORS - 3));

    private Hostile() {}

    private static String body(String handler) {
        return "(func (export \"handler\") (param i32 i32) (result i64) " + handler + ")";
    }

    private static String moody() {
        StringBuilder cases = new StringBuilder();
        for (Mood each : Mood.values()) {
            cases.append(
                    "(if (i32.eq (local.get $mood) (i32.const " + each.ordinal() + ")) (then " + each.body + "))\n");
        }
        return Guests.handler(
                Guests.data(2048, "nothing") + "(func $down (param $n i64) (result i64)"
                        + " (i64.add (call $down (local.get $n)) (i64.const 1)))",
                "(local $mood i32) (local.set $mood (i32.sub (i32.load8_u (local.get $at)) (i32.const 48)))" + cases
                        + "unreachable");
    }

    /** Modules that import what is not theirs. */
    static List<String> foreign() {
        return FOREIGN.stream()
                .map(each -> "(module " + each + (each.contains("(memory 1)") ? "" : "(memory (export \"memory\") 1)")
                        + "(func (export \"alloc\") (param i32) (result i32) (i32.const 8))" + body("(i64.const 0)")
                        + ")")
                .toList();
    }

    /** One module that reaches out of its memory in the way whose letter, from a on, its input is. */
    static String reaching() {
        StringBuilder ways = new StringBuilder();
        for (int i = 0; i < WAYS_OUT.size(); i++) {
            ways.append("(if (i32.eq (local.get $way) (i32.const " + i + ")) (then " + WAYS_OUT.get(i) + "))\n");
        }
        return Guests.handler(
                "(table 2 funcref) (elem (i32.const 0) $alloc)",
                "(local $way i32) (local.set $way (i32.sub (i32.load8_u (i32.add (local.get $at) (i32.const 1)))"
                        + " (i32.const 97)))" + ways + "(call $number (i32.const 1))");
    }

    /** Tries all of WASI that could open, read or change something; fails with the name of the first call that could. */
    static String opening() {
        Map<String, String> imports = new LinkedHashMap<>();
        StringBuilder data = new StringBuilder();
        StringBuilder code = new StringBuilder(
                "(i32.store (i32.const 504) (i32.const 520))" + "(i32.store (i32.const 508) (i32.const 64))");
        int at = 4096;
        for (String path : PATHS) {
            data.append(Guests.data(at, path));
            code.append("(call $try " + Guests.span(at, path) + ")");
            at += 64;
        }
        StringBuilder tries = new StringBuilder();
        for (List<String> list : List.of(FROM_0, FROM_3)) {
            tries.append("(local.set $n (i32.const " + (list == FROM_0 ? 0 : 3) + ")) (loop $each\n");
            for (String each : list) {
                data.append(Guests.data(at, each));
                tries.append(attempt(each, imports) + "(then (call $fail " + Guests.span(at, each) + ")))\n"
                        + "(global.set $tried (i32.add (global.get $tried) (i32.const 1)))\n");
                at += 64;
            }
            tries.append("(local.set $n (i32.add (local.get $n) (i32.const 1)))"
                    + "(br_if $each (i32.lt_u (local.get $n) (i32.const " + DESCRIPTORS + "))))\n");
        }
        return Guests.handler(
                String.join("", imports.values()),
                data + "(global $tried (mut i32) (i32.const 0))"
                        + "(func $try (param $p i32) (param $l i32) (local $n i32) " + tries + ")",
                code + "(call $number (global.get $tried))");
    }

    private static String attempt(String call, Map<String, String> imports) {
        String[] words = call.split(" ");
        StringBuilder types = new StringBuilder();
        StringBuilder arguments = new StringBuilder();
        for (int i = 1; i < words.length; i++) {
            boolean wide = words[i].length() > 1 && words[i].endsWith("L");
            types.append(wide ? " i64" : " i32");
            arguments.append(
                    switch (words[i]) {
                        case "n", "P", "L" -> "(local.get $" + words[i].toLowerCase(java.util.Locale.ROOT) + ")";
                        default ->
                            wide ? "(i64.const " + words[i].replace("L", "") + ")" : "(i32.const " + words[i] + ")";
                    });
        }
        imports.putIfAbsent(
                words[0],
                "(import \"wasi_snapshot_preview1\" \"" + words[0] + "\" (func $" + words[0] + " (param" + types
                        + ") (result i32)))");
        return "(if (i32.eqz (call $" + words[0] + arguments + ")) ";
    }
}
