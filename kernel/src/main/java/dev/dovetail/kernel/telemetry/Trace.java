package dev.dovetail.kernel.telemetry;

/**
 * A stretch of a call that is being traced, or would be if it were sampled: asking for parts and labels costs nothing
 * then. Closing ends it; closing twice does nothing. Used by one thread at a time.
 */
public sealed interface Trace extends AutoCloseable permits SampledTrace, UnsampledTrace {
    /** What a stretch of a call may be. */
    enum Stage {
        INVOKE("function.invoke"),
        ROUTE("function.route"),
        COLD_START("function.coldstart"),
        EXECUTE("function.execute"),
        /** A function of a native module, called by code that runs. */
        MODULE("function.module"),
        RESPONSE("function.response");

        private final String span;

        Stage(String span) {
            this.span = span;
        }

        /** The span's name. */
        public String span() {
            return span;
        }
    }

    /** What a span tells of its call. */
    enum Label {
        REQUEST_ID("request.id"),
        EXECUTION_ID("execution.id"),
        TENANT("tenant"),
        FUNCTION("function"),
        VERSION("function.version"),
        MODULE("module.function"),
        OUTCOME("outcome");

        private final String key;

        Label(String key) {
            this.key = key;
        }

        /** The attribute's key. */
        public String key() {
            return key;
        }
    }

    /** To be handed on to whatever this stretch calls. */
    TraceContext context();

    /** Begins a stretch within this one. What is labelled here before is labelled there too. */
    Trace begin(Stage stage);

    void label(Label label, String value);

    /** A part of this stretch took this long. */
    void stage(String name, long nanos);

    /** Marks it as gone wrong, with the error's id. */
    void fail(String errorId);

    @Override
    void close();
}
