package dev.dovetail.worker;

import dev.dovetail.spi.host.HostNote;
import dev.dovetail.worker.log.Redaction;

/** What code says to people, without secrets. */
final class Notes {
    private Notes() {}

    static HostNote clean(HostNote note, Redaction redaction) {
        return switch (note) {
            case HostNote.Log(var level, var message, var fields) ->
                new HostNote.Log(level, redaction.clean(message), redaction.clean(fields));
            case HostNote.Progress(var fraction, var message) ->
                new HostNote.Progress(fraction, redaction.clean(message));
            case HostNote.Measure measure -> measure;
        };
    }
}
