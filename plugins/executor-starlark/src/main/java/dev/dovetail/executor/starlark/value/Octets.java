package dev.dovetail.executor.starlark.value;

import java.util.Arrays;

/** The value of type {@code bytes}. The array is never written to. */
public record Octets(byte[] content) {
    @Override
    public boolean equals(Object other) {
        return other instanceof Octets that && Arrays.equals(content, that.content);
    }

    /** 32-bit FNV-1a, which {@code hash(bytes)} shows. */
    @Override
    public int hashCode() {
        int hash = 0x811C9DC5;
        for (byte octet : content) {
            hash = (hash ^ (octet & 0xFF)) * 0x01000193;
        }
        return hash;
    }
}
