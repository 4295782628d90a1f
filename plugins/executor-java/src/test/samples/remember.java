public class Handler {
    private static int calls;

    public static int handleRequest(Object input) {
        return ++calls;
    }
}
