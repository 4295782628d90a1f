package dev.dovetail.executor.starlark.eval;

import dev.dovetail.executor.starlark.value.Ints;
import dev.dovetail.executor.starlark.value.Range;
import dev.dovetail.executor.starlark.value.Sequences;
import dev.dovetail.executor.starlark.value.StarList;
import dev.dovetail.executor.starlark.value.Table;

/** Goes over what can be gone over, which cannot change meanwhile. */
final class Loops {
    /** What is done with each item. */
    interface Round {
        int go(Frame f, Object item);
    }

    private Loops() {}

    static int over(Frame f, Object items, Round round) {
        return switch (items) {
            case Range range -> over(f, range, round);
            case StarList list -> over(f, list, round);
            case Table table -> over(f, table, round);
            default -> {
                for (Object item : Sequences.toArray(f.run, items)) {
                    int signal = round.go(f, item);
                    if (signal == Stmt.BREAK) {
                        break;
                    } else if (signal == Stmt.RETURN) {
                        yield signal;
                    }
                }
                yield Stmt.NORMAL;
            }
        };
    }

    private static int over(Frame f, Range range, Round round) {
        long size = range.size();
        long value = range.start();
        for (long i = 0; i < size; i++, value += range.step()) {
            int signal = round.go(f, Ints.of(value));
            if (signal == Stmt.BREAK) {
                break;
            } else if (signal == Stmt.RETURN) {
                return signal;
            }
        }
        return Stmt.NORMAL;
    }

    private static int over(Frame f, StarList list, Round round) {
        list.hold();
        try {
            for (int i = 0; i < list.size(); i++) {
                int signal = round.go(f, list.at(i));
                if (signal == Stmt.BREAK) {
                    break;
                } else if (signal == Stmt.RETURN) {
                    return signal;
                }
            }
            return Stmt.NORMAL;
        } finally {
            list.release();
        }
    }

    private static int over(Frame f, Table table, Round round) {
        table.hold();
        try {
            for (int entry = 0; entry < table.end(); entry++) {
                if (!table.there(entry)) {
                    continue;
                }
                int signal = round.go(f, table.key(entry));
                if (signal == Stmt.BREAK) {
                    break;
                } else if (signal == Stmt.RETURN) {
                    return signal;
                }
            }
            return Stmt.NORMAL;
        } finally {
            table.release();
        }
    }
}
