package dev.dovetail.worker.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The kinds of processor that filters are made for, and the numbers that their system calls have. */
enum SystemCalls {
    X86_64("amd64", 0xC000_003E),
    AARCH64("aarch64", 0xC000_00B7);

    /**
     * What no function needs and what has let guests out before: mounting, looking into other processes, loading code
     * into the machine's kernel, keys, clocks, the machine itself. Name, then the number on each processor.
     */
    private static final String REFUSED = """
            mount 165 40
            umount2 166 39
            pivot_root 155 41
            chroot 161 51
            move_mount 429 429
            open_tree 428 428
            open_tree_attr 467 467
            fsopen 430 430
            fsconfig 431 431
            fsmount 432 432
            fspick 433 433
            mount_setattr 442 442
            setns 308 268
            ptrace 101 117
            process_vm_readv 310 270
            process_vm_writev 311 271
            process_madvise 440 440
            kcmp 312 272
            pidfd_getfd 438 438
            bpf 321 280
            perf_event_open 298 241
            userfaultfd 323 282
            io_uring_setup 425 425
            io_uring_enter 426 426
            io_uring_register 427 427
            keyctl 250 219
            add_key 248 217
            request_key 249 218
            kexec_load 246 104
            kexec_file_load 320 294
            create_module 174 -
            init_module 175 105
            finit_module 313 273
            delete_module 176 106
            reboot 169 142
            swapon 167 224
            swapoff 168 225
            acct 163 89
            quotactl 179 60
            quotactl_fd 443 443
            syslog 103 116
            settimeofday 164 170
            clock_settime 227 112
            clock_adjtime 305 266
            adjtimex 159 171
            sethostname 170 161
            setdomainname 171 162
            vhangup 153 58
            ioperm 173 -
            iopl 172 -
            modify_ldt 154 -
            lookup_dcookie 212 18
            nfsservctl 180 42
            name_to_handle_at 303 264
            open_by_handle_at 304 265
            fanotify_init 300 262
            migrate_pages 256 238
            move_pages 279 239
            memfd_secret 447 447
            uselib 134 -
            ustat 136 -
            sysfs 139 -
            _sysctl 156 -
            """;

    /** Calls of which some uses are refused. */
    private static final String JUDGED = """
            clone 56 220
            clone3 435 435
            unshare 272 97
            personality 135 92
            socket 41 198
            socketpair 53 199
            ioctl 16 29
            """;

    private final String javaName;
    private final int auditNumber;

    SystemCalls(String javaName, int auditNumber) {
        this.javaName = javaName;
        this.auditNumber = auditNumber;
    }

    /** Of this machine, or empty if no filter is made for its processor. */
    static Optional<SystemCalls> here() {
        String name = System.getProperty("os.arch");
        for (SystemCalls each : values()) {
            if (each.javaName.equals(name) && System.getProperty("os.name").equals("Linux")) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    /** How the kernel's filters call this processor. */
    int auditNumber() {
        return auditNumber;
    }

    List<Integer> refused() {
        List<Integer> numbers = new ArrayList<>();
        for (String line : REFUSED.lines().toList()) {
            String number = line.split(" ")[1 + ordinal()];
            if (!number.equals("-")) {
                numbers.add(Integer.valueOf(number));
            }
        }
        return numbers;
    }

    /** @throws IllegalArgumentException if the name is not in a list above, or the processor has no such call */
    int number(String name) {
        for (String line : (REFUSED + JUDGED).lines().toList()) {
            String[] words = line.split(" ");
            if (words[0].equals(name) && !words[1 + ordinal()].equals("-")) {
                return Integer.parseInt(words[1 + ordinal()]);
            }
        }
        throw new IllegalArgumentException("No number is known for " + name + " on " + this);
    }
}
