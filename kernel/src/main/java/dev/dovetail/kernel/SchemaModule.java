package dev.dovetail.kernel;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.dovetail.kernel.schema.Schemas;

/** JSON and JSON Schema. */
final class SchemaModule extends AbstractModule {
    @Provides
    @Singleton
    Schemas schemas() {
        return new Schemas();
    }
}
