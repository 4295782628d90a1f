package dev.dovetail.executor.wasm;

import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.executor.Launch;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import run.endive.runtime.HostFunction;
import run.endive.runtime.ImportValues;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;
import run.endive.runtime.TableInstance;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.MemoryLimits;
import run.endive.wasm.types.Table;
import run.endive.wasm.types.TableLimits;

/**
 * One instance of a module, used for one call and then dropped, so that calls share nothing. Everything but {@link #close}
 * is called on the guest's own thread.
 */
final class Guest implements AutoCloseable {
    static final FunctionType HANDLER =
            Imports.function("", "", "ii", "I", (guest, a) -> 0).type();
    static final FunctionType ALLOC =
            Imports.function("", "", "i", "i", (guest, a) -> 0).type();
    static final FunctionType FREE =
            Imports.function("", "", "ii", "", (guest, a) -> 0).type();
    static final String ALLOC_NAME = "alloc";

    /** What is read of a guest's memory for one question at most. */
    private static final int MOST_ASKED = 6 << 20;

    private static final int PAGES_PER_MB = 16;
    private static final long REFUSED = 0x8000_0000L;

    private final Program program;
    private final String file;
    private final Room room;
    private final int mostElements;
    private Optional<GuestMemory> memory = Optional.empty();
    private Optional<Instance> instance = Optional.empty();
    private Calling calling;
    private Streams streams;

    Guest(Program program, String file, Room room, int mostElements, Calling calling) {
        this.program = program;
        this.file = file;
        this.room = room;
        this.mostElements = mostElements;
        this.calling = calling;
        this.streams = new Streams(calling, false, new byte[0]);
    }

    /** Makes the instance, which runs the module's start function and {@code _initialize} if it has them. */
    void open() {
        int most = calling.launch().limits().memoryMb() * PAGES_PER_MB;
        ImportValues.Builder imports = ImportValues.builder();
        program.wasm().importSection().stream().distinct().forEach(each -> imports.addFunction(host(each)));
        Instance made = Instance.builder(program.wasm())
                .withImportValues(imports.build())
                .withMachineFactory(program.machines())
                .withMemoryFactory(limits -> {
                    int least = limits.initialPages();
                    MemoryLimits own = new MemoryLimits(least, Math.max(least, Math.min(limits.maximumPages(), most)));
                    memory = Optional.of(new GuestMemory(own, room));
                    return memory.get();
                })
                .withTableFactory(this::table)
                .withStart(false)
                .build();
        instance = Optional.of(made);
        if (program.exported("_initialize").isPresent()) {
            made.export("_initialize").apply();
        }
        streams.end();
    }

    private HostFunction host(run.endive.wasm.types.Import wanted) {
        Imports.Import known =
                Imports.find(wanted.module(), wanted.name()).orElseThrow(); // or the module would not have been let in
        boolean answers = !known.type().returns().isEmpty();
        return new HostFunction(known.module(), known.name(), known.type(), (caller, arguments) -> {
            Depth.check();
            long result = known.body().run(this, arguments);
            return answers ? new long[] {result} : new long[0];
        });
    }

    // a table of the module's own would remember how far an earlier guest made it grow
    private TableInstance table(Table declared, int initial) {
        TableLimits limits = declared.limits();
        long most = Math.max(limits.min(), Math.min(limits.max(), mostElements));
        Table own = new Table(declared.elementType(), new TableLimits(limits.min(), most), declared.initialize());
        return new TableInstance(own, initial);
    }

    /** From now on the guest works for this call. */
    void serve(Calling next, boolean command, byte[] input) {
        calling = next;
        streams = new Streams(next, command, input);
    }

    Calling calling() {
        return calling;
    }

    Streams streams() {
        return streams;
    }

    Optional<GuestMemory> findMemory() {
        return memory;
    }

    Memory memory() {
        return memory.orElseThrow(() -> Trouble.code("the module has no memory, and called a function that needs one"));
    }

    Launch launch() {
        return calling.launch();
    }

    String file() {
        return file;
    }

    Program program() {
        return program;
    }

    private Instance instance() {
        return instance.orElseThrow(() -> Trouble.code("the module's start function called a function that answers in"
                + " the guest's memory, before there is one"));
    }

    /** Calls an exported function with a JSON value and gives the value that it answers. */
    byte[] handle(String export, byte[] input) {
        if (!program.exported(export).equals(Optional.of(HANDLER))) {
            throw Trouble.code("the module exports no function \"" + export + "\" of type " + HANDLER);
        }
        long packed = instance().export(export).apply(place(input), input.length)[0];
        streams.end();
        long length = packed & 0xffff_ffffL;
        int most = launch().limits().outputBytes();
        if (length > most) {
            throw tooLong(length, most);
        }
        return slice(packed >>> Integer.SIZE, length);
    }

    static Trouble tooLong(long length, int most) {
        return Trouble.code("the answer has " + length + " bytes; at most " + most + " are allowed");
    }

    /** Runs the module as a command, and gives what it wrote to its output. */
    byte[] command() {
        int code = 0;
        try {
            instance().export(Program.START).apply();
        } catch (Ended ended) {
            code = ended.code();
            if (code != 0) {
                streams.end();
                Trouble trouble = Trouble.code("the command ended with exit code " + code);
                trouble.setStackTrace(ended.getStackTrace());
                throw trouble;
            }
        }
        streams.end();
        return streams.answer();
    }

    /** Writes bytes to memory that the guest allocates, and tells where they are. */
    private long place(byte[] bytes) {
        if (bytes.length == 0) {
            return 0;
        }
        long at = instance().export(ALLOC_NAME).apply(bytes.length)[0] & 0xffff_ffffL;
        if (at == 0) {
            throw Trouble.code(ALLOC_NAME + "(" + bytes.length + ") answered 0");
        }
        if (at + bytes.length > size()) {
            throw Trouble.code(
                    ALLOC_NAME + "(" + bytes.length + ") answered " + at + ", and the memory ends at " + size());
        }
        memory().write((int) at, bytes);
        return at;
    }

    /** Hands a reply to the guest: pointer, length, and a bit for whether it is an error. */
    long give(Reply reply) {
        byte[] bytes = reply.bytes().toArray();
        return place(bytes) << Integer.SIZE | bytes.length | (reply.refused() ? REFUSED : 0);
    }

    private long size() {
        return (long) memory().pages() << 16;
    }

    byte[] bytes(long pointer, long length) {
        long size = Integer.toUnsignedLong((int) length);
        if (size > MOST_ASKED) {
            throw Trouble.code("A question to the host has at most " + MOST_ASKED + " bytes, not " + size);
        }
        return slice(Integer.toUnsignedLong((int) pointer), size);
    }

    private byte[] slice(long pointer, long length) {
        if (pointer + length > size()) {
            throw Trouble.code("what it points to goes from " + pointer + " to " + (pointer + length)
                    + ", and the memory ends at " + size());
        }
        return memory().readBytes((int) pointer, (int) length);
    }

    String text(long pointer, long length) {
        return new String(bytes(pointer, length), StandardCharsets.UTF_8);
    }

    /** The function that calls the host just now: files of WebAssembly have functions where others have lines. */
    Place place() {
        return new Place(file, Frames.innermost(program).orElse(0), 0);
    }

    /** Makes a fault of what a call of this guest ended with. */
    Fault fault(Throwable cause) {
        return Faults.of(cause, this, room);
    }

    List<Frames.Frame> frames(Throwable cause) {
        return Frames.of(cause, this);
    }

    @Override
    public void close() {
        memory.ifPresent(GuestMemory::close);
    }
}
