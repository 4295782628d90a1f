/** A workflow's file: read with the places of its parts, and looked at part by part. */
package dev.dovetail.executor.flow.text;
