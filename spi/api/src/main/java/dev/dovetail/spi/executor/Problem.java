package dev.dovetail.spi.executor;

import dev.dovetail.spi.Place;
import java.util.Optional;

/**
 * Why a version cannot be started, for the person who wrote it.
 *
 * @param code a short upper-case word for programs, such as {@code SYNTAX_ERROR}
 * @param severity an error refuses the version; a warning is told and lets it pass
 * @param snippet the line of source
 * @param remedy what to do about it
 */
public record Problem(
        String code,
        Severity severity,
        String message,
        Optional<Place> place,
        Optional<String> snippet,
        Optional<String> remedy) {
    public enum Severity {
        ERROR,
        WARNING
    }

    public static Problem error(String code, String message) {
        return new Problem(code, Severity.ERROR, message, Optional.empty(), Optional.empty(), Optional.empty());
    }
}
