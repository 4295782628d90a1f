package dev.dovetail.kernel.contract;

/**
 * One difference between two contracts.
 *
 * @param path where in that side's schema, as a JSON Pointer
 * @param breaking whether a caller of the earlier contract may notice it
 * @param what the difference, in words
 */
public record Change(Side side, String path, boolean breaking, String what) {
    /** What of the contract has changed. */
    public enum Side {
        PARAMS,
        RETURNS,
        ERRORS
    }
}
