package dev.dovetail.spi;

/**
 * Names one version of one function of one tenant.
 *
 * @param number counted from 1 within the function
 * @param code the digest of its code
 */
public record VersionId(Name tenant, Name function, int number, Digest code) {
    public VersionId {
        if (number < 1) {
            throw new IllegalArgumentException("Not a version number: " + number + "; versions count from 1");
        }
    }

    @Override
    public String toString() {
        return tenant + "/" + function + "/v" + number;
    }
}
