package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.Name;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the operator wants in a slot.
 *
 * @param slot its name; for the state and the blobs it is not looked at, since there is one of each
 * @param type the provider's
 * @param version the plugin version that it is held to; otherwise whichever is active
 * @param config for the provider, not yet checked against its schema
 */
public record SlotSetting(Kind kind, Name slot, Name type, Optional<String> version, ObjectNode config) {}
