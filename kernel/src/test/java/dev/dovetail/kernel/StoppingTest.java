package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Whoever is told that code was stopped is told after it has. */
@ExtendWith(OpenHouse.class)
record StoppingTest(House house) {
    @Tag("IV-05")
    @Test
    void aCallThatTakesTooLongIsAnsweredOnceItsCodeHasStopped() {
        house.deploy("stubborn", "stubborn 300", "\"timeoutSeconds\":1");
        long began = System.nanoTime();
        Reply reply = house.invoke("stubborn", "{}").isProblem(504, "timeout");
        assertEquals(1, house.commands.count("stopped").get());
        assertTrue(System.nanoTime() - began >= 1_300_000_000L);
        assertEquals("function", reply.at("/owner"));
        Reply record = house.get("/api/v1/executions/" + reply.header("X-Execution-Id"))
                .is(200);
        assertTrue(record.at("/status").endsWith("failed.v1~"), record.body());
    }

    @Tag("NF-31")
    @Test
    void aLoopIsStoppedAndItsConnectionServesOn() {
        house.deploy("looping", "loop", "\"timeoutSeconds\":1");
        house.deploy("clean", "interrupted");
        Reply stopped = house.invoke("looping", "{}").isProblem(504, "timeout");
        double ran = house.get("/api/v1/executions/" + stopped.at("/executionId"))
                .is(200)
                .json()
                .at("/metrics/durationMs")
                .doubleValue();
        assertTrue(ran >= 1000 && ran < 2000, "its code ran for " + ran + " ms");
        for (int i = 0; i < 20; i++) {
            assertEquals("false", house.invoke("clean", "{}").is(200).body());
        }
    }

    @Tag("NF-17")
    @Test
    void timeSpentStartingIsNotCharged() {
        house.deploy("slow-start", "start-slowly 1200\nreturn 1", "\"timeoutSeconds\":1");
        Reply reply = house.invoke("slow-start", "{}").is(200);
        Reply record = house.get("/api/v1/executions/" + reply.header("X-Execution-Id"));
        assertTrue(record.json().at("/metrics/queuedMs").doubleValue() >= 1200, record.body());
        assertTrue(record.json().at("/metrics/durationMs").doubleValue() < 1000, record.body());
        assertEquals("true", record.at("/coldStart"));
    }

    @Tag("EX-06")
    @Test
    void aCanceledCallHasStoppedWhenItsCallerHearsSo() throws Exception {
        house.deploy("cancel-me", "gate cancel-me\nstubborn 1");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Reply> call = threads.submit(() -> house.invoke("cancel-me", "{}"));
            house.commands.gate("cancel-me").await(1);
            Reply list = house.get("/api/v1/executions?function=cancel-me&status=running");
            String id = list.at("/items/0/id");
            assertTrue(house.get("/api/v1/executions/" + id).at("/status").endsWith("running.v1~"));
            assertTrue(house.get("/api/v1/executions/" + id + "/explain")
                    .at("/why")
                    .contains("running"));
            house.delete("/api/v1/functions/cancel-me").isProblem(409, "in_flight");
            house.post("/api/v1/executions/" + id + ":cancel?dryRun=true", "{}").is(200);
            assertTrue(house.get("/api/v1/executions/" + id).at("/status").endsWith("running.v1~"));
            house.post("/api/v1/executions/" + id + ":cancel", "{}").is(202);
            call.get().isProblem(409, "canceled");
            Reply again =
                    house.post("/api/v1/executions/" + id + ":cancel", "{}").isProblem(409, "conflict");
            assertTrue(again.at("/currentStatus").endsWith("canceled.v1~"));
            assertTrue(house.get("/api/v1/executions/" + id).at("/status").endsWith("canceled.v1~"));
        }
    }

    @Tag("IV-27")
    @Test
    void whatAStoppedFunctionHadCalledHasStoppedToo() {
        house.deploy("stubborn-child", "stubborn 400\ncount never");
        house.deploy("parent", "call stubborn-child {}", "\"timeoutSeconds\":1");
        house.deploy("leaving-parent", "ask stubborn-child {}\nreturn 1");
        int before = house.commands.count("stopped").get();
        house.invoke("parent", "{}").isProblem(504, "timeout");
        assertEquals(before + 1, house.commands.count("stopped").get());
        Reply children = house.get("/api/v1/executions?function=stubborn-child");
        assertTrue(children.at("/items/0/status").endsWith("canceled.v1~"), children.body());
    }

    @Test
    void stoppingLetsWhatIsInFlightEndAndTakesNothingNew(@TempDir Path folder) throws Exception {
        House other = House.at(folder).open();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            other.deploy("held", "gate held\nreturn 1");
            Future<Reply> call = threads.submit(() -> other.invoke("held", "{}"));
            // answered as soon as the stream has begun, so it is there when the end comes
            HttpResponse<InputStream> follow = House.begin(other.request("/api/v1/functions/held/logs?follow=true"));
            other.commands.gate("held").await(1);
            Future<?> closing = threads.submit(other::close);
            Eventually.holds("nobody reaches it", () -> !reachable(other.port()));
            assertFalse(call.isDone());
            other.commands.gate("held").open();
            assertEquals("1", call.get(10, TimeUnit.SECONDS).is(200).body());
            assertEquals(200, follow.statusCode());
            assertEquals(-1, threads.submit(() -> last(follow.body())).get(10, TimeUnit.SECONDS));
            closing.get(10, TimeUnit.SECONDS);
        }
    }

    private static int last(InputStream stream) throws IOException {
        stream.transferTo(OutputStream.nullOutputStream());
        return stream.read();
    }

    private static boolean reachable(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
