/** Blobs in a directory: each in a file of its own, named by its digest. */
package dev.dovetail.blob.directory;
