/** Who calls, for which tenant, and what they may. Its door is {@link dev.dovetail.kernel.identity.Identities}. */
package dev.dovetail.kernel.identity;
