package dev.dovetail.worker.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.worker.sandbox.Yard.Done;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How code in a cell reaches the network, and how not. The machine's own loopback stands for the world. */
@Tag("RT-25")
@Needs({Need.BUBBLEWRAP, Need.CONTROL_GROUPS, Need.ROOT, Need.SHELL, Need.PYTHON})
class EgressTest {
    private static final String CLIENT = """
            import os, socket, sys
            def ask(text):
                s = socket.socket(socket.AF_UNIX)
                s.settimeout(10)
                s.connect(os.environ['DOVETAIL_EGRESS'])
                s.sendall(text.replace('\\n', '\\r\\n').encode())
                return s
            def all(s):
                data = b''
                while True:
                    piece = s.recv(65536)
                    if not piece: return data.decode()
                    data += piece
            """;

    private static Yard yard;
    private static HttpServer world;
    private static int port;

    @BeforeAll
    static void open() throws Exception {
        world = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        port = world.getAddress().getPort();
        world.createContext("/", exchange -> {
            byte[] body = (exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                            + exchange.getRequestHeaders().getFirst("Host").replace(":" + port, "") + " "
                            + exchange.getRequestHeaders().containsKey("Proxy-Authorization") + " "
                            + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8))
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        world.start();
        yard = new Yard(SandboxSettings.DEFAULTS.network(
                new SandboxSettings.Network(List.of("localhost", "127.0.0.2"), 3, 1 << 20)));
    }

    @AfterAll
    static void close() {
        yard.close();
        world.stop(0);
    }

    private static Yard.Plan client(String script) {
        return Yard.program("/usr/bin/python3", "-c", CLIENT + script.replace("PORT", Integer.toString(port)));
    }

    @Test
    void withoutAGrantThereIsNoWayOut() throws Exception {
        Done done = yard.run(client("print('DOVETAIL_EGRESS' in os.environ, os.path.exists('/run/egress.sock'))"));
        assertEquals("False False\n", done.output(), done.errors());
    }

    @Test
    void aRequestForAnAllowedHostGoesThrough() throws Exception {
        Done done = yard.run(client("""
                body = 'hello'
                print(all(ask('POST http://localhost:PORT/a?b=c HTTP/1.1\\nHost: other.example\\nProxy-Authorization: x\\n'
                              'Content-Length: 5\\n\\nhello')).split('\\r\\n\\r\\n')[1])
                """).egress("localhost"));
        assertEquals("POST /a?b=c localhost false hello\n", done.output(), done.errors());
    }

    @Test
    void aTunnelToAnAllowedHostPassesBytes() throws Exception {
        Done done = yard.run(client("""
                s = ask('CONNECT localhost:PORT HTTP/1.1\\nHost: localhost\\n\\n')
                print(s.recv(100).split(b'\\r\\n')[0].decode())
                s.sendall(b'GET /in HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n')
                print(all(s).split('\\r\\n\\r\\n')[1])
                """).egress("localhost"));
        assertEquals("HTTP/1.1 200 Connected\nGET /in x false \n", done.output(), done.errors());
    }

    @Test
    void everythingElseIsRefusedAndSaysSo() throws Exception {
        Done done = yard.run(client("""
                for goal in ('CONNECT 127.0.0.1:PORT', 'GET http://127.0.0.1:PORT/', 'CONNECT 169.254.169.254:80',
                             'GET http://[::1]:PORT/', 'CONNECT 127.0.0.2:PORT'):
                    answer = all(ask(goal + ' HTTP/1.1\\n\\n'))
                    print(answer.split()[1], answer.split('\\r\\n\\r\\n')[1], end='')
                for goal in ('GET /', 'nonsense', 'CONNECT localhost', 'CONNECT localhost:99999', 'GET https://localhost/'):
                    print(all(ask(goal + ' HTTP/1.1\\n\\n')).split()[1])
                try: all(ask('GET ' + 'x' * 40000))
                except OSError: print('cut off')
                s = socket.socket()
                s.settimeout(2)
                try: s.connect(('127.0.0.1', PORT)); print('reached directly')
                except OSError: print('not directly')
                """).egress("localhost", "*.localhost"));
        List<String> lines = done.output().lines().toList();
        assertEquals(
                5,
                lines.stream()
                        .filter(line -> line.startsWith("403 The function may not reach"))
                        .count(),
                done.output());
        assertEquals(List.of("400", "400", "400", "400", "400"), lines.subList(5, 10), done.output());
        assertTrue(lines.getLast().equals("not directly"), done.output() + done.errors());
    }

    @Test
    void theHouseStaysClosedToWhoMayReachTheWorld() throws Exception {
        Done done = yard.run(client("""
                print(all(ask('CONNECT 127.0.0.1:PORT HTTP/1.1\\n\\n')).split()[1])
                print(all(ask('CONNECT no.such.host.invalid:80 HTTP/1.1\\n\\n')).split()[1])
                """).egress());
        assertEquals("403\n502\n", done.output(), done.errors());
    }

    @Test
    void connectionsAndBytesAreLimited() throws Exception {
        Done done = yard.run(client("""
                held = [ask('CONNECT localhost:PORT HTTP/1.1\\n\\n') for i in range(3)]
                for s in held: assert b'200' in s.recv(100)
                print(all(ask('CONNECT localhost:PORT HTTP/1.1\\n\\n')).split()[1])
                s = held[0]
                try:
                    s.sendall(b'POST / HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 9000000\\r\\n\\r\\n' + b'x' * 2000000)
                    print(s.recv(10))
                except OSError: print("b''")
                """).egress("localhost"));
        assertEquals("503\nb''\n", done.output(), done.errors());
    }

    @Test
    void theProxyEndsWithItsCell() throws Exception {
        Cell cell = yard.sandbox.start(client("""
                s = ask('CONNECT localhost:PORT HTTP/1.1\\n\\n')
                print(s.recv(100).split()[1].decode(), flush=True)
                s.recv(100)
                """).egress("localhost").plan());
        assertEquals("200", Yard.line(cell));
        cell.close();
        assertFalse(cell.alive());
        try (var all = java.nio.file.Files.walk(yard.workshop.scratch())) {
            assertTrue(all.noneMatch(path -> path.toString().endsWith(".sock")));
        }
    }
}
