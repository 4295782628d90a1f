/** The contract of native modules. */
package dev.dovetail.testkit.module;
