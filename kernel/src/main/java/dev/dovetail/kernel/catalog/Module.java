package dev.dovetail.kernel.catalog;

import dev.dovetail.kernel.plugin.RuntimeOffer;
import dev.dovetail.spi.module.NativeModule.NativeFunction;
import java.util.List;

/** A native module that serves: the runtime that it is, and its functions by their names. */
public record Module(RuntimeOffer offer, List<NativeFunction> functions) {}
