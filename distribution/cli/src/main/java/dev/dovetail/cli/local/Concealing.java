package dev.dovetail.cli.local;

import dev.dovetail.kernel.secret.Disclosed;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.host.HostNote;

/** Passes on what code says without the secrets that it was told, as the server keeps it. */
record Concealing(Listener listener, Disclosed disclosed) implements Listener {
    @Override
    public void log(HostNote.Log log) {
        listener.log(new HostNote.Log(
                log.level(),
                disclosed.conceal(log.message()),
                Bytes.utf8(disclosed.conceal(log.fields().text()))));
    }

    @Override
    public void progress(HostNote.Progress progress) {
        listener.progress(new HostNote.Progress(progress.fraction(), disclosed.conceal(progress.message())));
    }

    @Override
    public void chunk(Bytes data) {
        listener.chunk(Bytes.utf8(disclosed.conceal(data.text())));
    }

    @Override
    public void print(String line) {
        listener.print(disclosed.conceal(line));
    }
}
