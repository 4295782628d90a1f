package dev.dovetail.worker.wire;

import java.util.Optional;

/** What a frame is, as one byte on the wire. */
public enum Kind {
    HELLO(1, true),
    INIT(2, false),
    READY(3, true),
    INVOKE(4, false),
    RESULT(5, true),
    ERROR(6, true),
    NOTE(7, true),
    ASK(8, true),
    NEXT(9, true),
    REPLY(10, false),
    STOP(11, false),
    PING(12, false),
    PONG(13, true),
    CLOSE(14, false),
    FORK(15, false),
    CHILD(16, true),
    MADE(17, true);

    private static final Kind[] BY_CODE = new Kind[32];

    static {
        for (Kind kind : values()) {
            BY_CODE[kind.code] = kind;
        }
    }

    private final byte code;
    private final boolean fromWorker;

    Kind(int code, boolean fromWorker) {
        this.code = (byte) code;
        this.fromWorker = fromWorker;
    }

    public byte code() {
        return code;
    }

    /** The kind that a worker may send with this byte. */
    static Optional<Kind> fromWorker(int code) {
        return code > 0 && code < BY_CODE.length && BY_CODE[code] != null && BY_CODE[code].fromWorker
                ? Optional.of(BY_CODE[code])
                : Optional.empty();
    }
}
