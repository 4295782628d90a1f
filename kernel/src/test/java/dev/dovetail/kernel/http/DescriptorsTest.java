package dev.dovetail.kernel.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class DescriptorsTest {
    private static final long MB = 1 << 20;

    @Test
    void connectionsTakeNoMoreThanHalfOfTheHeapAboveTheKernels() {
        assertEquals(819, Descriptors.inHeap(128 * MB));
        assertEquals(12_288, Descriptors.inHeap(1024 * MB));
        assertEquals(16, Descriptors.inHeap(64 * MB));
        assertTrue(Descriptors.connections()
                <= Descriptors.inHeap(Runtime.getRuntime().maxMemory()));
    }

    @Test
    void threeOfFourFreeDescriptorsAreForThem() {
        assertEquals(675, Descriptors.connections(1000, 100));
        assertEquals(16, Descriptors.connections(100, 99));
    }
}
