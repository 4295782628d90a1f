/** Secrets in one file, each value encrypted with AES-256-GCM under a key that lies elsewhere. */
package dev.dovetail.secrets.file;
