package dev.dovetail.kernel.http;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.cluster.Cluster;
import dev.dovetail.kernel.cluster.Vitals;
import dev.dovetail.kernel.durable.Durable;
import dev.dovetail.kernel.fleet.Fleet;
import dev.dovetail.kernel.identity.Identities;
import dev.dovetail.kernel.invoke.Invoker;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.record.Audit;
import dev.dovetail.kernel.record.Records;
import dev.dovetail.kernel.run.Runs;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.secret.Secrets;
import dev.dovetail.kernel.stream.Streams;
import dev.dovetail.kernel.telemetry.Telemetry;
import dev.dovetail.spi.Config;
import io.helidon.common.socket.SocketOptions;
import io.helidon.http.DirectHandler;
import io.helidon.http.DirectHandler.EventType;
import io.helidon.service.registry.GlobalServiceRegistry;
import io.helidon.service.registry.ServiceRegistryConfig;
import io.helidon.service.registry.ServiceRegistryManager;
import io.helidon.webserver.ErrorHandling;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/** The listener: everything that comes over HTTP. Started once, closed once; closing waits for requests in flight. */
public final class HttpApi implements AutoCloseable {
    private static final Duration SILENT_READ = Duration.ofSeconds(10);

    private final Connections connections;
    private final Listening listening;
    private final LogStreams streams;
    private final EventStreams events;
    private final Arrivals arrivals;
    private final PublicAddress address;

    /**
     * The storeys below, as far as requests reach them.
     *
     * @param vitals how this node fares now
     */
    public record Storeys(
            Catalog catalog,
            Invoker invoker,
            Durable durable,
            Runs runs,
            Records records,
            Plugins plugins,
            Fleet fleet,
            Secrets secrets,
            Identities identities,
            Telemetry telemetry,
            Schemas schemas,
            InstantSource clock,
            Cluster cluster,
            Streams eventStreams,
            Audit audit,
            Supplier<Vitals> vitals) {}

