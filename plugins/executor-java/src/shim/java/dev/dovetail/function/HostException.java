package dev.dovetail.function;

/** What was asked of the system was refused. A function that lets it go fails with the system's own fault. */
public final class HostException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String id;
    private final String owner;
    private final long ask;

    /** Made by the system. */
    public HostException(String id, String owner, String message, long ask) {
        super(message);
        this.id = id;
        this.owner = owner;
        this.ask = ask;
    }

    /** The type of the error. */
    public String id() {
        return id;
    }

    /** Whose fault it is: {@code function}, {@code caller}, {@code dependency} or {@code platform}. */
    public String owner() {
        return owner;
    }

    /** The number of the question. */
    public long ask() {
        return ask;
    }
}
