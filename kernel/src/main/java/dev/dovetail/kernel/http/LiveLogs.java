package dev.dovetail.kernel.http;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.Durable;
import dev.dovetail.kernel.durable.Shown;
import dev.dovetail.kernel.record.Execution;
import dev.dovetail.kernel.record.Execution.LogLine;
import dev.dovetail.kernel.record.Records;
import dev.dovetail.kernel.run.Runs;
import dev.dovetail.kernel.run.Work;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Name;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What one execution has logged, while its code runs and afterwards; followed, each line goes out soon after it was logged. */
final class LiveLogs {
    private static final long LOOK_MILLIS = 100;
    private static final long LONGEST_LOOK_MILLIS = 1000;
    private static final long QUIET_NANOS = 15_000_000_000L;

    private final Runs runs;
    private final Durable durable;
    private final Records records;
    private final LogStreams streams;
    private final Views views;
    private final Schemas schemas;

    LiveLogs(Runs runs, Durable durable, Records records, LogStreams streams, Views views, Schemas schemas) {
        this.runs = runs;
        this.durable = durable;
        this.records = records;
        this.streams = streams;
        this.views = views;
        this.schemas = schemas;
    }

    /** @param ended its record, if it has ended */
    private record Log(Name function, int version, List<LogLine> lines, Optional<Execution> ended) {}

    void show(Exchange x) throws Exception {
        Name tenant = x.principal().tenant();
        String id = x.parameter("id");
        Log log = find(tenant, id)
                .orElseThrow(() -> Refusal.of(ErrorType.NOT_FOUND, "There is no execution \"" + id + "\""));
        if (x.flag("follow")) {
            follow(x, tenant, id, log);
            return;
        }
        ObjectNode json = schemas.object().put("executionId", id);
        ArrayNode items = json.putArray("items");
        log.lines().forEach(line -> items.add(views.logLine(id, log.function(), log.version(), line)));
        x.answer(200, json.putNull("nextCursor"));
    }

    private void follow(Exchange x, Name tenant, String id, Log first) throws IOException, InterruptedException {
        try (OutputStream out = x.stream("text/event-stream")) {
            out.write(": following\n\n".getBytes(StandardCharsets.UTF_8));
            Log log = first;
            int sent = 0;
            long pause = LOOK_MILLIS;
            long quietSince = System.nanoTime();
            while (!streams.closed()) {
                boolean news = sent < log.lines().size();
                while (sent < log.lines().size()) {
                    LogLine line = log.lines().get(sent);
                    streams.send(out, id, sent++, views.logLine(id, log.function(), log.version(), line));
                }
                if (log.ended().isPresent()) {
                    streams.end(out, log.ended().get());
                    return;
                }
                if (news) {
                    quietSince = System.nanoTime();
                } else if (System.nanoTime() - quietSince > QUIET_NANOS) {
                    out.write(": still here\n\n".getBytes(StandardCharsets.UTF_8));
                    quietSince = System.nanoTime();
                }
                out.flush();
                // what has been quiet for a while is looked at less often
                pause = news ? LOOK_MILLIS : Math.min(pause * 2, LONGEST_LOOK_MILLIS);
                Thread.sleep(pause);
                log = find(tenant, id).orElse(log);
            }
        }
    }

    private Optional<Log> find(Name tenant, String id) throws InterruptedException {
        Optional<Work> work =
                runs.find(id).filter(it -> it.version().id().tenant().equals(tenant));
        List<LogLine> running = work.isPresent() ? runs.logs(id) : List.of();
        Optional<Shown> shown = durable.find(tenant, id);
        if (shown.isPresent()) {
            Shown it = shown.get();
            Optional<Execution> ended = it.status().ended() ? Optional.of(durable.record(it)) : Optional.empty();
            return Optional.of(new Log(
                    it.order().function(),
                    it.order().version(),
                    ended.isPresent() ? it.logs() : joined(it.logs(), running),
                    ended));
        }
        if (work.isPresent()) {
            return work.map(it ->
                    new Log(it.version().id().function(), it.version().version().number(), running, Optional.empty()));
        }
        return records.find(tenant, id).map(it -> new Log(it.function(), it.version(), it.logs(), Optional.of(it)));
    }

    /** What is journaled, and of what the code logs now that which is not. */
    private static List<LogLine> joined(List<LogLine> journaled, List<LogLine> running) {
        int most = Math.min(journaled.size(), running.size());
        for (int same = most; same >= 0; same--) {
            List<LogLine> end = journaled.subList(journaled.size() - same, journaled.size());
            if (alike(end, running.subList(0, same))) {
                List<LogLine> all = new ArrayList<>(journaled);
                all.addAll(running.subList(same, running.size()));
                return all;
            }
        }
        return journaled;
    }

    /** The journal keeps milliseconds. */
    private static boolean alike(List<LogLine> some, List<LogLine> others) {
        for (int i = 0; i < some.size(); i++) {
            LogLine one = some.get(i);
            LogLine other = others.get(i);
            if (one.at().toEpochMilli() != other.at().toEpochMilli()
                    || !one.message().equals(other.message())) {
                return false;
            }
        }
        return true;
    }
}