    /**
     * @param config the section {@code http}
     * @param data the data folder
     * @param threads makes virtual threads
     * @param condition how this node is now
     */
    public HttpApi(Config config, Path data, Storeys storeys, Supplier<Condition> condition, ThreadFactory threads) {
        Schemas schemas = storeys.schemas();
        this.arrivals = new Arrivals(config.duration("body-timeout"), threads);
        Views views = new Views(schemas);
        Problems problems = new Problems(schemas);
        this.streams = new LogStreams(storeys.records(), views, schemas);
        Router router = new Router();
        InvokeRoutes invoke = new InvokeRoutes(storeys.invoker(), problems);
        invoke.addTo(router);
        new FacadeRoutes(storeys.catalog(), storeys.records(), invoke, schemas, storeys.clock()).addTo(router);
        this.events = new EventStreams(storeys.eventStreams(), storeys.durable(), storeys.cluster(), schemas);
        new StreamRoutes(
                        storeys.invoker(), invoke, storeys.eventStreams(), storeys.durable(), events, problems, schemas)
                .addTo(router);
        new RpcRoutes(storeys.catalog(), storeys.invoker(), events, problems, views, schemas).addTo(router);
        new FunctionRoutes(storeys.catalog(), storeys.runs(), views, schemas).addTo(router);
        new RehearsalRoutes(storeys.catalog(), storeys.durable(), storeys.plugins(), schemas).addTo(router);
        new ForkRoutes(storeys.catalog(), storeys.durable(), schemas).addTo(router);
        new VersionRoutes(storeys.catalog(), views, schemas).addTo(router);
        ShownViews shown = new ShownViews(views, schemas);
        JobRoutes jobs = new JobRoutes(storeys.invoker(), storeys.durable(), storeys.catalog(), shown, schemas);
        jobs.addTo(router);
        ControlRoutes control = new ControlRoutes(storeys.durable(), schemas);
        control.addTo(router);
        new GateRoutes(storeys.durable(), schemas).addTo(router);
        new PauseRoutes(storeys.catalog(), storeys.durable().pauses(), schemas).addTo(router);
        new DeadLetterRoutes(storeys.durable(), jobs, schemas).addTo(router);
        this.address = new PublicAddress(config, this::port);
        ApprovalRoutes approvals = new ApprovalRoutes(storeys.durable().approvals(), address, schemas);
        approvals.addTo(router);
        AcceptedViews accepted = new AcceptedViews(
                storeys.durable(), shown, control, approvals, new Whereabouts(storeys.cluster()), schemas);
        new SnapshotRoutes(accepted, schemas).addTo(router);
        OpenHere open = new OpenHere(accepted, storeys.records(), storeys.runs(), storeys.catalog());
        new DebugRoutes(open, views, schemas).addTo(router);
        new ControlActionRoutes(open, schemas).addTo(router);
        new ExecutionRoutes(accepted, storeys.records(), storeys.runs(), storeys.catalog(), views, schemas)
                .addTo(router);
        new TraceRoutes(accepted, storeys.records(), storeys.runs(), storeys.telemetry(), schemas).addTo(router);
        new SearchRoutes(
                        new Histories(storeys.durable(), storeys.records(), storeys.runs()),
                        storeys.durable(),
                        shown,
                        views,
                        schemas,
                        storeys.clock())
                .addTo(router);
        new ExecutionLogs(storeys.durable(), storeys.records(), storeys.runs(), views, schemas, streams).addTo(router);
        new HistoryRoutes(storeys.records(), storeys.catalog(), views, schemas, storeys.clock(), streams).addTo(router);
        new ModuleRoutes(storeys.catalog(), schemas).addTo(router);
        new LayerRoutes(storeys.catalog(), schemas).addTo(router);
        new TransferRoutes(storeys.catalog(), views).addTo(router);
        new UsageRoutes(storeys.catalog(), storeys.invoker(), storeys.durable(), schemas).addTo(router);
        new AuditRoutes(storeys.audit(), schemas, storeys.clock()).addTo(router);
        new SecretRoutes(storeys.secrets(), schemas).addTo(router);
        new PluginRoutes(storeys.plugins(), storeys.fleet(), schemas).addTo(router);
        new PluginSwapRoutes(storeys.plugins(), storeys.fleet(), schemas).addTo(router);
        new SystemRoutes(storeys.telemetry(), schemas, condition).addTo(router);
        new NodeRoutes(storeys.cluster(), storeys.durable(), schemas, storeys.vitals()).addTo(router);
        Front front = new Front(
                router,
                new Door(config.text("host"), allowed(config, address)),
                storeys.identities(),
                storeys.telemetry(),
                schemas,
                storeys.clock(),
                arrivals,
                new Auditing(storeys.audit(), schemas, storeys.clock()),
                DiskSpace.shown(data, storeys.telemetry()),
                (int) config.number("max-concurrent"));
        searchForNothing();
        DirectHandler unread = new Unread(problems, schemas);
        this.connections = new Connections(config.duration("idle-timeout"), threads);
        WebServerConfig.Builder listener = WebServer.builder()
                .featuresDiscoverServices(false)
                .address(address(config.text("host")))
                .maxTcpConnections(
                        config.has("max-connections")
                                ? (int) config.number("max-connections")
                                : Descriptors.connections())
                .shutdownHook(false)
                .shutdownGracePeriod(config.duration("shutdown-grace"))
                .idleConnectionTimeout(config.duration("idle-timeout"))
                .connectionOptions(connections.watched(
                        SocketOptions.builder().readTimeout(SILENT_READ).build()))
                .backlog(1024)
                .protocolsDiscoverServices(false)
                .addProtocol(Http1Config.builder()
                        .maxHeadersSize((int) config.number("max-header-bytes"))
                        .sendKeepAliveHeader(false)
                        .build())
                .errorHandling(ErrorHandling.builder().includeEntity(true).build())
                .directHandlers(DirectHandlers.builder()
                        .addHandler(EventType.BAD_REQUEST, unread)
                        .addHandler(EventType.PAYLOAD_TOO_LARGE, unread)
                        .addHandler(EventType.FORBIDDEN, unread)
                        .addHandler(EventType.INTERNAL_ERROR, unread)
                        .addHandler(EventType.OTHER, unread)
                        .addHandler(EventType.HTTP_VERSION_NOT_SUPPORTED, unread)
                        .build())
                .routing(HttpRouting.builder().any((request, response) -> {
                    SocketAddress client = request.remotePeer().address();
                    connections.begun(client);
                    try {
                        front.handle(request, response);
                    } finally {
                        connections.ended(client);
                    }
                }));
        if (config.has("tls")) {
            SSLContext certificates = new Certificates(config.at("tls"), data).context();
            listener.tls(tls -> tls.sslContext(certificates).enabledProtocols(List.of("TLSv1.3", "TLSv1.2")));
        }
        this.listening = new Listening(
                port -> listener.port(port).build(),
                address(config.text("host")),
                (int) config.number("port"),
                threads);
    }

    /**
     * Everything that the server needs is given to it. Helidon would otherwise read the descriptors of all its modules, and
     * of whoever has this on the class path, before it serves.
     */
    private static void searchForNothing() {
        if (!GlobalServiceRegistry.configured()) {
            GlobalServiceRegistry.registry(ServiceRegistryManager.create(ServiceRegistryConfig.builder()
                            .discoverServices(false)
                            .discoverServicesFromServiceLoader(false)
                            .build())
                    .registry());
        }
    }

    private int port() {
        return listening.port();
    }

    private static List<String> allowed(Config config, PublicAddress address) {
        List<String> names = new ArrayList<>(config.texts("allowed-hosts"));
        address.name().ifPresent(names::add);
        return names;
    }

    private static InetAddress address(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("http.host \"" + host + "\" is no address of this machine", e);
        }
    }

    /**
     * Begins to serve, and answers the port.
     *
     * @throws IllegalStateException if the address cannot be listened on
     */
    public int start() {
        arrivals.start();
        connections.start();
        return listening.start();
    }

    /** Where this node is reached from others, once it serves. */
    public String address() {
        return address.node();
    }

    /** Takes no new requests, waits for those in flight, and ends. */
    @Override
    public void close() {
        streams.close();
        events.close();
        listening.close();
        connections.close();
        arrivals.close();
    }
}
