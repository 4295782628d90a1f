/** The operator's configuration, and every provider's. Its door is {@link dev.dovetail.kernel.config.Configs}. */
package dev.dovetail.kernel.config;
