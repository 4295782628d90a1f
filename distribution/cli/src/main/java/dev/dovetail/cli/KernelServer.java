package dev.dovetail.cli;

/** The kernel, started in this process. */
final class KernelServer {
    private KernelServer() {}

    static Server start(Server.Wish wish) {
        throw new Server.CannotStart("This build has no kernel that could serve " + wish.data());
    }
}
