package dev.dovetail.kernel.plugin;

import dev.dovetail.testkit.plugin.SourceJar;

/** The plugins that the tests swap: sources of a secret store and its misdeeds, compiled when a test asks. */
final class Fixtures {
    private Fixtures() {}

    /** A jar whose secret store answers the plugin's version as the value of every secret. */
    static SourceJar good(String version) {
        return named("secrets-sample", version, "", "", "");
    }

    /** The same, which does something more when it is opened, asked or closed. */
    static SourceJar named(String id, String version, String onOpen, String onFind, String onClose) {
        return with(id, version, "", onOpen, onFind, onClose);
    }

    /** A handover of the same. */
    static SourceJar handover(String version, String onOpen, String onFind, String onClose) {
        return with(
                "secrets-sample",
                version,
                "@Override public Succession succession() { return Succession.HANDOVER; }",
                onOpen,
                onFind,
                onClose);
    }

    static SourceJar with(String id, String version, String members, String onOpen, String onFind, String onClose) {
        return SourceJar.of(id, version)
                .provider("sample.SampleProvider", """
                        package sample;
                        import dev.dovetail.spi.*;
                        import dev.dovetail.spi.plugin.*;
                        import dev.dovetail.spi.secret.*;
                        import java.util.*;
                        public final class SampleProvider implements SecretStoreProvider {
                            @Override public Name type() { return Name.of("sample"); }
                            @Override public SecretStore open(Config config, Context context) throws InterruptedException {
                                %s
                                return new Store(context);
                            }
                            %s
                            record Store(Context context) implements SecretStore {
                                @Override public Optional<Secret> find(Name tenant, Name name, Optional<String> version) {
                                    %s
                                    return Optional.of(new Secret("%s", "1", Optional.empty(), List.of()));
                                }
                                @Override public void close() {
                                    %s
                                }
                            }
                        }
                        """.formatted(onOpen, members, onFind, version, onClose));
    }
}
