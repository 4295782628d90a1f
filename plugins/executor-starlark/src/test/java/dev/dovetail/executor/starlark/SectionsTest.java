package dev.dovetail.executor.starlark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.testkit.executor.FakeHost;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ways that a workflow takes: one of several, one of them many times, and round what fails. */
final class SectionsTest {
    private static final String ORDER = """
            def charge(ctx, item):
                return item.price

            def give(ctx, item):
                return 0

            def main(ctx, input):
                total = 0
                for i, item in enumerate(input.items):
                    if item.price > 0:
                        total += r_run_step_v1("charge-%d" % i, charge, item).value
                    elif item.price == 0:
                        total += r_run_step_v1("give-%d" % i, give, item).value
                    else:
                        break
                if total > 100:
                    return {"total": total, "large": True}
                return {"total": total, "large": False}
            """;

    private static final String SECTION = """
            def pay(ctx, way):
                if way != "cash":
                    fail(way + " is broken")
                return way

            def pack(ctx, what):
                return what

            def section(ctx):
                for way in ["card", "wire", "cash"]:
                    paid = r_run_step_v1(way, pay, way, exit_on_error = False)
                    if paid.ok:
                        return paid.value
                    ctx.log(paid.error.message)
                return None

            def main(ctx, input):
                paid = section(ctx)
                return [paid, r_run_step_v1("pack", pack, "a cup").value]
            """;

    @TempDir
    Path folder;

    private static List<String> steps(FakeHost host) {
        return host.asked().stream()
                .filter(each -> each.call() instanceof HostCall.Step)
                .map(each -> ((HostCall.Step) each.call()).label())
                .toList();
    }

    private String run(String code, String input, FakeHost host) {
        return Scripts.answer(Scripts.run(Scripts.launch(folder, code), input, host));
    }

    private static String items(int... prices) {
        StringBuilder items = new StringBuilder();
        for (int price : prices) {
            items.append(items.isEmpty() ? "" : ",")
                    .append("{\"price\":")
                    .append(price)
                    .append('}');
        }
        return "{\"items\":[" + items + "]}";
    }

    @Test
    @Tag("WF-08")
    void branchesAndLoopsLeadToTheStepsThatTheInputAsksForAlsoWhenTheyAreReplayed() {
        FakeHost mixed = new FakeHost();
        assertEquals("{\"total\":120,\"large\":true}", run(ORDER, items(50, 0, 70, -1, 9), mixed));
        assertEquals(List.of("charge-0", "give-1", "charge-2"), steps(mixed));
        FakeHost none = new FakeHost();
        assertEquals("{\"total\":0,\"large\":false}", run(ORDER, items(), none));
        assertEquals(List.of(), steps(none));

        FakeHost again = new FakeHost().whileReplaying();
        again.steps().settled("charge-0", new HostReply.Value(Bytes.utf8("50")));
        again.steps().settled("give-1", new HostReply.Value(Bytes.utf8("0")));
        assertEquals("{\"total\":120,\"large\":true}", run(ORDER, items(50, 0, 70, -1, 9), again));
        assertEquals(steps(mixed), steps(again));
    }

    @Test
    @Tag("WF-23")
    void whatFailsInASectionStaysThereAndTheWorkflowGoesOn() {
        FakeHost host = new FakeHost();
        assertEquals("[\"cash\",\"a cup\"]", run(SECTION, "{}", host));
        assertEquals(List.of("card", "wire", "cash", "pack"), steps(host));
    }
}
