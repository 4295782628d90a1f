package dev.dovetail.worker;

import dev.dovetail.worker.json.Fields;
import dev.dovetail.worker.json.Json.NotJson;
import dev.dovetail.worker.wire.Frame;
import dev.dovetail.worker.wire.Kind;
import dev.dovetail.worker.wire.Link;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.concurrent.CompletableFuture;

/** Hears the first frame of whoever connects, and passes what follows to the worker that it turned out to be. */
final class Greeting implements Link.Ear {
    /** The versions of the protocol that are spoken here. */
    static final long VERSION = 1;

    private final Link link;
    private final String token;
    private final CompletableFuture<Greeting> greeted;
    private volatile Link.Ear next = NOBODY;
    private volatile long pid;

    private static final Link.Ear NOBODY = new Link.Ear() {
        @Override
        public void heard(Frame frame) {}

        @Override
        public void lost(String why) {}
    };

    /** @param greeted completed with this by a worker that knows the token, exceptionally by one that speaks nonsense */
    Greeting(Link link, String token, CompletableFuture<Greeting> greeted) {
        this.link = link;
        this.token = token;
        this.greeted = greeted;
    }

    Link link() {
        return link;
    }

    /** What it says that its number is where it runs. */
    long pid() {
        return pid;
    }

    void then(Link.Ear ear) {
        next = ear;
    }

    @Override
    public void heard(Frame frame) {
        if (next != NOBODY) {
            next.heard(frame);
            return;
        }
        try {
            Fields hello = Fields.read(frame.header());
            if (frame.kind() != Kind.HELLO || !knows(hello.text("token", ""))) {
                link.close(); // a stranger; the worker itself may still come
            } else if (!hello.numbers("protocol").contains(VERSION)) {
                refuse("it speaks the protocol in versions " + hello.numbers("protocol") + "; spoken here is "
                        + VERSION);
            } else {
                pid = hello.number("pid", 0);
                if (!greeted.complete(this)) {
                    link.close(); // a token is good for once
                }
            }
        } catch (NotJson e) {
            refuse("its first frame: " + e.getMessage());
        }
    }

    private boolean knows(String said) {
        return MessageDigest.isEqual(said.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
    }

    private void refuse(String why) {
        link.close();
        greeted.completeExceptionally(new IllegalStateException(why));
    }

    @Override
    public void lost(String why) {
        if (next != NOBODY) {
            next.lost(why);
        }
    }
}
