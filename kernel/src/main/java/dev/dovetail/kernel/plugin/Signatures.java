package dev.dovetail.kernel.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/** Detached Ed25519 signatures over whole files, by keys that the operator trusts. */
final class Signatures {
    private final List<PublicKey> trusted;

    /** @throws IllegalArgumentException that says which key is none */
    Signatures(List<String> keys) {
        this.trusted = keys.stream().map(Signatures::key).toList();
    }

    private static PublicKey key(String text) {
        String base64 = text.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        try {
            return KeyFactory.getInstance("Ed25519")
                    .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(base64)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException("Not an Ed25519 public key (X.509, base64) in plugins.trusted-keys: \""
                    + (text.length() > 40 ? text.substring(0, 40) + "..." : text) + "\"");
        }
    }

    /**
     * @param signature in base64
     * @throws Refusal if no trusted key made it over exactly this file
     */
    void check(Path file, String signature) throws IOException {
        if (trusted.isEmpty()) {
            throw new Refusal("The jar is signed, but plugins.trusted-keys names no key to check it with");
        }
        byte[] raw;
        try {
            raw = Base64.getMimeDecoder().decode(signature.strip());
        } catch (IllegalArgumentException e) {
            throw new Refusal("The signature is not base64");
        }
        byte[] content = Files.readAllBytes(file);
        for (PublicKey key : trusted) {
            if (madeBy(key, raw, content)) {
                return;
            }
        }
        throw new Refusal("The signature is not one of this file by any of the " + trusted.size()
                + " keys in plugins.trusted-keys: the file was changed, or somebody else signed it");
    }

    private static boolean madeBy(PublicKey key, byte[] signature, byte[] content) {
        try {
            Signature ed25519 = Signature.getInstance("Ed25519");
            ed25519.initVerify(key);
            ed25519.update(content);
            return ed25519.verify(signature);
        } catch (GeneralSecurityException e) {
            return false; // of the wrong length, for one
        }
    }
}
