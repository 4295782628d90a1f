package dev.dovetail.executor.wasm;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import run.endive.runtime.Memory;

/**
 * WASI preview 1 with nothing granted: the three standard streams, the environment, the clock and random bytes. There are
 * no arguments, no files and no sockets; what would need one answers that there is no such descriptor or capability.
 */
final class Wasi {
    static final String MODULE = "wasi_snapshot_preview1";

    private static final long SUCCESS = 0;
    private static final long BADF = 8;
    private static final long INVAL = 28;
    private static final long NOTSUP = 58;
    private static final long SPIPE = 70;
    private static final long NOTCAPABLE = 76;

    private static final int STREAMS = 3;
    private static final int CHARACTER_DEVICE = 2;
    private static final int FDSTAT_BYTES = 24;
    private static final int FILESTAT_BYTES = 64;
    private static final long RIGHT_READ = 1 << 1;
    private static final long RIGHT_WRITE = 1 << 6;
    private static final int CHUNK = 4096;
    /** Of one read or write. */
    private static final int MOST_PIECES = 1024;

    private static final SecureRandom RANDOM = new SecureRandom();

    private Wasi() {}

    static List<Imports.Import> all() {
        List<Imports.Import> all = new ArrayList<>(List.of(
                wasi("args_get", "ii", (guest, a) -> SUCCESS),
                wasi("args_sizes_get", "ii", (guest, a) -> sizes(guest, a, List.of())),
                wasi("environ_get", "ii", Wasi::environ),
                wasi("environ_sizes_get", "ii", (guest, a) -> sizes(guest, a, variables(guest))),
                wasi("clock_res_get", "ii", Wasi::resolution),
                wasi("clock_time_get", "iIi", Wasi::time),
                wasi("fd_close", "i", (guest, a) -> isStream(a) ? SUCCESS : BADF),
                wasi("fd_fdstat_get", "ii", Wasi::state),
                wasi("fd_fdstat_set_flags", "ii", (guest, a) -> isStream(a) ? SUCCESS : BADF),
                wasi("fd_filestat_get", "ii", Wasi::fileState),
                wasi("fd_read", "iiii", Wasi::read),
                wasi("fd_write", "iiii", Wasi::write),
                wasi("fd_seek", "iIii", (guest, a) -> isStream(a) ? SPIPE : BADF),
                wasi("fd_tell", "ii", (guest, a) -> isStream(a) ? SPIPE : BADF),
                wasi("poll_oneoff", "iiii", WasiPoll::poll),
                wasi("random_get", "ii", Wasi::random),
                wasi("sched_yield", "", (guest, a) -> SUCCESS),
                Imports.function(MODULE, "proc_exit", "i", "", Wasi::exit)));
        refusals()
                .forEach((name, refusal) -> all.add(wasi(name, refusal.parameters(), (guest, a) -> refusal.answer())));
        return all;
    }

    private static Imports.Import wasi(String name, String parameters, Imports.Body body) {
        return Imports.function(MODULE, name, parameters, "i", body);
    }

    private record Refusal(String parameters, long answer) {}

    private static Map<String, Refusal> refusals() {
        Map<String, Refusal> refusals = new TreeMap<>();
        // of descriptors that could only be files: there are none
        Map.ofEntries(
                        Map.entry("fd_advise", "iIIi"),
                        Map.entry("fd_allocate", "iII"),
                        Map.entry("fd_datasync", "i"),
                        Map.entry("fd_fdstat_set_rights", "iII"),
                        Map.entry("fd_filestat_set_size", "iI"),
                        Map.entry("fd_filestat_set_times", "iIIi"),
                        Map.entry("fd_pread", "iiiIi"),
                        Map.entry("fd_prestat_get", "ii"),
                        Map.entry("fd_prestat_dir_name", "iii"),
                        Map.entry("fd_pwrite", "iiiIi"),
                        Map.entry("fd_readdir", "iiiIi"),
                        Map.entry("fd_renumber", "ii"),
                        Map.entry("fd_sync", "i"),
                        Map.entry("path_create_directory", "iii"),
                        Map.entry("path_filestat_get", "iiiii"),
                        Map.entry("path_filestat_set_times", "iiiiIIi"),
                        Map.entry("path_link", "iiiiiii"),
                        Map.entry("path_open", "iiiiiIIii"),
                        Map.entry("path_readlink", "iiiiii"),
                        Map.entry("path_remove_directory", "iii"),
                        Map.entry("path_rename", "iiiiii"),
                        Map.entry("path_symlink", "iiiii"),
                        Map.entry("path_unlink_file", "iii"))
                .forEach((name, parameters) -> refusals.put(name, new Refusal(parameters, BADF)));
        Map.of("sock_accept", "iii", "sock_recv", "iiiiii", "sock_send", "iiiii", "sock_shutdown", "ii")
                .forEach((name, parameters) -> refusals.put(name, new Refusal(parameters, NOTCAPABLE)));
        refusals.put("proc_raise", new Refusal("i", NOTSUP));
        return refusals;
    }

