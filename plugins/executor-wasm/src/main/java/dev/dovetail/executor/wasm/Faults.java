package dev.dovetail.executor.wasm;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Place;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import run.endive.runtime.WasmException;
import run.endive.wasm.UninstantiableException;
import run.endive.wasm.WasmEngineException;

/** Makes faults of what guests end with. */
final class Faults {
    private static final int LONGEST_MESSAGE = 4000;

    private Faults() {}

    static Fault of(Throwable cause, Guest guest, Room room) {
        return switch (cause) {
            case NoRoom crowded -> crowded(crowded.getMessage());
            case Trouble trouble
            when !outOfMemory(trouble, guest) -> {
                Fault fault = trouble.fault();
                yield fault.id().equals(Fault.CODE)
                        ? code("error", fault.message(), fault.place(), guest, trouble)
                        : fault;
            }
            case StackOverflowError deep ->
                code("stack_overflow", "call stack exhausted", Optional.empty(), guest, deep);
            case WasmException thrown ->
                code(
                        "exception",
                        "an exception that nothing catches, with the tag " + thrown.tagIdx(),
                        Optional.empty(),
                        guest,
                        thrown);
            default -> trap(cause, guest, room);
        };
    }

    private static Fault trap(Throwable cause, Guest guest, Room room) {
        String message = message(cause);
        Optional<GuestMemory> memory = guest.findMemory();
        if (memory.isPresent() && memory.get().crowded()) {
            return crowded(NoRoom.words(room) + ". The function then ended with: " + message);
        }
        if (memory.isPresent() && memory.get().refused()) {
            return memoryLimit(message, memory.get(), guest, cause);
        }
        return code("trap", message, Optional.empty(), guest, cause);
    }

    /** Whether it failed because its own allocator found no memory, whatever words it has for it. */
    private static boolean outOfMemory(Trouble trouble, Guest guest) {
        return trouble.fault().message().startsWith(Guest.ALLOC_NAME + "(")
                && guest.findMemory().filter(GuestMemory::refused).isPresent();
    }

    private static String message(Throwable cause) {
        String message = Optional.ofNullable(cause.getMessage()).orElse("");
        return switch (cause) {
            case UninstantiableException _ -> "the module could not be started: " + message;
            case WasmEngineException _, Trouble _ -> message;
            case ArithmeticException _ -> message.isEmpty() ? "arithmetic error" : message;
            case IndexOutOfBoundsException _ -> "out of bounds memory access: " + message;
            default -> cause.getClass().getSimpleName() + ": " + message;
        };
    }

    private static Fault crowded(String message) {
        return Fault.of(Fault.QUOTA_EXCEEDED, Fault.Owner.PLATFORM, message);
    }

    private static Fault memoryLimit(String message, GuestMemory memory, Guest guest, Throwable cause) {
        int limit = guest.launch().limits().memoryMb();
        boolean own = memory.maximumPages() < limit * 16;
        String words = "The function asked for more memory than "
                + (own
                        ? "the " + memory.maximumPages() + " pages that the module itself allows"
                        : "its limit of " + limit + " MB")
                + ", and then ended with: " + message;
        return new Fault(
                Fault.MEMORY_LIMIT,
                Fault.Owner.FUNCTION,
                words,
                Bytes.utf8("{\"limit\":{\"memory_limit_mb\":" + limit + "},\"observed\":{\"max_memory_used_mb\":"
                        + memory.pages() / 16.0 + "}}"),
                place(Frames.of(cause, guest), guest));
    }

    private static Optional<Place> place(List<Frames.Frame> frames, Guest guest) {
        return frames.stream().findFirst().map(frame -> new Place(guest.file(), frame.function(), 0));
    }

    private static Fault code(String kind, String message, Optional<Place> known, Guest guest, Throwable cause) {
        List<Frames.Frame> frames = Frames.of(cause, guest);
        Map<String, Json> details = new LinkedHashMap<>();
        details.put("runtime", Json.text("wasm"));
        details.put("phase", Json.text("execute"));
        details.put("error_kind", Json.text(kind.toLowerCase(Locale.ROOT)));
        details.put("stack", Json.object(Map.of("frames", frames(frames, guest))));
        String shortened =
                message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE) + "...";
        return new Fault(
                Fault.CODE,
                Fault.Owner.FUNCTION,
                shortened,
                Json.object(details).bytes(),
                known.or(() -> place(frames, guest)));
    }

    private static Json frames(List<Frames.Frame> frames, Guest guest) {
        return Json.array(frames.stream()
                .map(frame -> {
                    Map<String, Json> shown = new LinkedHashMap<>();
                    shown.put("function", Json.text(frame.name()));
                    shown.put("file", Json.text(guest.file()));
                    shown.put("line", Json.known(String.valueOf(frame.function())));
                    shown.put("column", Json.known("0"));
                    return Json.object(shown);
                })
                .toList());
    }
}
