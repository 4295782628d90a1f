package dev.dovetail.kernel;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Steps of workflows that are counted as they run, so that it is known which of them ran again. */
final class Counted {
    private static final Duration HOUR = Duration.ofHours(1);

    private final Map<String, Integer> ran = new ConcurrentHashMap<>();

    void count(String label) {
        ran.merge(label, 1, Integer::sum);
    }

    /** How often the step ran. */
    int ran(String label) {
        return ran.getOrDefault(label, 0);
    }

    /** How often each step ran that ran at all. */
    Map<String, Integer> all() {
        return Map.copyOf(ran);
    }

    String step(Guest guest, String label, String answer) throws InterruptedException {
        return guest.step(label, (_, _) -> {
            count(label);
            return answer;
        });
    }

    /** Two steps, a wait, and a step of its own name. */
    Guest.Flow flow(String last) {
        return guest -> {
            String a = step(guest, "a", "1");
            String b = step(guest, "b", "2");
            String go = guest.call(Guest.event("go", HOUR));
            String c = step(guest, last, "\"" + last + "\"");
            return "[" + a + "," + b + "," + go + "," + c + "]";
        };
    }
}
