/** What a plugin's jar must be, as tests, and a way to make such jars in a test. */
package dev.dovetail.testkit.plugin;
