/** The rules for secret stores as tests, and a store in memory that keeps them. */
package dev.dovetail.testkit.secret;