    private static boolean isStream(long[] a) {
        return a[0] >= 0 && a[0] < STREAMS;
    }

    private static List<byte[]> variables(Guest guest) {
        return new TreeMap<>(guest.calling().launch().environment())
                .entrySet().stream()
                        .map(each -> (each.getKey() + "=" + each.getValue() + "\0").getBytes(StandardCharsets.UTF_8))
                        .toList();
    }

    private static long sizes(Guest guest, long[] a, List<byte[]> texts) {
        Memory memory = guest.memory();
        memory.writeI32((int) a[0], texts.size());
        memory.writeI32((int) a[1], texts.stream().mapToInt(text -> text.length).sum());
        return SUCCESS;
    }

    private static long environ(Guest guest, long[] a) {
        Memory memory = guest.memory();
        int pointers = (int) a[0];
        int characters = (int) a[1];
        for (byte[] variable : variables(guest)) {
            memory.writeI32(pointers, characters);
            memory.write(characters, variable);
            pointers += Integer.BYTES;
            characters += variable.length;
        }
        return SUCCESS;
    }

    private static long resolution(Guest guest, long[] a) {
        if (a[0] != WasiPoll.REALTIME && a[0] != WasiPoll.MONOTONIC) {
            return INVAL;
        }
        guest.memory().writeLong((int) a[1], 1000);
        return SUCCESS;
    }

    private static long time(Guest guest, long[] a) {
        if (a[0] != WasiPoll.REALTIME && a[0] != WasiPoll.MONOTONIC) {
            return INVAL;
        }
        guest.memory().writeLong((int) a[2], WasiPoll.now((int) a[0]));
        return SUCCESS;
    }

    private static long state(Guest guest, long[] a) {
        if (!isStream(a)) {
            return BADF;
        }
        Memory memory = guest.memory();
        memory.write((int) a[1], new byte[FDSTAT_BYTES]);
        memory.writeByte((int) a[1], (byte) CHARACTER_DEVICE);
        memory.writeLong((int) a[1] + 8, a[0] == 0 ? RIGHT_READ : RIGHT_WRITE);
        return SUCCESS;
    }

    private static long fileState(Guest guest, long[] a) {
        if (!isStream(a)) {
            return BADF;
        }
        Memory memory = guest.memory();
        memory.write((int) a[1], new byte[FILESTAT_BYTES]);
        memory.writeByte((int) a[1] + 16, (byte) CHARACTER_DEVICE);
        return SUCCESS;
    }

    private static long read(Guest guest, long[] a) {
        if (a[0] != 0) {
            return BADF;
        }
        if (a[2] < 0 || a[2] > MOST_PIECES) {
            return INVAL;
        }
        Memory memory = guest.memory();
        int total = 0;
        for (int i = 0; i < (int) a[2]; i++) {
            int vector = (int) a[1] + i * 2 * Integer.BYTES;
            byte[] piece = guest.streams().read(memory.readInt(vector + Integer.BYTES));
            memory.write(memory.readInt(vector), piece);
            total += piece.length;
            if (piece.length == 0) {
                break;
            }
        }
        memory.writeI32((int) a[3], total);
        return SUCCESS;
    }

    private static long write(Guest guest, long[] a) {
        if (a[0] != 1 && a[0] != 2) {
            return BADF;
        }
        if (a[2] < 0 || a[2] > MOST_PIECES) {
            return INVAL;
        }
        Memory memory = guest.memory();
        int total = 0;
        for (int i = 0; i < (int) a[2]; i++) {
            int vector = (int) a[1] + i * 2 * Integer.BYTES;
            byte[] piece = guest.bytes(memory.readInt(vector), memory.readInt(vector + Integer.BYTES));
            guest.streams().write((int) a[0], piece);
            total += piece.length;
        }
        memory.writeI32((int) a[3], total);
        return SUCCESS;
    }

    private static long random(Guest guest, long[] a) {
        int at = (int) a[0];
        long left = Integer.toUnsignedLong((int) a[1]);
        byte[] chunk = new byte[CHUNK];
        while (left > 0) {
            RANDOM.nextBytes(chunk);
            int size = (int) Math.min(left, CHUNK);
            guest.calling().crossing().pause();
            guest.memory().write(at, chunk, 0, size);
            at += size;
            left -= size;
        }
        return SUCCESS;
    }

    private static long exit(Guest guest, long[] a) {
        throw new Ended((int) a[0]);
    }
}
