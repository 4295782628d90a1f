package dev.dovetail.executor.wasm;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.host.HostNote;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The imports of the module {@code dovetail}, by which guests ask the host: texts and JSON go in as pointer and length, and
 * come back in memory that the guest's own {@code alloc} made. And {@code env.abort}, by which AssemblyScript fails.
 */
final class HostImports {
    private static final String MODULE = "dovetail";
    /** What {@code env} answers when there is no such variable. */
    private static final long NOTHING = -1;

    private static final List<String> LEVELS = List.of("trace", "debug", "info", "warn", "error");
    private static final int LONGEST_MESSAGE = 64 << 10;

    private HostImports() {}

    static List<Imports.Import> all() {
        return List.of(
                Imports.function(MODULE, "log", "iii", "", HostImports::log),
                Imports.function(MODULE, "fail", "ii", "", HostImports::fail),
                Imports.function(MODULE, "env", "ii", "I", HostImports::env),
                Imports.function(MODULE, "http_fetch", "ii", "I", (guest, a) -> call(guest, "http_fetch", a, 0)),
                Imports.function(MODULE, "db_query", "iiii", "I", HostImports::query),
                Imports.function(MODULE, "call", "iiii", "I", (guest, a) -> call(guest, guest.text(a[0], a[1]), a, 2)),
                Imports.function(MODULE, "begin", "iiii", "I", HostImports::begin),
                Imports.function(
                        MODULE,
                        "await",
                        "I",
                        "I",
                        (guest, a) -> guest.give(guest.calling().await(a[0]))),
                Imports.function("env", "abort", "iiii", "", HostImports::abort));
    }

    private static long log(Guest guest, long[] a) {
        int level = (int) a[0];
        if (level < 0 || level >= LEVELS.size()) {
            throw Trouble.code("log: not a level: " + level + "; expected 0 for trace, 1 for debug, 2 for info, 3 for"
                    + " warning, 4 for error");
        }
        String message = guest.text(a[1], Math.min(Integer.toUnsignedLong((int) a[2]), LONGEST_MESSAGE));
        guest.calling().tell(new HostNote.Log(HostCalls.level(LEVELS.get(level)), message, Bytes.utf8("{}")));
        return 0;
    }

    private static long fail(Guest guest, long[] a) {
        throw Trouble.code(guest.text(a[0], Math.min(Integer.toUnsignedLong((int) a[1]), LONGEST_MESSAGE)));
    }

    private static long env(Guest guest, long[] a) {
        String value = guest.calling().launch().environment().get(guest.text(a[0], a[1]));
        return value == null ? NOTHING : guest.give(new Reply(false, Bytes.utf8(value)));
    }

    private static long call(Guest guest, String name, long[] a, int from) {
        byte[] arguments = guest.bytes(a[from], a[from + 1]);
        return guest.give(guest.calling().call(name, arguments, guest.place()));
    }

    private static long begin(Guest guest, long[] a) {
        return guest.calling().begin(guest.text(a[0], a[1]), guest.bytes(a[2], a[3]), guest.place());
    }

    private static long query(Guest guest, long[] a) {
        ByteArrayOutputStream arguments = new ByteArrayOutputStream();
        arguments.writeBytes("{\"sql\":".getBytes(StandardCharsets.UTF_8));
        arguments.writeBytes(Json.text(guest.text(a[0], a[1])).bytes().toArray());
        arguments.writeBytes(",\"params\":".getBytes(StandardCharsets.UTF_8));
        byte[] parameters = guest.bytes(a[2], a[3]);
        arguments.writeBytes(parameters.length == 0 ? "[]".getBytes(StandardCharsets.UTF_8) : parameters);
        arguments.write('}');
        return guest.give(guest.calling().call("db_query", arguments.toByteArray(), guest.place()));
    }

    /** Texts are AssemblyScript's: UTF-16, their length in bytes in the four bytes before them. */
    private static long abort(Guest guest, long[] a) {
        String message = a[0] == 0 ? "abort" : utf16(guest, (int) a[0]);
        String file = a[1] == 0 ? "" : utf16(guest, (int) a[1]);
        Place place = new Place(file, (int) a[2], (int) a[3]);
        throw new Trouble(new Fault(
                Fault.CODE,
                Fault.Owner.FUNCTION,
                message,
                Bytes.utf8("{}"),
                file.isEmpty() ? Optional.empty() : Optional.of(place)));
    }

    private static String utf16(Guest guest, int pointer) {
        byte[] size = guest.bytes(pointer - 4L, 4);
        int length = (size[0] & 0xff) | (size[1] & 0xff) << 8 | (size[2] & 0xff) << 16 | (size[3] & 0xff) << 24;
        return new String(guest.bytes(pointer, Math.clamp(length, 0, LONGEST_MESSAGE)), StandardCharsets.UTF_16LE);
    }
}
