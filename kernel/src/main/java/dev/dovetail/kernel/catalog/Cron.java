package dev.dovetail.kernel.catalog;

import java.time.ZonedDateTime;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Minutes of a calendar: {@code minute hour day-of-month month day-of-week}, each {@code *}, {@code ?}, a number, a name, a
 * range, a list, with {@code /step}. Where both days are limited, one of them is enough, as cron has it since 1979.
 *
 * @param text as it was given
 */
record Cron(String text, BitSet minutes, BitSet hours, BitSet days, BitSet months, BitSet weekdays, boolean eitherDay) {
    private static final List<String> MONTHS =
            List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");
    private static final List<String> WEEKDAYS = List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");
    private static final int FIELDS = 5;
    private static final int SUNDAY = 7;
    private static final int LONGEST = 200;

    /** What is wrong with a text, as a sentence that goes on after "expected". */
    static final class NotCron extends Exception {
        private static final long serialVersionUID = 1;

        NotCron(String expected) {
            super(expected);
        }
    }

    static Cron parse(String text) throws NotCron {
        String[] fields = text.strip().toUpperCase(Locale.ROOT).split("\\s+");
        int first = fields.length - FIELDS;
        if (text.length() > LONGEST || first != 0 && first != 1) {
            throw new NotCron("five fields, minute hour day-of-month month day-of-week, such as \"0 8 * * MON-FRI\"");
        }
        if (first == 1 && !fields[0].equals("0")) {
            throw new NotCron("0 as the seconds, since windows begin with a minute");
        }
        BitSet weekdays = field("day-of-week", fields[first + 4], 0, SUNDAY, WEEKDAYS, 0);
        if (weekdays.get(SUNDAY)) {
            weekdays.set(0);
        }
        return new Cron(
                text.strip(),
                field("minute", fields[first], 0, 59, List.of(), 0),
                field("hour", fields[first + 1], 0, 23, List.of(), 0),
                field("day-of-month", fields[first + 2], 1, 31, List.of(), 0),
                field("month", fields[first + 3], 1, 12, MONTHS, 1),
                weekdays,
                limited(fields[first + 2]) && limited(fields[first + 4]));
    }

    private static boolean limited(String field) {
        return !field.startsWith("*") && !field.startsWith("?");
    }

    private static BitSet field(String name, String text, int least, int most, List<String> names, int base)
            throws NotCron {
        BitSet found = new BitSet(most + 1);
        for (String part : text.split(",", -1)) {
            String[] stepped = part.split("/", -1);
            String range = stepped[0];
            int from = least;
            int to = most;
            if (!range.equals("*") && !range.equals("?")) {
                String[] ends = range.split("-", -1);
                from = number(name, ends[0], least, most, names, base);
                // "5/10" is from 5 on; "5" is 5
                to = ends.length > 1
                        ? number(name, ends[1], least, most, names, base)
                        : stepped.length > 1 ? most : from;
                if (ends.length > 2 || to < from) {
                    throw new NotCron("a range of the " + name + " from less to more, not \"" + range + "\"");
                }
            }
            if (stepped.length > 2) {
                throw new NotCron("one step in the " + name + ", not \"" + part + "\"");
            }
            int step = stepped.length == 1 ? 1 : number(name, stepped[1], 1, most, List.of(), 0);
            for (int i = from; i <= to; i += step) {
                found.set(i);
            }
        }
        return found;
    }

    private static int number(String name, String text, int least, int most, List<String> names, int base)
            throws NotCron {
        int known = names.indexOf(text);
        if (known >= 0) {
            return known + base;
        }
        Optional<Integer> number = text.matches("[0-9]{1,3}") ? Optional.of(Integer.valueOf(text)) : Optional.empty();
        if (number.isEmpty() || number.get() < least || number.get() > most) {
            String or = names.isEmpty() ? "" : " or a name such as " + names.getFirst();
            throw new NotCron(
                    "a number from " + least + " to " + most + or + " in the " + name + ", not \"" + text + "\"");
        }
        return number.get();
    }

    /** Whether the minute of this time is one of them. */
    boolean matches(ZonedDateTime time) {
        if (!minutes.get(time.getMinute()) || !hours.get(time.getHour()) || !months.get(time.getMonthValue())) {
            return false;
        }
        boolean day = days.get(time.getDayOfMonth());
        boolean weekday = weekdays.get(time.getDayOfWeek().getValue() % SUNDAY);
        return eitherDay ? day || weekday : day && weekday;
    }
}
