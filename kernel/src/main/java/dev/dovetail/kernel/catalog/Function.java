package dev.dovetail.kernel.catalog;

import dev.dovetail.spi.Name;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A named callable of a tenant.
 *
 * @param kind {@code function} or {@code workflow}
 * @param gtsId its type id with major and minor of the first version, unique within the tenant
 * @param newest the highest number that a version has had; numbers are never used again
 * @param maxConcurrent calls under way at once; more are answered 429
 * @param scaling how many instances are kept
 */
public record Function(
        Name tenant,
        Name name,
        String kind,
        String title,
        String description,
        Map<String, String> tags,
        String gtsId,
        String owner,
        int newest,
        int maxConcurrent,
        Scaling scaling,
        Instant createdAt,
        Instant updatedAt,
        Optional<Deleted> deleted) {
    public Function {
        tags = Map.copyOf(tags);
    }

    /** Since when and by whom it is deleted, and until when it is kept. */
    public record Deleted(Instant at, String by, Instant retainedUntil) {}

    Function touched(int newest, Instant now) {
        return changed(title, description, tags, newest, maxConcurrent, scaling, now, deleted);
    }

    Function described(
            String title,
            String description,
            Map<String, String> tags,
            int maxConcurrent,
            Scaling scaling,
            Instant now) {
        return changed(title, description, tags, newest, maxConcurrent, scaling, now, deleted);
    }

    Function deletedAt(Optional<Deleted> deleted, Instant now) {
        return changed(title, description, tags, newest, maxConcurrent, scaling, now, deleted);
    }

    /** The same function, as far as anything of it can change. */
    private Function changed(
            String title,
            String description,
            Map<String, String> tags,
            int newest,
            int maxConcurrent,
            Scaling scaling,
            Instant now,
            Optional<Deleted> deleted) {
        return new Function(
                tenant,
                name,
                kind,
                title,
                description,
                tags,
                gtsId,
                owner,
                newest,
                maxConcurrent,
                scaling,
                createdAt,
                now,
                deleted);
    }
}
