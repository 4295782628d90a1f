package dev.dovetail.kernel.identity;

import dev.dovetail.spi.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tells who is behind a request's credentials. Credentials are kept and compared as digests only. Thread-safe.
 *
 * <p>There is one credential so far, the operator's token, which may do everything in the tenant {@code default}.
 */
public final class Identities implements Rights {
    private static final String TOKEN_FILE = "token";
    private static final int SHORTEST = 16;

    private final Map<Digest, Principal> known;

    private Identities(Map<Digest, Principal> known) {
        this.known = known;
    }

    /**
     * @param given the operator's token, if one was chosen
     * @param data where one is generated and kept otherwise, in the file {@code token}, for its owner's eyes only
     */
    public static Identities open(Optional<String> given, Path data) throws IOException {
        String token = given.isPresent() ? checked(given.get()) : readOrMake(data.resolve(TOKEN_FILE));
        Principal operator = new Principal(
                "system",
                "operator",
                Principal.DEFAULT_TENANT,
                List.of("admin"),
                List.of("*"),
                List.of("*"),
                Optional.empty());
        return new Identities(Map.of(digest(token), operator));
    }

    private static String checked(String token) {
        if (token.length() < SHORTEST || !token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException("The token cannot be used: expected at least " + SHORTEST
                    + " printable ASCII characters without spaces, but it has " + token.length());
        }
        return token;
    }

    private static String readOrMake(Path file) throws IOException {
        if (Files.exists(file)) {
            return checked(Files.readString(file).strip());
        }
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        Path draft = Files.createTempFile(
                file.getParent(),
                "token",
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(draft, token + "\n");
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        return token;
    }

    private static Digest digest(String token) {
        return Digest.of(token.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The principal behind the values of the headers {@code Authorization} and {@code X-Api-Key}; empty if there is no
     * credential that is known.
     */
    public Optional<Principal> authenticate(Optional<String> authorization, Optional<String> apiKey) {
        return authorization
                .filter(value -> value.regionMatches(true, 0, "Bearer ", 0, 7))
                .map(value -> value.substring(7).strip())
                .or(() -> apiKey)
                .flatMap(this::find);
    }

    /** Nobody's rights change while the process runs. */
    @Override
    public long version() {
        return 0;
    }

    @Override
    public Optional<Principal> now(Principal delegated) {
        return known.values().stream()
                .filter(each -> each.type().equals(delegated.type())
                        && each.id().equals(delegated.id())
                        && each.tenant().equals(delegated.tenant()))
                .findFirst();
    }

    private Optional<Principal> find(String token) {
        // only digests are compared, of which nobody can choose the first bytes, so the time tells nothing about a
        // token
        return Optional.ofNullable(known.get(digest(token)));
    }
}
