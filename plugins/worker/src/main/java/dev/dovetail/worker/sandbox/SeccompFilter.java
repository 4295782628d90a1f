package dev.dovetail.worker.sandbox;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the program with which the machine's kernel judges each system call of a cell. It names what is refused rather
 * than what is allowed: functions are anybody's binaries in any language.
 */
final class SeccompFilter {
    static final int ALLOW = 0x7FFF_0000;
    static final int KILL = 0x8000_0000;
    static final int NOT_PERMITTED = 0x0005_0001;
    static final int NO_SUCH_CALL = 0x0005_0026;
    static final int NO_SUCH_FAMILY = 0x0005_0061;

    /** All new namespaces but that of time, whose bit means something else to clone. */
    static final int CLONE_NEW = 0x7E02_0000;

    static final int CLONE_NEWTIME = 0x80;
    static final int TIOCSTI = 0x5412;
    static final int TIOCLINUX = 0x541C;
    static final int PERSONALITY_ASKED = 0xFFFF_FFFF;
    private static final int X32 = 0x4000_0000;

    /**
     * Local, IPv4, IPv6, and asking the kernel for addresses. Not among them: sockets to the host of a virtual machine,
     * which belong to no network namespace.
     */
    static final List<Integer> FAMILIES = List.of(1, 2, 10, 16);

    private static final int LOAD = 0x20;
    private static final int EQUAL = 0x15;
    private static final int AT_LEAST = 0x35;
    private static final int ANY_BIT = 0x45;
    private static final int ANSWER = 0x06;
    private static final int NUMBER = 0;
    private static final int ARCHITECTURE = 4;
    private static final int FIRST_ARGUMENT = 16; // its lower half: both processors are little-endian
    private static final int SECOND_ARGUMENT = 24;

    private record Instruction(int code, int ifTrue, int ifFalse, int value) {}

    private final List<Instruction> program = new ArrayList<>();

    private SeccompFilter() {}

    /** The program as {@code struct sock_filter[]}. */
    static byte[] of(SystemCalls calls) {
        SeccompFilter filter = new SeccompFilter();
        filter.write(calls);
        ByteBuffer bytes = ByteBuffer.allocate(filter.program.size() * 8).order(ByteOrder.LITTLE_ENDIAN);
        for (Instruction each : filter.program) {
            bytes.putShort((short) each.code)
                    .put((byte) each.ifTrue)
                    .put((byte) each.ifFalse)
                    .putInt(each.value);
        }
        return bytes.array();
    }

    private void write(SystemCalls calls) {
        add(LOAD, 0, 0, ARCHITECTURE);
        add(EQUAL, 1, 0, calls.auditNumber());
        add(ANSWER, 0, 0, KILL);
        add(LOAD, 0, 0, NUMBER);
        if (calls == SystemCalls.X86_64) {
            when(AT_LEAST, X32, NO_SUCH_CALL);
        }
        // its flags lie in memory, where a filter cannot look: libraries fall back to clone
        when(EQUAL, calls.number("clone3"), NO_SUCH_CALL);
        calls.refused().forEach(number -> when(EQUAL, number, NOT_PERMITTED));
        judge(calls.number("clone"), FIRST_ARGUMENT, () -> when(ANY_BIT, CLONE_NEW, NOT_PERMITTED));
        judge(calls.number("unshare"), FIRST_ARGUMENT, () -> when(ANY_BIT, CLONE_NEW | CLONE_NEWTIME, NOT_PERMITTED));
        judge(calls.number("ioctl"), SECOND_ARGUMENT, () -> {
            when(EQUAL, TIOCSTI, NOT_PERMITTED);
            when(EQUAL, TIOCLINUX, NOT_PERMITTED);
        });
        judge(calls.number("personality"), FIRST_ARGUMENT, () -> {
            when(EQUAL, 0, ALLOW);
            when(EQUAL, PERSONALITY_ASKED, ALLOW);
            add(ANSWER, 0, 0, NOT_PERMITTED);
        });
        for (String name : List.of("socket", "socketpair")) {
            judge(calls.number(name), FIRST_ARGUMENT, () -> {
                FAMILIES.forEach(family -> when(EQUAL, family, ALLOW));
                add(ANSWER, 0, 0, NO_SUCH_FAMILY);
            });
        }
        add(ANSWER, 0, 0, ALLOW);
    }

    private void when(int comparison, int value, int answer) {
        add(comparison, 0, 1, value);
        add(ANSWER, 0, 0, answer);
    }

    /** What follows is for this call only, and ends with allowing it. */
    private void judge(int number, int argument, Runnable rules) {
        int at = program.size();
        add(EQUAL, 0, 0, number);
        add(LOAD, 0, 0, argument);
        rules.run();
        add(ANSWER, 0, 0, ALLOW);
        program.set(at, new Instruction(EQUAL, 0, program.size() - at - 1, number));
    }

    private void add(int code, int ifTrue, int ifFalse, int value) {
        program.add(new Instruction(code, ifTrue, ifFalse, value));
    }
}
