package dev.dovetail.kernel.catalog;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinition;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.field.CronField;
import com.cronutils.model.field.CronFieldName;
import com.cronutils.model.field.constraint.FieldConstraints;
import com.cronutils.model.field.definition.DayOfWeekFieldDefinition;
import com.cronutils.model.field.expression.Always;
import com.cronutils.model.time.generator.FieldValueGenerator;
import com.cronutils.model.time.generator.FieldValueGeneratorFactory;
import com.cronutils.parser.CronParser;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Locale;

/**
 * Minutes of a calendar: {@code minute hour day-of-month month day-of-week}, as cron-utils reads them for UNIX. Where both days
 * are limited, one of them is enough.
 *
 * <p>The library's own question for a match is not asked: it searches for the one before and the one after, which is dear where
 * there is none and leaves out minutes that come twice.
 *
 * @param text as it was given
 * @param weekdays from 1, Monday
 */
record Cron(String text, BitSet minutes, BitSet hours, BitSet days, BitSet months, BitSet weekdays, boolean eitherDay) {
    private static final int FIELDS = 5;
    private static final int LONGEST = 200;
    private static final CronDefinition UNIX = CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX);
    private static final CronParser PARSER = new CronParser(UNIX);
    /** Weekdays are told as days of a month; the first of this one is a Monday. */
    private static final LocalDate MONDAY = LocalDate.of(2026, 6, 1);

    /** What is wrong with a text, as a sentence that goes on after "expected". */
    static final class NotCron extends Exception {
        private static final long serialVersionUID = 1;

        NotCron(String expected) {
            super(expected);
        }
    }

    static Cron parse(String text) throws NotCron {
        String[] fields = text.strip().split("\\s+");
        if (text.length() > LONGEST || fields.length != FIELDS) {
            throw new NotCron("five fields, minute hour day-of-month month day-of-week, such as \"0 8 * * MON-FRI\"");
        }
        CronField days = field(fields, 2, CronFieldName.DAY_OF_MONTH, "day-of-month", "");
        CronField weekdays = field(fields, 4, CronFieldName.DAY_OF_WEEK, "day-of-week", " or names such as MON");
        return new Cron(
                text.strip(),
                values(field(fields, 0, CronFieldName.MINUTE, "minute", "")),
                values(field(fields, 1, CronFieldName.HOUR, "hour", "")),
                values(days),
                values(field(fields, 3, CronFieldName.MONTH, "month", " or names such as JAN")),
                weekdays(weekdays),
                !(days.getExpression() instanceof Always) && !(weekdays.getExpression() instanceof Always));
    }

    /** Reads a field alone, since the library does not say in which one it found something wrong. */
    private static CronField field(String[] fields, int place, CronFieldName name, String called, String names)
            throws NotCron {
        String[] alone = new String[FIELDS];
        Arrays.fill(alone, "*");
        // the library would use the machine's own language for this, in which "fri" may have no plain large "I"
        alone[place] = fields[place].toUpperCase(Locale.ROOT);
        String why = "one expression has no \"|\"";
        if (fields[place].indexOf('|') < 0) {
            try {
                return PARSER.parse(String.join(" ", alone))
                        .retrieveFieldsAsMap()
                        .get(name);
            } catch (IllegalArgumentException e) {
                why = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
            } catch (IndexOutOfBoundsException e) {
                // its answer to "1-5/"
                why = "something is missing";
            }
        }
        FieldConstraints limits = UNIX.getFieldDefinition(name).getConstraints();
        throw new NotCron("numbers from " + limits.getStartRange() + " to " + limits.getEndRange() + names + " in the "
                + called + ", not \"" + fields[place] + "\": " + why);
    }

    private static BitSet values(CronField field) {
        FieldConstraints limits = field.getConstraints();
        return set(FieldValueGeneratorFactory.forCronField(field), limits.getStartRange(), limits.getEndRange());
    }

    private static BitSet weekdays(CronField field) {
        DayOfWeekFieldDefinition definition = (DayOfWeekFieldDefinition) UNIX.getFieldDefinition(field.getField());
        return set(
                FieldValueGeneratorFactory.createDayOfWeekValueGeneratorInstance(
                        field, MONDAY.getYear(), MONDAY.getMonthValue(), definition.getMondayDoWValue()),
                1,
                7);
    }

    private static BitSet set(FieldValueGenerator values, int least, int most) {
        BitSet found = new BitSet(most + 1);
        values.generateCandidates(least, most).forEach(found::set);
        return found;
    }

    /** Whether the minute of this time is one of them. */
    boolean matches(ZonedDateTime time) {
        if (!minutes.get(time.getMinute()) || !hours.get(time.getHour()) || !months.get(time.getMonthValue())) {
            return false;
        }
        boolean day = days.get(time.getDayOfMonth());
        boolean weekday = weekdays.get(time.getDayOfWeek().getValue());
        return eitherDay ? day || weekday : day && weekday;
    }
}
