package dev.dovetail.kernel.identity;

/** What a principal may be allowed to do. */
public enum Permission {
    READ("read"),
    INVOKE("invoke"),
    DEPLOY("deploy"),
    RELEASE("release"),
    /** Seeing and holding what runs, with its variables. */
    DEBUG("debug"),
    ADMINISTER("administer");

    private final String word;

    Permission(String word) {
        this.word = word;
    }

    /** As it is written in a list of permissions. */
    public String word() {
        return word;
    }
}
