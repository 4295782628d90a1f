package dev.dovetail.worker.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs the programs as the machine's kernel would, for each processor. */
@Tag("RT-30")
class SeccompFilterTest {
    private static final int MOST_INSTRUCTIONS = 4096;
    private static final int WRITE_ON_X86_64 = 1;
    private static final int WRITE_ON_AARCH64 = 64;

    @ParameterizedTest
    @EnumSource
    void whatIsRefusedIsNotPermitted(SystemCalls calls) {
        assertTrue(calls.refused().size() > 50);
        for (int number : calls.refused()) {
            assertEquals(SeccompFilter.NOT_PERMITTED, judge(calls, number, 0, 0), "call " + number);
        }
    }

    @ParameterizedTest
    @EnumSource
    void newNamespacesAreRefusedAndNewThreadsAreNot(SystemCalls calls) {
        for (int bit : new int[] {17, 25, 26, 27, 28, 29, 30}) {
            assertEquals(SeccompFilter.NOT_PERMITTED, judge(calls, calls.number("clone"), 1 << bit | 17, 0));
            assertEquals(SeccompFilter.NOT_PERMITTED, judge(calls, calls.number("unshare"), 1 << bit, 0));
        }
        assertEquals(SeccompFilter.NOT_PERMITTED, judge(calls, calls.number("unshare"), 0x80, 0));
        assertEquals(SeccompFilter.ALLOW, judge(calls, calls.number("clone"), 0x3D0F00, 0)); // as pthread_create does
        assertEquals(SeccompFilter.ALLOW, judge(calls, calls.number("clone"), 17, 0)); // as fork does
        assertEquals(SeccompFilter.ALLOW, judge(calls, calls.number("unshare"), 0x400, 0)); // files
        assertEquals(SeccompFilter.NO_SUCH_CALL, judge(calls, calls.number("clone3"), 0, 0));
    }

    @ParameterizedTest
    @EnumSource
    void onlySocketsOfTheCellsOwnNetworkCanBeMade(SystemCalls calls) {
        for (String name : new String[] {"socket", "socketpair"}) {
            for (int family = 0; family < 64; family++) {
                int expected =
                        SeccompFilter.FAMILIES.contains(family) ? SeccompFilter.ALLOW : SeccompFilter.NO_SUCH_FAMILY;
                assertEquals(expected, judge(calls, calls.number(name), family, 1), "family " + family);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsTypedIntoATerminalAndNoOtherPersonalityTaken(SystemCalls calls) {
        int ioctl = calls.number("ioctl");
        assertEquals(SeccompFilter.NOT_PERMITTED, judge(calls, ioctl, 0, SeccompFilter.TIOCSTI));
        assertEquals(SeccompFilter.NOT_PERMITTED, judge(calls, ioctl, 0, SeccompFilter.TIOCLINUX));
        assertEquals(SeccompFilter.ALLOW, judge(calls, ioctl, 0, 0x5401));
        int personality = calls.number("personality");
        assertEquals(SeccompFilter.ALLOW, judge(calls, personality, SeccompFilter.PERSONALITY_ASKED, 0));
        assertEquals(SeccompFilter.ALLOW, judge(calls, personality, 0, 0));
        assertEquals(SeccompFilter.NOT_PERMITTED, judge(calls, personality, 0x0400000, 0));
    }

    @Test
    void otherProcessorsCallsEndTheProcess() {
        byte[] program = SeccompFilter.of(SystemCalls.X86_64);
        int i386 = 0x4000_0003;
        assertEquals(SeccompFilter.KILL, run(program, i386, WRITE_ON_X86_64, 0, 0));
        assertEquals(SeccompFilter.KILL, run(program, SystemCalls.AARCH64.auditNumber(), 0, 0, 0));
        int x32 = 0x4000_0000 | WRITE_ON_X86_64;
        assertEquals(SeccompFilter.NO_SUCH_CALL, run(program, SystemCalls.X86_64.auditNumber(), x32, 0, 0));
    }

    @Test
    void everythingElseIsAllowed() {
        assertEquals(SeccompFilter.ALLOW, judge(SystemCalls.X86_64, WRITE_ON_X86_64, 1, 0));
        assertEquals(SeccompFilter.ALLOW, judge(SystemCalls.AARCH64, WRITE_ON_AARCH64, 1, 0));
    }

    @Test
    void aCallThatIsNotInTheListsHasNoNumber() {
        assertThrows(IllegalArgumentException.class, () -> SystemCalls.X86_64.number("write"));
        assertThrows(IllegalArgumentException.class, () -> SystemCalls.AARCH64.number("iopl"));
    }

    private static int judge(SystemCalls calls, int number, int first, int second) {
        return run(SeccompFilter.of(calls), calls.auditNumber(), number, first, second);
    }

    /** Classic BPF, as far as filters use it, over {@code struct seccomp_data}. */
    private static int run(byte[] program, int architecture, int number, int first, int second) {
        ByteBuffer data = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        data.putInt(0, number).putInt(4, architecture).putLong(16, first & 0xFFFF_FFFFL);
        data.putLong(24, second & 0xFFFF_FFFFL);
        ByteBuffer code = ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(0, program.length % 8);
        assertTrue(program.length / 8 <= MOST_INSTRUCTIONS);
        int accumulator = 0;
        for (int at = 0; ; at++) {
            int operation = code.getShort(at * 8);
            int value = code.getInt(at * 8 + 4);
            boolean met;
            switch (operation) {
                case 0x20 -> {
                    accumulator = data.getInt(value);
                    continue;
                }
                case 0x06 -> {
                    return value;
                }
                case 0x15 -> met = accumulator == value;
                case 0x35 -> met = Integer.compareUnsigned(accumulator, value) >= 0;
                case 0x45 -> met = (accumulator & value) != 0;
                default -> throw new AssertionError("No such instruction: " + operation);
            }
            at += Byte.toUnsignedInt(code.get(at * 8 + (met ? 2 : 3)));
        }
    }
}
