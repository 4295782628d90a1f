package dev.dovetail.spi.plugin;

import dev.dovetail.spi.module.NativeModule;

/** Opens {@linkplain NativeModule}s: functions written in Java inside a plugin. */
public non-sealed interface NativeModuleProvider extends Provider<NativeModule> {}
