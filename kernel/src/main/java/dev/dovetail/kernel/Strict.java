package dev.dovetail.kernel;

import com.google.inject.AbstractModule;

/** No binding that nobody wrote, no constructor that nobody marked, no proxies: the modules are the whole truth. */
final class Strict extends AbstractModule {
    @Override
    protected void configure() {
        binder().requireExplicitBindings();
        binder().requireAtInjectOnConstructors();
        binder().disableCircularProxies();
    }
}
