package dev.dovetail.executor.custom.lambda;

import dev.dovetail.worker.StandIn;
import dev.dovetail.worker.sandbox.Cell;
import dev.dovetail.worker.sandbox.CellPlan.Mount;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The API as one program sees it: listens where the program can reach it, and answers what it asks. */
public final class RuntimeApi implements StandIn {
    /** The port of the API behind walls, where nobody else has any. */
    private static final int PORT = 9001;

    private static final int PLATFORM_STACK = 0;
    private static final Path SOCKETS = Path.of("/run/worker");
    private static final String SOCKET = "s";

    private final Desk desk;
    private final Program program;
    private final Reach reach;
    private final Translator translator;
    private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();
    private Optional<ServerSocketChannel> server = Optional.empty();
    private boolean closed;

    private RuntimeApi(Desk desk, Program program, Reach reach) {
        this.desk = desk;
        this.program = program;
        this.reach = reach;
        translator = new Translator(desk);
    }

    /** @param reach how the program reaches the API, if it has a network of its own */
    public static RuntimeApi open(Desk desk, Program program, Reach reach) throws IOException {
        RuntimeApi api = new RuntimeApi(desk, program, reach);
        if (!desk.walls()) {
            ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.INET);
            api.serve(server.bind(loopback(0)));
        } else if (reach == Reach.FORWARDER) {
            Path sockets = Files.createDirectory(desk.directory().resolve("s"));
            Files.setPosixFilePermissions(sockets, PosixFilePermissions.fromString("rwxr-xr-x"));
            ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(UnixDomainSocketAddress.of(sockets.resolve(SOCKET)));
            // the program may run as somebody else; who may come near is decided by the directory
            Files.setPosixFilePermissions(sockets.resolve(SOCKET), PosixFilePermissions.fromString("rw-rw-rw-"));
            api.serve(server);
        }
        return api;
    }

    private static InetSocketAddress loopback(int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
        } catch (java.net.UnknownHostException e) {
            throw new IllegalStateException("An address of four bytes", e);
        }
    }

    @Override
    public Map<String, String> environment() {
        Map<String, String> variables = new HashMap<>(Variables.of(desk.launch(), program));
        int port = desk.walls() ? PORT : port();
        variables.put("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:" + port);
        variables.put("DOVETAIL_PROGRAM", program.inside().toString());
        variables.put(
                "DOVETAIL_FORWARD",
                desk.walls() && reach == Reach.FORWARDER
                        ? SOCKETS.resolve(SOCKET).toString()
                        : "");
        return variables;
    }

    private synchronized int port() {
        try {
            return ((InetSocketAddress) server.orElseThrow().getLocalAddress()).getPort();
        } catch (IOException e) {
            throw new IllegalStateException("A listening socket has no address", e);
        }
    }

    @Override
    public List<Mount> mounts() {
        List<Mount> mounts = new ArrayList<>();
        if (program.copy()) {
            mounts.add(new Mount(program.outside(), program.inside(), false));
        }
        if (desk.walls() && reach == Reach.FORWARDER) {
            mounts.add(new Mount(desk.directory().resolve("s"), SOCKETS, false));
        }
        return mounts;
    }

    @Override
    public void started(Cell cell) throws IOException, InterruptedException {
        if (desk.walls() && reach == Reach.NAMESPACE) {
            serve(NetworkNamespace.listen(
                    cell.pid(), loopback(PORT), desk.context().threads(PLATFORM_STACK), () -> !cell.alive()));
        }
        translator.hello();
        try {
            cell.input().write("go\n".getBytes(StandardCharsets.US_ASCII));
            cell.input().flush();
        } catch (IOException e) {
            // it has ended already, and how is told by whoever waits for it
        }
    }

    private synchronized void serve(ServerSocketChannel listening) throws IOException {
        if (closed) {
            listening.close();
            return;
        }
        server = Optional.of(listening);
        desk.context().threads().newThread(() -> accept(listening)).start();
    }

    private void accept(ServerSocketChannel listening) {
        try {
            while (true) {
                SocketChannel client = listening.accept();
                HttpConnection connection = new HttpConnection(client, translator.longestBody());
                synchronized (this) {
                    if (closed) {
                        connection.close();
                        return;
                    }
                    connections.add(connection);
                }
                desk.context().threads().newThread(() -> converse(connection)).start();
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void converse(HttpConnection connection) {
        try (connection) {
            for (Optional<HttpRequest> request = connection.next(); request.isPresent(); request = connection.next()) {
                connection.answer(translator.answer(request.get()));
            }
        } catch (HttpConnection.BadRequest e) {
            refuse(connection, e);
        } catch (IOException | InterruptedException e) {
            // the program left, or has to
        } finally {
            connections.remove(connection);
        }
    }

    private static void refuse(HttpConnection connection, HttpConnection.BadRequest why) {
        try {
            connection.refuse(why);
        } catch (IOException e) {
            // it does not want to know
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            server.ifPresent(RuntimeApi::shut);
        }
        translator.close();
        connections.forEach(HttpConnection::close);
    }

    private static void shut(ServerSocketChannel listening) {
        try {
            listening.close();
        } catch (IOException e) {
            // closed is closed
        }
    }
}
